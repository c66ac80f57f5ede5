"""Clusters of a stated number: spherical k-means, with the rows that stand for each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST = 50
FITTED = 10_000
"""So many rows, at most, are looked at to find the centres."""
_ROUNDS = 20
_PART = 8192


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Clusters by number, the largest first, of those of one size the one whose first row comes first.

    `labels` (n,) has the number of each row, −1 for a row of zeros; `centres` (k, dims) have length 1; `exemplars` (k,
    …) are the rows nearest to each centre, nearest first, −1 where a cluster has fewer. `fitted` rows set the centres.
    """

    labels: NDArray[np.int32]
    centres: NDArray[np.float32]
    exemplars: NDArray[np.int64]
    fitted: int

    def __len__(self) -> int:
        return len(self.centres)


def usual(count: int) -> int:
    """How many clusters so many rows have when nobody says: the root of half of them, and at most MOST."""
    return int(max(1, min(MOST, round((count / 2) ** 0.5))))


def clusters_of(
    vectors: NDArray[np.float32], *, rng: np.random.Generator, k: int | None = None, exemplars: int = 10
) -> Clusters:
    """The clusters of the rows (n, dims), at most `k` of them, `usual` by default; fewer where fewer rows differ.

    Spherical k-means (Dhillon and Modha 2001) of FITTED rows drawn, beginning at rows drawn far from each other
    (k-means++, Arthur and Vassilvitskii 2007); then everyone goes to the nearest centre. Raises ValueError for k below
    1, and for what is no finite number.
    """
    if k is not None and k < 1:
        raise ValueError(f"there is at least one cluster, not {k}")
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    if not np.isfinite(lengths).all():
        raise ValueError("a vector holds what is no finite number")
    there = np.flatnonzero(lengths > 0)
    labels = np.full(len(vectors), -1, np.int32)
    if not len(there):
        empty = np.zeros((0, vectors.shape[1]), np.float32)
        return Clusters(labels, empty, np.zeros((0, exemplars), np.int64), 0)
    drawn = np.sort(rng.choice(there, FITTED, replace=False)) if len(there) > FITTED else there
    sample = (vectors[drawn] / lengths[drawn, None]).astype(np.float32)
    centres = centres_of(sample, _far_apart(sample, k or usual(len(there)), rng))
    near = np.full(len(vectors), -np.inf, np.float32)
    for at in range(0, len(there), _PART):
        some = there[at : at + _PART]
        cosines = vectors[some] @ centres.T / lengths[some, None].astype(np.float32)
        labels[some] = cosines.argmax(axis=1)
        near[some] = cosines.max(axis=1)
    turns, labels = _by_size(labels, len(centres))
    return Clusters(labels, centres[turns], _exemplars(labels, near, len(turns), exemplars), len(drawn))


def _far_apart(sample: NDArray[np.float32], k: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Up to k different rows, each drawn by the square of its distance from those before."""
    chosen = [int(rng.integers(len(sample)))]
    apart = np.maximum(1.0 - sample @ sample[chosen[0]], 0.0).astype(np.float64)
    while len(chosen) < k:
        apart[apart < 1e-6] = 0.0
        if not (total := apart.sum()) > 0:
            break
        chosen.append(
            int(np.searchsorted(np.cumsum(apart), rng.random() * total, side="right").clip(0, len(apart) - 1))
        )
        np.minimum(apart, np.maximum(1.0 - sample @ sample[chosen[-1]], 0.0), out=apart)
    return sample[chosen]


def centres_of(
    sample: NDArray[np.float32], centres: NDArray[np.float32], *, rounds: int = _ROUNDS
) -> NDArray[np.float32]:
    """The centres (k, dims) of a sample of vectors of length 1, after rounds of spherical k-means from those given.

    It ends when nobody goes elsewhere. A centre that nobody is near stays.
    """
    before = np.full(len(sample), -1, np.int64)
    for _ in range(rounds):
        totals, nearest = np.zeros_like(centres), np.empty(len(sample), np.int64)
        for at in range(0, len(sample), _PART):
            some = sample[at : at + _PART]
            nearest[at : at + _PART] = best = (some @ centres.T).argmax(axis=1)
            totals += (best[None, :] == np.arange(len(centres))[:, None]).astype(np.float32) @ some
        if (nearest == before).all():
            break
        before, lengths = nearest, np.linalg.norm(totals, axis=1, keepdims=True)
        centres = np.divide(totals, lengths, out=centres.copy(), where=lengths > 0)
    return centres


def _by_size(labels: NDArray[np.int32], count: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Which clusters have anybody, the largest first, and the labels by that order."""
    sizes = np.bincount(labels[labels >= 0], minlength=count)
    firsts = np.full(count, len(labels))
    np.minimum.at(firsts, labels[labels >= 0], np.flatnonzero(labels >= 0))
    turns = np.lexsort((firsts, -sizes))[: int((sizes > 0).sum())]
    numbers = np.full(count + 1, -1, np.int32)
    numbers[turns] = np.arange(len(turns), dtype=np.int32)
    return turns, numbers[labels]


def _exemplars(labels: NDArray[np.int32], near: NDArray[np.float32], count: int, most: int) -> NDArray[np.int64]:
    order = np.lexsort((-near, labels))
    starts = np.searchsorted(labels[order], np.arange(count + 1))
    found = np.full((count, most), -1, np.int64)
    for number in range(count):
        some = order[starts[number] : starts[number + 1]][:most]
        found[number, : len(some)] = some
    return found
