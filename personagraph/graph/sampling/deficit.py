"""Draws by weights: whoever is in a cell that is far below its target is likelier."""

from random import Random

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.sampling.sampler import Sampler
from personagraph.graph.snapshot import Snapshot


def deficit(snapshot: Snapshot, count: int, *, rng: Random, weights: NDArray[np.float64]) -> list[str]:
    """One after another, each with a probability in proportion to its weight among those who are left.

    `weights` (n,) are 0 or more; who has none is never drawn. By exponential keys: Efraimidis and Spirakis, Weighted
    Random Sampling with a Reservoir, 2006.
    """
    draws = np.random.default_rng(rng.getrandbits(64))
    keys = -np.log1p(-draws.random(len(weights)))
    wanted = np.flatnonzero(weights > 0)
    turns = np.argsort(keys[wanted] / weights[wanted], kind="stable")
    return snapshot.ids_of(wanted[turns[:count]])


SAMPLER = Sampler(
    deficit,
    "likelier the farther a cell is below --target",
    needs="weights",
    asks=("by", "target"),
    nobody="nobody is known to be in a cell that the target wants; `personagraph coverage` shows who is there",
)
