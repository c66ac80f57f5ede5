"""What the search for the best paths walks in: what a step costs, a step that keeps its parent, what is left to pay."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Snapshot
from personagraph.graph.traversal import FEW, Arcs, Front, arcs

LEAST_CONFIDENCE: Final = 0.01
UNIT: Final = 1e-9
WIDE: Final = 1000
"""With more relationships than that, not all of those at the other ends are looked at."""


class Hop:
    """A path or the beginning of one, by its last position; it keeps the step before instead of the whole way.

    Of two with as many hops that one is less whose positions are, from the start on.
    """

    __slots__ = ("before", "cost", "hops", "position")

    def __init__(self, cost: int, hops: int, position: int, before: "Hop | None") -> None:
        self.cost, self.hops, self.position, self.before = cost, hops, position, before

    def steps_before(self) -> "Iterator[Hop]":
        """The steps before this one, the last first."""
        step = self.before
        while step is not None:
            yield step
            step = step.before

    def root(self) -> "Hop":
        """Where it begins."""
        return next(iter(list(self.steps_before())[-1:]), self)

    def positions(self) -> list[int]:
        """The positions from the start on."""
        return [self.position, *(step.position for step in self.steps_before())][::-1]

    def __lt__(self, other: "Hop") -> bool:
        one, two, less = self, other, False
        while one is not two:
            if one.position != two.position:
                less = one.position < two.position
            if one.before is None or two.before is None:
                break
            one, two = one.before, two.before
        return less


class WideRow(NamedTuple):
    """The arcs from somebody who has many, by what it costs at `least` to go on from their ends, then by position.

    That is the step, and passing through. `steps` has the costs of the steps by their ends.
    """

    ends: list[int]
    least: list[int]
    steps: dict[int, int]


class _Costs(dict[float, int]):
    """What a number costs, by a function of it; worked out once for each number that occurs."""

    def __init__(self, cost: "Callable[[np.float64], np.float64]") -> None:
        self._cost = cost

    def __missing__(self, number: float) -> int:
        self[number] = found = int(np.rint(self._cost(np.float64(number)) / UNIT))
        return found

    def of(self, numbers: "NDArray[np.generic]") -> NDArray[np.int64]:
        """The cost of each (n, int64)."""
        different, places = np.unique(numbers, return_inverse=True)
        return np.array([self[number] for number in different.tolist()], np.int64)[places]


class Space:
    """Where paths may go: to nobody of `avoided`, and with a limit of hops only where an end can still be reached.

    What is asked of a position is worked out when it is asked for first.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        types: Sequence[str],
        ends: Iterable[int],
        *,
        directed: bool,
        avoided: set[int],
        max_hops: int | None,
    ) -> None:
        self._snapshot, self._avoided, self.max_hops = snapshot, avoided, max_hops
        self._along, self._against = (arcs(snapshot, types, directed=directed, backwards=way) for way in (False, True))
        self._either = arcs(snapshot, types)
        self._onwards, self._backwards = dict[int, list[tuple[int, int]]](), dict[int, list[tuple[int, int]]]()
        if not directed:
            self._backwards = self._onwards
        self._inner, self._wide = dict[int, int](), dict[int, WideRow]()
        self._of_confidence, self._of_degree = _Costs(_unlikeliness), _Costs(np.log1p)
        self._left = None if max_hops is None else _hops_left(self._against, ends, avoided, max_hops)

    def onwards(self, position: int) -> list[tuple[int, int]]:
        """Who comes next along the relationships, in order of position, and what the cheapest of them costs."""
        return self._arcs(self._onwards, self._along, position)

    def backwards(self, position: int) -> list[tuple[int, int]]:
        """The same against them."""
        return self._arcs(self._backwards, self._against, position)

    def is_wide(self, position: int, *, backwards: bool = False) -> bool:
        """Whether there are so many relationships at a position that not all of them are worth a look."""
        starts = (self._against if backwards else self._along).links.starts
        return bool(starts[position + 1] - starts[position] > WIDE)

    def row(self, position: int) -> WideRow:
        """The same as `onwards`, in the order in which they are worth a look."""
        if position not in self._wide:
            self._wide[position] = self._row(position)
        return self._wide[position]

    def inner(self, position: int) -> int:
        """What it costs to pass through."""
        if position not in self._inner:
            self._inner[position] = self._of_degree[self._either.degree(position)]
        return self._inner[position]

    def within(self, position: int, hops: int) -> bool:
        """Whether an end can be reached without more than `max_hops` from somebody who is `hops` from the start."""
        return self._left is None or self.max_hops is None or hops + self._left[position] <= self.max_hops

    def _row(self, position: int) -> WideRow:
        """Arrays throughout: a hub has as many relationships as there are personas."""
        listed, edges = self._along.of(position)
        ends = np.array(listed, np.int64)
        firsts = np.flatnonzero(np.diff(ends, prepend=-1))
        costs = self._of_confidence.of(self._snapshot.confidences[edges])
        ends, steps = ends[firsts], np.minimum.reduceat(costs, firsts) if len(firsts) else costs
        kept = ~np.isin(ends, list(self._avoided))
        ends, steps = ends[kept], steps[kept]
        least = steps + self._of_degree.of(self._either.degrees(ends))
        order = np.argsort(least, kind="stable")
        return WideRow(
            ends[order].tolist(), least[order].tolist(), dict(zip(ends.tolist(), steps.tolist(), strict=True))
        )

    def _arcs(self, known: dict[int, list[tuple[int, int]]], ways: Arcs, position: int) -> list[tuple[int, int]]:
        found = known.get(position)
        if found is None:
            ends, edges = ways.of(position)
            cheapest: dict[int, int] = {}
            for end, confidence in zip(ends, self._snapshot.confidences[edges].tolist(), strict=True):
                cost = self._of_confidence[confidence]
                if cost < cheapest.get(end, cost + 1):
                    cheapest[end] = cost
            found = [arc for arc in cheapest.items() if arc[0] not in self._avoided]
            known[position] = found
        return found


