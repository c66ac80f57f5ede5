"""People of the ego's region, and of its community: where short walks along ties often lead."""

import numpy as np

from personagraph.linking.candidates.sources.source import NO_POSITIONS, CandidateSource, Outlook, Positions, in_turns
from personagraph.linking.people.crowd import UNSAID

_DRAWN = 256
"""So many people of the region are drawn, at least, and the likest of them taken."""
_WALKS, _HOPS = 32, 4


def _propose(outlook: Outlook) -> Positions:
    return in_turns([_of_the_region(outlook), _of_the_community(outlook)])


def _of_the_region(outlook: Outlook) -> Positions:
    region = int(outlook.crowd.values("region")[outlook.ego])
    if region == UNSAID:
        return NO_POSITIONS
    drawn = outlook.crowd.drawn("region", region, max(_DRAWN, 2 * outlook.depth), outlook.rng)
    return outlook.likest(drawn)[: outlook.depth]


def _of_the_community(outlook: Outlook) -> Positions:
    """Who was met at three hops or four by random walks from the ego: the most often, then the likest.

    Short walks stay in the community where they begin (Pons and Latapy 2005).
    """
    if not len(outlook.known.of(outlook.ego)):
        return NO_POSITIONS
    here, met = np.full(_WALKS, outlook.ego, np.int64), list[Positions]()
    for turns in outlook.rng.random((_HOPS, _WALKS)):
        here = outlook.known.stepped(here, turns)
        met.append(here)
    people, times = np.unique(np.concatenate(met[2:]), return_counts=True)
    return outlook.likest(people, 2.0 * times)


SOURCE = CandidateSource(_propose, "of the ego's region, or of its community")
