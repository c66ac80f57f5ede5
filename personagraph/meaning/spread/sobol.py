"""Divergence from a Sobol set: how unevenly personas fill the cube."""

from math import log2

import numpy as np
from numpy.typing import NDArray

from personagraph.meaning.embedded.frame import Frame
from personagraph.meaning.embedded.population import Population
from personagraph.meaning.spread.measure import Spread, SpreadMeasure

_IN_A_BOX = 8
"""Boxes are so many that each has at least so many of the reference on average, and two at least."""
_BITS = 12
_DRAWS = 100


def boxes_of(points: NDArray[np.float64], bits: int) -> NDArray[np.int64]:
    """The number of the box, below 2^bits, of each point (n, k) of the unit cube.

    Halving goes on axis by axis from the first: an axis has bits // k halvings, and one more among the first bits % k.
    """
    dims, found = points.shape[1], np.zeros(len(points), np.int64)
    for axis in range(dims):
        parts = 1 << (bits // dims + (axis < bits % dims))
        found = found * parts + np.minimum((points[:, axis] * parts).astype(np.int64), parts - 1)
    return found


def divergence(counts: NDArray[np.int64]) -> float:
    """The Kullback–Leibler divergence, in bits, of the shares from equal ones."""
    shares = counts[counts > 0] / counts.sum()
    return max(0.0, log2(len(counts)) + float((shares * np.log2(shares)).sum()))


def _measure(people: Population, frame: Frame) -> Spread:
    """Kullback–Leibler divergence, in bits, over boxes of equal volume, of which a Sobol set has the same in each.

    That is finite however many are alike, unlike estimates by the nearest neighbour. `by_chance` is what as many points
    drawn evenly from the cube would have on average. The interval is that of the boxes' numbers drawn again.
    """
    bits = min(_BITS, max(1, int(log2(frame.of / _IN_A_BOX))))
    counts = np.bincount(boxes_of(frame.in_cube(people), bits), minlength=1 << bits)
    drawn = np.random.default_rng(frame.seed).multinomial(len(people), np.full(1 << bits, 0.5**bits), _DRAWS)
    by_chance = sum(divergence(row) for row in drawn) / _DRAWS
    again = np.random.default_rng(frame.seed + 1).multinomial(len(people), counts / len(people), _DRAWS)
    value, slip = divergence(counts), 1.96 * float(np.std([divergence(row) for row in again], ddof=1))
    detail = {"boxes": 1 << bits, "axes": len(frame.axes), "by_chance": by_chance}
    return Spread(value, len(people), len(people), detail, low=max(0.0, value - slip), high=value + slip)


MEASURE = SpreadMeasure(
    _measure, "how unevenly personas fill the space, beside a Sobol set", "bits", wider=-1, framed=True
)
