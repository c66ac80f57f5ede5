"""What to hold a measure beside: the same population without its structure, and drawn again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from personagraph.meaning.spread.frame import Frame, principal
from personagraph.meaning.spread.measure import Spread, SpreadMeasure
from personagraph.meaning.spread.space import Space

DRAWS = 20
AGAIN = 1024
"""So many rows, at most, are drawn again."""
_PART = 16_384
_NORMAL = 1.96


@dataclass(frozen=True, slots=True, eq=False)
class Chance:
    """What a population is held beside: itself `shuffled`, and drawn `again`, with as many rows each time."""

    shuffled: Space
    again: Sequence[Space]


@dataclass(frozen=True, slots=True)
class Beside:
    """A measure of a population, and of the same one shuffled; `low` to `high` is a 95 % interval.

    None where a bootstrap says nothing of this measure, or it has no value.
    """

    found: Spread
    shuffled: Spread
    low: float | None
    high: float | None


def shuffled(space: Space, *, seed: int) -> Space:
    """As many rows with the same spread along each principal axis, and nothing that ties the axes to each other.

    What the population has along each axis is dealt out anew among its rows; then each has the length 1 again.
    """
    if len(space) < 2:
        return space
    rng, rows = np.random.default_rng(seed), np.empty_like(space.rows)
    centre, _, axes = principal(space)
    turn, middle = axes.T.astype(np.float32), centre.astype(np.float32)
    for at in range(0, len(space), _PART):
        rows[at : at + _PART] = (space.rows[at : at + _PART] - middle) @ turn
    for axis in range(rows.shape[1]):
        rows[:, axis] = rows[rng.permutation(len(rows)), axis]
    for at in range(0, len(space), _PART):
        rows[at : at + _PART] = rows[at : at + _PART] @ turn.T + middle
    return Space.of(space.name, rows, seed=space.seed)


def bootstrapped(space: Space, count: int, *, seed: int) -> Space:
    """`count` of its rows, each drawn from all."""
    chosen = np.sort(np.random.default_rng(seed).integers(0, len(space), count))
    return Space(space.name, space.rows[chosen], space.at[chosen], 0, space.seed)


def chance_of(space: Space, *, seed: int, draws: int = DRAWS) -> Chance:
    """The population shuffled, and drawn again so many times, at most AGAIN rows each, for every measure alike."""
    count = min(len(space), AGAIN)
    again = [bootstrapped(space, count, seed=seed + 1 + number) for number in range(draws if count else 0)]
    return Chance(shuffled(space, seed=seed), again)


def beside(measure: SpreadMeasure, space: Space, frame: Frame, chance: Chance) -> Beside:
    """What a measure says of a population, beside its `chance`.

    The interval is the normal one of the populations drawn again: their deviation, which falls with the root of the
    rows, is brought to those that the measure looked at (m out of n, Bickel et al. 1997).
    """
    found, without = measure(space, frame), measure(chance.shuffled, frame)
    if found.value is None or not measure.smooth:
        return Beside(found, without, None, None)
    drawn = [(each.value, each.rows) for each in (measure(some, frame) for some in chance.again)]
    there = [value * rows**0.5 for value, rows in drawn if value is not None]
    if len(there) < 2:
        return Beside(found, without, None, None)
    slip = _NORMAL * float(np.std(there, ddof=1)) / found.rows**0.5
    return Beside(found, without, found.value - slip, found.value + slip)
