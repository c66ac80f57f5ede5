"""People of the ego's region, and of its community: where short walks along ties often lead."""

import numpy as np

from personagraph.linking.candidates.sources.source import CandidateSource, Outlook, Positions, in_turns
from personagraph.linking.people.crowd import UNSAID

_DRAWN = 8
"""So many people of the region are drawn for each who is wanted, and the likest of them taken."""
_WALKS, _HOPS = 32, 4


def _propose(outlook: Outlook, count: int) -> Positions:
    return in_turns([_of_the_region(outlook, count), _of_the_community(outlook)])


def _of_the_region(outlook: Outlook, count: int) -> Positions:
    region = int(outlook.crowd.values("region")[outlook.ego])
    if region == UNSAID:
        return in_turns([])
    return outlook.likest(outlook.crowd.drawn("region", region, _DRAWN * count, outlook.rng))[:count]


def _of_the_community(outlook: Outlook) -> Positions:
    """Who was met at three hops or four by random walks from the ego: the most often, then the likest.

    Short walks stay in the community where they begin (Pons and Latapy 2005).
    """
    turns, met = outlook.rng.random((_WALKS, _HOPS)).tolist(), list[int]()
    if not len(outlook.known.of(outlook.ego)):
        return in_turns([])
    for walk in turns:
        here = outlook.ego
        for hop, turn in enumerate(walk, start=1):
            others = outlook.known.of(here)
            here = int(others[int(turn * len(others))])
            if hop > _HOPS - 2:
                met.append(here)
    people, times = np.unique(np.array(met, np.int64), return_counts=True)
    return outlook.likest(people, bonus=2.0 * times)


SOURCE = CandidateSource(_propose, "of the ego's region, or of its community")
