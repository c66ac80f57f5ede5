"""People in another component, the likest first, of a large one somewhat sooner: a tie to one joins the two."""

import numpy as np

from personagraph.linking.candidates.sources.source import CandidateSource, Outlook, Positions

_DEEPER = 4
"""So many times as many are looked at where most of the nearest are in the ego's own component."""
PER_DOUBLING = 0.01
"""What a component that is twice as large counts, as a cosine: it brings twice as many within reach."""


def _propose(outlook: Outlook) -> Positions:
    found = _beyond(outlook, outlook.nearest[0])
    if 2 * len(found) < outlook.depth:
        own = outlook.described.vectors(np.array([outlook.ego], np.int64))
        found = _beyond(outlook, outlook.near(own, _DEEPER * outlook.depth)[0])
    if len(found) < outlook.depth:
        drawn = outlook.rng.integers(len(outlook.crowd), size=_DEEPER * outlook.depth)
        found = np.concatenate([found, _beyond(outlook, drawn)])
    return found


def _beyond(outlook: Outlook, people: Positions) -> Positions:
    """Those of these who are not in the ego's component."""
    components = outlook.known.components(np.append(people, outlook.ego))
    other = components[:-1] != components[-1]
    sizes = outlook.known.sizes(components[:-1][other])
    return outlook.likest(people[other], PER_DOUBLING * np.log2(np.maximum(sizes, 1)))


SOURCE = CandidateSource(_propose, "in a part of the graph that nothing joins to the ego's")
