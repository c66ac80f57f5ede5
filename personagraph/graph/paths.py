"""The best paths over a snapshot of the whole graph: the most confident ones, with a price on passing through hubs.

A path costs −log(confidence) for each relationship, and log(1 + degree) for each persona between its ends. So
exp(−cost) is the product of the confidences over the product of (1 + degree) of those passed through: close to the
chance that a random walk takes this path. Degrees count relationships of the types that may be taken. A confidence
below LEAST_CONFIDENCE counts as that. Costs are whole numbers of 10⁻⁹, so that sums are exact and ties are ties.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Snapshot

LEAST_CONFIDENCE: Final = 0.01
UNIT: Final = 1e-9


class Ranked(NamedTuple):
    """A path as the ids along it, and what it costs."""

    cost: float
    ids: tuple[str, ...]


class _Route(NamedTuple):
    """A path or the beginning of one, by position; the better of two is the smaller."""

    cost: int
    hops: int
    positions: tuple[int, ...]


class _Arcs(NamedTuple):
    """From position i one gets to `nexts[starts[i]:starts[i + 1]]`, in order of position, at these costs."""

    starts: list[int]
    nexts: list[int]
    costs: list[int]

    def of(self, position: int) -> Iterable[tuple[int, int]]:
        one, other = self.starts[position], self.starts[position + 1]
        return zip(self.nexts[one:other], self.costs[one:other], strict=True)


@dataclass(frozen=True, slots=True)
class _Space:
    """Where paths may go: the arcs along and against them, what passing through each position costs, how far.

    With a limit of hops, `left` has the hops to the nearest end of the positions that are within it.
    """

    onwards: _Arcs
    backwards: _Arcs
    inner: list[int]
    max_hops: int | None
    left: dict[int, int]


class _Branch(NamedTuple):
    """The best of the paths that begin as it does up to its position `at` and go on from there to none of `others`."""

    route: _Route
    at: int
    others: frozenset[int]


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
    avoided = snapshot.positions(list(avoid))
    first = set(snapshot.positions(starts).tolist()) - set(avoided.tolist())
    last = set(snapshot.positions(ends).tolist()) - set(avoided.tolist())
    space = _space(snapshot, types, last, directed=directed, avoided=avoided, max_hops=max_hops)
    if len(first) == len(last) == 1:
        routes = _between_two(space, first.pop(), last.pop(), k)
    else:
        routes = _between_groups(space, first, last, k)
    return [Ranked(r.cost * UNIT, tuple(snapshot.ids_of(r.positions))) for r in routes]


def _space(
    snapshot: Snapshot,
    types: Sequence[str],
    ends: set[int],
    *,
    directed: bool,
    avoided: NDArray[np.int64],
    max_hops: int | None,
) -> _Space:
    n = len(snapshot)
    codes = [code for code, name in enumerate(snapshot.types.names) if not types or name in types]
    chosen = np.isin(snapshot.types.codes, codes)
    sources, targets = snapshot.sources[chosen].astype(np.int64), snapshot.targets[chosen].astype(np.int64)
    degrees = np.bincount(np.concatenate([sources, targets]), minlength=n)
    costs = _units(-np.log(np.clip(snapshot.confidences[chosen].astype(np.float64), LEAST_CONFIDENCE, 1.0)))
    free = ~(np.isin(sources, avoided) | np.isin(targets, avoided))
    sources, targets, costs = sources[free], targets[free], costs[free]
    if not directed:
        sources, targets = np.concatenate([sources, targets]), np.concatenate([targets, sources])
        costs = np.concatenate([costs, costs])
    onwards = _arcs(n, sources, targets, costs)
    backwards = _arcs(n, targets, sources, costs) if directed else onwards
    left = {} if max_hops is None else _hops_left(backwards, ends, max_hops)
    return _Space(onwards, backwards, _units(np.log1p(degrees)).tolist(), max_hops, left)


def _hops_left(backwards: _Arcs, ends: set[int], max_hops: int) -> dict[int, int]:
    left, level = dict.fromkeys(ends, 0), list(ends)
    for hops in range(1, max_hops + 1):
        level = list({next for position in level for next, _ in backwards.of(position)} - left.keys())
        left.update(dict.fromkeys(level, hops))
    return left


def _units(costs: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(costs / UNIT).astype(np.int64)


def _arcs(n: int, sources: NDArray[np.int64], targets: NDArray[np.int64], costs: NDArray[np.int64]) -> _Arcs:
    """The cheapest arc between each two positions."""
    order = np.lexsort((costs, targets, sources))
    sources, targets, costs = sources[order], targets[order], costs[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (sources[1:] != sources[:-1]) | (targets[1:] != targets[:-1])
    starts = np.concatenate([[0], np.cumsum(np.bincount(sources[first], minlength=n))])
    return _Arcs(starts.tolist(), targets[first].tolist(), costs[first].tolist())


def _between_two(space: _Space, start: int, end: int, k: int) -> list[_Route]:
    """The k best routes: each one found splits what is left into branches, whose best ones wait in a heap."""
    ahead = _costs_ahead(space, start, end)
    goals, found, waiting = {end}, list[_Route](), list[_Branch]()

    def wait(begin: _Route, others: frozenset[int]) -> None:
        route = _cheapest(space, [begin], goals, ahead, others)
        if route is not None:
            heappush(waiting, _Branch(route, len(begin.positions) - 1, others))

    if start in ahead:
        wait(_Route(0, 0, (start,)), frozenset())
    while waiting and len(found) < k:
        route, at, others = heappop(waiting)
        found.append(route)
        begin = _Route(0, 0, (start,))
        for i, next in enumerate(route.positions[1:]):
            if i >= at and len(found) < k:
                wait(begin, others | {next} if i == at else frozenset({next}))
            step = dict(space.onwards.of(route.positions[i]))[next]
            begin = _Route(begin.cost + step + space.inner[next], i + 1, (*begin.positions, next))
    return found


def _between_groups(space: _Space, starts: set[int], ends: set[int], k: int) -> list[_Route]:
    """The best route, then the best between those that ended none so far; a group of one is the end of all of them."""
    left, goals, found = set(starts), set(ends), list[_Route]()
    while len(found) < k and left and goals:
        route = _cheapest(space, [_Route(0, 0, (i,)) for i in sorted(left)], goals, {})
        if route is None:
            break
        found.append(route)
        left -= set(route.positions[:1]) if len(starts) > 1 else set()
        goals -= set(route.positions[-1:]) if len(ends) > 1 else set()
    return found


def _costs_ahead(space: _Space, start: int, end: int) -> dict[int, int]:
    """What it costs at least to get to the end: of the positions from which that is no more than from the start."""
    settled, heap = dict[int, int](), [(0, end)]
    while heap and start not in settled:
        cost, position = heappop(heap)
        if position in settled:
            continue
        settled[position] = cost
        through = cost + (0 if position == end else space.inner[position])
        for before, step in space.backwards.of(position):
            if before not in settled:
                heappush(heap, (through + step, before))
    return settled


def _cheapest(
    space: _Space, begins: list[_Route], goals: set[int], ahead: dict[int, int], others: Collection[int] = ()
) -> _Route | None:
    """The best way on from any of the beginnings to a goal, never first to one of `others`, nor back; by A*.

    `ahead` says what is left to pay; who is not in it has at least as much to pay as the start. Equal bounds are
    ordered by hops and positions, so that the first route to come to a position is the best one to it.
    """
    farthest = ahead.get(begins[0].positions[0], 0)
    # With a limit, a dearer way to a position is worth a look when it takes fewer hops.
    weight = 0 if space.max_hops is None else 1
    heap = [(r.cost + ahead.get(r.positions[-1], farthest), r.hops, r.positions, r.cost) for r in begins]
    closed = {i: -1 for r in begins for i in r.positions[:-1]}
    while heap:
        _, hops, positions, cost = heappop(heap)
        here, level = positions[-1], hops * weight
        if here in goals:
            return _Route(cost, hops, positions)
        if hops == space.max_hops or closed.get(here, level + 1) <= level:
            continue
        closed[here] = level
        barred = others if hops == begins[0].hops else ()
        for next, step in space.onwards.of(here):
            if space.max_hops is not None and hops + 1 + space.left.get(next, space.max_hops) > space.max_hops:
                continue
            if next not in barred and closed.get(next, level + weight + 1) > level + weight:
                paid = cost + step + (0 if next in goals else space.inner[next])
                heappush(heap, (paid + ahead.get(next, farthest), hops + 1, (*positions, next), paid))
    return None
