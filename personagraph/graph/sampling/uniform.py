"""Draws personas uniformly."""

from random import Random
from typing import TYPE_CHECKING

from personagraph.graph.sampling.sampler import Sampler
from personagraph.graph.snapshot import Snapshot

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def uniform(snapshot: Snapshot, count: int, *, rng: Random, among: "NDArray[np.bool_] | None" = None) -> list[str]:
    """Different personas, each equally likely, in the order in which they were drawn.

    Who is not `among` those who may be drawn is passed over: while none of them is met, nothing is drawn otherwise.
    """
    chosen = rng.sample(range(len(snapshot)), min(count, len(snapshot)))
    if among is not None:
        chosen = [position for position in chosen if among[position]]
        met = set(chosen)
        others = [position for position in among.nonzero()[0].tolist() if position not in met]
        chosen += rng.sample(others, min(count - len(chosen), len(others)))
    return snapshot.ids_of(chosen)


SAMPLER = Sampler(uniform, "each equally likely")
