"""People in another component, the likest first, of a large one somewhat sooner: a tie to one joins the two."""

import numpy as np

from personagraph.linking.candidates.sources.source import CandidateSource, Outlook, Positions

_DEPTH = 4
"""So many times as many are looked at as are wanted, as some are in the ego's own component."""
PER_DOUBLING = 0.01
"""What a component that is twice as large counts, as a cosine: it brings twice as many within reach."""


def _propose(outlook: Outlook, count: int) -> Positions:
    found = _beyond(outlook, outlook.near(outlook.vector, _DEPTH * count)[0])
    if len(found) < count:
        drawn = np.unique(outlook.rng.integers(len(outlook.crowd), size=_DEPTH * count))
        more = _beyond(outlook, drawn)
        found = np.concatenate([found, more[~np.isin(more, found)]])
    return found


def _beyond(outlook: Outlook, people: Positions) -> Positions:
    """Those of these who are not in the ego's component."""
    components = outlook.known.components(np.append(people, outlook.ego))
    other = components[:-1] != components[-1]
    sizes = outlook.known.sizes(components[:-1][other])
    return outlook.likest(people[other], bonus=PER_DOUBLING * np.log2(np.maximum(sizes, 1)))


SOURCE = CandidateSource(_propose, "in a part of the graph that nothing joins to the ego's")
