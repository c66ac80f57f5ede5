"""How far points lie from each other: every pair, in blocks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BLOCK = 512
_HEAT = 2.0
"""The `t` of the Gaussian potential, as Wang and Isola set it."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """What all pairs of n ≥ 2 rows say. Distances are Euclidean, between vectors of length 1: from 0 to 2.

    `mean` is their mean; `potential` that of exp(−2·distance²). `first` and `second` (n,) are the distances of each row
    to the two that are nearest to it; `second` is infinite where there are two rows in all.
    """

    mean: float
    potential: float
    first: NDArray[np.float64]
    second: NDArray[np.float64]


def pairs_of(rows: NDArray[np.float32]) -> Pairs:
    """Compare every two rows (n, dims) of length 1. Takes n² time, and memory for some blocks of n. Raises ValueError
    for fewer than two."""
    count = len(rows)
    if count < 2:
        raise ValueError("it takes two to make a pair")
    total = potential = 0.0
    near = np.zeros((count, min(2, count - 1)), np.int64)
    for at in range(0, count, _BLOCK):
        cosines = rows[at : at + _BLOCK] @ rows.T
        these = np.arange(len(cosines))
        cosines[these, at + these] = -np.inf
        for rank in range(near.shape[1]):
            near[at + these, rank] = best = cosines.argmax(axis=1)
            if rank + 1 < near.shape[1]:
                held = cosines[these, best]
                cosines[these, best] = -np.inf
        if near.shape[1] > 1:
            cosines[these, near[at + these, 0]] = held
        cosines[these, at + these] = 1.0
        squares = np.maximum(2.0 - 2.0 * cosines, 0.0)
        total += float(np.sqrt(squares).sum(dtype=np.float64))
        potential += float(np.exp(-_HEAT * squares).sum(dtype=np.float64)) - len(these)
    apart = np.sort(_apart(rows, near), axis=1)
    second = apart[:, 1] if apart.shape[1] > 1 else np.full(count, np.inf)
    ordered = count * (count - 1)
    return Pairs(total / ordered, potential / ordered, apart[:, 0], second)


def _apart(rows: NDArray[np.float32], near: NDArray[np.int64]) -> NDArray[np.float64]:
    """The distances of each row to those `near` it, from their differences: exact where they all but coincide."""
    found = np.empty(near.shape)
    for at in range(0, len(rows), _BLOCK):
        part = slice(at, at + _BLOCK)
        differences = rows[part, None, :].astype(np.float64) - rows[near[part]]
        found[part] = np.sqrt(np.einsum("ijk,ijk->ij", differences, differences))
    return found
