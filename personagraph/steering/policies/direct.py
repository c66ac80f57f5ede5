"""Asks for the thinnest cells without an ego: nobody is asked whom they know, and nobody is tied to anybody by it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING

from personagraph.errors import ConfigError
from personagraph.steering.hints import Wording
from personagraph.steering.policies.policy import Came, Choice, Hint, PolicyFacts, PolicyKind, PolicyOptions
from personagraph.types import Persona
from personagraph.vocabulary.cells import PAIR, Cell, cell_of

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot


class WithoutEgo:
    """Asks for somebody of the cell that is furthest below the target, of `at_once` cells in one call.

    That is the one whose personas and asks, with the next, are the fewest for the share that `target` wants of it, as
    seats are given to parties by D'Hondt; each ask counts like a persona. Words take turns, from where `before`, the
    asks of this kind by earlier runs, left off: so none of these is repeated. A choice costs as much as there are
    cells, however large the graph. It always has an offer. Raises ConfigError for a target that wants nobody whom words
    can name.
    """

    def __init__(
        self, wording: Wording, target: Mapping[Cell, float], *, seed: int, at_once: int = 1, before: int = 0
    ) -> None:
        self._wording, self._wanted, self._at_once, self._before = wording, target, at_once, before
        self._cells = [cell for cell, share in target.items() if share > 0 and wording.can(_aim(cell))]
        if not self._cells:
            raise ConfigError("the target wants nobody whom a hint can name; choose another with --target")
        Random(f"cells:{seed}").shuffle(self._cells)
        self._filled: Counter[Cell] = Counter()
        self._asked: Counter[Cell] = Counter()

    def begin(self, graph: "Snapshot") -> None:
        """Everyone of the graph is there."""
        from personagraph.steering.coverage import coverage

        if len(graph):
            self._filled.update(coverage(graph.attributes, PAIR).counts)

    def enter(self, persona: Persona) -> None:
        """A persona is in the graph."""
        self._filled[cell_of(persona.attributes, PAIR)] += 1

    def reach(self, id: str, depth: int | None) -> None:
        """Nothing follows from a depth."""

    def planned(self, choice: Choice) -> None:
        """A step was planned."""
        self._asked.update(choice.aims)

    def learn(self, choice: Choice, came: Sequence[Came]) -> None:
        """Nothing follows but what the counts say."""

    def next(self, n: int) -> Choice | None:
        """Nobody to ask, with a hint to each of the thinnest cells."""
        more: Counter[Cell] = Counter()
        hints: list[Hint] = []
        aims: list[Cell] = []
        while len(hints) < self._at_once:
            cell = min(self._cells, key=lambda c: (self._filled[c] + self._asked[c] + more[c] + 1) / self._wanted[c])
            hints.append(self._wording.hint(_aim(cell), self._before + self._asked[cell] + more[cell]) or {})
            aims.append(cell)
            more[cell] += 1
        return Choice("", hints=tuple(hints), aims=tuple(aims), steering=3, before=self._before)

    def frontier(self) -> Mapping[int, int]:
        """Nobody waits to be asked."""
        return {}


def _aim(cell: Cell) -> dict[str, str]:
    return dict(zip(PAIR, cell, strict=True))


def _made(options: PolicyOptions, facts: PolicyFacts) -> WithoutEgo:
    wording = Wording(facts.countries, steers=facts.steers)
    before = facts.asked().get("", 0)
    return WithoutEgo(wording, facts.target(), seed=options.seed, at_once=facts.at_once, before=before)


KIND = PolicyKind(
    _made,
    "ask for the thinnest cells without an ego: nobody is tied to anybody by it",
    endless=True,
    aims=True,
    alone=True,
)
