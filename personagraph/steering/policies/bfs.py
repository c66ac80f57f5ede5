"""Breadth-first, as in PersonaHub (arXiv 2406.20094): each persona is asked some times, the nearest to a seed first."""

from collections.abc import Mapping
from heapq import heappop, heappush

from personagraph.steering.policies.frontier import Frontier
from personagraph.steering.policies.policy import Ego, PolicyFacts, PolicyKind, PolicyOptions
from personagraph.types import Persona


class BreadthFirst:
    """Offers egos by depth, then in order of entry, each `calls_per_ego` times; those at depth `hops` are not asked.

    `asked` says how often earlier runs asked each persona: one that they asked at all is passed over.
    """

    def __init__(self, *, hops: int, calls_per_ego: int, asked: Mapping[str, int]) -> None:
        done = dict.fromkeys(asked, calls_per_ego)
        self._waiting = Frontier(hops=hops, calls=calls_per_ego, asked=done)
        self._entry: dict[str, int] = {}
        self._heap: list[tuple[int, int, str]] = []

    def enter(self, persona: Persona) -> None:
        """A persona is in the graph."""
        self._entry[persona.id] = persona.entry
        self.reach(persona.id, persona.depth)

    def reach(self, id: str, depth: int | None) -> None:
        """The depth of a persona changed."""
        self._waiting.reach(id, depth)
        if (waits := self._waiting.waits(id)) is not None:
            heappush(self._heap, (waits, self._entry[id], id))

    def planned(self, ego: Ego) -> None:
        """A step was planned."""
        self._waiting.ask(ego.id)

    def next(self, n: int) -> Ego | None:
        """The nearest persona that has not been asked often enough."""
        while self._heap:
            depth, _, id = self._heap[0]
            if self._waiting.waits(id) == depth:
                return Ego(id, None, None, 0)
            heappop(self._heap)
        return None

    def frontier(self) -> Mapping[int, int]:
        """How many personas at each depth have not been asked often enough."""
        return self._waiting.counts()


def _made(options: PolicyOptions, facts: PolicyFacts) -> BreadthFirst:
    return BreadthFirst(hops=options.hops, calls_per_ego=options.calls_per_ego, asked=facts.asked())


KIND = PolicyKind(_made, "the nearest to a seed first")
