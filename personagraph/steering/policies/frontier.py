"""The frontier: who is near enough to a seed to be asked and has not been asked often enough, counted by depth."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from personagraph.graph.register import NOBODY, Register

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from personagraph.graph.snapshot import Snapshot


class Frontier:
    """Knows the depth of each persona and how often it was asked; a change of either costs the same however many.

    A persona waits while it is nearer to a seed than `hops` and was asked fewer than `calls` times. `asked` says how
    often each was asked before. `register` numbers everyone who entered.
    """

    def __init__(self, *, hops: int, calls: int, asked: Mapping[str, int]) -> None:
        self._hops = hops
        self._calls = calls
        self._asked = Counter(asked)
        self._depth: dict[str, int | None] = {}
        """Of whoever entered since the beginning, or whose depth changed."""
        self._counts: Counter[int] = Counter()
        self._graph: Snapshot | None = None
        self.register = Register()

    def begin(self, graph: "Snapshot") -> "NDArray[np.int64]":
        """Everyone of the graph is there; the positions of those who wait, ascending."""
        import numpy as np

        self._graph, self.register = graph, Register(graph)
        waits = (graph.depths >= 0) & (graph.depths < self._hops)
        often = np.array([id for id, count in self._asked.items() if count >= self._calls], "S32")
        if len(often):
            waits &= ~np.isin(graph.ids, often)
        waiting = np.flatnonzero(waits)
        self._counts.update(dict(enumerate(np.bincount(graph.depths[waiting]).tolist())))
        return waiting

    def enter(self, id: str, depth: int | None) -> int:
        """Somebody new is there, at this depth; the number."""
        number = self.register.add(id)
        self.reach(id, depth)
        return number

    def reach(self, id: str, depth: int | None) -> None:
        """The persona is at this depth now."""
        self._count(id, -1)
        self._depth[id] = depth
        self._count(id, 1)

    def ask(self, id: str) -> None:
        """The persona was asked once more; it need not be known yet."""
        self._count(id, -1)
        self._asked[id] += 1
        self._count(id, 1)

    def waits(self, id: str) -> int | None:
        """The depth at which the persona waits; None when it does not."""
        if self._asked[id] >= self._calls:
            return None
        depth = self._depth[id] if id in self._depth else self._depth_before(id)
        return depth if depth is not None and depth < self._hops else None

    def counts(self) -> dict[int, int]:
        """How many wait at each depth, the nearest first; a depth at which nobody waits is left out."""
        return {depth: count for depth, count in sorted(self._counts.items()) if count}

    def _depth_before(self, id: str) -> int | None:
        """The depth in the graph of the beginning."""
        number = self.register.number(id)
        if self._graph is None or number == NOBODY or number >= len(self._graph):
            return None
        depth = int(self._graph.depths[number])
        return None if depth < 0 else depth

    def _count(self, id: str, change: int) -> None:
        depth = self.waits(id)
        if depth is not None:
            self._counts[depth] += change