class Bounds:
    """What it costs at least to get from a position to the nearest goal: exactly where that is near a goal.

    The positions around the goals are settled in the order of their costs, about as many as a search has `looked` at:
    as two searches that meet look at far fewer than one. So bounds rise while a search goes on, and stay consistent.
    """

    def __init__(self, space: Space, goals: Iterable[int]) -> None:
        self._space, self._goals = space, frozenset(goals)
        self._settled, self.radius = dict[int, int](), 0
        self._heap = [(0, goal) for goal in self._goals]
        heapify(self._heap)
        self.looked = 0

    def cost(self, position: int) -> int:
        """The least that is left to pay."""
        return self._settled.get(position, self.radius)

    def reaches(self, position: int) -> bool:
        """Whether a goal may be reached; False is certain."""
        return bool(self._heap) or position in self._settled

    @property
    def open(self) -> bool:
        """Whether a goal may be reached from positions of which that is not known; `radius` is the least to pay."""
        return bool(self._heap)

    def known(self, row: WideRow) -> list[tuple[int, int]]:
        """The arcs of a row to those of whom more is known: that they are goals, or what is left to pay."""
        known = self._settled.keys() | self._goals
        return [(end, row.steps[end]) for end in sorted(known & row.steps.keys())]

    def keep_up(self) -> bool:
        """Settle more when the search has looked at more; whether the bounds have changed.

        Twice as many at a time: what waits by its bound then has to be put in order anew a few times only.
        """
        if self.looked < len(self._settled) or not self._heap:
            return False
        enough = max(FEW, 2 * self.looked)
        while self._heap and len(self._settled) < enough:
            self._settle()
        return True

    def _settle(self) -> None:
        cost, position = heappop(self._heap)
        self.radius = cost
        if position not in self._settled:
            self._settled[position] = cost
            through = cost + (0 if position in self._goals else self._space.inner(position))
            for before, step in self._space.backwards(position):
                if before not in self._settled:
                    heappush(self._heap, (through + step, before))


def _unlikeliness(confidence: np.float64) -> np.float64:
    return np.float64(-np.log(np.clip(confidence, LEAST_CONFIDENCE, 1.0)))


def _hops_left(backwards: Arcs, ends: Iterable[int], avoided: set[int], max_hops: int) -> NDArray[np.int32]:
    """The hops to the nearest end, of those who are within `max_hops` of one; of the others `max_hops`."""
    front = Front(backwards, list(ends), avoid=avoided)
    while front.hops < max_hops and front.advance():
        pass
    front.distances[front.distances < 0] = max_hops
    return front.distances
