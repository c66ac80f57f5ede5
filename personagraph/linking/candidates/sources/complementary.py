"""People whose activity goes with the ego's: teacher and student, doctor and patient, farmer and buyer."""

import numpy as np
from numpy.typing import NDArray

from personagraph.linking.candidates.complements import ACTIVITY
from personagraph.linking.candidates.sources.source import NO_POSITIONS, CandidateSource, Outlook, Positions, in_turns

_ACTIVITIES = 3
"""So many activities are drawn, by how often they go with the ego's."""
_DRAWN = 128
"""So many people of each are drawn, at least, and the likest of them taken."""
SAME_REGION = 0.1
"""What a region that both share counts, as a cosine: a patient lives near the surgery."""


def _propose(outlook: Outlook) -> Positions:
    """Of each activity that was drawn, the likest of some people of it, those of the ego's region before others."""
    crowd, rng = outlook.crowd, outlook.rng
    weights = outlook.complements.partners(int(crowd.values(ACTIVITY)[outlook.ego])) * (crowd.sizes(ACTIVITY) > 0)
    shares = np.cumsum(weights)
    if not shares[-1] > 0:
        return NO_POSITIONS
    activities = np.searchsorted(shares, rng.random(_ACTIVITIES) * shares[-1], side="right").tolist()
    count = max(_DRAWN, outlook.depth)
    people = np.concatenate([crowd.drawn(ACTIVITY, number, count, rng) for number in dict.fromkeys(activities)])
    ranked = outlook.likest(people, _nearby(outlook, people))
    of = crowd.values(ACTIVITY)[ranked]
    return in_turns([ranked[of == number] for number in dict.fromkeys(activities)])


def _nearby(outlook: Outlook, people: Positions) -> NDArray[np.float32]:
    """SAME_REGION for each of these who shares the ego's region, less that for each of another (n,)."""
    regions = outlook.crowd.values("region")
    own, others = regions[outlook.ego], regions[people]
    side = np.where(others == own, SAME_REGION, -SAME_REGION)
    return np.where((own >= 0) & (others >= 0), side, 0.0).astype(np.float32)


SOURCE = CandidateSource(_propose, "whose activity goes with the ego's")
