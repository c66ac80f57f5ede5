"""The Vendi score: how many personas that have nothing in common would be as diverse."""

import numpy as np

from personagraph.meaning.embedded.frame import FITTED, Frame
from personagraph.meaning.embedded.population import Population
from personagraph.meaning.spread.measure import Spread, SpreadMeasure


def _measure(people: Population, frame: Frame) -> Spread:
    """The exponential of the entropy of the eigenvalues of the cosines by their number (Friedman and Dieng 2023).

    From 1, where all are alike, to `most`: the number of personas, or of the vectors' dimensions where that is smaller.
    """
    rows = people.drawn(FITTED).rows
    if len(rows) < rows.shape[1]:
        sums = (rows @ rows.T).astype(np.float64)
    else:
        sums = np.zeros((rows.shape[1], rows.shape[1]))
        for at in range(0, len(rows), 4096):
            sums += rows[at : at + 4096].T @ rows[at : at + 4096]
    values = np.maximum(np.linalg.eigvalsh(sums / np.trace(sums)), 0.0)
    values = values[values > 0] / values.sum()
    score = float(np.exp(-(values * np.log(values)).sum()))
    return Spread(score, len(rows), len(people), {"most": min(rows.shape)})


MEASURE = SpreadMeasure(
    _measure, "how many personas with nothing in common would be as diverse", "personas", wider=1, smooth=True
)
