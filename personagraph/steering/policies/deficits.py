"""Which cells are furthest below their target, what was tried for each, and what came of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from personagraph.steering.policies.policy import Came, Choice
from personagraph.types import Persona
from personagraph.vocabulary.cells import Cell, cell_of

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot

PLAIN, NARROW, ALONE = "plain", "narrow", "alone"
LADDER: Final[Mapping[str, int]] = {PLAIN: 3, NARROW: 20, ALONE: 20}
"""How often in vain a cell is asked for on each rung before the next: a hint, a hint with a form of the reply that
allows nothing else, somebody whom nobody need know."""
PRIOR: Final = 200.0
"""Personas who are thought to be there as the target wants, besides those who are: what a few of them say is little."""


class Tried(NamedTuple):
    """What came of asking for a cell with a plain hint: how often it was asked for, and somebody new came of it."""

    asked: int
    new: int


class Deficits:
    """Counts who is in each cell that the target wants, and the asks for it.

    `rungs` are those of LADDER that may be used. A cell that was asked for in vain on all of them is given up.
    """

    def __init__(
        self, wanted: Mapping[Cell, float], axes: Sequence[str], *, seed: int, rungs: Iterable[str] = (PLAIN, NARROW)
    ) -> None:
        self.axes = tuple(axes)
        self._wanted = {cell: share for cell, share in sorted(wanted.items()) if share > 0}
        self._turns = list(self._wanted)
        Random(f"cells:{seed}").shuffle(self._turns)
        self._rungs = tuple(rungs)
        self._held: Counter[Cell] = Counter()
        self._total = 0
        """Personas in cells that are wanted."""
        self.asked: Counter[Cell] = Counter()
        """Asks that were planned."""
        self._learned: Counter[Cell] = Counter()
        self._plain: Counter[Cell] = Counter()
        self._new: Counter[Cell] = Counter()
        self._asks = self._brought = 0
        """Asks of which it is known what came, and those that brought somebody new."""
        self._in_vain: Counter[Cell] = Counter()
        """Asks since somebody of the cell came."""
        self._given_up: set[Cell] = set()

    def begin(self, graph: "Snapshot") -> None:
        """Everyone of the graph is there."""
        from personagraph.steering.coverage import coverage

        if len(graph):
            for cell, count in coverage(graph.attributes, self.axes).counts.items():
                self._hold(cell, count)

    def enter(self, persona: Persona) -> None:
        """A persona is in the graph."""
        self._hold(cell_of(persona.attributes, self.axes), 1)

    def planned(self, choice: Choice) -> None:
        """A step was planned."""
        self.asked.update(choice.aims)

    def learn(self, choice: Choice, came: Sequence[Came]) -> None:
        """What came of a step."""
        those = [(cell_of(one.attributes, self.axes), one.outcome) for one in came if one.outcome in ("new", "merged")]
        for aim in choice.aims:
            hits = [outcome for cell, outcome in those if cell == aim]
            self._learned[aim] += 1
            self._asks += 1
            self._brought += "new" in hits
            if choice.steering == 2 and not choice.narrow:
                self._plain[aim] += 1
                self._new[aim] += "new" in hits
            self._in_vain[aim] = 0 if hits else self._in_vain[aim] + 1
            (self._given_up.discard if self.rung(aim) else self._given_up.add)(aim)

    def tried(self, cell: Cell) -> Tried:
        """What came of plain hints at a cell by now."""
        return Tried(self._plain[cell], self._new[cell])

    @property
    def rate(self) -> float:
        """How likely an ask brings somebody new of the cell that it is for; a half before anything is known."""
        return (self._brought + 1) / (self._asks + 2)

    def rung(self, cell: Cell) -> str | None:
        """How the cell is to be asked for next; None where it is given up."""
        left = self._in_vain[cell]
        for rung in self._rungs:
            if left < LADDER[rung]:
                return rung
            left -= LADDER[rung]
        return None

    @property
    def may_be_alone(self) -> bool:
        """Whether somebody may be asked for whom nobody need know."""
        return ALONE in self._rungs

    def open(self) -> Sequence[Cell]:
        """The cells that are not given up, in an order that the seed has drawn."""
        return [cell for cell in self._turns if cell not in self._given_up] if self._given_up else self._turns

    def given_up(self) -> list[Cell]:
        """The cells that were asked for in vain on every rung, sorted."""
        return sorted(self._given_up)

    def thinness(self, cell: Cell) -> float:
        """The share that is wanted for the share that is there, when what was asked for has come as it mostly does."""
        return self._wanted[cell] * (self._total + PRIOR) / (self.expected(cell) + PRIOR * self._wanted[cell])

    def expected(self, cell: Cell) -> float:
        """How many a cell holds when what was asked for has come as it mostly does."""
        return self._held[cell] + (self.asked[cell] - self._learned[cell]) * self.rate

    def share(self, cell: Cell) -> float:
        """What is wanted of a cell."""
        return self._wanted[cell]

    def _hold(self, cell: Cell, count: int) -> None:
        if cell in self._wanted:
            self._held[cell] += count
            self._total += count
