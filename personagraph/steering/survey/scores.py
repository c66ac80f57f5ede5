"""How promising it is to ask each persona: what its place in the graph says, each measure by its rank."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.metrics.bridges import bridges_of
from personagraph.graph.metrics.centrality.betweenness import betweenness_of
from personagraph.graph.metrics.core import cores_of
from personagraph.graph.neighbours import Neighbours

WEIGHTS: Final = {"lack": 1.0, "near": 1.0, "core": 0.5, "between": 0.5, "bridge": 0.5}
"""What each measure counts: thin regions around it times its degree, hops to the region asked for, core number (the
outermost first), betweenness, and whether it is an end of a bridge."""
SOURCES: Final = 64
"""Personas from whom shortest paths are searched, at most: ranks need no more."""
HOPS: Final = 3
"""Hops to a region that are told apart; whoever is farther away is far."""
WORD: Final = 64


def ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each value by its place among all, from 0 for the lowest to 1 (n,); equals have the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    means: NDArray[np.float64] = (last - (counts + 1) / 2) / max(len(values) - 1, 1)
    return means[inverse] if len(values) > 1 else np.full(len(values), 0.5)


def highest_around(found: Neighbours, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The highest value of each position and of those next to it (n,)."""
    around = values.copy()
    if len(some := np.flatnonzero(found.degrees)):
        around[some] = np.maximum(values[some], np.maximum.reduceat(values[found.ends], found.starts[some]))
    return around


def is_bridge_end(found: Neighbours) -> NDArray[np.bool_]:
    """Who is an end of a bridge that has more than one persona on either side (n,).

    A persona that hangs on the graph by one tie makes a bridge, too; but nothing is to be reached over it.
    """
    pairs, _ = bridges_of(found)
    inner = pairs[(found.degrees[pairs] > 1).all(axis=1)]
    ends = np.zeros(len(found.starts) - 1, np.bool_)
    ends[inner] = True
    return ends


def place_scores(
    found: Neighbours, lack: NDArray[np.float64], asked: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """What the place of each position counts, whatever it is asked for (n,): from 0 to the sum of the weights.

    `lack` is how far the regions fall short that each is in. A lack is discounted by how often somebody was `asked`.
    """
    degrees = found.degrees
    around = highest_around(found, lack) * np.log1p(degrees) / (1 + asked)
    between = betweenness_of(found, sources=min(SOURCES, len(degrees)) or None, rng=rng).values
    measures = {
        "lack": ranks(around),
        "core": ranks(-cores_of(found).astype(np.float64)),
        "between": ranks(np.round(between, 12)),
        "bridge": is_bridge_end(found).astype(np.float64),
    }
    total = np.zeros(len(degrees))
    for name, values in measures.items():
        total += WEIGHTS[name] * values
    return total


def nearness(
    found: Neighbours, regions: Sequence[NDArray[np.int64]], at: NDArray[np.int64]
) -> list[NDArray[np.float64]]:
    """For each region (its members' positions) how near those at `at` are to its nearest member.

    1 for a member, 0 for who is more than HOPS away. At most WORD regions: a search of all at once, a bit for each.
    """
    n = len(found.starts) - 1
    front = np.zeros(n, np.uint64)
    for bit, members in enumerate(regions):
        front[members] |= np.uint64(1 << bit)
    some = np.flatnonzero(found.degrees)
    within = [front[at]]
    for _ in range(HOPS):
        fresh = front.copy()
        if len(some):
            fresh[some] |= np.bitwise_or.reduceat(front[found.ends], found.starts[some])
        front = fresh
        within.append(front[at])
    return [
        np.sum([(level >> np.uint64(bit)) & np.uint64(1) for level in within], axis=0) / (HOPS + 1)
        for bit in range(len(regions))
    ]
