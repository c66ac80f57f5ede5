"""How far everyone is from many starts at once: 64 searches share each look at a relationship, a bit for each."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Links

WORD = 64
SMALL = 30_000_000
"""Up to so many arcs that are looked at, arrays are done before compiled loops are there."""
ROUND = 5_000
"""How many arcs a level counts as beside its own."""


class Reach(NamedTuple):
    """Others than the start itself, all int64: how many pairs there are at each distance, and of each start.

    `pairs` begins with distance 0 (always 0 pairs). Of each of the s starts `reached` says how many can be reached,
    `total` the sum of their distances, `near` how many are within the hops that were asked for.
    """

    pairs: NDArray[np.int64]
    reached: NDArray[np.int64]
    total: NDArray[np.int64]
    near: NDArray[np.int64]


def reach(
    links: Links,
    starts: NDArray[np.int64],
    *,
    hops: int | None = None,
    near: int = 6,
    backwards: Links | None = None,
) -> Reach:
    """How far everyone is from each of the positions `starts`, up to `hops`.

    `backwards` has the links against the direction; without it the links lead either way. A search of many starts at
    once by bits (Then et al. 2014, The More the Merrier, PVLDB 8), whose time grows with relationships and starts.
    """
    against, farthest = links if backwards is None else backwards, len(links.starts) if hops is None else hops
    batches = [starts[first : first + WORD] for first in range(0, len(starts), WORD)]
    found = _by_arrays(against, batches, farthest, near)
    if found is None:
        from personagraph.graph.reach_loops import search

        found = search(links, against, batches, farthest, near)
    last = int(np.flatnonzero(found.pairs)[-1]) if found.pairs.any() else 0
    return found._replace(pairs=found.pairs[: last + 1])


def _by_arrays(against: Links, batches: list[NDArray[np.int64]], hops: int, near: int) -> Reach | None:
    """The same by numpy, or None when that takes long."""
    left = SMALL
    pairs, parts = [0], list[NDArray[np.int64]]()
    for number, batch in enumerate(batches):
        if left < (len(batches) - number) * 3 * len(against.ends):
            return None
        counts = _counts(against, batch, hops, left)
        if counts is None:
            return None
        left -= len(counts) * (len(against.ends) + ROUND)
        pairs += [0] * (len(counts) - len(pairs))
        for hop, count in enumerate(counts.sum(axis=1).tolist()):
            pairs[hop] += count
        far = np.arange(len(counts))[:, None]
        parts.append(np.array([counts.sum(axis=0), (counts * far).sum(axis=0), counts[: near + 1].sum(axis=0)]))
    each = np.concatenate(parts, axis=1) if parts else np.zeros((3, 0), np.int64)
    return Reach(np.array(pairs, np.int64), each[0], each[1], each[2])


def _counts(against: Links, batch: NDArray[np.int64], hops: int, most: int) -> NDArray[np.int64] | None:
    """How many are at each distance (rows, from 0) of each start (columns); None beyond `most` arcs."""
    bits = np.uint64(1) << np.arange(len(batch), dtype=np.uint64)
    front = np.zeros(len(against.starts) - 1, np.uint64)
    np.bitwise_or.at(front, batch, bits)
    seen, some = front.copy(), np.flatnonzero(against.degrees)
    counts = [np.zeros(len(batch), np.int64)]
    while len(counts) <= hops and len(some):
        if len(counts) * (len(against.ends) + ROUND) > most:
            return None
        fresh = np.zeros_like(front)
        fresh[some] = np.bitwise_or.reduceat(front[against.ends], against.starts[some])
        fresh &= ~seen
        if not fresh.any():
            break
        seen |= fresh
        front = fresh
        octets = front[front != 0].astype("<u8").view(np.uint8).reshape(-1, 8)
        counts.append(np.unpackbits(octets, axis=1, bitorder="little").sum(axis=0, dtype=np.int64)[: len(batch)])
    return np.array(counts)
