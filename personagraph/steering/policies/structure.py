"""Asks by the structure of the graph: surveys it now and then, and asks from promising places for what is thin."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain
from random import Random
from typing import TYPE_CHECKING

from personagraph.errors import ConfigError
from personagraph.steering.policies.frontier import Frontier
from personagraph.steering.policies.policy import AlikeRows, Came, Choice, PolicyFacts, PolicyKind, PolicyOptions
from personagraph.types import Persona
from personagraph.vocabulary.cells import PAIR, Cell, cells
from personagraph.vocabulary.occupations import ACTIVITIES, titles
from personagraph.vocabulary.places import read_region

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from personagraph.graph.register import Register
    from personagraph.graph.snapshot import Snapshot
    from personagraph.steering.survey.plan import Plan, WishOfStep
    from personagraph.steering.survey.view import GraphInMemory


class Structure:
    """Takes its steps from the plan of a survey, which the first of these steps keeps in its memo.

    A survey (`personagraph.steering.survey`) looks at all of the graph that is in memory: cells that hold less than
    `target` wants, communities and clusters that are small beside others, and where in the graph everybody is. It is
    made at the beginning and again when its steps are used up. So a choice costs the same however large the graph is,
    but for its part in a survey. A run that goes on has the plan from the memo: the moment of a survey does not come
    back.

    A step for a cell names a title and a country as `hint` does; one for a group names what is typical of it, and two
    who stand for it, as `like`: their descriptions, one a line. Steps that were meant for a region count like personas
    of it. `alike` gives the clusters of those whom the run began with. Without `describe` nobody is described. It
    always has an offer while anybody is nearer to a seed than `hops`. Raises ConfigError as `hint` does.
    """

    def __init__(
        self,
        *,
        hops: int,
        seed: int,
        countries: Mapping[str, Sequence[str]],
        target: Mapping[Cell, float] | None = None,
        asked: Mapping[str, int] | None = None,
        again: bool = False,
        describe: Callable[[str], str] | None = None,
        alike: AlikeRows | None = None,
    ) -> None:
        self._hops, self._seed = hops, seed
        self._countries = countries
        self._titles = {activity: titles(activity) for activity in ACTIVITIES}
        self._describe, self._alike = describe, alike
        self._clusters: tuple[NDArray[np.int32], NDArray[np.int64]] | None = None
        wanted = dict.fromkeys(cells(PAIR), 1.0) if target is None else target
        some = [c for c in wanted if countries.get(c[1]) and self._titles[c[0]] and wanted[c] > 0]
        if not some:
            raise ConfigError("the target wants nobody whom a hint can name; choose another with --target")
        Random(f"cells:{seed}").shuffle(some)
        self._wanted = {cell: wanted[cell] for cell in some}
        self._before = {} if asked is None else asked
        self._often: Counter[str] = Counter({} if again else self._before)
        self._meant: Counter[Cell] = Counter()
        self._credits: Counter[int] = Counter()
        """Of the entry of who stands for a group, how many steps were meant for that."""
        self._near = False
        self._waiting = Frontier(hops=hops, calls=1, asked={})
        self._plan: Plan | None = None
        self._step = 0
        """Steps of the plan that were planned."""
        self._seen: GraphInMemory | None = None

    def begin(self, graph: "Snapshot") -> None:
        """Everyone of the graph is there."""
        from personagraph.steering.survey.view import GraphInMemory

        self._near = len(self._waiting.begin(graph)) > 0
        self._seen = GraphInMemory(graph, self._waiting.register)

    def enter(self, persona: Persona) -> None:
        """A persona is in the graph."""
        self._graph.enter(self._waiting.enter(persona.id, persona.depth), persona)
        self._be_near(persona.depth)

    def reach(self, id: str, depth: int | None) -> None:
        """The depth of a persona changed; depths only fall, so whoever is near stays near."""
        self._waiting.reach(id, depth)
        self._graph.reach(self._waiting.register.number(id), depth)
        self._be_near(depth)

    def planned(self, choice: Choice) -> None:
        """A step was planned; one with a memo is the first of a plan."""
        from personagraph.steering.survey.plan import Plan

        if choice.memo:
            self._plan, self._step = Plan.of(choice.memo), 0
        if self._plan:
            _, wish = self._plan.at(self._step)
            self._credits.update(wish.like[:1])
            self._step += 1
        self._waiting.ask(choice.ego)
        self._often[choice.ego] += 1
        self._meant.update(choice.aims)

    def learn(self, choice: Choice, came: Sequence[Came]) -> None:
        """The ego is tied to whom it named, be they new or known; links do not count, as `GraphInMemory` says."""
        for one in came:
            if choice.ego and one.type and one.outcome in ("new", "merged"):
                self._graph.tie(choice.ego, one.persona)

    def next(self, n: int) -> Choice | None:
        """The next step of the plan, of a new one where that is used up; None while nobody can be asked."""
        if not self._near:
            return None
        memo = None
        if self._plan is None or self._step >= self._plan.steps or not (found := self._found(self._plan, self._step)):
            plan = self._survey()
            memo, found = plan.to_json(), self._found(plan, 0)
        if not found:
            return None
        ego, wish = found
        before = self._before.get(ego, 0)
        return Choice(ego, hints=(self._hint(wish),), aims=(wish.cell,), steering=2, before=before, memo=memo)

    def _found(self, plan: "Plan", step: int) -> "tuple[str, WishOfStep] | None":
        """Whom the step of a plan asks, and for what; None where somebody was taken out of the graph since."""
        entry, wish = plan.at(step)
        ego = self._graph.id(entry)
        return None if ego is None else (ego, wish)

    def idle(self) -> str:
        """Nothing more than that nobody can be asked."""
        return ""

    def frontier(self) -> Mapping[int, int]:
        """How many of those who can be asked have not been asked by this run, by depth."""
        return self._waiting.counts()

    @property
    def _graph(self) -> "GraphInMemory":
        """What was seen of the graph; nobody was there where the run did not begin with a snapshot."""
        if self._seen is None:
            from personagraph.steering.survey.view import GraphInMemory

            self._seen = GraphInMemory(register=self._waiting.register)
        return self._seen

    def _survey(self) -> "Plan":
        """A look at all that is in memory, by positions in order of entry, so that ids do not matter."""
        import numpy as np

        from personagraph.steering.survey.plan import surveyed
        from personagraph.steering.survey.regions import CellsWanted

        if self._alike and not self._clusters:
            self._clusters = self._alike()
        view, wanted = self._graph.view(self._often, self._clusters), CellsWanted.of(self._wanted)
        credits = np.zeros(len(view), np.int64)
        entries, counts = (np.array(list(column), np.int64) for column in (self._credits, self._credits.values()))
        at = np.minimum(np.searchsorted(view.entries, entries), len(view) - 1)
        credits[at] = counts * (view.entries[at] == entries)
        described = partial(_described, self._describe, self._waiting.register) if self._describe else None
        return surveyed(
            view,
            hops=self._hops,
            seed=self._seed,
            wanted=wanted,
            meant=np.array([self._meant[cell] for cell in wanted.cells], np.float64),
            credits=credits,
            described=described,
            countries=frozenset(chain.from_iterable(self._countries.values())),
        )

    def _be_near(self, depth: int | None) -> None:
        self._near |= depth is not None and depth < self._hops

    def _hint(self, wish: "WishOfStep") -> dict[str, str]:
        """The words for a wish: they take turns by how many steps were meant for its cell."""
        turn = self._meant[wish.cell]
        occupations = wish.occupations or self._titles[wish.cell[0]]
        countries = wish.countries or self._countries[wish.cell[1]]
        hint = {"occupation": occupations[turn % len(occupations)], "country": countries[turn % len(countries)]}
        like = (self._graph.id(entry) for entry in wish.like)
        if self._describe and (texts := [" ".join(self._describe(id).split()) for id in like if id]):
            hint["like"] = "\n".join(texts)
        return hint


def _described(describe: Callable[[str], str], register: "Register", number: int) -> str:
    return describe(register.id(number))


def _made(options: PolicyOptions, facts: PolicyFacts) -> Structure:
    by_region: dict[str, list[str]] = {}
    for country in facts.countries:
        by_region.setdefault(read_region(country), []).append(country)
    return Structure(
        hops=options.hops,
        seed=options.seed,
        countries=by_region,
        target=facts.target(),
        asked=facts.asked(),
        again=options.again,
        describe=facts.describe,
        alike=facts.alike,
    )


KIND = PolicyKind(
    _made, "ask from all over the graph for thin cells, communities and clusters", endless=True, aims=True, learns=True
)
