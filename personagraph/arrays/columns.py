"""An array that grows at its end."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Saved = Mapping[str, tuple[npt.NDArray[Any], int]]
"""What can be written to a file, by name: an array, and how many of its rows are used; behind these is room to grow."""

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
            shape = (wanted + wanted // _SPARE + 16, *self._shape)
            if self.data.flags.owndata:
                # In place (realloc), so that the old and the new array are not both in memory.
                self.data.resize(shape, refcheck=False)
            else:
                before, self.data = self.rows(), np.zeros(shape, self.data.dtype)
                self.data[: self.size] = before
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

    def saved(self) -> tuple[npt.NDArray[Any], int]:
        """The data, with room for a sixteenth more, and how many rows of it are used."""
        return self.reserve(self.size // _SPARE + 16), self.size

    def take(self, saved: tuple[npt.NDArray[Any], int]) -> None:
        """Hold what was saved, where it lies. Raises ValueError when it is no such column."""
        data, size = saved
        if data.dtype != self.data.dtype or data.shape[1:] != self._shape or not 0 <= size <= len(data):
            raise ValueError("a column is of another kind, or shorter than it says")
        self.data, self.size = data, size

    def replace(self, rows: npt.NDArray[Any]) -> None:
        """Hold these rows and no other."""
        self.data, self.size = np.array(rows, self.data.dtype), len(rows)


def part_of(saved: Saved, name: str) -> Saved:
    """What was saved under names that begin so, without that beginning."""
    return {key[len(name) :]: value for key, value in saved.items() if key.startswith(name)}


def saved_under(name: str, saved: Saved) -> dict[str, tuple[npt.NDArray[Any], int]]:
    """The same under names that begin so."""
    return {name + key: value for key, value in saved.items()}


def check_range(numbers: npt.NDArray[Any], least: int, end: int, what: str) -> None:
    """Raises ValueError naming them when one of the numbers is not least ≤ n < end."""
    if len(numbers) and (int(numbers.min()) < least or int(numbers.max()) >= end):
        raise ValueError(f"{what} are out of range")


def check_texts(data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], what: str) -> None:
    """Raises ValueError unless the starts cut the data, in order, into texts."""
    if len(starts) and (int(starts[0]) < 0 or (np.diff(starts) < 0).any() or int(starts[-1]) > len(data)):
        raise ValueError(f"{what} do not follow each other")
    inner = starts[starts < len(data)]
    if (data & 0x80).any():
        data.tobytes().decode("utf-8", "surrogatepass")
        if ((data[inner] & 0xC0) == 0x80).any():
            raise ValueError(f"{what} are cut within a letter")


def check_slots(slots: npt.NDArray[np.int32], count: int, what: str) -> None:
    """Raises ValueError unless these are slots of a hash table for `count` numbers, one of them free at least."""
    if slots.dtype != np.int32 or slots.ndim != 1 or len(slots) <= count or len(slots) & (len(slots) - 1):
        raise ValueError(f"{what} have no such table")
    check_range(slots, 0, count + 1, what)
