"""Asks for the thinnest cells with concrete hints, from egos drawn so that the ties mix as is wanted."""

from collections.abc import Mapping, Sequence
from heapq import nlargest
from random import Random
from typing import TYPE_CHECKING, Final, Protocol

from personagraph.errors import ConfigError
from personagraph.steering.hints import Wording
from personagraph.steering.policies.deficits import ALONE, NARROW, PLAIN, Deficits
from personagraph.steering.policies.egos import Egos
from personagraph.steering.policies.policy import Came, Choice, Hint, PolicyFacts, PolicyKind, PolicyOptions
from personagraph.types import Persona
from personagraph.vocabulary.cells import Cell

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot

LOOKED_AT: Final = 24
"""The thinnest cells, out of which those are taken that go with an ego."""


class Words(Protocol):
    """The words of a turn for a cell, out of those given where some go with it."""

    def __call__(
        self, cell: Cell, turn: int, *, occupations: Sequence[str] = (), countries: Sequence[str] = ()
    ) -> Hint: ...


class ThinnestCells:
    """Asks for the cells that are furthest below their target, `at_once` of them in a call.

    A cell for which plain hints were in vain is asked for with a form that allows nothing else, and then given up for
    the run. The ego of step n is drawn from (seed, n) for the thinnest cell, rather one whom the run has not asked; the
    others are thin ones that suit it. Whom earlier runs `asked`, and how often, is asked anew. A choice costs as much
    as there are cells, however large the graph.
    """

    def __init__(
        self,
        deficits: Deficits,
        egos: Egos,
        words: Words,
        *,
        asked: Mapping[str, int],
        seed: int,
        at_once: int = 1,
    ) -> None:
        self._deficits, self._egos, self._words, self._before = deficits, egos, words, asked
        self._turns = sum(asked.values())
        """Where the words go on that earlier runs took turns with."""
        self._seed, self._at_once = seed, at_once

    def begin(self, graph: "Snapshot") -> None:
        """Everyone of the graph is there."""
        self._deficits.begin(graph)
        self._egos.begin(graph)

    def enter(self, persona: Persona) -> None:
        """A persona is in the graph."""
        self._deficits.enter(persona)
        self._egos.enter(persona)

    def reach(self, id: str, depth: int | None) -> None:
        """The depth of a persona changed."""
        self._egos.reach(id, depth)

    def planned(self, choice: Choice) -> None:
        """A step was planned."""
        self._deficits.planned(choice)
        self._egos.ask(choice.ego)

    def learn(self, choice: Choice, came: Sequence[Came]) -> None:
        """What came of a step."""
        self._deficits.learn(choice, came)

    def next(self, n: int) -> Choice | None:
        """An ego, with hints to the thinnest cells; None while nobody can be asked, or where all cells are given up."""
        thin = self._thinnest()
        if not thin:
            return None
        aim = next(iter(thin))
        if self._deficits.rung(aim) == ALONE:
            return self._choice("", (), aim, thin)
        if not self._egos:
            return None
        rng = Random(f"{self._seed}:{n}")
        drawn, cell = self._ego(rng, aim)
        return self._choice(self._egos.unasked(rng, drawn, cell), cell, aim, thin)

    def _thinnest(self) -> Mapping[Cell, float]:
        """The thinnest cells, the thinnest first, and how thin they are."""
        return self._deficits.thinnest(LOOKED_AT if self._at_once > 1 else 1)

    def _choice(self, ego: str, cell: Cell, aim: Cell, thin: Mapping[Cell, float]) -> Choice:
        """An ego of a cell is asked for another, and for those thin ones that are asked for in the same way."""
        rung = self._deficits.rung(aim)

        def goes(other: Cell) -> float:
            return thin[other] * (self._suits(cell, other) if ego else 1.0)

        alike = (one for one in thin if one != aim and self._deficits.rung(one) == rung)
        aims = (aim, *nlargest(self._at_once - 1, alike, key=goes))
        hints = tuple(self._words(aim, self._turns + self._deficits.asked[aim]) for aim in aims)
        steering, before = 2 if ego else 3, self._before.get(ego, 0)
        return Choice(ego, hints=hints, aims=aims, steering=steering, narrow=rung == NARROW, before=before)

    def _ego(self, rng: Random, aim: Cell) -> tuple[str, Cell]:
        """Whom to ask for somebody of a cell, and of which that one is."""
        return self._egos.draw(rng, aim)[0]

    def _suits(self, ego: Cell, aim: Cell) -> float:
        """How well somebody of a cell goes with such an ego."""
        return self._egos.mixes(ego, aim)

    def given_up(self) -> list[Cell]:
        """The cells that were asked for in vain in every way, sorted."""
        return self._deficits.given_up()

    def idle(self) -> str:
        """That all cells are given up, where they are."""
        if self._deficits.open():
            return ""
        count = len(self._deficits.given_up())
        told = "the one cell that is wanted was" if count == 1 else f"all {count} cells that are wanted were"
        more = "" if self._deficits.may_be_alone else "; --unlinked asks for somebody whom nobody need know"
        return f"{told} asked for in vain, in every way that is allowed{more}"

    def frontier(self) -> Mapping[int, int]:
        """How many of those who can be asked have not been asked by this run, by depth."""
        return self._egos.frontier()


def parts(
    options: PolicyOptions, facts: PolicyFacts, rungs: Sequence[str] = (PLAIN, NARROW)
) -> tuple[Deficits, Egos, Words]:
    """What policies that hint are made of. Raises ConfigError for a target that wants nobody whom a hint can name."""
    wording = Wording(facts.countries, steers=facts.steers)

    def aim_of(cell: Cell) -> dict[str, str]:
        return dict(zip(facts.by, cell, strict=True))

    def words(cell: Cell, turn: int, *, occupations: Sequence[str] = (), countries: Sequence[str] = ()) -> Hint:
        return wording.hint(aim_of(cell), turn, occupations=occupations, countries=countries) or {}

    wanted = {cell: share for cell, share in facts.target().items() if share > 0 and wording.can(aim_of(cell))}
    if not wanted:
        raise ConfigError("the target wants nobody whom a hint can name; choose another with --target")
    allowed = (*rungs, ALONE) if options.unlinked and ALONE not in rungs else rungs
    deficits = Deficits(wanted, facts.by, seed=options.seed, rungs=allowed)
    return deficits, Egos(hops=options.hops, axes=facts.by, mixing=facts.mixing), words


def _made(options: PolicyOptions, facts: PolicyFacts) -> ThinnestCells:
    return ThinnestCells(*parts(options, facts), asked=facts.asked(), seed=options.seed, at_once=facts.at_once)


KIND = PolicyKind(_made, "ask for the thinnest cells", endless=True, aims=True, by=True, learns=True)
