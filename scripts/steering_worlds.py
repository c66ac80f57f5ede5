"""Worlds with known truth that drive any policy without a model, a ledger or a text; a world follows from (law, seed).

A world stands in for the model: it answers a choice with people who enter or are met again, and says of each how it is
read, which may be wrong. What is true stays with the world.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from personagraph.steering.policies.policy import Came, Choice, Hint, PolicyFacts
from personagraph.types import UNKNOWN, Attributes, Persona, Relationship
from personagraph.vocabulary.cells import Cell
from personagraph.vocabulary.occupations import read_activity
from personagraph.vocabulary.places import countries, read_region
from personagraph.vocabulary.relationships import endpoints, relationship_key
from scripts.steering_laws import DIRECT, IMPLAUSIBLE, LAWS, NAMED, WHOLE, Population, Row, Size

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot

ALTERS = 3
OBEYS, REPEATS = 0.85, 0.4
"""How often a type is kept to that is named, and how often an ego who was asked before names somebody again."""
STRANGE = 0.001
"""Who is named less often than this is far-fetched."""
FAMOUS, STOCK = 2.0, 8.0
"""How much some of a cell come up more often than others: whom somebody knows, and whom nobody need know."""
_MIXED = 0x9E3779B97F4A7C15F39CC0605CEDC835


class Answered(NamedTuple):
    """What came of a call, who of them entered, and whose depth changed."""

    came: list[Came]
    entered: list[Persona]
    reached: dict[str, int]


class Item(NamedTuple):
    """One alter before it is looked up: its community and cell, its type, how far the reply is to be doubted.

    `fame` is how much the famous of the cell are named more often, `likely` how often the ego names such a one anyway.
    """

    community: int
    cell: int
    type: int
    doubt: float
    fame: float
    likely: float = 1.0


class World:
    """Answers choices; the same choices in the same order bring the same."""

    def __init__(self, law: str, seed: int, *, size: Size = WHOLE, alters: int = ALTERS) -> None:
        self.law, self.seed, self.alters = law, seed, alters
        self.people = Population(LAWS[law], seed, size)
        self._rng = Random(f"{law}:{seed}")
        self._attributes = [Attributes(activity=one, region=other) for one, other in self.people.cells]
        self._numbers: dict[int, int] = {}
        """Of each of the people who is there: the number in order of entry."""
        self._allowed: dict[Cell, tuple[int, ...]] = {}
        self._known: dict[str, int] = {}
        self.ids: list[str] = []
        self.cells: list[int] = []
        """The true cell of each who is there."""
        self.read: list[int] = []
        """The cell that each is taken for."""
        self.communities: list[int] = []
        self.depths: list[int | None] = []
        self._near: list[list[int]] = []
        self._told: dict[int, list[tuple[int, int]]] = {}
        """Whom an ego has named, and by which type."""
        self.ties: dict[tuple[int, int, int], int] = {}
        """(who was asked, who was named, type) → the least steered of its assertions."""
        self.strange = 0
        """How often somebody far-fetched was let in, because they were wished for."""
        while len(self.ids) < size.seeds:
            cell = self.people.begun_at(self._rng.random())
            home = self.people.homes[cell]
            number, is_new = self._somebody(Item(home[int(self._rng.random() * len(home))], cell, 0, 0.0, FAMOUS))
            if is_new:
                self.depths[number] = 0

    def ask(self, choice: Choice) -> Answered:
        """What comes of a choice. Raises KeyError for an ego who is not there."""
        answered = Answered([], [], {})
        if not choice.ego:
            wishes = [self._wish(hint) for hint in choice.hints] or [
                (self.people.cell_numbers[a],) for a in choice.aims
            ]
            for wish in wishes[: self.alters]:
                self._take(None, self._stranger(wish), choice, answered)
            return answered
        ego, rng = self._known[choice.ego], self._rng
        told = self._told.get(ego)
        before = tuple(told) if told else ()
        for place in range(self.alters):
            if before and rng.random() < REPEATS:
                alter, type = before[int(rng.random() * len(before))]
                self._meet(ego, alter, type, choice, answered)
                continue
            hinted = place < len(choice.hints)
            self._take(
                ego, self._alter(ego, choice, self._wish(choice.hints[place]) if hinted else ()), choice, answered
            )
        return answered

    def _alter(self, ego: int, choice: Choice, wish: Sequence[int]) -> Item:
        people, random = self.people, self._rng.random
        keeps = choice.type is not None and random() < OBEYS
        type = _TYPES[choice.type or ""] if keeps else people.type_at(random())
        cell = self.cells[ego]
        community = people.community_at(self.communities[ego], random())
        doubt = IMPLAUSIBLE
        if wish:
            likely = [people.likely(community, cell, type, wanted) for wanted in wish]
            at = 0 if len(wish) == 1 else _drawn(likely, random())
            doubt = people.doubt(wish[at], sum(likely), narrow=choice.narrow)
            if random() < people.compliance(wish[at], sum(likely), narrow=choice.narrow):
                homes = people.homes[wish[at]]
                lives = community if community in homes else homes[int(random() * len(homes))]
                return Item(lives, wish[at], type, doubt, FAMOUS, sum(likely))
            if choice.narrow:
                # The form allows nobody else, and what was pressed into it is nobody.
                return Item(community, wish[at], type, 1.0, FAMOUS)
        law = people.law
        if random() < law.drift + law.drift_a_hop * (self.depths[ego] or 0):
            popular = people.popular_at(random())
            homes = people.homes[popular]
            return Item(homes[int(random() * len(homes))], popular, type, doubt, FAMOUS)
        return Item(community, people.row(community, cell, type).at(random()), type, doubt, FAMOUS)

    def _stranger(self, wish: Sequence[int]) -> Item:
        people, random = self.people, self._rng.random
        follows = wish and random() < DIRECT
        cell = wish[int(random() * len(wish))] if follows else people.popular_at(random())
        homes = people.homes[cell]
        return Item(homes[int(random() * len(homes))], cell, 0, IMPLAUSIBLE, STOCK)

    def _take(self, ego: int | None, item: Item, choice: Choice, answered: Answered) -> None:
        """Let one in, or turn it down."""
        if self._rng.random() < item.doubt:
            known = self._attributes[item.cell]
            type = NAMED[item.type] if ego is not None else ""
            answered.came.append(Came(len(answered.came), "rejected", "implausible", "", known, type))
            return
        number, is_new = self._somebody(item)
        if ego is not None:
            if number != ego:
                self._told.setdefault(ego, []).append((number, item.type))
                self.strange += item.likely < STRANGE
            self._meet(ego, number, item.type, choice, answered, is_new=is_new)
        else:
            outcome = "new" if is_new else "merged"
            known = self._attributes[self.read[number]]
            answered.came.append(Came(len(answered.came), outcome, "", self.ids[number], known, ""))
        if is_new:
            answered.reached.pop(self.ids[number], None)
            answered.entered.append(self.persona(number, origin="persona" if ego is not None else "unlinked"))

    def _meet(
        self, ego: int, alter: int, type: int, choice: Choice, answered: Answered, *, is_new: bool = False
    ) -> None:
        """Tie the two."""
        known, place = self._attributes[self.read[alter]], len(answered.came)
        if alter == ego:
            answered.came.append(Came(place, "rejected", "echo", "", known, NAMED[type]))
            return
        answered.came.append(Came(place, "new" if is_new else "merged", "", self.ids[alter], known, NAMED[type]))
        key = (ego, alter, type)
        steered = self.ties.get(key)
        if steered is None:
            self._near[ego].append(alter)
            self._near[alter].append(ego)
            self._shorten((ego, alter), answered.reached)
        self.ties[key] = choice.steering if steered is None else min(steered, choice.steering)

    def _shorten(self, ends: Iterable[int], reached: dict[str, int]) -> None:
        """Mend the depths after a tie between two."""
        depths, waiting = self.depths, [*ends]
        while waiting:
            one = waiting.pop()
            depth = depths[one]
            if depth is None:
                continue
            for other in self._near[one]:
                far = depths[other]
                if far is None or far > depth + 1:
                    depths[other] = reached[self.ids[other]] = depth + 1
                    waiting.append(other)

    def _somebody(self, item: Item) -> tuple[int, bool]:
        """One of the people of a cell, the famous ones more often; the number, and whether they are new."""
        begin, count = self.people.people(item.community, item.cell)
        who = begin + int(count * self._rng.random() ** item.fame)
        if (number := self._numbers.get(who)) is not None:
            return number, False
        number = self._numbers[who] = len(self.ids)
        id = f"{(who + 1) * _MIXED & (1 << 128) - 1:032x}"
        self._known[id] = number
        self.ids.append(id)
        self.cells.append(item.cell)
        self.read.append(self._misread(item.cell))
        self.communities.append(item.community)
        self.depths.append(None)
        self._near.append([])
        return number, True

    def _misread(self, cell: int) -> int:
        """What somebody of a cell is taken for."""
        people, random = self.people, self._rng.random
        if random() >= people.law.misread:
            return cell
        values, counts = [people.activities[cell], people.regions[cell]], people.size[:2]
        axis = random() < 0.5
        while True:
            if people.law.to_popular:
                other = bisect_left(people.common[axis], random())
            else:
                other = int(random() * counts[axis])
            if other != values[axis] and other < counts[axis]:
                values[axis] = other
                return values[0] * counts[1] + values[1]

    def _wish(self, hint: Hint) -> Sequence[int]:
        """The cells that a hint allows; none where it names what is nobody's."""
        activity, region = _read(hint.get("occupation", ""), hint.get("country", ""))
        if (activity, region) not in self._allowed:
            fits = (activity, region)
            self._allowed[fits] = (
                ()
                if UNKNOWN in fits
                else tuple(
                    number
                    for number, cell in enumerate(self.people.cells)
                    if all(wanted in ("", has) for wanted, has in zip(fits, cell, strict=True))
                )
            )
        return self._allowed[activity, region]

    def true_cell(self, id: str) -> int:
        """The cell of somebody who is there. Raises KeyError for whoever is not."""
        return self.cells[self._known[id]]

    def persona(self, number: int, *, origin: str = "persona") -> Persona:
        """Somebody who is there, as read."""
        known = self._attributes[self.read[number]]
        return Persona(self.ids[number], "", self.depths[number], number, origin, "run", attributes=known)

    def snapshot(self) -> "Snapshot":
        """The graph as it is now."""
        from personagraph.graph.snapshot import Snapshot

        ids, ties = self.ids, dict[str, Relationship]()
        for (ego, alter, type), steering in self.ties.items():
            source, target = endpoints(ids[ego], ids[alter], NAMED[type], forward=True)
            key = relationship_key(source, NAMED[type], target)
            least = min(steering, ties[key].steering) if key in ties else steering
            ties[key] = Relationship(key, source, target, NAMED[type], steering=least)
        ordered = sorted(ties.values(), key=lambda tie: (tie.source, tie.target, tie.type, tie.key))
        return Snapshot.build(map(self.persona, range(len(ids))), ordered)

    @property
    def target(self) -> Mapping[Cell, float]:
        """The share that is wanted of each cell."""
        return dict(zip(self.people.cells, self.people.target, strict=True))

    def facts(self) -> PolicyFacts:
        """What a policy is told of the world: nothing of its law."""
        regions = dict.fromkeys(region for _, region in self.people.cells)
        named = tuple(country for region in regions for country in countries(region))
        return PolicyFacts(asked=lambda: {}, countries=named, target=lambda: self.target, at_once=self.alters)


_TYPES = {name: number for number, name in enumerate(NAMED)}


@cache
def _read(occupation: str, country: str) -> Cell:
    return (read_activity(occupation) if occupation else "", read_region(country) if country else "")


def _drawn(weights: Sequence[float], u: float) -> int:
    """One of them by its weight; of weights that are all 0, any."""
    total = sum(weights)
    if not total:
        return int(u * len(weights))
    sums, done = [], 0.0
    for weight in weights:
        done += weight / total
        sums.append(done)
    return Row(range(len(sums)), sums).at(u)
