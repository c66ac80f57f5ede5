"""The skeleton of a word problem: what it begins with, which operations follow, and what is to be found."""

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from personagraph.synthesis.problems.operations import BEGINNINGS, COUNTS, OPERATIONS, OPPOSITES
from personagraph.synthesis.problems.things import Thing
from personagraph.synthesis.problems.wording import tellings

ASKS_THE_END = 0.6
"""How often a problem that could ask for something else asks for the last result."""
_AMOUNT = 3
"""How much more often problems begin with an amount than with anything else: most operations follow from there."""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A beginning and operations, by their names, in order.

    `hidden` is the place of what is to be found, 0 for the amount at the beginning and 1 for the operand of the first
    operation; None where it is the last result. As a text it is the skeleton, without words and numbers.
    """

    beginning: str
    operations: tuple[str, ...]
    hidden: int | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the amounts, from the beginning on."""
        return BEGINNINGS[self.beginning].kind, *(OPERATIONS[name].target for name in self.operations)

    @property
    def renaming(self) -> frozenset[str]:
        """Those of its parts after which the things are called otherwise."""
        names = (self.beginning, *self.operations)
        return frozenset(name for name, kind in zip(names, self.kinds, strict=True) if kind in (*COUNTS, "kilometres"))

    def __str__(self) -> str:
        asked = "the end" if self.hidden is None else "the beginning" if not self.hidden else f"operand {self.hidden}"
        return f"{' > '.join((self.beginning, *self.operations))} ? {asked}"


def draw_skeleton(rng: Random, thing: Thing, operations: int) -> Skeleton:
    """A skeleton of that many operations that can be told of the thing."""
    while True:
        beginnings = list(_beginnings(thing))
        beginning = rng.choice(beginnings + ["an amount"] * (_AMOUNT - 1))
        names: list[str] = []
        kind, never = BEGINNINGS[beginning].kind, BEGINNINGS[beginning].never
        while len(names) < operations and (able := _able(thing, kind, {*names, *never})):
            names.append(rng.choice(able))
            kind = OPERATIONS[names[-1]].target
        if len(names) == operations:
            return _asked(rng, thing, Skeleton(beginning, tuple(names)))


def _asked(rng: Random, thing: Thing, made: Skeleton) -> Skeleton:
    """The skeleton with what is asked for."""
    places = hideable(made, thing)
    if not places or rng.random() < ASKS_THE_END:
        return made
    return Skeleton(made.beginning, made.operations, rng.choice(places))


def hideable(made: Skeleton, thing: Thing) -> list[int]:
    """The places of what can be found from the rest, when the last result is told."""
    sort = thing.sort
    if not tellings(made.operations[-1], "results", sort):
        return []
    places = []
    for place in range(len(made.operations), -1, -1):
        name = made.operations[place - 1] if place else made.beginning
        findable = not place or OPERATIONS[name].find is not None
        if findable and tellings(name, "hides", sort):
            places.append(place)
        if place and OPERATIONS[name].undo is None:
            break
    return places


def _able(thing: Thing, kind: str, without: set[str]) -> list[str]:
    """What can follow on an amount of a kind; none of those, nor what would lead back from one of them."""
    opposite = {name for pair in OPPOSITES if pair & without for name in pair}
    return [name for name in _after(thing, kind) if name not in without and name not in opposite]


@lru_cache(maxsize=1024)
def _beginnings(thing: Thing) -> tuple[str, ...]:
    able = (name for name, made in BEGINNINGS.items() if made.suits(thing))
    return tuple(name for name in able if tellings(name, "tells", thing.sort))


@lru_cache(maxsize=16384)
def _after(thing: Thing, kind: str) -> tuple[str, ...]:
    able = (name for name, made in OPERATIONS.items() if kind in made.source and made.suits(thing))
    return tuple(name for name in able if tellings(name, "tells", thing.sort) and tellings(name, "asks", thing.sort))
