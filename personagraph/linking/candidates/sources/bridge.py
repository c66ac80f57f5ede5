"""People in another component, the likest first, of a large one somewhat sooner: a tie to one joins the two."""

import numpy as np
from numpy.typing import NDArray

from personagraph.linking.candidates.sources.source import NEAR_COPY, CandidateSource, Outlook, Positions

_DEEPER = 4
"""So many times as many are looked at where most of the nearest are in the ego's own component."""
PER_DOUBLING = 0.01
"""What a component that is twice as large counts, as a cosine: it brings twice as many within reach."""


def _propose(outlook: Outlook) -> Positions:
    found = _beyond(outlook, *outlook.nearest)
    if 2 * len(found) < outlook.depth:
        found = _beyond(outlook, *outlook.near(_DEEPER * outlook.depth))
    if 2 * len(found) < outlook.depth:
        drawn = outlook.rng.integers(len(outlook.crowd), size=_DEEPER * outlook.depth)
        cosines = outlook.described.cosines(outlook.own, drawn)
        others = (cosines < NEAR_COPY) & (drawn != outlook.ego)
        found = np.concatenate([found, _beyond(outlook, drawn[others], cosines[others])])
    return found


def _beyond(outlook: Outlook, people: Positions, cosines: NDArray[np.float32]) -> Positions:
    """Those of these who are not in the ego's component."""
    components = outlook.known.components(np.append(people, outlook.ego))
    other = components[:-1] != components[-1]
    sizes = outlook.known.sizes(components[:-1][other])
    return np.asarray(people[other][np.argsort(-(cosines[other] + PER_DOUBLING * np.log2(sizes)), kind="stable")])


SOURCE = CandidateSource(_propose, "in a part of the graph that nothing joins to the ego's")
