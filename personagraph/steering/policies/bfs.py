"""Breadth-first, as in PersonaHub (arXiv 2406.20094): each persona is asked some times, the nearest to a seed first."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from personagraph.steering.policies.frontier import Frontier
from personagraph.steering.policies.policy import Came, Choice, PolicyFacts, PolicyKind, PolicyOptions
from personagraph.types import Persona

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot


class BreadthFirst:
    """Offers egos by depth, then in order of entry, each `calls_per_ego` times; those at depth `hops` are not asked.

    `asked` says how often earlier runs asked each persona: these count, unless `again`.
    """

    def __init__(self, *, hops: int, calls_per_ego: int, asked: Mapping[str, int], again: bool = False) -> None:
        self._before = asked
        self._waiting = Frontier(hops=hops, calls=calls_per_ego, asked={} if again else asked)
        self._first: Iterator[tuple[int, int, str]] = iter(())
        """Who waited at the beginning: (depth, entry, id) in ascending order."""
        self._next_first: tuple[int, int, str] | None = None
        self._entry: dict[str, int] = {}
        self._entry_before: Callable[[str], int] = lambda id: 0
        self._heap: list[tuple[int, int, str]] = []

    def begin(self, graph: "Snapshot") -> None:
        """Everyone of the graph is there."""
        import numpy as np

        waiting, register = self._waiting.begin(graph), self._waiting.register
        waiting = waiting[np.argsort(graph.depths[waiting], kind="stable")]
        self._first = ((int(graph.depths[at]), int(graph.entries[at]), register.id(int(at))) for at in waiting)
        self._next_first = next(self._first, None)
        self._entry_before = lambda id: int(graph.entries[register.number(id)])

    def enter(self, persona: Persona) -> None:
        """A persona is in the graph."""
        self._entry[persona.id] = persona.entry
        self._waiting.enter(persona.id, persona.depth)
        self._push(persona.id)

    def reach(self, id: str, depth: int | None) -> None:
        """The depth of a persona changed."""
        self._waiting.reach(id, depth)
        self._push(id)

    def planned(self, choice: Choice) -> None:
        """A step was planned."""
        self._waiting.ask(choice.ego)

    def learn(self, choice: Choice, came: Sequence[Came]) -> None:
        """Nothing follows from what came."""

    def next(self, n: int) -> Choice | None:
        """The nearest persona that has not been asked often enough."""
        while self._next_first and not self._is_at(self._next_first):
            self._next_first = next(self._first, None)
        while self._heap and not self._is_at(self._heap[0]):
            heappop(self._heap)
        first = min((one for one in (self._next_first, *self._heap[:1]) if one), default=None)
        return None if first is None else Choice(first[2], before=self._before.get(first[2], 0))

    def _is_at(self, place: tuple[int, int, str]) -> bool:
        """Whether who was put there still waits at that depth."""
        depth, _, id = place
        return self._waiting.waits(id) == depth

    def _push(self, id: str) -> None:
        if (waits := self._waiting.waits(id)) is not None:
            entry = self._entry[id] if id in self._entry else self._entry_before(id)
            heappush(self._heap, (waits, entry, id))

    def idle(self) -> str:
        """That everybody was asked needs no saying."""
        return ""

    def frontier(self) -> Mapping[int, int]:
        """How many personas at each depth have not been asked often enough."""
        return self._waiting.counts()


def _made(options: PolicyOptions, facts: PolicyFacts) -> BreadthFirst:
    return BreadthFirst(
        hops=options.hops, calls_per_ego=options.calls_per_ego, asked=facts.asked(), again=options.again
    )


KIND = PolicyKind(_made, "the nearest to a seed first")
