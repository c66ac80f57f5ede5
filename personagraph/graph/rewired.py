"""A graph drawn at random among those in which everyone has as many neighbours: what chance alone would give."""

import numpy as np
from numpy.typing import NDArray


def rewired(
    n: int, one: NDArray[np.int32], other: NDArray[np.int32], *, rng: np.random.Generator, rounds: int = 10
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The ends of as many pairs as are given, with the same number of pairs at each of n positions; no pair twice.

    Pairs swap their ends, where that makes neither a loop nor a pair that is there (Milo and others,
    arXiv:cond-mat/0312028); each is offered a swap in each round. The pairs that are given are different
    ones, without loops.
    """
    one, other, half = one.copy(), other.copy(), len(one) // 2
    for _ in range(rounds if half else 0):
        order = rng.permutation(len(one))
        first, second = order[:half], order[half : 2 * half]
        flip = second[rng.random(half) < 0.5]
        one[flip], other[flip] = other[flip], one[flip]
        a, b, c, d = one[first], other[first], one[second], other[second]
        keys = np.concatenate([_keys(n, one, other), _keys(n, a, d), _keys(n, c, b)])
        taken = _repeated(keys)[len(one) :]
        swap = ~(taken[:half] | taken[half:]) & (a != d) & (c != b)
        other[first[swap]], other[second[swap]] = d[swap], b[swap]
    return one, other


def _keys(n: int, one: NDArray[np.int32], other: NDArray[np.int32]) -> NDArray[np.int64]:
    """A number for each pair, whichever end comes first."""
    found: NDArray[np.int64] = np.minimum(one, other).astype(np.int64) * n + np.maximum(one, other)
    return found


def _repeated(keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each key is there more than once."""
    order = np.argsort(keys)
    ordered = keys[order]
    same = ordered[1:] == ordered[:-1]
    found = np.zeros(len(keys), np.bool_)
    found[order[1:][same]] = found[order[:-1][same]] = True
    return found
