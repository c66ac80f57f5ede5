"""The frontier: who is near enough to a seed to be asked and has not been asked often enough, counted by depth."""

from collections import Counter
from collections.abc import Mapping


class Frontier:
    """Knows the depth of each persona and how often it was asked; a change of either costs the same however many.

    A persona waits while it is nearer to a seed than `hops` and was asked fewer than `calls` times. `asked` says how
    often each was asked before.
    """

    def __init__(self, *, hops: int, calls: int, asked: Mapping[str, int]) -> None:
        self._hops = hops
        self._calls = calls
        self._asked = Counter(asked)
        self._depth: dict[str, int | None] = {}
        self._counts: Counter[int] = Counter()

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
        depth = self._depth.get(id)
        return depth if depth is not None and depth < self._hops and self._asked[id] < self._calls else None

    def counts(self) -> dict[int, int]:
        """How many wait at each depth, the nearest first; a depth at which nobody waits is left out."""
        return {depth: count for depth, count in sorted(self._counts.items()) if count}

    def _count(self, id: str, change: int) -> None:
        depth = self.waits(id)
        if depth is not None:
            self._counts[depth] += change
