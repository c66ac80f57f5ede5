"""The graph as a run has it in memory: its beginning, whoever came in since, and the ties that replies told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.neighbours import Neighbours, both_ways
from personagraph.graph.register import NOBODY, Register
from personagraph.graph.snapshot import Snapshot
from personagraph.types import Persona
from personagraph.vocabulary.cells import axis_values

NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The graph at one moment; a persona's position is its place in order of entry.

    Columns of personas (n,): `entries` (int64), `depths` (int32, -1 for none), `asked` how often each was (int64),
    `codes` the places of values among those of each of the `axes` (n, axes; int16, -1 where unknown), `clusters` the
    number of the cluster of descriptions (int32, -1 for none). `exemplars` are positions of those who stand for each
    cluster (clusters, …; -1 for none).
    """

    axes: Sequence[str]
    entries: NDArray[np.int64]
    depths: NDArray[np.int32]
    asked: NDArray[np.int64]
    codes: NDArray[np.int16]
    neighbours: Neighbours
    clusters: NDArray[np.int32]
    exemplars: NDArray[np.int64]

    def __len__(self) -> int:
        """How many personas there are."""
        return len(self.entries)


class GraphInMemory:
    """What a policy was told of the graph, and of the values of everybody on some `axes`.

    To take something in costs the same however large it is; a view does not.

    Ties are those by which somebody came in, or was found to be somebody who is there. Links are left out: they are
    made between those whom this tool proposed, so that communities of them would be of its own making; and a run is
    not told of its own until it goes on after a break.
    """

    def __init__(self, axes: Sequence[str], register: Register, graph: Snapshot | None = None) -> None:
        self._axes, self.register = axes, register
        self._places = {axis: {value: code for code, value in enumerate(axis_values(axis))} for axis in axes}
        self._graph = Snapshot.build((), ()) if graph is None else graph
        self._later: list[tuple[int, ...]] = []
        """The entry and the codes of whoever came in."""
        self._entered: dict[int, int] = {}
        self._depths: dict[int, int] = {}
        """By position, where it is not what the snapshot says."""
        self._ties: list[tuple[int, int]] = []

    def enter(self, number: int, persona: Persona) -> None:
        """Somebody is in the graph, whom the register has with this number."""
        codes = (places.get(persona.attributes[axis], NONE) for axis, places in self._places.items())
        self._later.append((persona.entry, *codes))
        self._entered[persona.entry] = number
        self.reach(number, persona.depth)

    def reach(self, number: int, depth: int | None) -> None:
        """The depth of a persona is this now."""
        self._depths[number] = NONE if depth is None else depth

    def tie(self, one: str, other: str) -> None:
        """There is a tie between these; once more does not count."""
        numbers = self.register.number(one), self.register.number(other)
        if NOBODY not in numbers:
            self._ties.append(numbers)

    def id(self, entry: int) -> str | None:
        """Who came in with this number; None for nobody."""
        number = self._entered.get(entry)
        if number is None:
            at = int(np.searchsorted(self._graph.entries, entry))
            if at == len(self._graph) or int(self._graph.entries[at]) != entry:
                return None
            number = at
        return self.register.id(number)

    def view(self, asked: Mapping[str, int], clusters: tuple[NDArray[np.int32], NDArray[np.int64]] | None) -> View:
        """The graph as it is now, given how often each was asked, and the clusters of the first so many.

        The same whatever the ids are, and whether somebody or a tie was there at the beginning or came later.
        """
        graph, n = self._graph, len(self._graph) + len(self._later)
        later = np.array(self._later, np.int64).reshape(-1, 1 + len(self._axes))
        depths = np.concatenate([graph.depths, np.full(len(later), NONE, np.int32)])
        depths[list(self._depths)] = list(self._depths.values())
        often = np.zeros(n, np.int64)
        for id, count in asked.items():
            if (number := self.register.number(id)) != NOBODY:
                often[number] = count
        codes = np.concatenate([self._codes(), later[:, 1:].astype(np.int16)])
        told = ~graph.linked
        ties = np.array(self._ties, np.int32).reshape(-1, 2)
        ends = [
            np.concatenate([column[told], ties[:, place]])
            for place, column in enumerate((graph.sources, graph.targets))
        ]
        labels, exemplars = (np.empty(0, np.int32), np.empty((0, 1), np.int64)) if clusters is None else clusters
        return View(
            axes=self._axes,
            entries=np.concatenate([graph.entries, later[:, 0]]),
            depths=depths,
            asked=often,
            codes=codes,
            neighbours=both_ways(n, *ends),
            clusters=np.concatenate([labels, np.full(n - len(labels), NONE, np.int32)]),
            exemplars=exemplars,
        )

    def _codes(self) -> NDArray[np.int16]:
        """Those of the snapshot."""
        found = np.empty((len(self._graph), len(self._axes)), np.int16)
        for at, (axis, places) in enumerate(self._places.items()):
            column = self._graph.attributes[axis]
            found[:, at] = np.array([places.get(name, NONE) for name in column.names] or [NONE], np.int16)[column.codes]
        return found
