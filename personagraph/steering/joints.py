"""How strongly attributes go together, beside how strongly they should: marginals may fit where joints do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Categorical
from personagraph.steering.divergence import expected_js, js_divergence
from personagraph.steering.targets.target import Target


@dataclass(frozen=True, slots=True)
class Association:
    """A pair of attributes: how many have both in a possible cell (`known`), and how strongly the two go together.

    `v` is the bias-corrected Cramér's V of the population, `wanted` that of the target, both from 0 (independent) to 1;
    None where one of them has fewer than two values. `js_divergence` from the target's crosstab and its value for a
    perfect sample of the same size, `js_null`, are in bits; None for nobody.
    """

    pair: tuple[str, str]
    known: int
    v: float | None
    wanted: float | None
    js_divergence: float | None
    js_null: float | None


def associations(attributes: Mapping[str, Categorical], target: Target) -> list[Association]:
    """Each pair of the axes of the target, in their order, given the columns of a snapshot.

    Cells that cannot be are in neither table: where they lie, so strong an association is certain.
    """
    found = []
    for one, other in combinations(target.axes, 2):
        weights = target.marginal((one, other)).weights
        rows, columns = (tuple(dict.fromkeys(cell[place] for cell in weights)) for place in (0, 1))
        wanted, possible = np.zeros((len(rows), len(columns))), np.zeros((len(rows), len(columns)), bool)
        for (row, column), weight in weights.items():
            wanted[rows.index(row), columns.index(column)] = weight
            possible[rows.index(row), columns.index(column)] = True
        counts = _crosstab(attributes[one], attributes[other], rows, columns) * possible
        known = int(counts.sum())
        in_cells = counts[possible].tolist(), wanted[possible].tolist()
        found.append(
            Association(
                (one, other),
                known,
                cramers_v(counts),
                cramers_v(wanted, corrected=False),
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


def _crosstab(
    one: Categorical, other: Categorical, rows: tuple[str, ...], columns: tuple[str, ...]
) -> NDArray[np.float64]:
    """How many have each pair of these values."""
    counts = np.zeros((len(rows), len(columns)))
    if not len(one.codes):
        return counts
    pairs = one.codes.astype(np.int64) * len(other.names) + other.codes
    found = np.bincount(pairs, minlength=len(one.names) * len(other.names)).reshape(len(one.names), len(other.names))
    for i, row in enumerate(one.names):
        for j, column in enumerate(other.names):
            if row in rows and column in columns:
                counts[rows.index(row), columns.index(column)] = found[i, j]
    return counts
