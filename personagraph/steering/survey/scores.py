"""How promising it is to ask each persona: what its place in the graph says, each measure by its rank."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.metrics.bridges import bridges_of
from personagraph.graph.metrics.centrality.betweenness import betweenness_of
from personagraph.graph.metrics.core import cores_of
from personagraph.graph.neighbours import Neighbours

WEIGHTS: Final = {"near": 1.0, "bridge": 0.25, "lack": 0.1, "core": 0.1, "between": 0.1}
"""What each measure counts: hops to the region asked for, whether it is an end of a bridge, thin regions around it
times its degree, core number (the outermost first), betweenness.

In simulated worlds (60 cells, 2,500 calls, three seeds of two laws) cells with 20 or more were 43.7 of 60 without any
of them, and 51.7 by nearness alone; bridges added two cells where people have communities, and nothing elsewhere. Core
number of either sign and betweenness made no difference, and lack times degree cost two cells at half the weight of
nearness: these three tell apart whom the first two leave equal. docs/structure.md has all of it."""
SOURCES: Final = 32
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


def level_ranks(levels: NDArray[np.int64]) -> NDArray[np.float64]:
    """The same of small whole numbers from 0 on, without sorting them."""
    counts = np.bincount(levels)
    means: NDArray[np.float64] = (np.cumsum(counts) - (counts + 1) / 2) / max(len(levels) - 1, 1)
    return means[levels] if len(levels) > 1 else np.full(len(levels), 0.5)


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


def nearness(found: Neighbours, regions: Sequence[NDArray[np.int64]], at: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """For each region (its members' positions) how near those at `at` are to its nearest member.

    HOPS + 1 for a member, less by the hops there are, 0 for who is more than HOPS away. At most WORD regions: a search
    of all at once, a bit for each.
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
        np.sum([(level >> np.uint64(bit)) & np.uint64(1) for level in within], axis=0).astype(np.int64)
        for bit in range(len(regions))
    ]
