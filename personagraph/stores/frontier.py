"""Searching a graph level by level, for stores that can list who is next to a set of personas."""

from collections.abc import Callable, Iterable, Sequence
from itertools import count, pairwise

from personagraph.types import Relationship

Expand = Callable[[list[str]], Iterable[tuple[str, str]]]
"""From some ids to (one of them, an id next to it)."""


def levels(expand: Expand, starts: Iterable[str], *, hops: int, enough: int | None = None) -> list[list[str]]:
    """The ids at each distance from the nearest start, from 1 to `hops`; stops after the level that makes `enough`."""
    seen = set(starts)
    frontier, found = list(seen), list[list[str]]()
    for _ in range(hops):
        if not frontier or (enough is not None and sum(map(len, found)) >= enough):
            break
        frontier = sorted({id for _, id in expand(frontier)} - seen)
        seen.update(frontier)
        found.append(frontier)
    return found


def shortest(onwards: Expand, backwards: Expand, start: str, end: str, *, max_hops: int | None) -> list[str] | None:
    """Ids along one shortest path, ends included, or None; searches from both ends, the smaller side first."""
    if start == end:
        return [start]
    before: dict[str, str] = {start: start}
    after: dict[str, str] = {end: end}
    near, far = [start], [end]
    for hop in count(1):
        if not near or not far or (max_hops is not None and hop > max_hops):
            return None
        if len(near) <= len(far):
            near = _advance(onwards, near, before)
            meeting = min((id for id in near if id in after), default=None)
        else:
            far = _advance(backwards, far, after)
            meeting = min((id for id in far if id in before), default=None)
        if meeting is not None:
            return [*reversed(_trail(meeting, before)), *_trail(meeting, after)[1:]]
    raise AssertionError("unreachable")


def taken(
    ids: Sequence[str], among: Iterable[Relationship], types: Sequence[str], *, directed: bool
) -> tuple[Relationship, ...]:
    """The relationships that a path along the ids takes: between each two the most confident, then the lowest key."""
    between: dict[tuple[str, str], list[Relationship]] = {}
    for r in among:
        if not types or r.type in types:
            for ends in ((r.source, r.target),) if directed else ((r.source, r.target), (r.target, r.source)):
                between.setdefault(ends, []).append(r)
    return tuple(min(between[ends], key=lambda r: (-r.confidence, r.key)) for ends in pairwise(ids))


def _advance(expand: Expand, frontier: list[str], reached_from: dict[str, str]) -> list[str]:
    fresh: dict[str, str] = {}
    for origin, id in expand(frontier):
        if id not in reached_from and origin < fresh.get(id, "\U0010ffff"):
            fresh[id] = origin
    reached_from.update(fresh)
    return list(fresh)


def _trail(id: str, reached_from: dict[str, str]) -> list[str]:
    trail = [id]
    while reached_from[id] != id:
        id = reached_from[id]
        trail.append(id)
    return trail
