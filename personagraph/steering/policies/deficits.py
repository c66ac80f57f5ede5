"""Which cells are furthest below their target, what was tried for each, and what came of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Final

from personagraph.steering.policies.policy import Came, Choice
from personagraph.types import Persona
from personagraph.vocabulary.cells import Cell, cell_of

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot

PLAIN, NARROW, ALONE = "plain", "narrow", "alone"
LADDER: Final[Mapping[str, int]] = {PLAIN: 10, NARROW: 20, ALONE: 20}
"""How often in vain a cell is asked for on each rung before the next: a hint, a hint with a form of the reply that
allows nothing else, somebody whom nobody need know."""
PRIOR: Final = 200.0
"""Personas who are thought to be there as the target wants, besides those who are: what a few of them say is little."""


class Deficits:
    """Counts who is in each cell that the target wants, and the asks for it.

    `rungs` are those of LADDER that may be used. A cell that was asked for in vain on all of them is given up. What
    changes costs the same however many cells there are; to find the thinnest looks at all of them, as arrays.
    """

    def __init__(
        self, wanted: Mapping[Cell, float], axes: Sequence[str], *, seed: int, rungs: Iterable[str] = (PLAIN, NARROW)
    ) -> None:
        # Not sooner: the policies that are made of it are named by commands that do without numpy.
        import numpy as np

        self.axes = tuple(axes)
        self._turns = sorted(cell for cell, share in wanted.items() if share > 0)
        Random(f"cells:{seed}").shuffle(self._turns)
        self._place = {cell: place for place, cell in enumerate(self._turns)}
        self._wanted = np.array([wanted[cell] for cell in self._turns], np.float64)
        self._rungs = tuple(rungs)
        self._held = np.zeros(len(self._turns), np.int64)
        self._total = 0
        """Personas in cells that are wanted."""
        self.asked: Counter[Cell] = Counter()
        """Asks that were planned."""
        self._coming = np.zeros(len(self._turns), np.int64)
        """Asks that were planned, without those of which it is known what came."""
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
        for aim in choice.aims:
            self.asked[aim] += 1
            self._come(aim, 1)

    def learn(self, choice: Choice, came: Sequence[Came]) -> None:
        """What came of a step."""
        those = [(cell_of(one.attributes, self.axes), one.outcome) for one in came if one.outcome in ("new", "merged")]
        for aim in choice.aims:
            hits = [outcome for cell, outcome in those if cell == aim]
            self._come(aim, -1)
            self._asks += 1
            self._brought += "new" in hits
            self._in_vain[aim] = 0 if hits else self._in_vain[aim] + 1
            (self._given_up.discard if self.rung(aim) else self._given_up.add)(aim)

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

    def expected(self, cell: Cell) -> float:
        """How many a cell holds when what was asked for has come as it mostly does."""
        place = self._place[cell]
        return float(self._held[place] + self._coming[place] * self.rate)

    def share(self, cell: Cell) -> float:
        """What is wanted of a cell."""
        return float(self._wanted[self._place[cell]])

    def thinnest(self, count: int) -> dict[Cell, float]:
        """Up to so many cells that are not given up, and how thin each is, the thinnest first.

        That is the share that is wanted for the share that is there, when what was asked for has come as it mostly
        does. Of several that are as thin, the order of `open` decides.
        """
        import numpy as np

        there = self._held + self._coming * self.rate + PRIOR * self._wanted
        thin = self._wanted * (self._total + PRIOR) / there
        if self._given_up:
            thin[[self._place[cell] for cell in self._given_up if cell in self._place]] = -1
        least = np.partition(thin, -count)[-count] if count < len(thin) else 0
        some = np.flatnonzero(thin >= max(least, 0))
        some = some[np.argsort(-thin[some], kind="stable")][:count]
        return {self._turns[place]: how for place, how in zip(some.tolist(), thin[some].tolist(), strict=True)}

    def _hold(self, cell: Cell, count: int) -> None:
        if cell in self._place:
            self._held[self._place[cell]] += count
            self._total += count

    def _come(self, cell: Cell, count: int) -> None:
        if cell in self._place:
            self._coming[self._place[cell]] += count
