"""Searching a graph level by level, for stores that can list who is next to a set of personas."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import count, pairwise

from personagraph.stores.graph_store import GraphStore
from personagraph.types import Path, Relationship

Expand = Callable[[list[str]], Iterable[tuple[str, str]]]
"""From some ids to (one of them, an id next to it)."""


@dataclass(frozen=True, slots=True)
class Between:
    """Every shortest path between two groups: where they begin, and from each id on them the ids that come next."""

    starts: tuple[str, ...]
    onwards: dict[str, list[str]]

    def count(self) -> int:
        """How many paths there are; those that differ only in a relationship between the same two count once."""
        ways: dict[str, int] = {}
        for id in _ends_first(self):
            ways[id] = sum(ways[next] for next in self.onwards[id]) if id in self.onwards else 1
        return sum(ways[id] for id in self.starts)

    def first(self, limit: int) -> list[list[str]]:
        """The first `limit` of the paths, in the order of the ids along them."""
        found = list[list[str]]()
        open = [[id] for id in reversed(self.starts)]
        while open and len(found) < limit:
            path = open.pop()
            onwards = self.onwards.get(path[-1])
            if onwards is None:
                found.append(path)
            else:
                open += [[*path, id] for id in reversed(onwards)]
        return found


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


def shortest(
    onwards: Expand,
    backwards: Expand,
    starts: Iterable[str],
    ends: Iterable[str],
    *,
    max_hops: int | None = None,
    avoid: Collection[str] = (),
) -> Between:
    """Every shortest path from any start to any end, ids in `avoid` left out; searches the smaller side first."""
    avoided = frozenset(avoid)
    before: dict[str, list[str]] = {id: [] for id in starts if id not in avoided}
    after: dict[str, list[str]] = {id: [] for id in ends if id not in avoided}
    near, far = list(before), list(after)
    meeting = before.keys() & after.keys()
    for hop in count(1):
        if meeting:
            return _between(meeting, before, after)
        if not near or not far or (max_hops is not None and hop > max_hops):
            break
        if len(near) <= len(far):
            near = _advance(onwards, near, before, avoided)
            meeting = after.keys() & near
        else:
            far = _advance(backwards, far, after, avoided)
            meeting = before.keys() & far
    return Between((), {})


def walks(
    store: GraphStore, routes: Sequence[Sequence[str]], types: Sequence[str], *, directed: bool
) -> tuple[Path, ...]:
    """The paths along these ids, each with the relationships that it takes."""
    ids = list(dict.fromkeys(id for route in routes for id in route))
    people, ties = dict(zip(ids, store.personas(ids), strict=True)), store.relationships(ids)
    return tuple(
        Path(tuple(people[id] for id in route), taken(route, ties, types, directed=directed)) for route in routes
    )


def taken(
    ids: Sequence[str], among: Iterable[Relationship], types: Sequence[str], *, directed: bool
) -> tuple[Relationship, ...]:
    """The relationships that a path along the ids takes: between each two the most confident, then the lowest key.

    Raises KeyError when two have none.
    """
    between: dict[tuple[str, str], list[Relationship]] = {}
    for r in among:
        if not types or r.type in types:
            for ends in ((r.source, r.target),) if directed else ((r.source, r.target), (r.target, r.source)):
                between.setdefault(ends, []).append(r)
    return tuple(min(between[ends], key=lambda r: (-r.confidence, r.key)) for ends in pairwise(ids))


def _advance(
    expand: Expand, frontier: list[str], reached_from: dict[str, list[str]], avoided: frozenset[str]
) -> list[str]:
    """The next level; `reached_from` then says of each of its ids from where on this level it can be reached."""
    fresh: dict[str, set[str]] = {}
    for origin, id in expand(frontier):
        if id not in reached_from and id not in avoided:
            fresh.setdefault(id, set()).add(origin)
    reached_from.update((id, list(origins)) for id, origins in fresh.items())
    return list(fresh)


def _between(meeting: Collection[str], before: dict[str, list[str]], after: dict[str, list[str]]) -> Between:
    """The paths through the ids that were reached from both sides."""
    onwards: dict[str, set[str]] = {}
    starts: set[str] = set()
    level = set(meeting)
    while level:
        starts.update(id for id in level if not before[id])
        for id in level:
            for origin in before[id]:
                onwards.setdefault(origin, set()).add(id)
        level = {origin for id in level for origin in before[id]}
    level = set(meeting)
    while level:
        onwards.update((id, set(after[id])) for id in level if after[id])
        level = {next for id in level for next in after[id]}
    return Between(tuple(sorted(starts)), {id: sorted(nexts) for id, nexts in onwards.items()})


def _ends_first(between: Between) -> list[str]:
    """The ids on the paths, each after all that come after it: level by level, then backwards."""
    order, level = list[str](), list(between.starts)
    while level:
        order += level
        level = list(dict.fromkeys(next for id in level for next in between.onwards.get(id, ())))
    return order[::-1]
