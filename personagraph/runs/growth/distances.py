"""Who is tied to whom while a graph grows, and how far everybody is from a seed."""

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot


class Distances:
    """The ties and depths of a graph, whose arrays it leaves as they are, and of what came in since.

    What comes in costs the same however large that graph is. What changes depths says whose they are now, by id.
    """

    def __init__(self, graph: "Snapshot | None" = None) -> None:
        # Not sooner: it loads numpy, which many a command does without.
        from personagraph.graph.register import Register

        self._graph = graph
        self._register = Register(graph)
        self._before = len(self._register)
        """The numbers below it are positions in the graph that it began with."""
        self._lowered: dict[int, int] = {}
        """The depths that are others now than in that graph."""
        self._later: list[int | None] = []
        """The depths of those who came in since."""
        self._ties: dict[int, list[int]] = {}
        """Whom those are tied to by what came in since, in both directions."""

    def add(self, id: str) -> None:
        """Take in somebody new, whom nothing ties, and who is not reached from any seed."""
        self._register.add(id)
        self._later.append(None)

    def tied(self, id: str) -> set[str]:
        """Who is tied to a persona by now, whatever the direction."""
        number = self._register.number(id)
        later, found = self._ties.get(number, ()), list[int]()
        if self._graph is not None and number < self._before:
            links = self._graph.both
            found = links.ends[links.starts[number] : links.starts[number + 1]].tolist()
        return {self._register.id(other) for other in (*found, *later)}

    def depth(self, id: str) -> int | None:
        """The depth of a persona as it is now."""
        return self._depth(self._register.number(id))

    def tie(self, a: str, b: str) -> dict[str, int]:
        """Tie two personas; the depths that this changes."""
        one, other = self._register.number(a), self._register.number(b)
        self._ties.setdefault(one, []).append(other)
        self._ties.setdefault(other, []).append(one)
        here, there = self._depth(one), self._depth(other)
        if here is not None and (there is None or there > here + 1):
            return self._reach(other, here + 1)
        if there is not None and (here is None or here > there + 1):
            return self._reach(one, there + 1)
        return {}

    def sow(self, id: str) -> dict[str, int]:
        """Make a persona a seed; the depths that this changes."""
        return self._reach(self._register.number(id), 0)

    def _reach(self, number: int, depth: int) -> dict[str, int]:
        """Lower the depth of a persona, and of everyone who is reached through it."""
        changed: dict[str, int] = {}
        queue = deque([(number, depth)])
        while queue:
            number, depth = queue.popleft()
            known = self._depth(number)
            if known is not None and known <= depth:
                continue
            self._lower(number, depth)
            changed[self._register.id(number)] = depth
            queue.extend((other, depth + 1) for other in self._ties.get(number, ()))
            queue.extend((other, depth + 1) for other in self._deeper(number, depth + 1))
        return changed

    def _deeper(self, number: int, depth: int) -> Sequence[int]:
        """Who was tied to a persona in the graph that it began with, and was deeper there."""
        if self._graph is None or number >= self._before:
            return ()
        links, depths = self._graph.both, self._graph.depths
        others = links.ends[links.starts[number] : links.starts[number + 1]]
        found: list[int] = others[(depths[others] < 0) | (depths[others] > depth)].tolist()
        return found

    def _depth(self, number: int) -> int | None:
        if number >= self._before:
            return self._later[number - self._before]
        if self._graph is None or number in self._lowered:
            return self._lowered.get(number)
        depth = int(self._graph.depths[number])
        return None if depth < 0 else depth

    def _lower(self, number: int, depth: int) -> None:
        if number >= self._before:
            self._later[number - self._before] = depth
        else:
            self._lowered[number] = depth
