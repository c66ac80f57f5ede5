"""Asks for the thinnest cells with a concrete hint, from egos drawn at random: near egos would breed homophily."""

from bisect import insort
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

from personagraph.steering.policies.frontier import Frontier
from personagraph.steering.policies.policy import Ego, PolicyFacts, PolicyKind, PolicyOptions
from personagraph.types import Persona
from personagraph.vocabulary.cells import PAIR, Cell, cell_of, cells
from personagraph.vocabulary.occupations import ACTIVITIES, read_activity, titles
from personagraph.vocabulary.places import read_region


class ThinnestCell:
    """Names an occupation title and a country of the cell (activity by region) that has the fewest personas and asks.

    Each ask counts like a persona, so that a cell that the model cannot fill is not chased. Titles and countries take
    turns; `countries` are those of each region that a reply can name. The ego of step n is drawn from (seed, n) among
    those nearer to a seed than `hops`, in order of entry. A choice costs as much as there are cells, however large the
    graph. It always has an offer.
    """

    def __init__(self, *, hops: int, seed: int, countries: Mapping[str, Sequence[str]]) -> None:
        self._hops = hops
        self._seed = seed
        self._countries = countries
        self._titles = {activity: titles(activity) for activity in ACTIVITIES}
        self._cells = [c for c in cells(PAIR) if countries.get(c[1]) and self._titles[c[0]]]
        Random(f"cells:{seed}").shuffle(self._cells)
        self._filled: Counter[Cell] = Counter()
        self._asked: Counter[Cell] = Counter()
        self._ids: list[str] = []
        self._places: dict[str, int] = {}
        self._near: list[int] = []
        self._is_near: set[int] = set()
        self._waiting = Frontier(hops=hops, calls=1, asked={})

    def enter(self, persona: Persona) -> None:
        """A persona is in the graph."""
        self._filled[cell_of(persona.stated, PAIR)] += 1
        self._places[persona.id] = len(self._ids)
        self._ids.append(persona.id)
        self.reach(persona.id, persona.depth)

    def reach(self, id: str, depth: int | None) -> None:
        """The depth of a persona changed; depths only fall, so whoever is near stays near."""
        place = self._places[id]
        self._waiting.reach(id, depth)
        if depth is not None and depth < self._hops and place not in self._is_near:
            self._is_near.add(place)
            insort(self._near, place)

    def planned(self, ego: Ego) -> None:
        """A step was planned."""
        self._waiting.ask(ego.id)
        if ego.hint:
            self._asked[(read_activity(ego.hint["occupation"]), read_region(ego.hint["country"]))] += 1

    def next(self, n: int) -> Ego | None:
        """A random ego, with a hint to the thinnest cell; None while nobody can be asked."""
        if not self._near:
            return None
        cell = min(self._cells, key=lambda c: self._filled[c] + self._asked[c])
        turn, names, places = self._asked[cell], self._titles[cell[0]], self._countries[cell[1]]
        hint = {"occupation": names[turn % len(names)], "country": places[turn % len(places)]}
        return Ego(self._ids[Random(f"{self._seed}:{n}").choice(self._near)], None, hint, 2)

    def frontier(self) -> Mapping[int, int]:
        """How many of those who can be asked have not been asked by this run, by depth."""
        return self._waiting.counts()


def _made(options: PolicyOptions, facts: PolicyFacts) -> ThinnestCell:
    by_region: dict[str, list[str]] = {}
    for country in facts.countries:
        by_region.setdefault(read_region(country), []).append(country)
    return ThinnestCell(hops=options.hops, seed=options.seed, countries=by_region)


KIND = PolicyKind(_made, "ask for the thinnest cells", endless=True)
