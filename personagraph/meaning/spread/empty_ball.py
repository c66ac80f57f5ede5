"""The largest empty ball (dispersion): how far from everybody one can be within the cube."""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from personagraph.meaning.embedded.frame import Frame
from personagraph.meaning.embedded.population import Population
from personagraph.meaning.spread.measure import Spread, SpreadMeasure

LOOKS = 200_000
"""Places, at most, from which the nearest persona is looked for."""
ENOUGH = 0.01
"""The search ends when the bounds are so close, as a share of the radius."""
_FIRST = 4096


def largest_empty_ball(points: NDArray[np.float64], *, looks: int = LOOKS) -> tuple[float, float, NDArray[np.float64]]:
    """The largest distance from a place in the unit cube to the nearest of the points (n, k), n ≥ 1, k ≥ 1.

    Gives a lower bound, an upper bound, and the place (k,) where the lower one is. The ball's centre is in the cube,
    and the ball may reach beyond. Both bounds hold: the distance to the nearest changes no faster than one moves, so
    none within a box is further than that of its middle and half its diagonal. Boxes that may hold a larger ball are
    halved along each axis, the most promising first, until the bounds are ENOUGH close or `looks` are used up.
    """
    from scipy.spatial import cKDTree

    tree, dims = cKDTree(points), points.shape[1]
    each = max(1, int(_FIRST ** (1 / dims) + 1e-9))
    steps = (np.arange(each) + 0.5) / each
    middles = np.array(list(product(steps, repeat=dims)))
    halves = np.array(list(product((-0.5, 0.5), repeat=dims)))
    side, best, high, place = 1 / each, -1.0, 0.0, middles[0]
    while len(middles):
        found = tree.query(middles)[0]
        looks -= len(middles)
        if found.max() > best:
            best, place = float(found.max()), middles[found.argmax()]
        bounds = found + side * np.sqrt(dims) / 2
        open_ = np.argsort(-bounds, kind="stable")[: int((bounds > best * (1 + ENOUGH)).sum())]
        room = max(0, looks) // len(halves)
        if len(open_) > room:
            high = max(high, float(bounds[open_[room]]))
        side /= 2
        middles = (middles[open_[:room], None, :] + side * halves[None, :, :]).reshape(-1, dims)
    return best, max(high, best * (1 + ENOUGH)), place


def _measure(people: Population, frame: Frame) -> Spread:
    """The lower bound of the radius, in sides of the cube; `at_most` is the upper one."""
    low, high, _ = largest_empty_ball(frame.in_cube(people))
    return Spread(low, len(people), len(people), {"at_most": high, "axes": len(frame.axes)})


MEASURE = SpreadMeasure(
    _measure, "the largest ball of the space with nobody in it", "sides of the cube", wider=-1, framed=True
)
