"""Monte-Carlo coverage: how much of the cube lies near somebody."""

from math import sqrt

from personagraph.meaning.embedded.frame import Frame
from personagraph.meaning.embedded.population import Population
from personagraph.meaning.spread.measure import Spread, SpreadMeasure


def _measure(people: Population, frame: Frame) -> Spread:
    """The share of points drawn from the cube that have a persona within the frame's radius.

    The radius is the one at which as many points as the reference has, in a Sobol set, cover 99 % (arXiv 2602.03545).
    `slip` is the standard error of the drawing, not of the population.
    """
    from scipy.spatial import cKDTree

    probes = frame.probes()
    share = float((cKDTree(frame.in_cube(people)).query(probes)[0] <= frame.radius).mean())
    slip = sqrt(share * (1 - share) / len(probes))
    detail = {"radius": frame.radius, "axes": len(frame.axes), "probes": len(probes), "slip": slip}
    return Spread(share, len(people), len(people), detail)


MEASURE = SpreadMeasure(_measure, "how much of the space lies near somebody", "share of the cube", wider=1, framed=True)
