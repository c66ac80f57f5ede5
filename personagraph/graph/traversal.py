"""Walks over a snapshot of the whole graph; all of them ignore direction."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Adjacency:
    """Who is next to whom, as compressed sparse rows.

    Next to position i are `neighbours[starts[i]:starts[i + 1]]`, by position; once for every relationship. `starts` is
    (n + 1, int64), `neighbours` (2m, int32).
    """

    starts: NDArray[np.int64]
    neighbours: NDArray[np.int32]

    @property
    def degrees(self) -> NDArray[np.int64]:
        """How many relationships each persona has (n, int64)."""
        return np.diff(self.starts)


def adjacency(snapshot: Snapshot) -> Adjacency:
    """The adjacency of a snapshot: build it once, walk it often."""
    n = len(snapshot.ids)
    ends = np.concatenate([snapshot.sources, snapshot.targets]).astype(np.int64)
    others = np.concatenate([snapshot.targets, snapshot.sources])
    starts = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(ends, minlength=n), out=starts[1:])
    pairs = np.sort(ends * n + others)
    return Adjacency(starts, (pairs % max(n, 1)).astype(np.int32))


def levels(links: Adjacency, start: int, *, hops: int | None = None) -> Iterator[NDArray[np.int64]]:
    """The positions at distance 1, 2, … from `start`, each level sorted, up to `hops` or until nobody is left.

    A level is worked out when it is asked for.
    """
    seen = np.zeros(len(links.starts) - 1, dtype=bool)
    seen[start] = True
    frontier, hop = np.array([start], dtype=np.int64), 0
    while hops is None or hop < hops:
        reached = np.unique(_next_to(links, frontier))
        frontier, hop = reached[~seen[reached]].astype(np.int64), hop + 1
        if not frontier.size:
            return
        seen[frontier] = True
        yield frontier


def components(snapshot: Snapshot) -> int:
    """How many weakly connected components there are."""
    root = np.arange(len(snapshot.ids))
    while True:
        one, other = root[snapshot.sources], root[snapshot.targets]
        apart = one != other
        if not apart.any():
            return len(np.unique(root))
        high, low = np.maximum(one[apart], other[apart]), np.minimum(one[apart], other[apart])
        np.minimum.at(root, high, low)
        while not np.array_equal(higher := root[root], root):
            root = higher


def _next_to(links: Adjacency, positions: NDArray[np.int64]) -> NDArray[np.int32]:
    """The neighbours of all these positions, with repetitions."""
    firsts = links.starts[positions]
    counts = links.starts[positions + 1] - firsts
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    found: NDArray[np.int32] = links.neighbours[np.repeat(firsts, counts) + offsets]
    return found
