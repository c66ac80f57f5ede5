"""Draws an ego network: a persona and those nearest to it."""

from random import Random

from personagraph.graph.sampling.sampler import Sampler
from personagraph.graph.snapshot import Links, Snapshot
from personagraph.graph.traversal import levels


def ego(
    snapshot: Snapshot, count: int, *, rng: Random, around: str | None = None, hops: int | None = None
) -> list[str]:
    """The ego, then those 1 hop away, then 2, … until there are `count`; of each hop in random order.

    The ego is `around`, or drawn among the personas with a relationship (without any, nobody is drawn). `hops` is the
    farthest, by default as far as relationships go. Raises PersonaNotFoundError.
    """
    links = snapshot.both
    center = _drawn(links, rng) if around is None else int(snapshot.positions([around])[0])
    if center is None:
        return []
    chosen = [center]
    for level in levels(links, center, hops=hops):
        chosen += rng.sample(level.tolist(), min(len(level), count - len(chosen)))
        if len(chosen) == count:
            break
    return snapshot.ids_of(chosen)


def _drawn(links: Links, rng: Random) -> int | None:
    connected = links.degrees.nonzero()[0]
    return int(connected[rng.randrange(len(connected))]) if len(connected) else None


SAMPLER = Sampler(ego, "those nearest to one persona", tied=True)
