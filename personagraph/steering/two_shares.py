"""Tests whether two shares that were counted differ beyond chance, exactly, however few were counted."""

from math import exp, fsum, lgamma
from typing import Final

_NEGLIGIBLE: Final = 1e-17


def exact_p(count: int, total: int, other_count: int, other_total: int) -> float:
    """The two-sided p-value of two shares that are the same (Fisher 1934): twice the smaller tail, at most 1.

    Given how many there are of both together, the first has a hypergeometric number of them. Raises ValueError unless
    0 <= count <= total in both.
    """
    if not (0 <= count <= total and 0 <= other_count <= other_total):
        raise ValueError(f"{count} of {total} and {other_count} of {other_total} are no two shares")
    both = count + other_count
    if count * other_total > other_count * total:
        count, total, other_total = other_count, other_total, total
    rest = other_total - both
    term = exp(_ways(total, count) + _ways(other_total, both - count) - _ways(total + other_total, both))
    terms, k = [term], count
    while k > 0 and terms[-1] > _NEGLIGIBLE * term:
        terms.append(terms[-1] * k * (rest + k) / ((both - k + 1) * (total - k + 1)))
        k -= 1
    return min(1.0, 2 * fsum(terms))


def _ways(total: int, count: int) -> float:
    """The logarithm of how many ways there are to choose so many."""
    return lgamma(total + 1) - lgamma(count + 1) - lgamma(total - count + 1)
