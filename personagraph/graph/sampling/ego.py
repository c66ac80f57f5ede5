"""Draws an ego network: a persona and those nearest to it."""

from collections.abc import Iterator
from random import Random

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.sampling.sampler import Sampler
from personagraph.graph.snapshot import Links, Snapshot
from personagraph.graph.traversal import Arcs, levels

NO_TIES = "there are no relationships yet, or none between those who are meant; `personagraph expand` brings some"


def ego(
    snapshot: Snapshot,
    count: int,
    *,
    rng: Random,
    around: str | None = None,
    hops: int | None = None,
    per_type: int | None = None,
) -> list[str]:
    """The ego, then those 1 hop away, then 2, … until there are `count`; of each hop in random order.

    The ego is `around`, or drawn among the personas with a relationship (without any, nobody is drawn). `hops` is the
    farthest, by default as far as relationships go. With `per_type`, at most so many relationships of each type are
    followed from each persona, drawn among those it has. Raises PersonaNotFoundError.
    """
    center = start_of(snapshot.both, rng) if around is None else int(snapshot.positions([around])[0])
    if center is None:
        return []
    chosen = [center]
    if per_type is None:
        network = levels(snapshot.both, center, hops=hops)
    else:
        network = _capped(snapshot, center, per_type, rng, hops)
    for level in network:
        chosen += rng.sample(level.tolist(), min(len(level), count - len(chosen)))
        if len(chosen) == count:
            break
    return snapshot.ids_of(chosen)


def start_of(links: Links, rng: Random) -> int | None:
    """A position with a relationship, each equally likely; None where nobody has one."""
    connected = links.degrees.nonzero()[0]
    return int(connected[rng.randrange(len(connected))]) if len(connected) else None


def _capped(snapshot: Snapshot, center: int, most: int, rng: Random, hops: int | None) -> Iterator[NDArray[np.int64]]:
    """The positions that are met first at distance 1, 2, … along the relationships that are followed."""
    draws = np.random.default_rng(rng.getrandbits(64))
    links, codes = snapshot.both, snapshot.types.codes
    unseen = np.ones(len(snapshot), np.bool_)
    unseen[center] = False
    level, hop = np.array([center], np.int64), 0
    while hops is None or hop < hops:
        at, rows = Arcs(links, codes, None).at(level)
        types = codes[links.edges[at]]
        turns = np.lexsort([draws.random(len(at)), types, rows])
        _, firsts, counts = np.unique(
            rows[turns] * len(snapshot.types.names) + types[turns], return_index=True, return_counts=True
        )
        followed = at[turns[np.arange(len(at)) - np.repeat(firsts, counts) < most]]
        level = np.unique(links.ends[followed]).astype(np.int64)
        level, hop = level[unseen[level]], hop + 1
        if not len(level):
            return
        unseen[level] = False
        yield level


SAMPLER = Sampler(ego, "those nearest to one persona", tied=True, nobody=NO_TIES)
