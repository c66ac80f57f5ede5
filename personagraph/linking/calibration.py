"""What a judge's scores are worth: whether they tell who knows whom, from which on one passes, an ego's own level."""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Sequence
from copy import copy
from math import floor, inf, sqrt
from statistics import NormalDist
from typing import Final, NamedTuple

CONFIDENCE: Final = 0.95
_STEPS = 60
_FEWEST = 10
"""Scores beyond the number of egos from which on it is estimated how much egos differ."""
_SHRUNK: Final = 4.0
"""So many scores of the mean of all are put to an ego's own until then."""
_LEAST, _MOST = 0.5, 100.0


class Separation(NamedTuple):
    """The chance that somebody's score is above that of a pair drawn by lot (ties count half), with its interval."""

    value: float
    low: float
    high: float


def auc(true: Sequence[float], random: Sequence[float], *, confidence: float = CONFIDENCE) -> Separation:
    """How well scores separate pairs that are tied from random ones: the area under the ROC curve (Mann and Whitney).

    The interval is the fifth method of Newcombe (2006): it holds for a few dozen scores, and where none overlap.
    Raises ValueError when there are none of either, and for a score that is no number.
    """
    if not true or not random:
        raise ValueError(f"{len(true)} tied and {len(random)} random pairs: both are needed")
    ordered = _numbers(random)
    above = sum(bisect_left(ordered, score) + bisect_right(ordered, score) for score in _numbers(true)) / 2
    value = above / (len(true) * len(random))
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    return Separation(value, *(_bound(value, end, z, len(true), len(random)) for end in (0.0, 1.0)))


def bar(random: Sequence[float], share: float) -> float:
    """The score that at most this share of random pairs is above, of a new one drawn as these were.

    The promise is that of conformal prediction (Vovk, Gammerman and Shafer 2005), whatever the scores: the bar is the
    highest but so many that a new one ranks above it with that chance. With fewer than 1 / share − 1 none can be
    promised, and it is the highest of these. A pair passes when it is above, not at, the bar. Raises ValueError when
    there are none, for a share that is not above 0 and below 1, and for a score that is no number.
    """
    if not random or not 0 < share < 1:
        raise ValueError(f"{len(random)} random pairs, of which a share of {share} may pass, make no bar")
    allowed = floor(share * (len(random) + 1) + 1e-9)
    return _numbers(random)[-max(allowed, 1)]


class EgoMeans:
    """The level at which each ego's candidates are rated, learned from all: some egos seem to know everybody.

    An ego's own mean is shrunk to the mean of all, by as many scores as the variance within egos is of that between
    them (the one-way model of random effects; Robinson 1991), so that few candidates do not decide it. Adding costs the
    same however many there are.
    """

    def __init__(self) -> None:
        self._own: dict[Hashable, tuple[int, float]] = {}
        """How many scores there are of each, and their sum."""
        self._count, self._sum, self._squares = 0, 0.0, 0.0
        self._of_means, self._counts_squared = 0.0, 0

    def copied(self) -> "EgoMeans":
        """The same, to which others can be added."""
        found = copy(self)
        found._own = dict(self._own)
        return found

    def add(self, ego: Hashable, score: float) -> None:
        """One of the ego's candidates was rated so. Raises ValueError for what is no number."""
        _numbers([score])
        count, total = self._own.get(ego, (0, 0.0))
        self._count, self._sum, self._squares = self._count + 1, self._sum + score, self._squares + score * score
        self._of_means += (total + score) ** 2 / (count + 1) - (total**2 / count if count else 0.0)
        self._counts_squared += 2 * count + 1
        self._own[ego] = count + 1, total + score

    def level(self, ego: Hashable, *, without: float | None = None) -> float:
        """The ego's mean, shrunk; with one of its scores left out, when that is given. 0 when there is no other."""
        count, total = self._own.get(ego, (0, 0.0))
        all_count, all_total = self._count, self._sum
        if without is not None:
            count, total, all_count, all_total = count - 1, total - without, all_count - 1, all_total - without
        if all_count <= 0:
            return 0.0
        weight = self.shrinkage()
        return (total + weight * all_total / all_count) / (count + weight)

    def above(self, ego: Hashable, score: float) -> float:
        """How far one of the scores that were added for an ego lies above the level of its others."""
        return score - self.level(ego, without=score)

    def shrinkage(self) -> float:
        """How many scores of the mean of all are put to an ego's own; from few scores it is not estimated."""
        groups, count = len(self._own), self._count
        if groups < 2 or count - groups < _FEWEST:
            return _SHRUNK
        within = (self._squares - self._of_means) / (count - groups)
        each = (count - self._counts_squared / count) / (groups - 1)
        between = ((self._of_means - self._sum**2 / count) / (groups - 1) - within) / each
        return _MOST if between <= 0 else min(max(within / between, _LEAST), _MOST)


def _numbers(scores: Sequence[float]) -> list[float]:
    if any(not -inf < score < inf for score in scores):
        raise ValueError("a score is no finite number")
    return sorted(scores)


def _bound(value: float, end: float, z: float, m: int, n: int) -> float:
    """Where the distance to the value, towards this end, is z standard errors of an area that is there."""
    spare = (m + n) / 2 - 1

    def is_within(area: float) -> bool:
        spread = area * (1 - area) * (1 + spare * ((1 - area) / (2 - area) + area / (1 + area))) / (m * n)
        return abs(area - value) <= z * sqrt(spread)

    near, far = value, end
    if is_within(end):
        return end
    for _ in range(_STEPS):
        middle = (near + far) / 2
        near, far = (middle, far) if is_within(middle) else (near, middle)
    return near
