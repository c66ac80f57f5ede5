"""Measures of all pairs: the smallest distance, the mean one, and how evenly vectors lie on the sphere."""

from math import log

import numpy as np

from personagraph.meaning.spread.frame import Frame
from personagraph.meaning.spread.measure import Spread, SpreadMeasure
from personagraph.meaning.spread.space import Space


def _smallest(space: Space, frame: Frame) -> Spread:
    """The distance of the two that are nearest to each other, and the `median` of those to the nearest of each."""
    first = space.pairs.first
    detail = {"median": float(np.median(first)), "repeated": int((first == 0).sum())}
    return Spread(float(first.min()), len(first), len(space), detail)


def _mean(space: Space, frame: Frame) -> Spread:
    return Spread(space.pairs.mean, len(space.pairs.first), len(space))


def _uniformity(space: Space, frame: Frame) -> Spread:
    """The logarithm of the mean of exp(−2·distance²) over all pairs (Wang and Isola 2020): 0 where all are alike."""
    return Spread(log(space.pairs.potential), len(space.pairs.first), len(space))


_UNIT = "distance of vectors of length 1, from 0 to 2"
SMALLEST = SpreadMeasure(_smallest, "how near the nearest two are", _UNIT, wider=1)
MEAN = SpreadMeasure(_mean, "how far two personas are from each other on average", _UNIT, wider=1, smooth=True)
UNIFORMITY = SpreadMeasure(
    _uniformity, "how evenly personas lie in all directions", "logarithm; 0 is none", wider=-1, smooth=True
)
