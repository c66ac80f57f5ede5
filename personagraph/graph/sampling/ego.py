"""Draws an ego network: a persona and those nearest to it."""

from random import Random

from personagraph.errors import PersonaNotFoundError
from personagraph.graph.sampling.sampler import Sampler
from personagraph.graph.snapshot import Snapshot
from personagraph.graph.traversal import Adjacency, adjacency, levels


def ego(
    snapshot: Snapshot, count: int, *, rng: Random, around: str | None = None, hops: int | None = None
) -> list[str]:
    """The ego, then those 1 hop away, then 2, … until there are `count`; of each hop in random order.

    The ego is `around`, or drawn among the personas with a relationship (without any, nobody is drawn). `hops` is the
    farthest, by default as far as relationships go. Raises PersonaNotFoundError.
    """
    links = adjacency(snapshot)
    center = _drawn(links, rng) if around is None else _position(snapshot, around)
    if center is None:
        return []
    chosen = [center]
    for level in levels(links, center, hops=hops):
        chosen += rng.sample(level.tolist(), min(len(level), count - len(chosen)))
        if len(chosen) == count:
            break
    return [snapshot.ids[position] for position in chosen]


def _drawn(links: Adjacency, rng: Random) -> int | None:
    connected = links.degrees.nonzero()[0]
    return int(connected[rng.randrange(len(connected))]) if len(connected) else None


def _position(snapshot: Snapshot, id: str) -> int:
    if id not in snapshot.ids:
        raise PersonaNotFoundError(f"there is no persona {id!r}; `personagraph search` finds them by words")
    return snapshot.ids.index(id)


SAMPLER = Sampler(ego, "those nearest to one persona", tied=True)
