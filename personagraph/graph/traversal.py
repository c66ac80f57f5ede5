"""Walks over a snapshot of the whole graph; all of them ignore direction."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Links, Snapshot


def levels(links: Links, start: int, *, hops: int | None = None) -> Iterator[NDArray[np.int64]]:
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
    root = np.arange(len(snapshot), dtype=np.int32)
    one, other = snapshot.sources, snapshot.targets
    while len(one):
        np.minimum.at(root, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(higher := root[root], root):
            root = higher
        one, other = root[one], root[other]
        apart = one != other
        one, other = one[apart], other[apart]
    return int(np.count_nonzero(root == np.arange(len(root))))


def _next_to(links: Links, positions: NDArray[np.int64]) -> NDArray[np.int32]:
    """The neighbours of all these positions, with repetitions."""
    firsts = links.starts[positions]
    counts = links.starts[positions + 1] - firsts
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    found: NDArray[np.int32] = links.ends[np.repeat(firsts, counts) + offsets]
    return found
