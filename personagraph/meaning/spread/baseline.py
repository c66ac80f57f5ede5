"""What to hold a measure beside: the same population without its structure, and drawn again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from personagraph.meaning.embedded.frame import Frame, principal
from personagraph.meaning.embedded.population import Population
from personagraph.meaning.spread.measure import Spread, SpreadMeasure

DRAWS = 20
AGAIN = 1024
"""So many rows, at most, are drawn again."""
_PART = 16_384


@dataclass(frozen=True, slots=True, eq=False)
class Chance:
    """What a population is held beside: itself `shuffled`, and drawn `again`, with as many rows each time."""

    shuffled: Population
    again: Sequence[Population]


@dataclass(frozen=True, slots=True)
class SpreadBeside:
    """A measure of a population, and of the same one shuffled; `low` to `high` is a 95 % interval.

    None where chance cannot be told for this measure, or it has no value.
    """

    found: Spread
    shuffled: Spread
    low: float | None
    high: float | None


def shuffled(people: Population, *, seed: int) -> Population:
    """As many rows with the same spread along each principal axis, and nothing that ties the axes to each other.

    What the population has along each axis is dealt out anew among its rows; then each has the length 1 again.
    """
    if len(people) < 2:
        return people
    rng = np.random.default_rng(seed)
    centre, _, axes = principal(people)
    turn, middle = axes.astype(np.float32), centre.astype(np.float32)
    along = np.empty(people.rows.shape[::-1], np.float32)
    for at in range(0, len(people), _PART):
        along[:, at : at + _PART] = turn @ (people.rows[at : at + _PART] - middle).T
    for axis in along:
        rng.shuffle(axis)
    rows = np.empty_like(people.rows)
    for at in range(0, len(people), _PART):
        rows[at : at + _PART] = along[:, at : at + _PART].T @ turn + middle
    return Population.of(people.name, rows, seed=people.seed)


def bootstrapped(people: Population, count: int, *, seed: int) -> Population:
    """`count` of its rows, each drawn from all."""
    chosen = np.sort(np.random.default_rng(seed).integers(0, len(people), count))
    return Population(people.name, people.rows[chosen], people.at[chosen], 0, people.seed)


def chance_of(people: Population, *, seed: int, draws: int = DRAWS) -> Chance:
    """The population shuffled, and drawn again so many times, at most AGAIN rows each, for every measure alike."""
    count = min(len(people), AGAIN)
    again = [bootstrapped(people, count, seed=seed + 1 + number) for number in range(draws if count else 0)]
    return Chance(shuffled(people, seed=seed), again)


def beside(measure: SpreadMeasure, people: Population, frame: Frame, chance: Chance) -> SpreadBeside:
    """What a measure says of a population, beside its `chance`.

    The interval is the measure's own, or Student's of the populations drawn again: their deviation, which falls with
    the root of the rows, is brought to those that the measure looked at (m out of n, Bickel et al. 1997). Where
    everybody lies as evenly as can be it is too wide, as pairs then say next to nothing of a single row.
    """
    found, without = measure(people, frame), measure(chance.shuffled, frame)
    if found.value is None or not measure.smooth:
        return SpreadBeside(found, without, found.low, found.high)
    again = [measure(some, frame).value for some in chance.again]
    values = [value for value in again if value is not None]
    if len(values) < 2:
        return SpreadBeside(found, without, None, None)
    from scipy.stats import t

    deviation = float(np.std(values, ddof=1)) * (len(chance.again[0]) / found.rows) ** 0.5
    slip = float(t.ppf(0.975, len(values) - 1)) * deviation
    return SpreadBeside(found, without, found.value - slip, found.value + slip)
