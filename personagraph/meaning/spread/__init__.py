"""How widely a population spreads in an embedding space: measures, each a function of vectors and of a frame."""

from personagraph.meaning.spread import coverage, dimension, distances, empty_ball, hull, sobol, vendi, voices
from personagraph.meaning.spread.measure import SpreadMeasure

MEASURES: dict[str, SpreadMeasure] = {
    "voices": voices.MEASURE,
    "coverage": coverage.MEASURE,
    "hull": hull.MEASURE,
    "smallest": distances.SMALLEST,
    "mean_distance": distances.MEAN,
    "empty_ball": empty_ball.MEASURE,
    "sobol": sobol.MEASURE,
    "uniformity": distances.UNIFORMITY,
    "dimension": dimension.MEASURE,
    "vendi": vendi.MEASURE,
}
"""By name, in the order in which they are told."""
