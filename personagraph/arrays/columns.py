"""An array that grows at its end."""

from typing import Any

import numpy as np
import numpy.typing as npt

_SPARE = 16
"""A sixteenth more is reserved than is asked for, so that growing costs a constant time a row."""


class GrowingColumn:
    """`size` rows of one type, at the start of `data`, which is replaced when it has to grow: do not keep it."""

    def __init__(self, dtype: npt.DTypeLike, *, width: int | None = None) -> None:
        self._shape = () if width is None else (width,)
        self.data: npt.NDArray[Any] = np.zeros((0, *self._shape), dtype)
        self.size = 0

    def reserve(self, more: int) -> npt.NDArray[Any]:
        """The data, with room for so many rows more."""
        wanted = self.size + more
        if wanted > len(self.data):
            # In place (realloc), so that the old and the new array are not both in memory.
            self.data.resize((wanted + wanted // _SPARE + 16, *self._shape), refcheck=False)
        return self.data

    def extend(self, rows: npt.ArrayLike) -> None:
        """Put rows at the end."""
        found = np.asarray(rows, self.data.dtype)
        self.reserve(len(found))[self.size : self.size + len(found)] = found
        self.size += len(found)

    def append(self, row: Any) -> None:
        """Put a row at the end."""
        self.reserve(1)[self.size] = row
        self.size += 1

    def rows(self) -> npt.NDArray[Any]:
        """The rows that are there."""
        return self.data[: self.size]

    def replace(self, rows: npt.NDArray[Any]) -> None:
        """Hold these rows and no other."""
        self.data, self.size = np.array(rows, self.data.dtype), len(rows)
