"""Vectors in eight bits a number with their keys, in arrays that grow."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.meaning.nearest.numbers import LEAD, Parts, inverse_lengths, parted
from personagraph.storage.array_files import DamagedError

KEY = "S32"
LONGEST_KEY = 32


class Rows:
    """`count` rows: their keys, their numbers, and the list that each is in.

    Of the numbers, the first LEAD lie apart, with one by the length of each row and the length of the other numbers. A
    row that was removed has an empty key, and one by its length is 0, as it is for a row of zeros.
    """

    def __init__(self, dims: int, room: int = 0) -> None:
        self.count = 0
        self.dims = dims
        self._held = {name: np.zeros((room, *shape), kind) for name, (kind, shape) in self._columns().items()}

    def __getitem__(self, name: str) -> NDArray[Any]:
        """A column of `arrays`."""
        return self._held[name][: self.count]

    @property
    def keys(self) -> NDArray[np.bytes_]:
        """The keys as bytes."""
        return self["keys"]

    @property
    def parts(self) -> Parts:
        """What `scan` reads: the first numbers, the others, the length of the others, one by the length of all."""
        return self["lead"], self["rest"], self["left"], self["inverse"]

    @property
    def live(self) -> NDArray[np.int64]:
        """Where those are that were not removed."""
        return np.flatnonzero(self.keys != b"")

    def numbers(self, at: NDArray[np.int64]) -> NDArray[np.int8]:
        """The vectors at these places (n, dims)."""
        return np.concatenate([self["lead"][at], self["rest"][at]], axis=1)[:, : self.dims]

    def append(self, keys: NDArray[np.bytes_], numbers: NDArray[np.int8], lists: NDArray[np.int32]) -> None:
        """Add rows at the end."""
        lead, rest, left = parted(numbers)
        inverse = inverse_lengths(numbers)
        inverse[keys == b""] = 0.0
        self._append({"keys": keys, "lead": lead, "rest": rest, "left": left, "inverse": inverse, "lists": lists})

    def take(self, other: "Rows", at: NDArray[np.int64], lists: NDArray[np.int32]) -> None:
        """Add the rows that are at these places of others at the end, in other lists."""
        self._append({name: other[name][at] for name in self._held if name != "lists"} | {"lists": lists})

    def remove(self, keys: NDArray[np.bytes_]) -> int:
        """Remove the rows with these keys; how many there were."""
        at = np.flatnonzero(np.isin(self.keys, keys))
        self["keys"][at], self["inverse"][at] = b"", 0.0
        return len(at)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What is to be kept of them, by column."""
        return {name: self[name] for name in self._held}

    @classmethod
    def of(cls, dims: int, arrays: dict[str, NDArray[Any]]) -> "Rows":
        """The rows that `arrays` gave. Raises DamagedError, or KeyError for one that is missing."""
        rows = cls(dims)
        rows.count = len(arrays["keys"])
        for name, (kind, shape) in rows._columns().items():
            if arrays[name].shape != (rows.count, *shape) or arrays[name].dtype != np.dtype(kind):
                raise DamagedError(f"its {name} are no such")
            rows._held[name] = arrays[name]
        if not (np.isfinite(rows["inverse"]).all() and np.isfinite(rows["left"]).all()):
            raise DamagedError("a length is no number")
        return rows

    def _columns(self) -> dict[str, tuple[str, tuple[int, ...]]]:
        """The type of each column, and the shape of what a row has there."""
        rest = max(0, self.dims - LEAD)
        numbers = {"lead": ("i1", (LEAD,)), "rest": ("i1", (rest,))}
        return {"keys": (KEY, ()), **numbers, "left": ("f4", ()), "inverse": ("f4", ()), "lists": ("i4", ())}

    def _append(self, columns: dict[str, NDArray[Any]]) -> None:
        first, self.count = self.count, self.count + len(columns["keys"])
        if self.count > len(self._held["keys"]):
            room = max(self.count, 2 * first, 1024)
            for name, old in self._held.items():
                new = np.zeros((room, *old.shape[1:]), old.dtype)
                new[:first] = old[:first]
                self._held[name] = new
        for name, column in columns.items():
            self._held[name][first : self.count] = column


def move(
    to: Rows, parts: list[tuple[Rows, NDArray[np.int64]]], turns: NDArray[np.int64], lists: NDArray[np.int32]
) -> None:
    """Add some rows of two parts at the end of others, in another order and in other lists.

    `parts` says which rows of each there are; `turns` are their numbers, those of the second behind those of the first,
    and `lists` has the list of each number.
    """
    split = len(parts[0][1])
    early = turns < split
    some = Rows(to.dims, len(turns))
    for (part, live), chosen, offset in zip(parts, (early, ~early), (0, split), strict=True):
        some.take(part, live[turns[chosen] - offset], lists[turns[chosen]])
    back = np.empty(len(turns), np.int64)
    back[np.concatenate([np.flatnonzero(early), np.flatnonzero(~early)])] = np.arange(len(turns))
    to.take(some, back, lists[turns])


def all_below(numbers: NDArray[np.int32], limit: int) -> bool:
    """Whether each is 0 or more, and less than the limit."""
    return not len(numbers) or (int(numbers.min()) >= 0 and int(numbers.max()) < limit)
