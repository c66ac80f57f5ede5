"""Asks for the thinnest cells with a concrete hint, from egos drawn at random: near egos would breed homophily."""

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING

from personagraph.errors import ConfigError
from personagraph.steering.policies.frontier import Frontier
from personagraph.steering.policies.policy import Came, Choice, PolicyFacts, PolicyKind, PolicyOptions
from personagraph.steering.policies.ranks import Ranks
from personagraph.types import Persona
from personagraph.vocabulary.cells import PAIR, Cell, cell_of, cells
from personagraph.vocabulary.occupations import ACTIVITIES, read_activity, titles
from personagraph.vocabulary.places import read_region

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot


class ThinnestCell:
    """Names an occupation title and a country of the cell (activity by region) that is furthest below the target.

    That is the one whose personas and asks, with the next, are the fewest for the share that `target` wants of it (the
    same of each, unless given): as seats are given to parties by D'Hondt. Each ask counts like a persona, so that a
    cell that the model cannot fill is not chased; what the target does not want is not asked for. Titles and countries
    take turns; `countries` are those of each region that a reply can name. The ego of step n is drawn from (seed, n)
    among those nearer to a seed than `hops`, in order of entry. A choice costs as much as there are cells, however
    large the graph. It always has an offer. `asked` says how often earlier runs asked each persona, who is asked anew.
    Raises ConfigError for a target that wants nobody whom a hint can name.
    """

    def __init__(
        self,
        *,
        hops: int,
        seed: int,
        countries: Mapping[str, Sequence[str]],
        target: Mapping[Cell, float] | None = None,
        asked: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self._before = asked
        self._hops = hops
        self._seed = seed
        self._countries = countries
        self._titles = {activity: titles(activity) for activity in ACTIVITIES}
        possible = cells(PAIR)
        self._wanted = dict.fromkeys(possible, 1.0) if target is None else target
        self._cells = [
            c for c in possible if countries.get(c[1]) and self._titles[c[0]] and self._wanted.get(c, 0.0) > 0
        ]
        if not self._cells:
            raise ConfigError("the target wants nobody whom a hint can name; choose another with --target")
        Random(f"cells:{seed}").shuffle(self._cells)
        self._filled: Counter[Cell] = Counter()
        self._asked: Counter[Cell] = Counter()
        self._near = Ranks()
        self._waiting = Frontier(hops=hops, calls=1, asked={})

    def begin(self, graph: "Snapshot") -> None:
        """Everyone of the graph is there."""
        import numpy as np

        self._waiting.begin(graph)
        near = (graph.depths >= 0) & (graph.depths < self._hops)
        self._near = Ranks(np.flatnonzero(near))
        one, other = (graph.attributes[name] for name in PAIR)
        pairs = one.codes.astype(np.int64) * len(other.names) + other.codes
        for pair, count in enumerate(np.bincount(pairs).tolist()):
            self._filled[one.names[pair // len(other.names)], other.names[pair % len(other.names)]] += count

    def enter(self, persona: Persona) -> None:
        """A persona is in the graph."""
        self._filled[cell_of(persona.attributes, PAIR)] += 1
        self._be_near(self._waiting.enter(persona.id, persona.depth), persona.depth)

    def reach(self, id: str, depth: int | None) -> None:
        """The depth of a persona changed; depths only fall, so whoever is near stays near."""
        self._waiting.reach(id, depth)
        self._be_near(self._waiting.register.number(id), depth)

    def planned(self, choice: Choice) -> None:
        """A step was planned."""
        self._waiting.ask(choice.ego)
        for hint in choice.hints:
            self._asked[(read_activity(hint["occupation"]), read_region(hint["country"]))] += 1

    def learn(self, choice: Choice, came: Sequence[Came]) -> None:
        """Nothing follows but what the counts say."""

    def next(self, n: int) -> Choice | None:
        """A random ego, with a hint to the thinnest cell; None while nobody can be asked."""
        if not len(self._near):
            return None
        cell = min(self._cells, key=lambda c: (self._filled[c] + self._asked[c] + 1) / self._wanted[c])
        turn, names, places = self._asked[cell], self._titles[cell[0]], self._countries[cell[1]]
        hint = {"occupation": names[turn % len(names)], "country": places[turn % len(places)]}
        ego = self._waiting.register.id(Random(f"{self._seed}:{n}").choice(self._near))
        return Choice(ego, hints=(hint,), aims=(cell,), steering=2, before=self._before.get(ego, 0))

    def _be_near(self, number: int, depth: int | None) -> None:
        if depth is not None and depth < self._hops:
            self._near.add(number)

    def frontier(self) -> Mapping[int, int]:
        """How many of those who can be asked have not been asked by this run, by depth."""
        return self._waiting.counts()


def _made(options: PolicyOptions, facts: PolicyFacts) -> ThinnestCell:
    by_region: dict[str, list[str]] = {}
    for country in facts.countries:
        by_region.setdefault(read_region(country), []).append(country)
    target, asked = facts.target(), facts.asked()
    return ThinnestCell(hops=options.hops, seed=options.seed, countries=by_region, target=target, asked=asked)


KIND = PolicyKind(_made, "ask for the thinnest cells", endless=True, aims=True)
