"""Quantised vectors with their keys, in arrays that grow."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.meaning.nearest.scan import inverse_lengths
from personagraph.storage.array_files import DamagedError

KEY = "S32"
LONGEST_KEY = 32


class Rows:
    """`count` rows: their keys, their numbers (count, dims), one by the length of each, and the list that each is in.

    A row that was removed has an empty key, and one by its length is 0, as it is for a row of zeros.
    """

    def __init__(self, dims: int, room: int = 0) -> None:
        self.count = 0
        self._keys = np.zeros(room, KEY)
        self._numbers = np.zeros((room, dims), np.int8)
        self._inverse = np.zeros(room, np.float32)
        self._lists = np.zeros(room, np.int32)

    @property
    def keys(self) -> NDArray[np.bytes_]:
        """The keys as arrays of bytes."""
        return self._keys[: self.count]

    @property
    def numbers(self) -> NDArray[np.int8]:
        """The vectors."""
        return self._numbers[: self.count]

    @property
    def inverse(self) -> NDArray[np.float32]:
        """One by the length of each."""
        return self._inverse[: self.count]

    @property
    def lists(self) -> NDArray[np.int32]:
        """The list of each."""
        return self._lists[: self.count]

    @property
    def live(self) -> NDArray[np.int64]:
        """Where those are that were not removed."""
        return np.flatnonzero(self.keys != b"")

    def append(self, keys: NDArray[np.bytes_], numbers: NDArray[np.int8], lists: NDArray[np.int32]) -> None:
        """Add rows at the end."""
        first, self.count = self.count, self.count + len(keys)
        if self.count > len(self._keys):
            self._grow(max(self.count, 2 * first, 1024))
        self._keys[first : self.count] = keys
        self._numbers[first : self.count] = numbers
        self._inverse[first : self.count] = inverse_lengths(numbers)
        self._lists[first : self.count] = lists

    def put_in_lists(self, lists: NDArray[np.int32]) -> None:
        """Say of each row which list it is in."""
        self._lists = lists

    def remove(self, keys: NDArray[np.bytes_]) -> int:
        """Remove the rows with these keys; how many there were."""
        at = np.flatnonzero(np.isin(self.keys, keys))
        self._keys[at], self._inverse[at] = b"", 0.0
        return len(at)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What is to be kept of them."""
        return {"keys": self.keys, "inverse": self.inverse, "lists": self.lists, "numbers": self.numbers}

    @classmethod
    def of(cls, dims: int, arrays: dict[str, NDArray[Any]]) -> "Rows":
        """The rows that `arrays` gave. Raises DamagedError, or KeyError for one that is missing."""
        rows = cls(dims)
        rows.count = len(arrays["keys"])
        for name, kind in (("keys", KEY), ("inverse", "f4"), ("lists", "i4"), ("numbers", "i1")):
            shape = (rows.count, dims) if name == "numbers" else (rows.count,)
            if arrays[name].shape != shape or arrays[name].dtype != np.dtype(kind):
                raise DamagedError(f"its {name} are no such")
            setattr(rows, f"_{name}", arrays[name])
        if not np.isfinite(rows.inverse).all():
            raise DamagedError("a length is no number")
        return rows

    def _grow(self, room: int) -> None:
        for name in ("_keys", "_numbers", "_inverse", "_lists"):
            old = getattr(self, name)
            new = np.zeros((room, *old.shape[1:]), old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)
