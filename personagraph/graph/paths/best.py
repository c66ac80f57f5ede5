"""The best paths over a snapshot of the whole graph: the most confident ones, with a price on passing through hubs.

A path costs −log(confidence) for each relationship, and log(1 + degree) for each persona between its ends. So
exp(−cost) is the product of the confidences over the product of (1 + degree) of those passed through: close to the
chance that a random walk takes this path. Degrees count relationships of the types that may be taken. A confidence
below LEAST_CONFIDENCE counts as that. Costs are whole numbers of 10⁻⁹, so that sums are exact and ties are ties.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from personagraph.graph.paths.space import UNIT, Bounds, Hop, Space, WideRow
from personagraph.graph.snapshot import Snapshot
from personagraph.graph.traversal import FEW

_REST = -1
"""Instead of hops: what waits is the rest of a wide row."""


class Ranked(NamedTuple):
    """A path as the ids along it, and what it costs."""

    cost: float
    ids: tuple[str, ...]


class _Branch(NamedTuple):
    """The paths that go on from a beginning to none of `others`: by what the best of them costs at least.

    It is that one's cost when `route` has been found. What is not found yet comes first among equal ones, so that
    no route is told while another one could be better.
    """

    cost: int
    route: Hop | None
    begin: Hop
    others: frozenset[int]

    def __lt__(self, other: "_Branch") -> bool:  # type: ignore[override]
        if self.cost != other.cost or self.route is None or other.route is None:
            return (self.cost, self.route is not None) < (other.cost, other.route is not None)
        return (self.route.hops, self.route) < (other.route.hops, other.route)


def best_paths(
    snapshot: Snapshot,
    starts: Sequence[str],
    ends: Sequence[str],
    k: int,
    *,
    types: Sequence[str] = (),
    directed: bool = False,
    avoid: Collection[str] = (),
    max_hops: int | None = None,
) -> list[Ranked]:
    """The `k` cheapest paths without a repeated persona from any start to any end, or as many as there are.

    Cheapest first; of equal ones that with fewer hops, then the one whose personas entered earlier, from the start on.
    Between two personas these are all the paths there are (Yen 1971, as improved by Lawler 1972). In groups of several,
    each persona ends at most one of the paths: the best one, then the best between those that are left, and so on.
    Raises PersonaNotFoundError for an id that the snapshot does not hold.
    """
    avoided = set(snapshot.positions(list(avoid)).tolist())
    first = set(snapshot.positions(starts).tolist()) - avoided
    last = set(snapshot.positions(ends).tolist()) - avoided
    space = Space(snapshot, types, last, directed=directed, avoided=avoided, max_hops=max_hops)
    bounds = Bounds(space, last)
    if len(first) == len(last) == 1:
        routes = _between_two(space, first.pop(), last, k, bounds)
    else:
        routes = _between_groups(space, first, last, k, bounds)
    return [Ranked(r.cost * UNIT, tuple(snapshot.ids_of(r.positions()))) for r in routes]


def _between_two(space: Space, start: int, goals: set[int], k: int, bounds: Bounds) -> list[Hop]:
    """The k best routes: each one found splits what is left into branches, whose best ones wait in a heap.

    A branch waits with the least that it can cost, and its best route is looked for when it is its turn.
    """
    found, waiting = list[Hop](), [_Branch(0, None, Hop(0, 0, start, None), frozenset())]
    while waiting and len(found) < k:
        branch = heappop(waiting)
        if branch.route is None:
            shut = _shut_in(space, branch.begin, goals, branch.others)
            route = None if shut else _cheapest(space, [branch.begin], goals, bounds, branch.others)
            if route is not None:
                heappush(waiting, branch._replace(cost=route.cost, route=route))
            continue
        found.append(branch.route)
        for begin, others in _split(branch.route, branch.begin, branch.others):
            least = _least(space, begin, goals, bounds, others)
            if least is not None and len(found) < k:
                heappush(waiting, _Branch(least, None, begin, others))
    return found


def _split(route: Hop, begin: Hop, others: frozenset[int]) -> Iterator[tuple[Hop, frozenset[int]]]:
    """Where paths that begin like a route may leave it, and to whom they then do not go."""
    step = route
    while step.before is not None and step.hops > begin.hops:
        yield step.before, others | {step.position} if step.hops == begin.hops + 1 else frozenset((step.position,))
        step = step.before


def _least(space: Space, begin: Hop, goals: set[int], bounds: Bounds, others: frozenset[int]) -> int | None:
    """What a path that goes on from a beginning costs at least; None when it cannot."""
    walls = {*others, *((begin.before.position,) if begin.before else ())}
    row = space.row(begin.position) if space.is_wide(begin.position) else None
    arcs = space.onwards(begin.position) if row is None else bounds.known(row)
    costs = [
        step + (0 if next in goals else space.inner(next)) + bounds.cost(next)
        for next, step in arcs
        if next not in walls and bounds.reaches(next)
    ]
    if row is not None and bounds.open:
        # Of all the others it is known as much: the first of them costs least.
        walls.update(next for next, _ in arcs)
        first = next((least for end, least in zip(row.ends, row.least, strict=True) if end not in walls), None)
        costs += [] if first is None else [first + bounds.radius]
    return begin.cost + min(costs) if costs else None


def _shut_in(space: Space, begin: Hop, goals: set[int], others: frozenset[int]) -> bool:
    """Whether it is soon seen that no path which goes on from a beginning to none of `others` comes to a goal."""
    if begin.position in goals:
        return False
    passed, seen, waiting = {step.position for step in begin.steps_before()}, set(goals), list(goals)
    while waiting and len(seen) <= FEW:
        here = waiting.pop()
        if space.is_wide(here, backwards=True):
            return False
        before = {one for one, _ in space.backwards(here)}
        if here not in others and begin.position in before:
            return False
        new = before - seen - passed - {begin.position}
        seen |= new
        waiting += new
    return not waiting


def _between_groups(space: Space, starts: set[int], ends: set[int], k: int, bounds: Bounds) -> list[Hop]:
    """The best route, then the best between those that ended none so far; a group of one is the end of all of them."""
    left, goals, found = set(starts), set(ends), list[Hop]()
    while len(found) < k and left and goals:
        route = _cheapest(space, [Hop(0, 0, start, None) for start in sorted(left)], goals, bounds)
        if route is None:
            break
        found.append(route)
        left -= {route.root().position} if len(starts) > 1 else set()
        goals -= {route.position} if len(ends) > 1 else set()
    return found


def _cheapest(
    space: Space, begins: list[Hop], goals: set[int], bounds: Bounds, others: Collection[int] = ()
) -> Hop | None:
    """The best way on from any of the beginnings to a goal, never first to one of `others`, nor back; by A*.

    Equal bounds are ordered by hops and positions, so that the first route to come to a position is the best one to it.
    Of a wide row are offered at once whose bounds are known; the rest wait in one line for their turn, the first of
    which has the lowest bound, and comes before all with the same.
    """
    # With a limit, a dearer way to a position is worth a look when it takes fewer hops.
    weight = 0 if space.max_hops is None else 1
    heap = [(b.cost + bounds.cost(b.position), b.hops, b, 0) for b in begins if bounds.reaches(b.position)]
    heap.sort()
    closed = {step.position: -1 for begin in begins for step in begin.steps_before()}

    def offer(here: Hop, arcs: Iterable[tuple[int, int]]) -> None:
        barred, hops = others if here.hops == begins[0].hops else (), here.hops + 1
        for next, cost in arcs:
            if next in barred or closed.get(next, hops * weight + 1) <= hops * weight:
                continue
            if bounds.reaches(next) and space.within(next, hops):
                paid = here.cost + cost + (0 if next in goals else space.inner(next))
                heappush(heap, (paid + bounds.cost(next), hops, Hop(paid, hops, next, here), 0))

    def offer_rest(here: Hop, row: WideRow, at: int) -> None:
        if at < len(row.ends) and bounds.open:
            heappush(heap, (here.cost + row.least[at] + bounds.radius, _REST, here, at))

    while heap:
        bound, hops, here, at = heappop(heap)
        if hops == _REST:
            row = space.row(here.position)
            if bounds.open and bound == here.cost + row.least[at] + bounds.radius:
                offer(here, [(row.ends[at], row.steps[row.ends[at]])])
                at += 1
            else:
                # Of more of them it is known by now what is left to pay, which may be less than that of the rest.
                offer(here, bounds.known(row))
            offer_rest(here, row, at)
            continue
        if bound < here.cost + bounds.cost(here.position):
            if bounds.reaches(here.position):
                heappush(heap, (here.cost + bounds.cost(here.position), hops, here, at))
            continue
        level = hops * weight
        if here.position in goals:
            return here
        if hops == space.max_hops or closed.get(here.position, level + 1) <= level:
            continue
        closed[here.position] = level
        bounds.looked += 1
        bounds.keep_up()
        if space.is_wide(here.position):
            row = space.row(here.position)
            offer(here, bounds.known(row))
            offer_rest(here, row, 0)
        else:
            offer(here, space.onwards(here.position))
    return None
