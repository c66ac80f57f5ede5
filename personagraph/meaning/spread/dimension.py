"""Intrinsic dimension: in how many independent ways personas differ from those nearest to them."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from personagraph.meaning.embedded.frame import Frame
from personagraph.meaning.embedded.pairs import pairs_of
from personagraph.meaning.embedded.population import PAIRED, Population
from personagraph.meaning.spread.measure import Spread, SpreadMeasure

_KEPT = 0.9
"""The share of the smallest ratios that the line is fitted to, as in the paper."""


def two_nn(first: NDArray[np.float64], second: NDArray[np.float64]) -> float | None:
    """The dimension by the ratio of the distances (n,) to the two nearest (TwoNN, Facco et al. 2017).

    The slope, through the origin, of −log(1 − F) by the logarithm of the ratio. `first` is above 0 everywhere. None
    where no ratio differs from one.
    """
    ratios = np.sort(np.log(second / first))
    kept = max(1, int(_KEPT * len(ratios)))
    ways = -np.log1p(-np.arange(1, kept + 1) / (len(ratios) + 1))
    power = float((ratios[:kept] ** 2).sum())
    return float((ratios[:kept] * ways).sum()) / power if power > 0 else None


def _measure(people: Population, frame: Frame) -> Spread:
    """TwoNN of those that are not exactly alike; `low` and `high` are a 95 % interval, were all ratios independent."""
    pairs, rows = people.pairs, people.drawn(PAIRED).rows
    if (pairs.first == 0).any():
        rows = np.unique(rows, axis=0)
        if len(rows) < 3:
            return Spread(None, len(rows), len(people), reason="fewer than three personas differ")
        pairs = pairs_of(rows)
    told = pairs.first > 0
    found = two_nn(pairs.first[told], pairs.second[told]) if told.any() else None
    if found is None:
        return Spread(
            None, len(rows), len(people), reason="everybody is as far from the second nearest as from the nearest"
        )
    slip = 1.96 / sqrt(int(told.sum()))
    return Spread(found, len(rows), len(people), low=found * (1 - slip), high=found * (1 + slip))


MEASURE = SpreadMeasure(_measure, "in how many ways personas differ from those nearest to them", "dimensions", wider=1)
