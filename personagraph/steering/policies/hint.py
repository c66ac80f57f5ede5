"""Asks for the thinnest cells with concrete hints, from egos drawn so that the ties mix as is wanted."""

from collections.abc import Callable, Mapping, Sequence
from heapq import nlargest
from random import Random
from typing import TYPE_CHECKING, Final

from personagraph.errors import ConfigError
from personagraph.steering.policies.deficits import ALONE, NARROW, PLAIN, Deficits
from personagraph.steering.policies.egos import Egos
from personagraph.steering.policies.policy import Came, Choice, Hint, PolicyFacts, PolicyKind, PolicyOptions
from personagraph.types import Persona
from personagraph.vocabulary.cells import PAIR, Cell
from personagraph.vocabulary.occupations import ACTIVITIES, titles
from personagraph.vocabulary.places import read_region

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot

LOOKED_AT: Final = 24
"""The thinnest cells, out of which those are taken that go with an ego."""


class ThinnestCells:
    """Asks for the cells that are furthest below their target, one for each of so many `alters` of a reply.

    A cell for which plain hints were in vain is asked for with a form that allows nothing else, and then given up for
    the run. The ego of step n is drawn from (seed, n) for the thinnest cell; the others are thin ones that go with it,
    by the mixing. Whom earlier runs `asked`, and how often, is asked anew. A choice costs as much as there are cells,
    however large the graph.
    """

    def __init__(
        self,
        deficits: Deficits,
        egos: Egos,
        words: Callable[[Cell, int], Hint],
        *,
        asked: Mapping[str, int],
        seed: int,
        alters: int = 1,
    ) -> None:
        self._deficits, self._egos, self._words, self._before = deficits, egos, words, asked
        self._seed, self._alters = seed, alters

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
        thin = nlargest(LOOKED_AT, self._deficits.open(), key=self._deficits.thinness)
        if not self._egos or not thin:
            return None
        first = thin[0]
        rung = self._rung(first)
        if rung == ALONE:
            return Choice("", hints=(self._hint(first),), aims=(first,), steering=3)
        ego, cell = self._ego(Random(f"{self._seed}:{n}"), first)
        others = [aim for aim in thin[1:] if self._rung(aim) == rung] if self._alters > 1 else []
        others = nlargest(
            self._alters - 1, others, key=lambda aim: self._deficits.thinness(aim) * self._egos.mixes(cell, aim)
        )
        aims = (first, *others)
        hints = tuple(map(self._hint, aims))
        before = self._before.get(ego, 0)
        return Choice(ego, hints=hints, aims=aims, steering=2, narrow=rung == NARROW, before=before)

    def _rung(self, aim: Cell) -> str | None:
        """How a cell is to be asked for."""
        return self._deficits.rung(aim)

    def _ego(self, rng: Random, aim: Cell) -> tuple[str, Cell]:
        """Whom to ask for somebody of a cell, and of which that one is."""
        return self._egos.draw(rng, aim)[0]

    def _hint(self, aim: Cell) -> Hint:
        return self._words(aim, self._deficits.asked[aim])

    def given_up(self) -> list[Cell]:
        """The cells that were asked for in vain in every way, sorted."""
        return self._deficits.given_up()

    def frontier(self) -> Mapping[int, int]:
        """How many of those who can be asked have not been asked by this run, by depth."""
        return self._egos.frontier()


def parts(options: PolicyOptions, facts: PolicyFacts) -> tuple[Deficits, Egos, Callable[[Cell, int], Hint]]:
    """What policies that hint are made of. Raises ConfigError for a target that wants nobody whom a hint can name."""
    by_region: dict[str, list[str]] = {}
    for country in facts.countries:
        by_region.setdefault(read_region(country), []).append(country)
    named = {activity: titles(activity) for activity in ACTIVITIES}
    wanted = {c: share for c, share in facts.target().items() if c[1] in by_region and named[c[0]]}

    def words(cell: Cell, turn: int) -> Hint:
        names, places = named[cell[0]], by_region[cell[1]]
        return {"occupation": names[turn % len(names)], "country": places[turn % len(places)]}

    if not any(wanted.values()):
        raise ConfigError("the target wants nobody whom a hint can name; choose another with --target")
    rungs = (PLAIN, NARROW, ALONE) if options.unlinked else (PLAIN, NARROW)
    deficits = Deficits(wanted, PAIR, seed=options.seed, rungs=rungs)
    return deficits, Egos(hops=options.hops, axes=PAIR, mixing=facts.mixing), words


def _made(options: PolicyOptions, facts: PolicyFacts) -> ThinnestCells:
    deficits, egos, words = parts(options, facts)
    return ThinnestCells(deficits, egos, words, asked=facts.asked(), seed=options.seed, alters=options.alters)


KIND = PolicyKind(_made, "ask for the thinnest cells", endless=True, aims=True, learns=True)
