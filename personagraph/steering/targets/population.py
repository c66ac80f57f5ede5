"""The world's population by activity, age, sex and region: a joint that has the margins of published tables."""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from personagraph.steering.targets.joint import Joint
from personagraph.steering.targets.raking import Margin, raked
from personagraph.vocabulary.ages import AGES
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.cells import is_possible
from personagraph.vocabulary.occupations import ACTIVITIES, EMPLOYED, ISCO_MAJOR_GROUPS
from personagraph.vocabulary.places import REGIONS
from personagraph.vocabulary.reference import table
from personagraph.vocabulary.sexes import SEXES

_TOLD_TOGETHER: Final = ("age", "sex", "region")
AXES: Final = ("activity", *_TOLD_TOGETHER)
INCOMES: Final = ("low", "middle", "high")
YEAR: Final = "2025"
_TOLD_SEXES: Final = ("female", "male")
_TOLD_GROUPS: Final = ("1", "2", "3", "4", "5", "6", "7", "8", "9")
_WORKING_AGES: Final = slice(1, None)


@lru_cache(maxsize=1)
def population() -> Joint:
    """The shares of everyone; `personagraph.steering.targets.world` says what of them is published."""
    people, jobs = _people(), _jobs()
    adults = people[_WORKING_AGES].sum(axis=(0, 2))
    rates = jobs.sum(axis=0) / adults.sum(axis=1)
    working = np.einsum("asri,s,gsi->gasr", people[_WORKING_AGES], rates, _occupations(jobs, adults))
    told = np.zeros((len(ACTIVITIES), *people.shape[:3]))
    told[[list(ACTIVITIES).index(ISCO_MAJOR_GROUPS[group]) for group in _TOLD_GROUPS], _WORKING_AGES] = working
    rest = people.sum(axis=3) - told.sum(axis=0)
    for number, age in enumerate(AGES):
        open_to = [
            place
            for place, activity in enumerate(ACTIVITIES)
            if activity not in EMPLOYED and is_possible({"activity": activity, "age": age})
        ]
        told[open_to, number] = rest[number] / len(open_to)
    shares = np.zeros((*told.shape[:2], len(SEXES), told.shape[3]))
    shares[:, :, [SEXES.index(sex) for sex in _TOLD_SEXES]] = told / told.sum()
    return Joint(AXES, tuple(ATTRIBUTES[axis].values for axis in AXES), shares)


def _occupations(jobs: NDArray[np.float64], adults: NDArray[np.float64]) -> NDArray[np.float64]:
    """The shares of groups of occupations among the employed, by group, sex and income.

    What each sex does in the world is met, and the odds between groups and incomes are kept. How many are employed at
    an income is not taken from the table of occupations, which counts other countries there than that of people does.
    """
    by_income = adults * (jobs.sum(axis=0) / adults.sum(axis=1))[:, None]
    start = np.repeat(_odds()[:, None, :], len(_TOLD_SEXES), axis=1)
    margins = [Margin((0, 1), jobs / jobs.sum()), Margin((1, 2), by_income / by_income.sum())]
    fitted = raked(start, margins).shares
    shares: NDArray[np.float64] = fitted / fitted.sum(axis=0)
    return shares


def _people() -> NDArray[np.float64]:
    """Thousands of people by age, sex, region and income."""
    people = np.zeros((len(AGES), len(_TOLD_SEXES), len(REGIONS), len(INCOMES)))
    for row in table("population"):
        place = AGES.index(row["age"]), _TOLD_SEXES.index(row["sex"]), list(REGIONS).index(row["region"])
        people[(*place, INCOMES.index(row["income"]))] = float(row["thousands"])
    return people


def _jobs() -> NDArray[np.float64]:
    """Thousands of employed by group of occupations and sex, those that are told."""
    jobs = np.zeros((len(_TOLD_GROUPS), len(_TOLD_SEXES)))
    for row in table("employment"):
        if row["year"] == YEAR and row["sex"]:
            for group in row["isco"]:
                share = float(row["thousands"]) / len(row["isco"])
                jobs[_TOLD_GROUPS.index(group), _TOLD_SEXES.index(row["sex"])] = share
    return jobs


def _odds() -> NDArray[np.float64]:
    """The shares of groups of occupations among the employed of each income: what low and high leave is middle."""
    rows = [row for row in table("employment") if row["year"] != YEAR]
    jobs = np.zeros((len(_TOLD_GROUPS), len(INCOMES)))
    for row in rows:
        for group in row["isco"]:
            share = float(row["thousands"]) / len(row["isco"])
            number = _TOLD_GROUPS.index(group)
            if row["area"] == "world":
                jobs[number, INCOMES.index("middle")] += share
            else:
                jobs[number, INCOMES.index(row["area"])] += share
                jobs[number, INCOMES.index("middle")] -= share
    shares: NDArray[np.float64] = jobs / jobs.sum(axis=0)
    return shares
