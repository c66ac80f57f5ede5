"""People whose activity goes with the ego's: teacher and student, doctor and patient, farmer and buyer."""

import numpy as np
from numpy.typing import NDArray

from personagraph.linking.candidates.complements import ACTIVITY
from personagraph.linking.candidates.sources.source import CandidateSource, Outlook, Positions, in_turns

_ACTIVITIES = 4
"""So many activities are drawn, by how often they go with the ego's."""
_DRAWN = 64
"""So many people of each are drawn."""
SAME_REGION = 0.1
"""What a region that both share counts, as a cosine: a patient lives near the surgery."""


def _propose(outlook: Outlook, count: int) -> Positions:
    """Of each activity that was drawn, the likest of some people of it, those of the ego's region before others."""
    weights = outlook.complements.partners(int(outlook.crowd.values(ACTIVITY)[outlook.ego]))
    weights *= [outlook.crowd.pool(ACTIVITY, number) > 0 for number in range(len(weights))]
    if not weights.any():
        return in_turns([])
    drawn = outlook.rng.choice(len(weights), _ACTIVITIES, p=weights / weights.sum()).tolist()
    pools = [
        outlook.crowd.drawn(ACTIVITY, activity, max(_DRAWN, count), outlook.rng) for activity in dict.fromkeys(drawn)
    ]
    return in_turns([outlook.likest(pool, bonus=nearby(outlook, pool))[:count] for pool in pools])


def nearby(outlook: Outlook, people: Positions) -> NDArray[np.float64]:
    """SAME_REGION for each of these who shares the ego's region, less that for each of another (n,)."""
    regions = outlook.crowd.values("region")
    own, others = regions[outlook.ego], regions[people]
    told = (own >= 0) & (others >= 0)
    return np.asarray(np.where(told, np.where(others == own, SAME_REGION, -SAME_REGION), 0.0))


SOURCE = CandidateSource(_propose, "whose activity goes with the ego's")
