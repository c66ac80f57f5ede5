"""How strongly attributes go together, beside how strongly they should: marginals may fit where joints do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Categorical
from personagraph.steering.divergence import expected_js, js_divergence
from personagraph.steering.shares import CONFIDENCE, Interval
from personagraph.steering.targets.target import Target

DRAWS: Final = 200
"""Perfect samples that are drawn to tell what chance makes of an association."""


@dataclass(frozen=True, slots=True)
class Association:
    """A pair of attributes: how many have both in a possible cell (`known`), and how strongly the two go together.

    `v` is the bias-corrected Cramér's V of the population, `wanted` that of the target, both from 0 (independent) to 1;
    None where one of them has fewer than two values. `by_chance` is where it lies in 95 % of perfect samples of the
    same size: what is within may be chance. `js_divergence` from the target's crosstab and its value for a perfect
    sample of the same size, `js_null`, are in bits; None for nobody.
    """

    pair: tuple[str, str]
    known: int
    v: float | None
    wanted: float | None
    by_chance: Interval | None
    js_divergence: float | None
    js_null: float | None


def associations(attributes: Mapping[str, Categorical], target: Target, *, seed: int = 0) -> list[Association]:
    """Each pair of the axes of the target, in their order, given the columns of a snapshot. `seed` draws the samples.

    Cells that cannot be are in neither table; they alone make two attributes go together, in both alike.
    """
    found = []
    for one, other in combinations(target.axes, 2):
        weights = target.marginal((one, other)).weights
        rows, columns = (tuple(dict.fromkeys(cell[place] for cell in weights)) for place in (0, 1))
        row_at, column_at = ({value: at for at, value in enumerate(values)} for values in (rows, columns))
        wanted, possible = np.zeros((len(rows), len(columns))), np.zeros((len(rows), len(columns)), bool)
        for (row, column), weight in weights.items():
            wanted[row_at[row], column_at[column]] = weight
            possible[row_at[row], column_at[column]] = True
        counts = _crosstab(attributes[one], attributes[other], row_at, column_at) * possible
        known = int(counts.sum())
        in_cells = counts[possible].tolist(), wanted[possible].tolist()
        found.append(
            Association(
                (one, other),
                known,
                cramers_v(counts),
                cramers_v(wanted, corrected=False),
                _by_chance(wanted, known, np.random.default_rng(seed)),
                js_divergence(*in_cells) if known else None,
                expected_js(known, in_cells[1]) if known else None,
            )
        )
    return found


def cramers_v(table: NDArray[np.float64], *, corrected: bool = True) -> float | None:
    """Cramér's V of a crosstab of counts, corrected for bias (Bergsma 2013); of shares uncorrected, as of very many.

    From 0 to 1; None when it has fewer than two rows or columns with anybody, or fewer than two people to correct by.
    """
    total = float(table.sum())
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    r, c = int((rows > 0).sum()), int((columns > 0).sum())
    if min(r, c) < 2 or (corrected and total < 2):
        return None
    expected = np.outer(rows, columns)[np.ix_(rows > 0, columns > 0)] / total
    phi = float((np.square(table[np.ix_(rows > 0, columns > 0)] - expected) / expected).sum()) / total
    if not corrected:
        return sqrt(min(1.0, phi / (min(r, c) - 1)))
    phi = max(0.0, phi - (r - 1) * (c - 1) / (total - 1))
    least = min(r - (r - 1) ** 2 / (total - 1), c - (c - 1) ** 2 / (total - 1)) - 1
    return sqrt(min(1.0, phi / least)) if least > 0 else None


def _by_chance(wanted: NDArray[np.float64], known: int, rng: np.random.Generator) -> Interval | None:
    """Between which values the corrected V lies in 95 % of DRAWS samples of `known` from these shares."""
    if known < 2:
        return None
    drawn = rng.multinomial(known, (wanted / wanted.sum()).ravel(), DRAWS).reshape(DRAWS, *wanted.shape)
    found = [v for table in drawn if (v := cramers_v(table.astype(np.float64))) is not None]
    if not found:
        return None
    low, high = np.quantile(found, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(float(low), float(high))


def _crosstab(
    one: Categorical, other: Categorical, rows: Mapping[str, int], columns: Mapping[str, int]
) -> NDArray[np.float64]:
    """How many have each pair of these values, which are told with their places."""
    counts = np.zeros((len(rows), len(columns)))
    if not len(one.codes):
        return counts
    pairs = one.codes.astype(np.int64) * len(other.names) + other.codes
    found = np.bincount(pairs, minlength=len(one.names) * len(other.names)).reshape(len(one.names), len(other.names))
    here = [(at, rows[name]) for at, name in enumerate(one.names) if name in rows]
    there = [(at, columns[name]) for at, name in enumerate(other.names) if name in columns]
    for i, row in here:
        for j, column in there:
            counts[row, column] = found[i, j]
    return counts
