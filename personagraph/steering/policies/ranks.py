"""Numbers in ascending order, from which the n-th is taken: many at the beginning, some that come later."""

from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Ranks(Sequence[int]):
    """The `first` (n, ascending, none twice) and whatever is added, each once, all in ascending order."""

    def __init__(self, first: "NDArray[np.int64] | Sequence[int]" = ()) -> None:
        self._first = first
        self._later: list[int] = []
        self._behind: list[int] = []
        """Of each later one, how many of the first lie before it."""

    def __len__(self) -> int:
        return len(self._first) + len(self._later)

    @overload
    def __getitem__(self, rank: int) -> int: ...
    @overload
    def __getitem__(self, rank: slice) -> Sequence[int]: ...
    def __getitem__(self, rank: int | slice) -> int | Sequence[int]:
        if isinstance(rank, slice):
            return [self[one] for one in range(len(self))[rank]]
        # The later one at `place` has rank `place` + how many of the first lie before it, which ascends with `place`.
        low, high = 0, len(self._later)
        while low < high:
            middle = (low + high) // 2
            if middle + self._behind[middle] < rank:
                low = middle + 1
            else:
                high = middle
        if low < len(self._later) and low + self._behind[low] == rank:
            return self._later[low]
        return int(self._first[rank - low])

    def add(self, number: int) -> None:
        """Take a number in, unless it is there."""
        before = bisect_left(self._first, number)
        at = bisect_left(self._later, number)
        is_first = before < len(self._first) and int(self._first[before]) == number
        if not is_first and not (at < len(self._later) and self._later[at] == number):
            insort(self._later, number)
            self._behind.insert(at, before)
