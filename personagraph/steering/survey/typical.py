"""What is typical of a group, compared with everybody: occupations, countries, and two who stand for it."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from math import log
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from personagraph.steering.survey.regions import ThinGroup
from personagraph.steering.survey.view import View
from personagraph.types import UNKNOWN
from personagraph.vocabulary.cells import axis_values
from personagraph.vocabulary.occupations import read_activity
from personagraph.vocabulary.places import country_name, read_region
from personagraph.vocabulary.work_names import names_of_work

LIFT = 1.5
"""So many times as frequent as among all is what is typical."""
TWICE = 2
MEMBERS, CROWD = 16, 64
"""Descriptions that are read of a group, those with the most ties first, and of everybody, at equal distances."""
MOST_NAMED = 8
EXEMPLARS = 2
T = TypeVar("T", bound=Hashable)


class Typical(NamedTuple):
    """What a hint can say of a group; of `values`, one an axis, those are unknown of which none is typical.

    `occupations` and `countries` are words of our own tables that its descriptions name, the most typical first;
    `like` are the positions of those who stand for it.
    """

    values: tuple[str, ...]
    occupations: tuple[str, ...]
    countries: tuple[str, ...]
    like: tuple[int, ...]


class Background(NamedTuple):
    """What some of everybody are: how many were read, and how many of them name each occupation and country."""

    read: int
    occupations: Mapping[str, int]
    countries: Mapping[str, int]


def lifted(some: Mapping[T, int], count: int, everybody: Mapping[T, int], total: int) -> list[T]:
    """What is typical of `count`, of whom `some` tells how many have each value: the most typical first.

    That is what at least TWICE of them have, and LIFT times as frequently as everybody; by its part in the divergence
    from everybody, of equals the one that was met first.
    """
    shares = {value: (have / count, (everybody.get(value, 0) + 1) / (total + 1)) for value, have in some.items()}
    typical = {
        value: here * log(here / there)
        for value, (here, there) in shares.items()
        if some[value] >= TWICE and here >= LIFT * there
    }
    return sorted(typical, key=lambda value: -typical[value])


def background_of(view: View, described: Callable[[int], str], nameable: Collection[str]) -> Background:
    """The occupations and countries of some of everybody, at equal distances in order of entry."""
    at = np.unique(np.linspace(0, max(len(view) - 1, 0), min(CROWD, len(view))).astype(np.int64)).tolist()
    return Background(len(at), *_named(map(described, at), nameable))


def typical_of(
    view: View,
    group: ThinGroup,
    *,
    described: Callable[[int], str] | None,
    background: Background | None,
    nameable: Collection[str],
) -> Typical:
    """What is typical of a group.

    Descriptions, which `described` gives by position, are foreign text: of them only names of work and countries are
    taken that our tables have, and of the countries those that are `nameable`.
    """
    values = tuple(_value(view.codes[:, at], group.members, axis) for at, axis in enumerate(view.axes))
    degrees = view.neighbours.degrees[group.members]
    first = group.members[np.argsort(-degrees, kind="stable")]
    like = tuple(first[:EXEMPLARS].tolist())
    if group.kind == "cluster":
        like = tuple(at for at in view.exemplars[group.number].tolist() if at >= 0)[:EXEMPLARS]
    if described is None or background is None:
        return Typical(values, (), (), like)
    read = first[:MEMBERS].tolist()
    named = _named(map(described, read), nameable)
    occupations, countries = (
        tuple(lifted(some, len(read), everybody, background.read)[:MOST_NAMED])
        for some, everybody in zip(named, (background.occupations, background.countries), strict=True)
    )
    told = {"activity": [*map(read_activity, occupations)], "region": [*map(read_region, countries)]}
    values = tuple(
        value if value != UNKNOWN else next(iter(told.get(axis, ())), UNKNOWN)
        for axis, value in zip(view.axes, values, strict=True)
    )
    return Typical(values, occupations, countries, like)


def _named(texts: Iterable[str], nameable: Collection[str]) -> tuple[Counter[str], Counter[str]]:
    occupations, countries = Counter[str](), Counter[str]()
    for text in texts:
        occupations.update(sorted(names_of_work(text)))
        if (country := country_name(text)) in nameable and country is not None:
            countries[country] += 1
    return occupations, countries


def _value(codes: NDArray[np.int16], members: NDArray[np.int64], axis: str) -> str:
    """The value of an attribute that is most typical of the members, among those of whom it is known."""
    here, everybody = codes[members], codes[codes >= 0]
    here = here[here >= 0]
    counts = [
        dict(zip(*(a.tolist() for a in np.unique(some, return_counts=True)), strict=True)) for some in (here, everybody)
    ]
    found = lifted(counts[0], max(len(here), 1), counts[1], len(everybody))
    return axis_values(axis)[found[0]] if found else UNKNOWN
