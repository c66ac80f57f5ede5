"""People drawn by lot, whoever they are: what every other source is measured against."""

import numpy as np

from personagraph.linking.candidates.sources.source import NEAR_COPY, CandidateSource, Outlook, Positions


def _propose(outlook: Outlook, count: int) -> Positions:
    drawn = outlook.rng.integers(len(outlook.crowd), size=2 * count)
    first = np.sort(np.unique(drawn, return_index=True)[1])
    found = drawn[first]
    return np.asarray(found[(outlook.cosines(found) < NEAR_COPY) & (found != outlook.ego)])


SOURCE = CandidateSource(_propose, "drawn by lot")
