"""Tests whether a group has more or less of something than those beside it, within strata, exactly."""

from collections.abc import Iterable
from math import exp, lgamma
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

_NEGLIGIBLE: Final = 1e-20


class Stratum(NamedTuple):
    """Of `total` in the group `having` have it, of `all_total` in the stratum, the group with them, `all_having`."""

    having: int
    total: int
    all_having: int
    all_total: int


class Tails(NamedTuple):
    """The p-values of at least and of at most so many, and the least that each could have been.

    The least of these depend on how many there are of all, and not on how many of the group have it.
    """

    more: float
    fewer: float
    least_more: float
    least_fewer: float


def tails(strata: Iterable[Stratum]) -> Tails:
    """How likely at least, and at most, so many are where the group is like those beside it in every stratum.

    Given how many have it in each stratum, the group's number is a sum of hypergeometric ones (the exact form of the
    test of Mantel and Haenszel 1959). A stratum that is all of the group says nothing. Raises ValueError for counts
    that cannot be.
    """
    seen, low, high = 0, 0, 0
    chances: NDArray[np.float64] = np.ones(1)
    first = 0
    for stratum in strata:
        start, one = _hypergeometric(stratum)
        chances = np.convolve(chances, one)
        first += start
        seen += stratum.having
        low += max(0, stratum.total + stratum.all_having - stratum.all_total)
        high += min(stratum.total, stratum.all_having)

    def more(k: int) -> float:
        return min(1.0, float(chances[max(0, k - first) :].sum()))

    def fewer(k: int) -> float:
        return min(1.0, float(chances[: max(0, k - first + 1)].sum()))

    return Tails(more(seen), fewer(seen), more(high), fewer(low))


def _hypergeometric(stratum: Stratum) -> tuple[int, NDArray[np.float64]]:
    """The first number that is not negligible, and the chances of it and of those that follow."""
    count, n, hits, total = stratum
    low, high = max(0, n + hits - total), min(n, hits)
    if not (low <= count <= high and 0 <= n <= total):
        raise ValueError(f"{count} of {n} are no part of {hits} of {total}")
    mode = min(high, max(low, (n + 1) * (hits + 1) // (total + 2)))
    at = exp(_ways(n, mode) + _ways(total - n, hits - mode) - _ways(total, hits))
    below, above, k = [at], list[float](), mode
    while k > low and below[-1] > _NEGLIGIBLE:
        below.append(below[-1] * k * (total - n - hits + k) / ((hits - k + 1) * (n - k + 1)))
        k -= 1
    first, k, last = k, mode, at
    while k < high and last > _NEGLIGIBLE:
        last *= (hits - k) * (n - k) / ((k + 1) * (total - n - hits + k + 1))
        above.append(last)
        k += 1
    return first, np.array([*reversed(below), *above])


def _ways(total: int, count: int) -> float:
    """The logarithm of how many ways there are to choose so many."""
    return lgamma(total + 1) - lgamma(count + 1) - lgamma(total - count + 1)
