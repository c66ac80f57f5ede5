"""Measures of all pairs: the smallest distance, the mean one, and how evenly vectors lie on the sphere."""

from math import log

import numpy as np

from personagraph.meaning.embedded.frame import Frame
from personagraph.meaning.embedded.population import Population
from personagraph.meaning.spread.measure import Spread, SpreadMeasure


def _smallest(people: Population, frame: Frame) -> Spread:
    """The distance of the two that are nearest to each other, and the `median` of those to the nearest of each."""
    first = people.pairs.first
    detail = {"median": float(np.median(first)), "repeated": int((first == 0).sum())}
    return Spread(float(first.min()), len(first), len(people), detail)


def _mean(people: Population, frame: Frame) -> Spread:
    return Spread(people.pairs.mean, len(people.pairs.first), len(people))


def _uniformity(people: Population, frame: Frame) -> Spread:
    """The logarithm of the mean of exp(−2·distance²) over all pairs (Wang and Isola 2020): 0 where all are alike."""
    return Spread(log(people.pairs.potential), len(people.pairs.first), len(people))


_UNIT = "distance of vectors of length 1, from 0 to 2"
SMALLEST = SpreadMeasure(_smallest, "how near the nearest two are", _UNIT, wider=1)
MEAN = SpreadMeasure(_mean, "how far two personas are from each other on average", _UNIT, wider=1, smooth=True)
UNIFORMITY = SpreadMeasure(
    _uniformity, "how evenly personas lie in all directions", "logarithm; 0 is none", wider=-1, smooth=True
)
