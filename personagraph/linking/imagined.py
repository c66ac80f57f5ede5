"""Grounding: somebody whom a model imagined, looked up among those who exist.

Whoever is alike enough, and of whom nothing is known that could not be of the imagined one, stands for that one.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.linking.people import Crowd, Described
from personagraph.meaning.nearest.numbers import NOBODY

_LOOKED_AT = 16
"""So many of the nearest are looked at, at most."""


class StandIn(NamedTuple):
    """Who stands for somebody imagined, by position, and the cosine of both descriptions."""

    person: int
    cosine: float


def stand_ins(
    described: Described,
    crowd: Crowd,
    vectors: NDArray[np.float32],
    known: Sequence[Mapping[str, str]],
    *,
    at_least: float,
    without: Collection[int] = (),
    fits: Callable[[int], bool] = lambda person: True,
) -> list[StandIn | None]:
    """Who stands for each of these imagined people (n), in their order; None where nobody does.

    That is the most alike of those with a cosine of `at_least` so much who are not `without` and who fit, and whose
    activity, age, sex and region, as far as `known` of both, are the same; of equals the one who entered first. One of
    the imagined whose vector is all zeros, which no encoder could read, is like nobody.
    """
    if not len(vectors):
        return []
    cosines, positions = described.near(vectors, _LOOKED_AT + len(without), at_least=at_least)
    found: list[StandIn | None] = []
    for row, people, said in zip(cosines.tolist(), positions.tolist(), known, strict=True):
        fitting = (
            StandIn(person, cosine)
            for person, cosine in zip(people, row, strict=True)
            if person != NOBODY and person not in without and not crowd.contradicts(person, said) and fits(person)
        )
        found.append(next(fitting, None))
    return found
