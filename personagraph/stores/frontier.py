"""Searching a graph level by level, for stores that can list who is next to a set of personas."""

from collections.abc import Callable, Iterable
from itertools import count

Expand = Callable[[list[str]], Iterable[tuple[str, str]]]
"""From some ids to (one of them, an id next to it)."""
Reach = Callable[[list[str]], Iterable[str]]
"""From some ids to the ids next to any of them."""


def levels(reach: Reach, starts: Iterable[str], *, hops: int, enough: int | None = None) -> list[list[str]]:
    """The ids at each distance from the nearest start, from 1 to `hops`; stops after the level that makes `enough`."""
    seen = set(starts)
    frontier, found = list(seen), list[list[str]]()
    for _ in range(hops):
        if not frontier or (enough is not None and sum(map(len, found)) >= enough):
            break
        frontier = sorted(set(reach(frontier)) - seen)
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
