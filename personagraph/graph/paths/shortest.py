"""All shortest paths over a snapshot, searched from both ends."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.paths.between import Between
from personagraph.graph.snapshot import Snapshot
from personagraph.graph.traversal import FEW, Arcs, Front, arcs


def shortest(
    snapshot: Snapshot,
    starts: Sequence[str],
    ends: Sequence[str],
    *,
    max_hops: int | None = None,
    types: Sequence[str] = (),
    directed: bool = False,
    avoid: Collection[str] = (),
) -> Between:
    """Every shortest path from any start to any end, nobody of `avoid` on it; ignores direction unless `directed`.

    The time is that of what is looked at: a few levels around both ends, or the smaller of two parts without a path.
    Raises PersonaNotFoundError for an id that the snapshot does not hold.
    """
    avoided = snapshot.positions(list(avoid)).tolist()
    onwards, backwards = (arcs(snapshot, types, directed=directed, backwards=way) for way in (False, True))
    before = Front(onwards, snapshot.positions(starts).tolist(), avoid=avoided)
    after = Front(backwards, snapshot.positions(ends).tolist(), avoid=avoided)
    meeting = before.met(after)
    while not len(meeting) and before and after:
        if max_hops is not None and before.hops + after.hops >= max_hops:
            break
        near, far = (before, after) if before.width <= after.width else (after, before)
        near.advance()
        meeting = near.met(far)
    return _between(snapshot, before, after, meeting)


def _between(snapshot: Snapshot, before: Front, after: Front, meeting: NDArray[np.int64]) -> Between:
    """The paths through the positions that were reached from both ends."""
    steps, starts, onwards = list[tuple[int, int]](), meeting.tolist(), meeting.tolist()
    for hops in range(before.hops - 1, -1, -1):
        found = _next(after.arcs, starts, before.distances, hops)
        steps += [(other, one) for one, other in found]
        starts = list({other for _, other in found})
    for hops in range(after.hops - 1, -1, -1):
        found = _next(before.arcs, onwards, after.distances, hops)
        steps += found
        onwards = list({other for _, other in found})
    return _named(snapshot, starts, steps)


def _next(arcs: Arcs, level: list[int], distances: NDArray[np.int32], hops: int) -> list[tuple[int, int]]:
    """The arcs from these positions to those that are so many hops from the other end."""
    if len(level) <= FEW // 8:
        return [(one, other) for one in level for other in arcs.of(one)[0] if distances[other] == hops]
    begins, ends = arcs.pairs(np.array(level, np.int64))
    on = distances[ends] == hops
    return list(zip(begins[on].tolist(), ends[on].tolist(), strict=True))


def _named(snapshot: Snapshot, starts: list[int], steps: list[tuple[int, int]]) -> Between:
    """The steps by id; parallel relationships are one step."""
    places = list(dict.fromkeys([*starts, *(place for step in steps for place in step)]))
    name = dict(zip(places, snapshot.ids_of(places), strict=True))
    onwards: dict[str, set[str]] = {}
    for one, other in steps:
        onwards.setdefault(name[one], set()).add(name[other])
    return Between(tuple(sorted(name[start] for start in starts)), {id: sorted(nexts) for id, nexts in onwards.items()})
