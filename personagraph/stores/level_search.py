"""Searching a graph level by level, for stores that can list who is next to a set of personas."""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import count, pairwise
from math import inf

from personagraph.graph.paths.between import Between
from personagraph.stores.graph_store import GraphStore, WideSearchError
from personagraph.types import Path, Relationship

Expand = Callable[[list[str]], Iterable[tuple[str, str]]]
"""From some ids to (one of them, an id next to it)."""


ROUND, EACH = 50, 8
"""How many relationships a question to the store counts as, and each id in it before it is known how many it has."""


def levels(
    expand: Expand, starts: Iterable[str], *, hops: int, enough: int | None = None, most: int | None = None
) -> list[list[str]]:
    """The ids at each distance from the nearest start, from 1 to `hops`; stops after the level that makes `enough`.

    Raises WideSearchError instead of looking at far more than `most`, or of giving far more than `enough`.
    """
    looked = _Looked(most)
    expand = looked.counted(expand)
    seen = set(starts)
    frontier, found = list(seen), list[list[str]]()
    for _ in range(hops):
        if not frontier or (enough is not None and sum(map(len, found)) >= enough):
            break
        frontier = sorted({id for _, id in expand(frontier)} - seen)
        seen.update(frontier)
        found.append(frontier)
    if enough is not None and sum(map(len, found)) > enough:
        looked.check()
    return found


def shortest(
    onwards: Expand,
    backwards: Expand,
    starts: Iterable[str],
    ends: Iterable[str],
    *,
    max_hops: int | None = None,
    avoid: Collection[str] = (),
    most: int | None = None,
) -> Between:
    """Every shortest path from any start to any end, ids in `avoid` left out; searches the smaller side first.

    Raises WideSearchError instead of looking at far more than `most`.
    """
    looked = _Looked(most)
    onwards, backwards = looked.counted(onwards), looked.counted(backwards)
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


class _Looked:
    """How much of the graph a search may still look at."""

    def __init__(self, most: int | None) -> None:
        self._left = inf if most is None else most

    def check(self, more: int = 0) -> None:
        """Raises WideSearchError when that was all, or so much more would be."""
        if self._left - more < 0:
            raise WideSearchError

    def counted(self, expand: Expand) -> Expand:
        """The same, counting what it gives."""

        def next_to(ids: list[str]) -> list[tuple[str, str]]:
            self.check(ROUND + EACH * len(ids))
            found = list(expand(ids))
            self._left -= ROUND + len(found)
            return found

        return next_to


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
