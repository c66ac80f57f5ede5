"""Draws personas uniformly."""

from random import Random

from personagraph.graph.sampling.sampler import Sampler
from personagraph.graph.snapshot import Snapshot


def uniform(snapshot: Snapshot, count: int, *, rng: Random) -> list[str]:
    """Different personas, each equally likely, in the order in which they were drawn."""
    return snapshot.ids_of(rng.sample(range(len(snapshot)), min(count, len(snapshot))))


SAMPLER = Sampler(uniform, "each equally likely")
