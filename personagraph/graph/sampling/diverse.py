"""Draws those whose descriptions are far from each other's."""

from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.sampling.sampler import Sampler
from personagraph.graph.snapshot import Snapshot

SCALE = 4000.0
"""Directions are in whole numbers of about this length: a sum of products is exact in 32 bits, in whatever order."""
_BLOCK, _POOL = 1 << 13, 1 << 10


def diverse(snapshot: Snapshot, count: int, *, rng: Random, vectors: NDArray[Any]) -> list[str]:
    """Somebody at random, then again and again whoever is farthest from the nearest of those who were drawn.

    So nobody is farther from a drawn one than twice what the best choice of as many could do: k-centre, Gonzalez,
    Clustering to Minimize the Maximum Intercluster Distance, 1985. `vectors` (n, dims) are compared by their
    directions; who has zeros is not drawn.
    """
    there = np.flatnonzero(vectors.any(axis=1))
    if not len(there):
        return []
    farthest, most = _Farthest(vectors, there), min(count, len(there))
    chosen = [rng.randrange(len(there))]
    while len(chosen) < most:
        chosen.append(farthest.next(chosen))
    return snapshot.ids_of(there[chosen])


def directions(vectors: NDArray[Any]) -> NDArray[np.float32]:
    """The directions of vectors (n, dims), none of them zeros, in whole numbers."""
    rows = vectors.astype(np.float32)
    rows *= (SCALE / np.sqrt(np.einsum("ij,ij->i", rows, rows)))[:, None]
    return np.rint(rows, out=rows)


class _Farthest:
    """Finds whoever is farthest from all that were drawn.

    Of most, only a bound is known, by the centres that they were compared with so far: a pool of those whose bounds are
    farthest is kept up to date. Whoever leads it leads all, as long as no bound outside of it is farther.
    """

    def __init__(self, vectors: NDArray[Any], there: NDArray[np.int64]) -> None:
        self._vectors, self._there = vectors, there
        self._nearest = np.full(len(there), -np.inf, np.float32)
        """The highest product with a centre so far: it only grows."""
        self._seen = np.zeros(len(there), np.int64)
        self._pool = np.zeros(0, np.int64)
        self._rows = np.zeros((0, vectors.shape[1]), np.float32)
        self._outside = np.float32(-np.inf)

    def next(self, chosen: list[int]) -> int:
        """Whoever is farthest from these, to whom only new ones join from one time to the next."""
        self._nearest[chosen[-1]] = np.inf
        if len(chosen) == 1:
            for first in range(0, len(self._there), _BLOCK):
                self._compare(np.arange(first, min(first + _BLOCK, len(self._there))), chosen)
        elif len(self._pool):
            self._compare(self._pool, chosen, self._rows)
        while True:
            if len(self._pool):
                best = int(self._pool[np.argmin(self._nearest[self._pool])])
                if self._nearest[best] <= self._outside:
                    return best
            self._fill(chosen)

    def _fill(self, chosen: list[int]) -> None:
        """A new pool, of those whose bounds are farthest."""
        size = min(_POOL, len(self._there))
        order = np.argpartition(self._nearest, size - 1)
        self._pool, others = np.sort(order[:size]), order[size:]
        self._outside = self._nearest[others].min(initial=np.float32(np.inf))
        self._rows = directions(self._vectors[self._there[self._pool]])
        self._compare(self._pool, chosen, self._rows)

    def _compare(self, those: NDArray[np.int64], chosen: list[int], rows: NDArray[np.float32] | None = None) -> None:
        """Bring these up to date."""
        if (known := int(self._seen[those].min())) == len(chosen):
            return
        centres = directions(self._vectors[self._there[chosen[known:]]])
        mine = directions(self._vectors[self._there[those]]) if rows is None else rows
        # A vector by a matrix takes a quarter of the time of a matrix of one row.
        found = centres[0] @ mine.T if len(centres) == 1 else (centres @ mine.T).max(axis=0)
        self._nearest[those] = np.maximum(self._nearest[those], found)
        self._seen[those] = len(chosen)


SAMPLER = Sampler(
    diverse,
    "each as unlike those before it as can be",
    needs="vectors",
    nobody="no description can be read by the encoder",
)
