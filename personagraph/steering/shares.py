"""What can be said of shares that were counted: intervals, ratios to what is wanted, inequality."""

from collections.abc import Iterable
from math import atan, cos, pi, sin, sqrt
from statistics import NormalDist
from typing import Final, NamedTuple

CONFIDENCE: Final = 0.95


class Interval(NamedTuple):
    """From `low` to `high`."""

    low: float
    high: float


def wilson(count: float, total: float, *, confidence: float = CONFIDENCE) -> Interval:
    """The score interval of a share (Wilson 1927), within 0 and 1; all of it when the total is 0.

    Raises ValueError unless 0 <= count <= total.
    """
    if not 0 <= count <= total:
        raise ValueError(f"a share of {count} out of {total} is none")
    if not total:
        return Interval(0.0, 1.0)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = count / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return Interval(0.0 if count == 0 else max(0.0, middle - half), 1.0 if count == total else min(1.0, middle + half))


def difference(
    count: float, total: float, other_count: float, other_total: float, *, confidence: float = CONFIDENCE
) -> Interval:
    """The interval of the second share less the first, of two independent populations (Newcombe 1998, method 10).

    From -1 to 1; all of that when one has nobody.
    """
    if not total or not other_total:
        return Interval(-1.0, 1.0)
    one, other = count / total, other_count / other_total
    first = wilson(count, total, confidence=confidence)
    second = wilson(other_count, other_total, confidence=confidence)
    return Interval(
        other - one - sqrt((other - second.low) ** 2 + (first.high - one) ** 2),
        other - one + sqrt((second.high - other) ** 2 + (one - first.low) ** 2),
    )


class Representation(NamedTuple):
    """A share divided by the share that is wanted: 1 is as wanted, 0.5 half of it; with its interval."""

    ratio: float
    low: float
    high: float


def representation(
    count: float, total: float, wanted: float, *, confidence: float = CONFIDENCE
) -> Representation | None:
    """The representation ratio of a cell, with the Wilson interval of its share; None when nothing or nobody is there.

    The wanted share counts as exact: what a target leaves open is in its notes, not in the interval.
    """
    if not total or wanted <= 0:
        return None
    low, high = wilson(count, total, confidence=confidence)
    return Representation(count / total / wanted, low / wanted, high / wanted)


def gini(counts: Iterable[float]) -> float | None:
    """How unequal counts are: 0 where all are the same, towards 1 where one has everything; None for nobody."""
    ordered = sorted(counts)
    total = sum(ordered)
    if not total:
        return None
    n = len(ordered)
    return sum((2 * rank - n - 1) * count for rank, count in enumerate(ordered, 1)) / (n * total)


def t_quantile(freedom: int, *, confidence: float = CONFIDENCE) -> float:
    """So far from 0 lies Student's t with so much confidence. Raises ValueError for no degree of freedom."""
    if freedom < 1:
        raise ValueError("one value has no spread")
    low, high = 0.0, 1.0
    while _within(high, freedom) < confidence:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < confidence else (low, middle)
    return (low + high) / 2


def _within(t: float, freedom: int) -> float:
    """P(|T| <= t), by the finite sums for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4)."""
    angle = atan(t / sqrt(freedom))
    square = cos(angle) ** 2
    term = total = 1.0 if freedom % 2 == 0 else cos(angle)
    if freedom == 1:
        return 2 * angle / pi
    for k in range(2 if freedom % 2 else 1, freedom - 2, 2):
        term *= square * k / (k + 1)
        total += term
    return sin(angle) * total if freedom % 2 == 0 else 2 / pi * (angle + sin(angle) * total)
