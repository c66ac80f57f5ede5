"""Asks by the structure of the graph: surveys it now and then, and asks from promising places for what is thin."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from personagraph.steering.hints import LIKE, likeness
from personagraph.steering.policies.deficits import ALONE
from personagraph.steering.policies.hint import ThinnestCells, parts
from personagraph.steering.policies.policy import Came, Choice, Hint, PolicyFacts, PolicyKind, PolicyOptions
from personagraph.types import Persona
from personagraph.vocabulary.cells import Cell

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from personagraph.graph.register import Register
    from personagraph.graph.snapshot import Snapshot
    from personagraph.steering.survey.plan import Plan, WishOfStep
    from personagraph.steering.survey.view import GraphInMemory


class Structure(ThinnestCells):
    """Takes its steps from the plan of a survey, which the first of these steps keeps in its memo.

    A survey (`personagraph.steering.survey`) looks at all of the graph that is in memory: cells that hold less than the
    target wants, communities and clusters that are small beside others, and where in the graph everybody is. It is made
    at the beginning and again when its steps are used up. So a choice costs the same however large the graph is, but
    for its part in a survey. A run that goes on has the plan from the memo: the moment of a survey does not come back.

    The plan says who is asked, and for which cell first; how that is asked for, what else is asked for in the same
    call, and what is given up, is as in `ThinnestCells`. The step of a cell that is given up is for the thinnest of the
    others. A step for a group names what is typical of it, and two who stand for it, as LIKE; steps that were meant for
    a group count like personas of it. Without `describe` nobody is described.
    """

    def __init__(self, options: PolicyOptions, facts: PolicyFacts) -> None:
        asked = facts.asked()
        super().__init__(*parts(options, facts), asked=asked, seed=options.seed, at_once=facts.at_once)
        self._hops, self._countries = options.hops, frozenset(facts.countries)
        self._describe, self._alike = facts.describe, facts.alike
        self._clusters: tuple[NDArray[np.int32], NDArray[np.int64]] | None = None
        self._often: Counter[str] = Counter({} if options.again else asked)
        self._credits: Counter[int] = Counter()
        """Of the entry of who stands for a group, how many steps were meant for that."""
        self._plan: Plan | None = None
        self._step = 0
        """Steps of the plan that were planned."""
        self._seen: GraphInMemory | None = None

    def begin(self, graph: "Snapshot") -> None:
        """Everyone of the graph is there."""
        super().begin(graph)
        self._seen = self._memory(graph)

    def enter(self, persona: Persona) -> None:
        """A persona is in the graph."""
        super().enter(persona)
        self._graph.enter(self._egos.register.number(persona.id), persona)

    def reach(self, id: str, depth: int | None) -> None:
        """The depth of a persona changed."""
        super().reach(id, depth)
        self._graph.reach(self._egos.register.number(id), depth)

    def planned(self, choice: Choice) -> None:
        """A step was planned; one with a memo is the first of a plan."""
        from personagraph.steering.survey.plan import Plan

        super().planned(choice)
        if choice.memo:
            self._plan, self._step = Plan.of(choice.memo), 0
        if self._plan:
            _, wish = self._plan.at(self._step)
            if choice.ego and choice.aims[:1] == (wish.cell,):
                self._credits.update(wish.like[:1])
            self._step += 1
        if choice.ego:
            self._often[choice.ego] += 1

    def learn(self, choice: Choice, came: Sequence[Came]) -> None:
        """The ego is tied to whom it named, be they new or known; links do not count, as `GraphInMemory` says."""
        super().learn(choice, came)
        for one in came:
            if choice.ego and one.type and one.outcome in ("new", "merged"):
                self._graph.tie(choice.ego, one.persona)

    def next(self, n: int) -> Choice | None:
        """The next step of the plan, of a new one where that is used up; None as `ThinnestCells` says."""
        thin = self._thinnest()
        if not (thin and self._egos):
            return None
        memo = None
        if self._plan is None or self._step >= self._plan.steps or not (found := self._found(self._plan, self._step)):
            plan = self._survey()
            memo, found = plan.to_json(), self._found(plan, 0)
        return found and self._asked(*found, thin)._replace(memo=memo)

    def _asked(self, ego: str, wish: "WishOfStep", thin: Mapping[Cell, float]) -> Choice:
        """A step of a plan, as it is to be asked by what is known by now."""
        given_up = self._deficits.rung(wish.cell) is None
        aim = next(iter(thin)) if given_up else wish.cell
        if self._deficits.rung(aim) == ALONE:
            return self._choice("", (), aim, thin)
        choice = self._choice(ego, self._egos.cell(ego), aim, thin)
        return choice if given_up else choice._replace(hints=(self._hint(wish), *choice.hints[1:]))

    def _found(self, plan: "Plan", step: int) -> "tuple[str, WishOfStep] | None":
        """Whom the step of a plan asks, and for what; None where somebody was taken out of the graph since."""
        entry, wish = plan.at(step)
        ego = self._graph.id(entry)
        return None if ego is None else (ego, wish)

    def _hint(self, wish: "WishOfStep") -> Hint:
        """The words for a wish."""
        turn = self._turns + self._deficits.asked[wish.cell]
        hint = self._words(wish.cell, turn, occupations=wish.occupations, countries=wish.countries)
        there = [id for entry in wish.like if (id := self._graph.id(entry))]
        return {**hint, LIKE: likeness(map(self._describe, there))} if self._describe and there else hint

    @property
    def _graph(self) -> "GraphInMemory":
        """What was seen of the graph; nobody was there where the run did not begin with a snapshot."""
        if self._seen is None:
            self._seen = self._memory(None)
        return self._seen

    def _memory(self, graph: "Snapshot | None") -> "GraphInMemory":
        from personagraph.steering.survey.view import GraphInMemory

        return GraphInMemory(self._deficits.axes, self._egos.register, graph)

    def _survey(self) -> "Plan":
        """A look at all that is in memory, by positions in order of entry, so that ids do not matter."""
        import numpy as np

        from personagraph.steering.survey.plan import surveyed
        from personagraph.steering.survey.regions import CellsWanted, CellWanted

        if self._alike and not self._clusters:
            self._clusters = self._alike()
        view, of = self._graph.view(self._often, self._clusters), self._deficits
        wanted = [CellWanted(c, of.share(c), of.expected(c), of.rung(c) != ALONE) for c in of.open()]
        credits = np.zeros(len(view), np.int64)
        entries, counts = (np.array(list(column), np.int64) for column in (self._credits, self._credits.values()))
        at = np.minimum(np.searchsorted(view.entries, entries), len(view) - 1)
        credits[at] = counts * (view.entries[at] == entries)
        described = partial(_described, self._describe, self._egos.register) if self._describe else None
        return surveyed(
            view,
            hops=self._hops,
            seed=self._seed,
            wanted=CellsWanted(wanted, of.rate),
            credits=credits,
            described=described,
            countries=self._countries,
        )


def _described(describe: Callable[[str], str], register: "Register", number: int) -> str:
    return describe(register.id(number))


KIND = PolicyKind(
    Structure,
    "ask from all over the graph for thin cells, communities and clusters",
    endless=True,
    aims=True,
    by=True,
    learns=True,
)
