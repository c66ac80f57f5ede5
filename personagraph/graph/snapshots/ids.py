"""Finds ids among a million others: by their order, or many at once by what is hashed of them."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from personagraph.errors import StoreError

Ids = NDArray[np.bytes_]
_ODD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64)


def order_of(ids: Ids) -> NDArray[np.int64]:
    """The positions in the order of the ids (n, S32), as a stable sort gives them."""
    words = _words(ids)
    order = np.argsort(words[:, 0], kind="stable")
    first = words[order, 0]
    same = np.zeros(len(ids) + 1, np.bool_)
    same[1:-1] = first[1:] == first[:-1]
    alike = same[1:] | same[:-1]
    if alike.any():
        # Few share their first eight digits: these lie side by side, and only they are compared as a whole.
        some = np.sort(order[alike])
        order[alike] = some[np.lexsort([words[some, word] for word in (3, 2, 1, 0)])]
    return order


def are_hashes(ids: NDArray[np.generic]) -> bool:
    """Whether all are texts (S32) of 32 hexadecimal digits, as the ids of personas are."""
    if ids.dtype != "S32":
        return False
    digits = np.ascontiguousarray(ids).view(np.uint8)
    # What is below the first of each kind wraps around to a high number.
    return bool(((digits - np.uint8(ord("0")) < 10) | (digits - np.uint8(ord("a")) < 6)).all())


def bisected(
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    before: Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.bool_]],
) -> NDArray[np.int64]:
    """For each search (q,) the first place from low on of which `before` is not true, at most high.

    `before` is given places and, for each, the number of its search; within low to high it is first true, then false.
    """
    low, high = low.copy(), high.copy()
    while (open := np.flatnonzero(low < high)).size:
        middle = (low[open] + high[open]) >> 1
        right = before(middle, open)
        low[open[right]] = middle[right] + 1
        high[open[~right]] = middle[~right]
    return low


class Places:
    """Where each of many ids (n, S32) is among all; a thousand at once cost little more than one."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        hashes = _hashes(ids)
        self._order = np.argsort(hashes, kind="stable").astype(np.int32)
        # The last one stands for the end, so that nobody looks behind it.
        self._hashes = np.append(hashes[self._order], np.uint64(2**64 - 1))
        bits = max(1, len(ids).bit_length())
        self._shift = np.uint64(64 - bits)
        buckets = np.arange(2**bits, dtype=np.uint64) << self._shift
        self._first = np.searchsorted(self._hashes[:-1], buckets).astype(np.int32)

    def of(self, wanted: Ids) -> NDArray[np.int32]:
        """The places (int32). Raises StoreError naming the first that is not there."""
        found = self.found(wanted)
        if (missing := np.flatnonzero(found < 0)).size:
            named = wanted[missing[0]].decode("ascii", "replace")
            raise StoreError(f"a relationship names the persona {named!r}, which the graph does not hold")
        return found

    def found(self, wanted: Ids) -> NDArray[np.int32]:
        """The places (int32), -1 for what is not there."""
        hashes = _hashes(wanted)
        at = self._first[hashes >> self._shift]
        open = np.arange(len(wanted))
        while (open := open[self._hashes[at[open]] < hashes[open]]).size:
            at[open] += 1
        if not len(self._order):
            return np.full(len(wanted), -1, np.int32)
        place = np.minimum(at, len(self._order) - 1)
        found: NDArray[np.int32] = self._order[place]
        # What has the same hash as another id is looked for among all.
        is_hashed = self._hashes[place] == hashes
        for one in np.flatnonzero(self._ids[found] != wanted).tolist():
            same = np.flatnonzero(self._ids == wanted[one]) if is_hashed[one] else at[:0]
            found[one] = same[0] if len(same) else -1
        return found


def _words(ids: Ids) -> NDArray[np.uint64]:
    """The 32 bytes of each as four numbers that are in the same order."""
    return np.ascontiguousarray(ids).view(">u8").reshape(len(ids), 4).astype(np.uint64)


def _hashes(ids: Ids) -> NDArray[np.uint64]:
    found = np.zeros(len(ids), np.uint64)
    for word, odd in zip(_words(ids).T, _ODD, strict=True):
        found = (found ^ word) * odd
        found ^= found >> np.uint64(32)
    mixed: NDArray[np.uint64] = found * _ODD[0]
    return mixed
