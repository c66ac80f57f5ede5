"""Hull volume: how much of the projection lies between personas."""

import numpy as np
from numpy.typing import NDArray

from personagraph.meaning.embedded.frame import Frame
from personagraph.meaning.embedded.population import Population
from personagraph.meaning.spread.measure import Spread, SpreadMeasure


def hull_volume(points: NDArray[np.float64]) -> float:
    """The volume of the convex hull of the points (n, k); 0 where they lie in fewer dimensions than k."""
    if points.shape[1] == 1:
        return float(np.ptp(points))
    from scipy.spatial import ConvexHull, QhullError

    if np.linalg.matrix_rank(points - points.mean(axis=0)) < points.shape[1]:
        return 0.0
    try:
        return float(ConvexHull(points).volume)
    except QhullError:
        return 0.0


def _measure(people: Population, frame: Frame) -> Spread:
    """The volume, in cubes of the frame, of the hull of everybody in its projection, outside of the cube as well."""
    volume = hull_volume(frame.placed(people))
    return Spread(volume, len(people), len(people), {"axes": len(frame.axes), "explained": frame.explained})


MEASURE = SpreadMeasure(
    _measure, "how much of the space lies between personas", "volumes of the cube", wider=1, framed=True
)
