"""Asks for the thinnest cells with a concrete hint, from egos drawn at random: near egos would breed homophily."""

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

from personagraph.attributes import cell_of, read_activity, read_region, titles
from personagraph.cells import Cell, cells
from personagraph.protocols import Ego
from personagraph.types import Persona

AXES = ("activity", "region")


class ThinnestCell:
    """Names an occupation title and a country of the cell (activity by region) that has the fewest personas and asks.

    Each ask counts like a persona, so that a cell that the model cannot fill is not chased. Titles and countries take
    turns. The ego of step n is drawn from (seed, n) among those nearer to a seed than `hops`. It always has an offer.
    """

    def __init__(self, *, hops: int, seed: int, countries: Mapping[str, Sequence[str]]) -> None:
        self._hops = hops
        self._seed = seed
        self._countries = countries
        self._cells = [c for c in cells(AXES) if countries.get(c[1]) and titles(c[0])]
        Random(f"cells:{seed}").shuffle(self._cells)
        self._filled: Counter[Cell] = Counter()
        self._asked: Counter[Cell] = Counter()
        self._egos: list[str] = []
        self._depths: dict[str, int | None] = {}

    def enter(self, persona: Persona) -> None:
        """A persona is in the graph."""
        self._filled[cell_of(persona.stated, AXES)] += 1
        self._egos.append(persona.id)
        self._depths[persona.id] = persona.depth

    def reach(self, id: str, depth: int | None) -> None:
        """The depth of a persona changed."""
        self._depths[id] = depth

    def planned(self, ego: Ego) -> None:
        """A step was planned."""
        if ego.hint:
            self._asked[(read_activity(ego.hint["occupation"]), read_region(ego.hint["country"]))] += 1

    def next(self, n: int) -> Ego | None:
        """A random ego, with a hint to the thinnest cell; None while nobody can be asked."""
        near = [id for id in self._egos if (depth := self._depths[id]) is not None and depth < self._hops]
        if not near:
            return None
        cell = min(self._cells, key=lambda c: self._filled[c] + self._asked[c])
        turn, places = self._asked[cell], self._countries[cell[1]]
        hint = {"occupation": titles(cell[0])[turn % len(titles(cell[0]))], "country": places[turn % len(places)]}
        return Ego(Random(f"{self._seed}:{n}").choice(near), None, hint, 2)
