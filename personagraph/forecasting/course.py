"""Lets a run take its course under drawn rates: many courses at once, in pieces, until nobody is left or a limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from personagraph.forecasting.rates import Rates

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from personagraph.forecasting.filling import Filling

    Counts = NDArray[np.int64]
    Floats = NDArray[np.float64]

ENDLESS = 10**9
"""Where a course without a limit is cut off."""
PIECE = 8
"""A piece of a course has at most this many steps, or an eighth of those before, so that rates can follow the graph."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many more steps and new personas there may be; `cost` in USD. None: as many as there are."""

    calls: int | None = None
    personas: int | None = None
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """Where the courses begin: behind the steps whose replies are in the ledger already, whose outcomes are certain.

    `waiting` counts by depth how often somebody is still to be asked. `size` is the number of generated personas.
    """

    calls: int = 0
    new: int = 0
    merged: int = 0
    rejected: int = 0
    dead: int = 0
    samples: int = 0
    size: int = 0
    waiting: Mapping[int, int] | None = None


@dataclass(slots=True)
class Courses:
    """What became of each course: one number a draw."""

    calls: "Counts"
    let_in: "Counts"
    new: "Counts"
    rejected: "Counts"
    dead: "Counts"


def take(
    start: Start,
    rates: Rates,
    limits: Limits,
    rng: "np.random.Generator",
    *,
    items: int,
    repeats: int,
    hops: int,
    cost: "Floats",
    filling: "Filling | None",
) -> Courses:
    """Carry the courses out.

    With `start.waiting`, whoever is new waits to be asked `repeats` times, unless at depth `hops`; without, the steps
    are known beforehand. `items` is how many a reply can let in, `cost` of a call in USD in each draw.
    """
    import numpy as np

    draws = len(rates.again)
    courses = Courses(
        *(np.full(draws, n) for n in (start.calls, start.new + start.merged + start.samples, start.new)),
        *(np.full(draws, n) for n in (start.rejected, start.dead)),
    )
    waiting = None if start.waiting is None else _by_depth(start.waiting, hops, draws)
    most = _most(start, limits, cost, draws)
    rows = np.arange(draws)
    kinds = np.array(rates.kinds)
    while True:
        depth, left = (0, most - courses.calls) if waiting is None else _nearest(waiting)
        piece = np.minimum(np.minimum(left, most - courses.calls), np.maximum(PIECE, courses.calls // 8))
        if limits.personas is not None:
            room = limits.personas - courses.new
            piece = np.where(room > 0, np.minimum(piece, np.maximum(1, room // items)), 0)
        if not piece.any():
            return courses
        became = rng.multinomial(piece, rates.shares)
        let_in, rejected, dead = (became @ kinds).T
        merged = rng.binomial(let_in, rates.merging(start.size + courses.new - start.new))
        new = let_in - merged
        courses.calls += piece
        courses.let_in += let_in
        courses.new += new
        courses.rejected += rejected
        courses.dead += dead
        if waiting is not None:
            waiting[rows, depth] -= piece
            waiting[rows, np.minimum(depth + 1, hops)] += new * repeats
        if filling is not None:
            filling.fill(piece, new)


def _most(start: Start, limits: Limits, cost: "Floats", draws: int) -> "Counts":
    """How many steps each course may have, those of its start included."""
    import numpy as np

    most = np.full(draws, ENDLESS if limits.calls is None else min(limits.calls, ENDLESS))
    if limits.cost is None:
        return most
    affordable = np.minimum(limits.cost / np.maximum(cost, 1e-12), ENDLESS).astype(np.int64)
    within: Counts = np.maximum(start.calls, np.minimum(most, start.calls + affordable))
    return within


def _by_depth(waiting: Mapping[int, int], hops: int, draws: int) -> "Counts":
    """A row a draw, a column a depth; the last one, at depth `hops`, holds those who are not asked."""
    import numpy as np

    counts: Counts = np.tile(np.array([waiting.get(depth, 0) for depth in range(hops)] + [0]), (draws, 1))
    return counts


def _nearest(waiting: "Counts") -> "tuple[Counts, Counts]":
    """The depth whose turn it is in each draw, and how often somebody there is still to be asked."""
    asked = waiting[:, :-1]
    depth = (asked > 0).argmax(axis=1)
    return depth, asked[range(len(asked)), depth]
