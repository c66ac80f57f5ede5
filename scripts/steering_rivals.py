"""What the field steers with, as policies, in our own words: each cell directly, MAP-Elites, evolved generators."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from heapq import heappop, heappush
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Final

from personagraph.steering.policies.policy import Came, Choice, Hint, PolicyFacts, PolicyKind, PolicyOptions
from personagraph.types import Persona
from personagraph.vocabulary.cells import PAIR, Cell, cell_of
from personagraph.vocabulary.occupations import titles
from personagraph.vocabulary.places import read_region
from scripts.steering_laws import NAMED

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot

PARENTS, CHILDREN, TRIAL = 4, 8, 24
"""Generators that are kept, those that a generation has, and the calls that one is tried with."""
STEPS: Final = (0.7548776662466927, 0.5698402909980532)
"""The additive recurrence that fills a square evenly (Roberts 2018): powers of the inverse of the root of x³ = x+1."""


class Wishes:
    """Who a hint can name: the cells wanted, with a title and a country for each that take turns."""

    def __init__(self, facts: PolicyFacts) -> None:
        places: dict[str, list[str]] = {}
        for country in facts.countries:
            places.setdefault(read_region(country), []).append(country)
        self.wanted = {cell: share for cell, share in facts.target().items() if share > 0 and places.get(cell[1])}
        self._words = {cell: (titles(cell[0]), places[cell[1]]) for cell in self.wanted}

    def hint(self, cell: Cell, turn: int) -> Hint:
        """Somebody of the cell, in words."""
        names, places = self._words[cell]
        return {"occupation": names[turn % len(names)], "country": places[turn % len(places)]}

    def choice(self, cells: Sequence[Cell], turns: Sequence[int], memo: Mapping[str, object] | None = None) -> Choice:
        """Somebody of each of the cells, whom nobody need know."""
        hints = tuple(self.hint(cell, turn) for cell, turn in zip(cells, turns, strict=True))
        return Choice("", hints=hints, aims=tuple(cells), steering=3, memo=memo)


class Directly:
    """Asks for somebody of each cell in turn, the one furthest below its share first; nobody need know them."""

    def __init__(self, options: PolicyOptions, facts: PolicyFacts, *, alters: int) -> None:
        self._wishes = Wishes(facts)
        self._alters = alters
        self._there: Counter[Cell] = Counter()
        self._asked: Counter[Cell] = Counter()

    def begin(self, graph: "Snapshot") -> None:
        """Everyone of the graph is there."""
        self._there.update(cell for _, cell, _ in _everyone(graph))

    def enter(self, persona: Persona) -> None:
        """A persona is in the graph."""
        self._there[cell_of(persona.attributes, PAIR)] += 1

    def reach(self, id: str, depth: int | None) -> None:
        """Depths do not matter."""

    def planned(self, choice: Choice) -> None:
        """A step was planned."""
        self._asked.update(choice.aims)

    def learn(self, choice: Choice, came: Sequence[Came]) -> None:
        """Nothing follows but what the counts say."""

    def next(self, n: int) -> Choice:
        """The thinnest cells, those that are asked for counted in."""
        wanted = self._wishes.wanted
        thin = sorted(wanted, key=lambda cell: (self._there[cell] + self._asked[cell] + 1) / wanted[cell])
        cells = thin[: self._alters]
        return self._wishes.choice(cells, [self._asked[cell] for cell in cells])

    def idle(self) -> str:
        """It always has something to offer."""
        return ""

    def frontier(self) -> Mapping[int, int]:
        """Nobody is asked."""
        return {}


class Elites:
    """MAP-Elites (Mouret & Clune 2015, arXiv 1504.04909): an archive with a place for each cell, whose elites vary.

    A cell that somebody is in is drawn uniformly, and of it whoever was asked least, of several the first, is asked for
    alters by a type that is drawn uniformly: the variation. Who comes goes to the archive by the cell as read.
    """

    def __init__(self, options: PolicyOptions, facts: PolicyFacts) -> None:
        self._hops, self._seed = options.hops, options.seed
        self._asked: Counter[str] = Counter()
        self._cell: dict[str, tuple[Cell, int]] = {}
        """The cell and the entry of each persona."""
        self._near: set[str] = set()
        self._archive: dict[Cell, list[tuple[int, int, str]]] = {}
        """(asked, entry, id) of each who can be asked, as a heap; what is out of date is thrown away when it is met."""
        self._occupied: list[Cell] = []

    def begin(self, graph: "Snapshot") -> None:
        """Everyone of the graph is there."""
        for number, (id, cell, depth) in enumerate(_everyone(graph)):
            self._cell[id] = (cell, int(graph.entries[number]))
            self.reach(id, depth)

    def enter(self, persona: Persona) -> None:
        """A persona is in the graph."""
        self._cell[persona.id] = (cell_of(persona.attributes, PAIR), persona.entry)
        self.reach(persona.id, persona.depth)

    def reach(self, id: str, depth: int | None) -> None:
        """The depth of a persona changed; depths only fall, so whoever is near stays near."""
        if depth is not None and depth < self._hops and id not in self._near:
            self._near.add(id)
            self._put(id)

    def planned(self, choice: Choice) -> None:
        """A step was planned."""
        self._asked[choice.ego] += 1
        if choice.ego in self._near:
            self._put(choice.ego)

    def learn(self, choice: Choice, came: Sequence[Came]) -> None:
        """Nothing follows but who came in."""

    def next(self, n: int) -> Choice | None:
        """The least asked of a cell, and a type; None while nobody can be asked."""
        if not self._occupied:
            return None
        rng = Random(f"{self._seed}:{n}")
        held = self._archive[self._occupied[int(rng.random() * len(self._occupied))]]
        while held[0][0] != self._asked[held[0][2]]:
            heappop(held)
        return Choice(held[0][2], NAMED[int(rng.random() * len(NAMED))], steering=1)

    def idle(self) -> str:
        """It always has something to offer."""
        return ""

    def frontier(self) -> Mapping[int, int]:
        """Everybody can be asked again."""
        return {}

    def _put(self, id: str) -> None:
        cell, entry = self._cell[id]
        if cell not in self._archive:
            self._archive[cell] = []
            # By name, since a run that goes on meets the cells in another order.
            self._occupied.insert(bisect_left(self._occupied, cell), cell)
        heappush(self._archive[cell], (self._asked[id], entry, id))


class Generators:
    """Evolved persona generators (after arXiv 2602.03545): what evolves is a way to make a population, not a person.

    A generator has a weight for each value of either axis. It places people evenly: the points of an additive
    recurrence fill a square, whose sides the weights divide, and each is asked for directly. The last to be found out
    is how well it does: the people whom its calls brought, each counted less the more are known of the cell. Of all
    that were tried, the best PARENTS are kept, and the next generation of CHILDREN are mutations of them (μ + λ).
    """

    def __init__(self, options: PolicyOptions, facts: PolicyFacts, *, alters: int) -> None:
        self._wishes, self._seed, self._alters = Wishes(facts), options.seed, alters
        self._axes = [sorted({cell[axis] for cell in self._wishes.wanted}) for axis in range(2)]
        self._sides: dict[int, list[list[float]]] = {}
        """The weights of each generator, as their logarithms."""
        self._placed: Counter[int] = Counter()
        self._asked: Counter[Cell] = Counter()
        self._came: Counter[Cell] = Counter()
        self._worth: Counter[int] = Counter()
        self._tried: Counter[int] = Counter()

    def begin(self, graph: "Snapshot") -> None:
        """Who was there is none of theirs."""

    def enter(self, persona: Persona) -> None:
        """What counts is learned."""

    def reach(self, id: str, depth: int | None) -> None:
        """Depths do not matter."""

    def planned(self, choice: Choice) -> None:
        """A step was planned; its memo has the generator, as what this one was made from is not known any more."""
        if choice.memo:
            number = int(choice.memo["generator"])
            self._sides[number] = [list(side) for side in choice.memo["sides"]]
            self._placed[number] += len(choice.aims)
            self._asked.update(choice.aims)

    def learn(self, choice: Choice, came: Sequence[Came]) -> None:
        """What a generator's call brought."""
        if choice.memo:
            number = int(choice.memo["generator"])
            self._tried[number] += 1
            for one in came:
                if one.outcome == "new":
                    cell = cell_of(one.attributes, PAIR)
                    self._came[cell] += 1
                    self._worth[number] += 1 / self._came[cell]  # type: ignore[assignment]

    def next(self, n: int) -> Choice:
        """The next people of the generator whose turn it is."""
        number = n // TRIAL
        sides = self._sides.get(number) or self._made(number)
        cells = [self._place(sides, number, self._placed[number] + item) for item in range(self._alters)]
        return self._wishes.choice(cells, [self._asked[c] for c in cells], {"generator": number, "sides": sides})

    def idle(self) -> str:
        """It always has something to offer."""
        return ""

    def frontier(self) -> Mapping[int, int]:
        """Nobody is asked."""
        return {}

    def _made(self, number: int) -> list[list[float]]:
        """A mutation of one of the best, as far as is known; the first generation is drawn."""
        rng = Random(f"{self._seed}:{number}")
        tried = [one for one in self._tried if one in self._sides]
        if number < CHILDREN or not tried:
            return [[rng.gauss(0, 1) for _ in values] for values in self._axes]
        best = sorted(tried, key=lambda one: (-self._worth[one] / self._tried[one], one))[:PARENTS]
        parent = self._sides[best[int(rng.random() * len(best))]]
        return [[weight + rng.gauss(0, 0.5) for weight in side] for side in parent]

    def _place(self, sides: Sequence[Sequence[float]], number: int, point: int) -> Cell:
        """The cell of a point, moved by a shift of the generator's own; one that nobody wants is moved on."""
        shift = Random(f"{self._seed}:shift:{number}").random()
        for further in range(1000):
            at = [(shift + (point + 1 + further * 0.1) * step) % 1 for step in STEPS]
            cell = tuple(
                values[_divided(side, where)] for values, side, where in zip(self._axes, sides, at, strict=True)
            )
            if cell in self._wishes.wanted:
                return cell
        return next(iter(self._wishes.wanted))


def _divided(side: Sequence[float], where: float) -> int:
    """Which of the parts of a side is there, each as long as its weight."""
    sums = list(accumulate(2.718281828459045**weight for weight in side))
    return min(bisect_left(sums, where * sums[-1]), len(sums) - 1)


def _everyone(graph: "Snapshot") -> Iterator[tuple[str, Cell, int | None]]:
    """The id, the cell and the depth of each, in order of entry."""
    columns = [graph.attributes[name] for name in PAIR]
    values = [[column.names[code] for code in column.codes.tolist()] for column in columns]
    for id, depth, *cell in zip(graph.ids.tolist(), graph.depths.tolist(), *values, strict=True):
        yield id.decode(), tuple(cell), None if depth < 0 else depth


RIVALS: Mapping[str, PolicyKind] = {
    "direct-one": PolicyKind(partial(Directly, alters=1), "the thinnest cell, without a link", endless=True),
    "map-elites": PolicyKind(Elites, "somebody of any cell that is held, by any type", endless=True),
    "generators": PolicyKind(partial(Generators, alters=3), "evolved generators", endless=True, learns=True),
}
