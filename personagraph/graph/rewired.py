"""A graph drawn at random among those in which everyone has as many neighbours: what chance alone would give."""

import numpy as np
from numpy.typing import NDArray


def rewired(
    n: int,
    one: NDArray[np.int32],
    other: NDArray[np.int32],
    *,
    rng: np.random.Generator,
    rounds: int = 10,
    kinds: NDArray[np.uint16] | None = None,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The ends of as many pairs as are given, with the same number of pairs at each of n positions; no pair twice.

    Pairs swap their ends, where that makes neither a loop nor a pair that is there (Milo and others,
    arXiv:cond-mat/0312028); each is offered a swap in each round. The pairs that are given are different
    ones, without loops. With `kinds` (n, a number each) only pairs of the same two kinds are swapped, so that each
    position has as many pairs with every kind as before.
    """
    one, other, size = one.copy(), other.copy(), 1 if kinds is None else int(kinds.max(initial=0)) + 1
    for _ in range(rounds if len(one) > 1 else 0):
        order = rng.permutation(len(one))
        flip = order[rng.random(len(one)) < 0.5]
        one[flip], other[flip] = other[flip], one[flip]
        of_pairs = None if kinds is None else kinds[one].astype(np.min_scalar_type(size**2)) * size + kinds[other]
        first, second = _partners(order, None if of_pairs is None else of_pairs[order])
        a, b, c, d = one[first], other[first], one[second], other[second]
        half = len(first)
        new = np.concatenate([_keys(n, a, d), _keys(n, c, b)])
        taken = _is_in(new, _repeated(np.concatenate([_keys(n, one, other), new])))
        swap = ~(taken[:half] | taken[half:]) & (a != d) & (c != b)
        other[first[swap]], other[second[swap]] = d[swap], b[swap]
    return one, other


def _partners(
    order: NDArray[np.int64], kinds: NDArray[np.unsignedinteger] | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Two by two of these, of one kind where `kinds` has that of each; who is left over has none."""
    if kinds is None:
        half = len(order) // 2
        return order[:half], order[half : 2 * half]
    by_kind = np.argsort(kinds, kind="stable")
    order, kinds = order[by_kind], kinds[by_kind]
    place = np.arange(len(kinds)) - np.searchsorted(kinds, kinds)
    at = np.flatnonzero((place[:-1] % 2 == 0) & (kinds[1:] == kinds[:-1]))
    return order[at], order[at + 1]


def _keys(n: int, one: NDArray[np.int32], other: NDArray[np.int32]) -> NDArray[np.int64]:
    """A number for each pair, whichever end comes first."""
    found: NDArray[np.int64] = np.minimum(one, other).astype(np.int64) * n + np.maximum(one, other)
    return found


def _repeated(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """The keys that are there more than once, ascending."""
    keys.sort()
    return np.asarray(keys[1:][keys[1:] == keys[:-1]])


def _is_in(keys: NDArray[np.int64], few: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each key is among these, which are in ascending order."""
    if not len(few):
        return np.zeros(len(keys), np.bool_)
    return np.asarray(few[np.minimum(np.searchsorted(few, keys), len(few) - 1)] == keys)
