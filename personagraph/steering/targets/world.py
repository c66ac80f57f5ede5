"""The target that is the world's population of 2025, as far as published tables tell of it."""

from collections.abc import Sequence
from typing import Final

from personagraph.steering.targets.target import Target, TargetKind, Values
from personagraph.vocabulary.cells import NO_COLUMNS, cells

_POPULATION: Final = (
    "published by age, sex and region (United Nations, World Population Prospects 2019, medium projection for 2025)"
)
NOTES: Final = {
    "activity": (
        "published by sex are the employed in nine groups of occupations (ILO modelled estimates, 2025), and how these"
        " differ between low-, middle- and high-income countries (2024). Assumed: the same share of women, and of men,"
        " is employed at every age from 15 on and in every region; skilled agriculture and elementary occupations,"
        " published as one number, have half of it each; students, carers, the retired, the unemployed and children"
        " have equal parts of whoever is not employed, where age allows it. No figure, hence no share: armed forces"
    ),
    "sex": f"{_POPULATION}. No figure, hence no share: other",
    **dict.fromkeys(("age", "region"), _POPULATION),
}
ASSUMED_VALUES: Final = {
    "activity": frozenset({"agriculture", "elementary", "student", "carer", "retired", "unemployed", "child"})
}
"""Whose own shares no table at hand has."""
ASSUMED: Final = "not in the tables at hand: assumed to be spread evenly, whatever the rest"


def world(axes: Sequence[str], values: Values = NO_COLUMNS) -> Target:
    """The world's shares of the cells of `axes`, the marginals of one joint; an axis without a table is spread evenly.

    Raises ValueError for axes that `cells` refuses.
    """
    from personagraph.steering.targets.joint import even, independent
    from personagraph.steering.targets.population import AXES, population

    possible = cells(axes, values)
    told = [axis for axis in axes if axis in AXES]
    other = [axis for axis in axes if axis not in AXES]
    parts = [population().marginal(told)] if told else []
    parts += [even(other, values)] if other else []
    notes = {axis: NOTES.get(axis, ASSUMED) for axis in axes}
    return Target("world", tuple(axes), independent(parts).marginal(axes).of_cells(possible), notes, ASSUMED_VALUES)


KIND = TargetKind(world, "the world's population of 2025, as far as published tables go")
