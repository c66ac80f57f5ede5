"""Laws of the worlds that steering is tried in: how common people are, who names whom, and which wishes are followed.

What the numbers stand for, and where they come from, is said in `Law`; nothing of it is evidence about a real model.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.vocabulary.cells import Cell
from personagraph.vocabulary.occupations import ACTIVITIES
from personagraph.vocabulary.places import REGIONS
from personagraph.vocabulary.relationships import OWN_WORDS, TYPES

NAMED: Final = tuple(type for type in TYPES if type not in OWN_WORDS)
HIDDEN, GATEWAYS, GATEWAY = 0.2, 3, (0.5, 0.9)
"""The share of the cells of which nobody is among the seeds; so many (cell, type) lead to each, and how likely; whoever
is of such a cell names others of it, too."""
HALF = 0.02
"""How likely somebody must be anyway for a wish to be followed half as often as at most."""
NARROWED, DIRECT = 0.95, 0.9
"""How often a form that allows nothing else, and an ask for somebody whom nobody need know, bring who is wanted."""
IMPLAUSIBLE, FAR, FORCED = 0.03, 0.1, 0.5
"""The share of replies that are turned down; how much is added for a far-fetched wish, and for one that is forced."""
STAYS, HIDDEN_COMMUNITIES, BRIDGE = 0.8, 0.2, 0.1
"""How often an alter is of the ego's community; the share of communities behind bridges; what a bridge leads across of
whoever leaves."""
SPREAD = 0.45
"""How unequal activities, regions and cells are: the standard deviation of the logarithm of their shares, of each."""
POPULAR = 1.15
"""How much more unequal it is whom the web tells of."""
LEAST = 100
"""The people of the rarest cell."""


@dataclass(frozen=True, slots=True)
class Law:
    """What holds in a world. The defaults are the law of the cells.

    An alter is `drift` + `drift_a_hop` × the ego's depth of the time somebody popular, whoever asks. A wish is followed
    `follows`·T/(T + HALF) of the time, T being how likely the ego names such a person anyway; `indifferent`: as the
    cell has it (.4 to .9), whoever the ego is. `stubborn` of the cells follow no wish unless the form is narrowed,
    `deaf` of them not even then. `misread` of the people are read wrongly in one attribute; `to_popular`: as one
    that many have. People live in so many `communities`. `even`: every cell is wanted alike.
    """

    about: str
    drift: float = 0.25
    drift_a_hop: float = 0.1
    follows: float = 0.7
    indifferent: bool = False
    stubborn: float = 0.0
    deaf: float = 0.0
    misread: float = 0.1
    to_popular: bool = False
    communities: int = 1
    even: bool = True


LAWS: Mapping[str, Law] = MappingProxyType(
    {
        "cells": Law("whom an ego names follows from its cell and the type"),
        "indifferent": Law("a wish is followed as its cell has it, whoever the ego is", indifferent=True),
        "communities": Law("people know those of their community, and name nobody who does not occur", communities=40),
        "drifting": Law(
            "twice the drift, weak compliance, a target that is not even",
            drift=0.5,
            drift_a_hop=0.2,
            follows=0.3,
            even=False,
        ),
        "stubborn": Law("half of the cells follow no plain wish, a tenth none at all", stubborn=0.5, deaf=0.1),
        "misread": Law("three in ten are misread, mostly as somebody common", misread=0.3, to_popular=True),
    }
)


class Size(NamedTuple):
    """How large a world is."""

    activities: int = len(ACTIVITIES)
    regions: int = len(REGIONS)
    seeds: int = 500
    people: int = 300_000


WHOLE: Final = Size()


class Row(NamedTuple):
    """Whom an ego names of one community: cells in ascending order, and how likely they are, summed up."""

    cells: Sequence[int]
    sums: Sequence[float]

    def at(self, u: float) -> int:
        """The cell at this part of the whole (0 to 1)."""
        return self.cells[min(bisect_left(self.sums, u), len(self.cells) - 1)]


class Population:
    """Who there is to be found, and how they name each other; cells, types and communities are numbers."""

    def __init__(self, law: Law, seed: int, size: Size = WHOLE) -> None:
        self.law, self.size = law, size
        rng = np.random.default_rng([seed, 22])
        self.cells: list[Cell] = [
            (one, other) for one in [*ACTIVITIES][: size.activities] for other in [*REGIONS][: size.regions]
        ]
        n = len(self.cells)
        self.activities = [number // size.regions for number in range(n)]
        self.regions = [number % size.regions for number in range(n)]
        self._one, self._other = np.array(self.activities), np.array(self.regions)
        by_axis = rng.lognormal(0, SPREAD, size.activities)[self._one]
        by_axis *= rng.lognormal(0, SPREAD, size.regions)[self._other]
        self.shares: NDArray[np.float64] = _normal(by_axis * rng.lognormal(0, SPREAD, n))
        rare = np.argsort(self.shares)[: n * 2 // 3]
        self.hidden = frozenset(rng.permutation(rare)[: round(HIDDEN * n)].tolist())
        self._seen = np.array([number not in self.hidden for number in range(n)])
        wanted = np.ones(n) if law.even else rng.lognormal(0, 0.7, n)
        self.target: list[float] = _normal(wanted).tolist()
        self.types = len(NAMED)
        self._prior: list[float] = np.cumsum(
            _normal(np.arange(1, self.types + 1) ** -0.8)[rng.permutation(self.types)]
        ).tolist()
        self._draw_ties(rng)
        self._draw_wishes(rng)
        self._draw_communities(rng)
        self._rows: dict[tuple[int, int, int], Row] = {}

    def _draw_ties(self, rng: np.random.Generator) -> None:
        """How much each type keeps to the ego's own kind, and to whom else it leads."""
        size, types = self.size, self.types
        self._same = np.stack([rng.uniform(0.5, 3, types), rng.uniform(1.5, 4, types)], 1)
        one, other = (rng.normal(0, 0.7, (types, count, count)) for count in size[:2])
        self._leads: tuple[NDArray[np.float64], NDArray[np.float64]] = (one, other)
        self._gates: dict[tuple[int, int], list[tuple[int, float]]] = {}
        if self.law.communities > 1:
            return
        for hidden in sorted(self.hidden):
            near = self._seen & ((self._one == self._one[hidden]) | (self._other == self._other[hidden]))
            for cell in rng.choice(np.flatnonzero(near), min(GATEWAYS, int(near.sum())), replace=False).tolist():
                key, likely = (cell, int(rng.integers(self.types))), float(rng.uniform(*GATEWAY))
                self._gates.setdefault(key, []).append((hidden, likely))

    def _draw_wishes(self, rng: np.random.Generator) -> None:
        n, law = len(self.cells), self.law
        self._ease: list[float] = rng.uniform(0.4, 0.9, n).tolist()
        order = rng.permutation(n).tolist()
        self._deaf = frozenset(order[: round(law.deaf * n)])
        self._stubborn = frozenset(order[: round((law.deaf + law.stubborn) * n)])

    def _draw_communities(self, rng: np.random.Generator) -> None:
        """Which cells each holds, how many people of them, and where one gets to from there."""
        n = len(self.cells)
        count = min(self.law.communities, n // 4)
        behind = max(1, round(HIDDEN_COMMUNITIES * count)) if count > 1 else 0
        before = count - behind
        members: list[set[int]] = [set() for _ in range(count)]
        if count == 1:
            members[0] = {*range(n)}
        else:
            home, works = (
                rng.integers(self.size.regions, size=before),
                rng.random((before, self.size.activities)) < 0.35,
            )
            seen = np.flatnonzero(self._seen)
            fits = 3.0 * (home[:, None] == self._other[seen]) + 2.0 * works[:, self._one[seen]]
            fits += rng.gumbel(size=fits.shape)
            for place, cell in enumerate(seen.tolist()):
                for community in np.argsort(-fits[:, place])[:2].tolist():
                    members[community].add(cell)
            for community in range(before):
                members[community].add(int(seen[np.argmax(fits[community])]))
            for place, cell in enumerate(sorted(self.hidden, key=lambda cell: (self.regions[cell], cell))):
                members[before + place * behind // len(self.hidden)].add(cell)
        self._places = [{cell: at for at, cell in enumerate(sorted(held))} for held in members]
        self.homes: list[list[int]] = [[k for k in range(count) if cell in members[k]] for cell in range(n)]
        self._sizes: dict[tuple[int, int], tuple[int, int]] = {}
        begin = 0
        for community, cell in ((k, cell) for k in range(count) for cell in sorted(members[k])):
            people = max(LEAST, round(self.size.people * float(self.shares[cell]))) // len(self.homes[cell])
            self._sizes[community, cell] = (begin, people)
            begin += people
        self._away: list[list[float]] = _ways(rng, before, behind)
        popular = np.where(self._seen, self.shares**POPULAR, 0)
        self._popular = Row(range(n), np.cumsum(_normal(popular)).tolist())
        self._begun = Row(range(n), np.cumsum(_normal(np.where(self._seen, self.shares**POPULAR, 0))).tolist())
        self.common = [np.cumsum(_normal(np.bincount(of, weights=popular))).tolist() for of in (self._one, self._other)]
        """Of either axis, how common its values are on the web, summed up."""

    def type_at(self, u: float) -> int:
        """The type that a model names of its own accord, by a part of the whole."""
        return min(bisect_left(self._prior, u), self.types - 1)

    def popular_at(self, u: float) -> int:
        """A cell as the web has it."""
        return self._popular.at(u)

    def begun_at(self, u: float) -> int:
        """The cell of a seed."""
        return self._begun.at(u)

    def people(self, community: int, cell: int) -> tuple[int, int]:
        """The number of the first of these people, and how many they are."""
        return self._sizes[community, cell]

    def community_at(self, community: int, u: float) -> int:
        """Where an alter of somebody in this community lives."""
        if u < STAYS or len(self._away) < 2:
            return community
        return min(bisect_left(self._away[community], (u - STAYS) / (1 - STAYS)), len(self._away) - 1)

    def row(self, community: int, cell: int, type: int) -> Row:
        """Whom somebody of this cell names by this type in a community; of their own, or where they know somebody."""
        key = (community, cell, type)
        if key not in self._rows:
            held = np.array([*self._places[community]])
            one, other, same = self._one[held], self._other[held], self._same[type]
            likely = same[0] * (one == self._one[cell]) + same[1] * (other == self._other[cell])
            likely = (
                likely + self._leads[0][type, self._one[cell], one] + self._leads[1][type, self._other[cell], other]
            )
            weights = np.exp(likely) * self.shares[held]
            if self.law.communities == 1:
                weights = _normal(weights * (self._seen | (held == cell)))
                for hidden, share in self._gates.get((cell, type), ()):
                    weights *= 1 - share
                    weights[hidden] = share
            self._rows[key] = Row(held.tolist(), np.cumsum(_normal(weights)).tolist())
        return self._rows[key]

    def likely(self, community: int, cell: int, type: int, wanted: int) -> float:
        """How likely that row brings the wanted cell."""
        at = self._places[community].get(wanted)
        if at is None:
            return 0.0
        sums = self.row(community, cell, type).sums
        return sums[at] - (sums[at - 1] if at else 0.0)

    def compliance(self, wanted: int, likely: float, *, narrow: bool = False) -> float:
        """How often a wish for a cell is followed that would come anyway so often."""
        if wanted in self._deaf:
            return 0.0
        if narrow:
            return NARROWED
        if wanted in self._stubborn:
            return 0.0
        if self.law.indifferent:
            return self._ease[wanted]
        return self.law.follows * likely / (likely + HALF)

    def doubt(self, wanted: int, likely: float, *, narrow: bool = False) -> float:
        """How often what comes of such a wish is turned down."""
        far = 1 - self._ease[wanted] if self.law.indifferent else HALF / (likely + HALF)
        return IMPLAUSIBLE + (FORCED if narrow else FAR) * far

    @cached_property
    def cell_numbers(self) -> Mapping[Cell, int]:
        """The number of each cell."""
        return {cell: number for number, cell in enumerate(self.cells)}


def _normal(weights: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(weights / weights.sum(), np.float64)


def _ways(rng: np.random.Generator, before: int, behind: int) -> list[list[float]]:
    """Where whoever leaves a community gets to, summed up: five others, and across a bridge; back over the bridges."""
    ways = np.zeros((before + behind, before + behind))
    if len(ways) == 1:
        return [[1.0]]
    for community in range(before):
        others = rng.choice(np.delete(np.arange(before), community), min(5, before - 1), replace=False)
        ways[community, others] = rng.lognormal(0, 0.5, len(others))
    ways[:before] /= ways[:before].sum(1, keepdims=True)
    for hidden in range(before, before + behind):
        for bank in rng.choice(before, GATEWAYS, replace=False).tolist():
            ways[bank] *= 1 - BRIDGE
            ways[bank, hidden] = BRIDGE
            ways[hidden, bank] = 1.0
    return [np.cumsum(_normal(row)).tolist() for row in ways]
