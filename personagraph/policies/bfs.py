"""Breadth-first, as in PersonaHub (arXiv 2406.20094): each persona is asked some times, the nearest to a seed first."""

from collections import Counter
from collections.abc import Mapping
from heapq import heappop, heappush

from personagraph.protocols import Ego
from personagraph.types import Persona


class BreadthFirst:
    """Offers egos by depth, then in order of entry, each `calls_per_ego` times; those at depth `hops` are not asked.

    `asked` says how often earlier runs asked each persona: one that they asked at all is passed over.
    """

    def __init__(self, *, hops: int, calls_per_ego: int, asked: Mapping[str, int]) -> None:
        self._hops = hops
        self._calls = calls_per_ego
        self._asked = Counter(dict.fromkeys(asked, calls_per_ego))
        self._entry: dict[str, int] = {}
        self._depth: dict[str, int | None] = {}
        self._heap: list[tuple[int, int, str]] = []

    def enter(self, persona: Persona) -> None:
        """A persona is in the graph."""
        self._entry[persona.id] = persona.entry
        self.reach(persona.id, persona.depth)

    def reach(self, id: str, depth: int | None) -> None:
        """The depth of a persona changed."""
        self._depth[id] = depth
        if depth is not None and depth < self._hops:
            heappush(self._heap, (depth, self._entry[id], id))

    def planned(self, ego: Ego) -> None:
        """A step was planned."""
        self._asked[ego.id] += 1

    def next(self, n: int) -> Ego | None:
        """The nearest persona that has not been asked often enough."""
        while self._heap:
            depth, _, id = self._heap[0]
            if self._depth[id] == depth and self._asked[id] < self._calls:
                return Ego(id, None, None, 0)
            heappop(self._heap)
        return None
