"""Who is tied to whom by now, and in which component: as in a snapshot, and what was tied since."""

import numpy as np
from numpy.typing import NDArray

from personagraph.arrays.columns import GrowingColumn
from personagraph.graph.metrics.components import component_of
from personagraph.graph.snapshot import Snapshot


class Acquaintance:
    """The neighbours of each position, whatever the direction, and the components; a tie costs the same in any graph.

    Components are joined by size (Tarjan 1975), so that whose component is looked up in a few steps.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._first = snapshot.neighbours
        self._later: dict[int, list[int]] = {}
        """In the order in which they were tied."""
        numbers = component_of(self._first)
        self._labels, self._above, self._sizes = (GrowingColumn(np.int32) for _ in range(3))
        self._labels.extend(numbers - np.int32(1))
        self._sizes.extend(np.bincount(numbers)[1:] if len(numbers) else [])
        self._above.extend(np.arange(self._sizes.size))
        self.count = self._sizes.size
        """How many components there are."""
        self._degrees = GrowingColumn(np.int32)
        self._degrees.extend(np.diff(self._first.starts))

    def __len__(self) -> int:
        return self._labels.size

    def enter(self) -> int:
        """Somebody is there whom nobody knows; the position."""
        label = self._above.size
        for column, row in ((self._labels, label), (self._above, label), (self._sizes, 1), (self._degrees, 0)):
            column.append(row)
        self.count += 1
        return len(self) - 1

    def tie(self, a: int, b: int) -> None:
        """These two are tied; that they are already, or one and the same, changes nothing."""
        if a == b or b in self.of(a):
            return
        for one, other in ((a, b), (b, a)):
            self._later.setdefault(one, []).append(other)
            self._degrees.data[one] += 1
        small, large = sorted(self.components(np.array([a, b])).tolist(), key=lambda root: int(self._sizes.data[root]))
        if small != large:
            self._above.data[small] = large
            self._sizes.data[large] += self._sizes.data[small]
            self.count -= 1

    def of(self, position: int) -> NDArray[np.int64]:
        """Who is next to a position, each once: of the snapshot, ascending, then in the order in which they came."""
        early: NDArray[np.int64] = np.zeros(0, np.int64)
        if position < len(self._first.starts) - 1:
            first, after = self._first.starts[position : position + 2]
            early = self._first.ends[first:after].astype(np.int64)
        later = self._later.get(position)
        return np.concatenate([early, np.array(later, np.int64)]) if later else early

    def stepped(self, positions: NDArray[np.int64], turns: NDArray[np.float64]) -> NDArray[np.int64]:
        """For each position (n,) one who is next to it, chosen by a number from 0 to 1 (n,); itself where nobody is."""
        starts, inside = self._first.starts, np.minimum(positions, max(len(self._first.starts) - 2, 0))
        if not len(self._first.ends):
            found = positions.copy()
        else:
            degrees = np.where(inside == positions, starts[inside + 1] - starts[inside], 0)
            at = np.minimum(starts[inside] + (turns * degrees).astype(np.int64), len(self._first.ends) - 1)
            found = np.where(degrees > 0, self._first.ends[at].astype(np.int64), positions)
        for place, position in enumerate(positions.tolist()):
            if position in self._later:
                others = self.of(position)
                found[place] = others[int(turns[place] * len(others))]
        return found

    def degrees(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many are next to each of these (n,)."""
        return self._degrees.rows()[positions].astype(np.int64)

    def are_open(self) -> NDArray[np.bool_]:
        """Whether each position is next to one who is next to somebody else, too (n,)."""
        degrees, found = self.degrees(np.arange(len(self))), np.zeros(len(self), np.bool_)
        starts, ends = self._first.starts, self._first.ends
        whose = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        found[whose[degrees[ends] > 1]] = True
        for position, others in self._later.items():
            found[position] |= bool((degrees[others] > 1).any())
        return found

    def components(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """A number for the component of each of these (n,): the same for the same one, until something is tied."""
        above = self._above.rows()
        roots = self._labels.rows()[positions]
        while not np.array_equal(higher := above[roots], roots):
            roots = higher
        return roots.astype(np.int64)

    def sizes(self, components: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many are in each of these components, which `components` gave."""
        return self._sizes.rows()[components].astype(np.int64)
