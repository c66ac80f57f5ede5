"""The search from many starts at once as machine code; imported only where it pays (`personagraph.graph.reach`)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.arrays.compiled import compiled
from personagraph.graph.reach import Reach
from personagraph.graph.snapshot import Links

_LOWEST = np.uint64(0x0101010101010101)
_OCTET, _NONE = np.uint64(255), np.uint64(0)
_PULL = 12
"""Once the arcs of the level are more than this part of all, everybody looks for who reaches them instead."""


def search(links: Links, against: Links, batches: list[NDArray[np.int64]], hops: int, near: int) -> Reach:
    """As `reach`, for batches of at most 64 starts each; `pairs` may end in zeros."""
    n = len(links.starts) - 1
    pairs = np.zeros(n + 1, np.int64)
    words, places = np.zeros((3, n), np.uint64), np.zeros((2, n), np.int32)
    parts = [np.zeros((3, 0), np.int64)]
    ways = [_read_only(part) for part in (links.starts, links.ends, against.starts, against.ends)]
    for batch in batches:
        each = np.zeros((3, 64), np.int64)
        _search(*ways, batch.astype(np.int64), min(hops, n), near, words, places, pairs, each)
        parts.append(each[:, : len(batch)])
    found = np.concatenate(parts, axis=1)
    return Reach(pairs, found[0], found[1], found[2])


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    """The same as what cannot be written: arrays in files cannot be, and loops are compiled for each kind anew."""
    view = np.asarray(array).view()
    view.flags.writeable = False
    return view


@compiled
def _search(
    starts: NDArray[np.int64],
    ends: NDArray[np.int32],
    back_starts: NDArray[np.int64],
    back_ends: NDArray[np.int32],
    batch: NDArray[np.int64],
    hops: int,
    near: int,
    words: NDArray[np.uint64],
    places: NDArray[np.int32],
    pairs: NDArray[np.int64],
    each: NDArray[np.int64],
) -> None:
    """Add what is found from a batch to `pairs` and to the columns of `each`; words and places are room to work in."""
    seen, front, fresh = words[0], words[1], words[2]
    seen[:] = _NONE
    front[:] = _NONE
    fresh[:] = _NONE
    active, found = places[0], places[1]
    counts, lanes = np.zeros(64, np.int64), np.zeros(8, np.uint64)
    whole, size = _NONE, 0
    for number in range(len(batch)):
        bit = np.uint64(1) << np.uint64(number)
        if front[batch[number]] == _NONE:
            active[size] = batch[number]
            size += 1
        front[batch[number]] |= bit
        seen[batch[number]] |= bit
        whole |= bit
    hop = 0
    while size > 0 and hop < hops:
        hop += 1
        arcs = 0
        for at in range(size):
            arcs += starts[active[at] + 1] - starts[active[at]]
        if arcs * _PULL < len(ends):
            after = _push(starts, ends, active, size, front, seen, fresh, found)
        else:
            after = _pull(back_starts, back_ends, whole, front, seen, fresh, found)
        for at in range(size):
            front[active[at]] = _NONE
        _take(found, after, front, seen, fresh, lanes, counts)
        for number in range(64):
            pairs[hop] += counts[number]
            each[0, number] += counts[number]
            each[1, number] += counts[number] * hop
            if hop <= near:
                each[2, number] += counts[number]
            counts[number] = 0
        active, found, size = found, active, after


@compiled
def _push(
    starts: NDArray[np.int64],
    ends: NDArray[np.int32],
    active: NDArray[np.int32],
    size: int,
    front: NDArray[np.uint64],
    seen: NDArray[np.uint64],
    fresh: NDArray[np.uint64],
    found: NDArray[np.int32],
) -> int:
    """Whom those of the level reach anew, by the bits of the starts; how many are found."""
    after = 0
    for at in range(size):
        bits = front[active[at]]
        for arc in range(starts[active[at]], starts[active[at] + 1]):
            new = bits & ~seen[ends[arc]]
            if new != _NONE:
                if fresh[ends[arc]] == _NONE:
                    found[after] = ends[arc]
                    after += 1
                fresh[ends[arc]] |= new
    return after


@compiled
def _pull(
    starts: NDArray[np.int64],
    ends: NDArray[np.int32],
    whole: np.uint64,
    front: NDArray[np.uint64],
    seen: NDArray[np.uint64],
    fresh: NDArray[np.uint64],
    found: NDArray[np.int32],
) -> int:
    """The same, looked for by everybody whom some start has not reached."""
    after = 0
    for position in range(len(seen)):
        missing = whole & ~seen[position]
        if missing == _NONE:
            continue
        bits = _NONE
        for arc in range(starts[position], starts[position + 1]):
            bits |= front[ends[arc]]
            if bits & missing == missing:
                break
        if bits & missing != _NONE:
            fresh[position] = bits & missing
            found[after] = position
            after += 1
    return after


@compiled
def _take(
    found: NDArray[np.int32],
    size: int,
    front: NDArray[np.uint64],
    seen: NDArray[np.uint64],
    fresh: NDArray[np.uint64],
    lanes: NDArray[np.uint64],
    counts: NDArray[np.int64],
) -> None:
    """Make what was found the level, and count it by start: eight counts go up at once in the octets of a word."""
    for at in range(size):
        bits = fresh[found[at]]
        fresh[found[at]] = _NONE
        front[found[at]] = bits
        seen[found[at]] |= bits
        for lane in range(8):
            lanes[lane] += (bits >> np.uint64(lane)) & _LOWEST
        # An octet holds no more.
        if at % 255 == 254 or at == size - 1:
            for lane in range(8):
                for octet in range(8):
                    counts[8 * octet + lane] += np.int64((lanes[lane] >> np.uint64(8 * octet)) & _OCTET)
                lanes[lane] = _NONE
