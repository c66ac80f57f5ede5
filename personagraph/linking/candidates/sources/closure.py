"""People at two hops: the more neighbours they share with the ego, and the fewer these have, the sooner."""

import numpy as np
from numpy.typing import NDArray

from personagraph.linking.candidates.sources.source import CandidateSource, Outlook, Positions

_MOST = 64
"""So many neighbours are looked at, of the ego and of each of these, drawn by lot where there are more."""


def _some(found: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    return found if len(found) <= _MOST else rng.choice(found, _MOST, replace=False)


def _propose(outlook: Outlook) -> Positions:
    """Ranked by the weight of Adamic and Adar (2003), the sum of 1 / ln(degree) of those between; of equals the likest.

    Two whom the same one person knows, and whom nobody else does, are as near as any two in a tree.
    """
    between = _some(outlook.known.of(outlook.ego), outlook.rng)
    ends = [_some(outlook.known.of(one), outlook.rng) for one in between.tolist()]
    if not ends:
        return between
    weights = 1.0 / np.log(np.maximum(outlook.known.degrees(between), 2))
    others, place = np.unique(np.concatenate(ends), return_inverse=True)
    score = np.bincount(place, np.repeat(weights, [len(each) for each in ends]))
    best = np.argsort(-score, kind="stable")[: 4 * outlook.depth]
    return outlook.likest(others[best], 2.0 * np.unique(score[best], return_inverse=True)[1])


SOURCE = CandidateSource(_propose, "at two hops: somebody knows both")
