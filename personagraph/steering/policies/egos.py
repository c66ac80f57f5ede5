"""Whom to ask for somebody of a given kind: egos near a seed, drawn so that the ties that come mix as is wanted."""

from bisect import insort
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Final

from personagraph.steering.mixing.mixing import Mixing
from personagraph.steering.policies.frontier import Frontier
from personagraph.steering.policies.ranks import Ranks
from personagraph.types import Persona
from personagraph.vocabulary.cells import Cell, cell_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from personagraph.graph.register import Register
    from personagraph.graph.snapshot import Snapshot

TRIES: Final = 8
"""How often another ego is drawn instead of one that was asked."""


class Egos:
    """Those nearer to a seed than `hops`, by their cell on `axes`.

    One is drawn for an alter of a cell with a weight: how many times as often as by chance the two mix. A draw costs as
    much as there are cells, however large the graph.
    """

    def __init__(self, *, hops: int, axes: Sequence[str], mixing: Mixing) -> None:
        self._hops, self._axes, self._mixing = hops, tuple(axes), mixing
        self._waiting = Frontier(hops=hops, calls=1, asked={})
        self._near: dict[Cell, Ranks] = {}
        """Of each cell, in order of entry."""
        self._sorted: list[Cell] = []
        self._cells: dict[str, Cell] = {}
        self._cell_before: Callable[[int], Cell] = lambda number: ()
        self._sizes: NDArray[np.float64] | None = None
        """How many are near of each of the sorted cells; None where that is to be counted anew."""
        self._places: dict[Cell, int] = {}
        self._times: dict[tuple[str, str], NDArray[np.float64]] = {}
        """By axis and alter's value: how many times as often as by chance each of the sorted cells has such alters."""

    @property
    def register(self) -> "Register":
        """The number of everyone who is there."""
        return self._waiting.register

    def begin(self, graph: "Snapshot") -> None:
        """Everyone of the graph is there."""
        import numpy as np

        self._waiting.begin(graph)
        columns = [graph.attributes[axis] for axis in self._axes]
        keys = np.zeros(len(graph), np.int64)
        for column in columns:
            keys = keys * len(column.names) + column.codes
        self._cell_before = lambda at: tuple(column.names[column.codes[at]] for column in columns)
        near = np.flatnonzero((graph.depths >= 0) & (graph.depths < self._hops))
        near = near[np.argsort(keys[near], kind="stable")]
        for some in np.split(near, np.flatnonzero(np.diff(keys[near])) + 1):
            if len(some):
                self._near[self._cell_before(int(some[0]))] = Ranks(some)
        self._sorted = sorted(self._near)

    def enter(self, persona: Persona) -> None:
        """A persona is in the graph."""
        self._cells[persona.id] = cell_of(persona.attributes, self._axes)
        self._be_near(persona.id, self._waiting.enter(persona.id, persona.depth), persona.depth)

    def reach(self, id: str, depth: int | None) -> None:
        """The depth of a persona changed; depths only fall, so whoever is near stays near."""
        self._waiting.reach(id, depth)
        self._be_near(id, self._waiting.register.number(id), depth)

    def ask(self, id: str) -> None:
        """The persona was asked once more."""
        if id:
            self._waiting.ask(id)

    def frontier(self) -> Mapping[int, int]:
        """How many of those who can be asked have not been asked by this run, by depth."""
        return self._waiting.counts()

    def __bool__(self) -> bool:
        return bool(self._near)

    def draw(self, rng: Random, aim: Cell, count: int = 1) -> list[tuple[str, Cell]]:
        """So many egos, and their cells, each drawn for an alter of that cell as the mixing wants; somebody is near."""
        cells, sizes, times = self._sorted, self._counted(), self._sorted_times(aim)
        upto = (sizes if times is None else sizes * times).cumsum()
        if not upto[-1]:
            upto = sizes.cumsum()
        most, last = float(upto[-1]), len(cells) - 1
        found = (cells[min(int(upto.searchsorted(rng.random() * most, "right")), last)] for _ in range(count))
        return [(self._waiting.register.id(rng.choice(self._near[cell])), cell) for cell in found]

    def unasked(self, rng: Random, id: str, cell: Cell) -> str:
        """The ego of a cell that was drawn, or, where it was asked by this run, another of the cell who was not.

        Somebody else is drawn TRIES times; when all were asked, it is the last.
        """
        for _ in range(TRIES):
            if self._waiting.waits(id) is not None:
                break
            id = self._waiting.register.id(rng.choice(self._near[cell]))
        return id

    def cell(self, id: str) -> Cell:
        """What somebody who is there is of."""
        return self._cells[id] if id in self._cells else self._cell_before(self._waiting.register.number(id))

    def mixes(self, cell: Cell, aim: Cell) -> float:
        """How many times as often as by chance an ego of a cell should have an alter of the other."""
        found = 1.0
        for axis, one, other in zip(self._axes, cell, aim, strict=True):
            found *= self._mixing.times(axis, one, other)
        return found

    def _counted(self) -> "NDArray[np.float64]":
        if self._sizes is None:
            import numpy as np

            self._sizes = np.array([len(self._near[cell]) for cell in self._sorted], np.float64)
            self._places = {cell: place for place, cell in enumerate(self._sorted)}
            self._times = {}
        return self._sizes

    def _sorted_times(self, aim: Cell) -> "NDArray[np.float64] | None":
        """What `mixes` says of each of the sorted cells; None where all meet all."""
        found = None
        for place, (axis, value) in enumerate(zip(self._axes, aim, strict=True)):
            if axis not in self._mixing.lifts:
                continue
            if (axis, value) not in self._times:
                import numpy as np

                told = [self._mixing.times(axis, cell[place], value) for cell in self._sorted]
                self._times[axis, value] = np.array(told, np.float64)
            times = self._times[axis, value]
            found = times if found is None else found * times
        return found

    def _be_near(self, id: str, number: int, depth: int | None) -> None:
        if depth is not None and depth < self._hops:
            cell = self.cell(id)
            if cell not in self._near:
                self._near[cell] = Ranks()
                insort(self._sorted, cell)
                self._sizes = None
            self._near[cell].add(number)
            if self._sizes is not None:
                self._sizes[self._places[cell]] = len(self._near[cell])
