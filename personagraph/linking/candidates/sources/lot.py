"""People drawn by lot, whoever they are: what every other source is measured against."""

import numpy as np

from personagraph.linking.candidates.sources.source import CandidateSource, Outlook, Positions


def _propose(outlook: Outlook) -> Positions:
    drawn = outlook.rng.integers(len(outlook.crowd), size=2 * outlook.depth)
    return np.asarray(drawn[outlook.are_others(drawn)])


SOURCE = CandidateSource(_propose, "drawn by lot")
