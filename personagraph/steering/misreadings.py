"""Carries the errors of an annotator through to the shares of cells, by a labelled audit of each attribute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.steering.shares import CONFIDENCE, Interval
from personagraph.types import UNKNOWN
from personagraph.vocabulary.cells import NO_COLUMNS, Cell, axis_values, cells

LEAST_LABELS = 20
"""Labelled personas from which on the errors of whatever read an attribute are estimated."""
DRAWS = 200
"""Confusions and populations that are drawn for the intervals."""
SWEEPS = 60
NOBODY: Mapping[tuple[str, ...], Mapping[Cell, int]] = {}
_STILL = 1e-6
_LEAST = 0.01
"""Of an even share: what is below may rise again."""
_PRIOR = 1.0
"""How many audited personas the pooled errors of an annotator count as, for each value."""


@dataclass(frozen=True)
class Confusion:
    """What an annotator reads of a value that is true, as counted in an audit.

    `values` are those of the attribute and, last, "unknown", which is what a label says that nobody can read.
    `counts` is (true, read); where an audit was stratified they are weighted, a row to its effective size.
    """

    values: tuple[str, ...]
    counts: NDArray[np.float64]

    @property
    def unaudited(self) -> tuple[str, ...]:
        """The values that nobody in the audit had: of these, the errors of the others are assumed."""
        return tuple(value for value, n in zip(self.values, self.counts.sum(axis=1), strict=True) if not n)


def confusion(
    pairs: Sequence[tuple[str, str]], values: Sequence[str], weights: Sequence[float] | None = None
) -> Confusion:
    """The confusion of (true, read) pairs; `weights` say how many of the population each pair stands for.

    An audit that was drawn by what was read needs them. Raises ValueError for a value that is not among `values`, and
    for a weight that is not above 0.
    """
    names = (*(value for value in values if value != UNKNOWN), UNKNOWN)
    number = {value: place for place, value in enumerate(names)}
    told = np.ones(len(pairs)) if weights is None else np.array(weights, np.float64)
    if len(told) != len(pairs) or not (told > 0).all() or not np.isfinite(told).all():
        raise ValueError("there must be a weight above 0 for each pair of the audit")
    if strange := [value for pair in pairs for value in pair if value not in number]:
        raise ValueError(f"the audit has {strange[0]!r}, which is no value of the attribute")
    counts, squares = np.zeros((len(names), len(names))), np.zeros(len(names))
    for (true, read), weight in zip(pairs, told.tolist(), strict=True):
        counts[number[true], number[read]] += weight
        squares[number[true]] += weight * weight
    sums = counts.sum(axis=1)
    sizes = np.divide(sums * sums, squares, out=np.zeros_like(sums), where=squares > 0)
    scale = np.divide(sizes, sums, out=np.zeros_like(sums), where=sums > 0)
    return Confusion(names, counts * scale[:, None])


class Corrected(NamedTuple):
    """The share of a cell among those in possible cells, once misreadings are taken into account; its interval."""

    share: float
    interval: Interval


def corrected(
    counts: Mapping[Cell, int],
    axes: Sequence[str],
    confusions: Mapping[str, Confusion],
    rng: np.random.Generator,
    *,
    held: Mapping[tuple[str, ...], Mapping[Cell, int]] = NOBODY,
    values: Mapping[str, Sequence[str]] = NO_COLUMNS,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
) -> dict[Cell, Corrected]:
    """The true shares of all possible cells of `axes`, given how many were read in each cell, the unknown ones too.

    The most likely shares (expectation maximisation, as in Richardson 1972), with errors of different attributes taken
    as independent of each other and as the same in the audit as here. An interval comprises what was drawn for the
    audit and for the readings (the parametric bootstrap), not how the population was made. An axis without a confusion
    counts as read rightly; `held` has those of whom some axes are known otherwise than by reading, by these axes.
    Raises ValueError when nobody is there, or a cell has a value that its axis does not have.
    """
    perfect = [_perfect(axis_values(axis, values)) for axis in axes]
    told = [confusions.get(axis, sure) for axis, sure in zip(axes, perfect, strict=True)]
    groups = [(known, _array(found, [one.values for one in told])) for known, found in [((), counts), *held.items()]]
    groups = [(known, observed) for known, observed in groups if observed.sum()]
    if not groups:
        raise ValueError("nobody was read, so that there are no shares")
    possible = cells(axes, values)
    where = tuple(
        np.array([one.values.index(cell[place]) for cell in possible], np.int64) for place, one in enumerate(told)
    )
    allowed = np.zeros([len(one.values) for one in told], bool)
    allowed[where] = True
    for place in range(allowed.ndim):
        np.moveaxis(allowed, place, 0)[-1] = True
    likely, errors = [_rates(one)[None] for one in told], [_drawn(one, draws, rng) for one in told]
    right = [_rates(one)[None] for one in perfect]
    central, drawn = np.zeros((1, *allowed.shape)), np.zeros((draws, *allowed.shape))
    for known, observed in groups:
        total = int(observed.sum())
        picked = rng.multinomial(total, (observed / total).ravel(), size=draws).reshape(drawn.shape)
        is_known = [axis in known for axis in axes]
        central += total * _unfolded(observed[None] / total, _either(is_known, right, likely), allowed)
        drawn += total * _unfolded(picked / total, _either(is_known, right, errors), allowed)
    low, high = np.quantile(_shares(drawn, where), [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    middle = _shares(central, where)[0]
    return {
        cell: Corrected(float(share), Interval(min(float(least), float(share)), max(float(most), float(share))))
        for cell, share, least, most in zip(possible, middle, low, high, strict=True)
    }


def _either(
    which: Sequence[bool], one: Sequence[NDArray[np.float64]], other: Sequence[NDArray[np.float64]]
) -> list[NDArray[np.float64]]:
    return [a if first else b for first, a, b in zip(which, one, other, strict=True)]


def _shares(joints: NDArray[np.float64], where: tuple[NDArray[np.int64], ...]) -> NDArray[np.float64]:
    """The shares of the possible cells among themselves, a row for each joint."""
    found = np.moveaxis(joints, 0, -1)[where].T
    sums = found.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(found, sums, out=np.zeros_like(found), where=sums > 0)
    return shares


def _unfolded(
    observed: NDArray[np.float64], matrices: Sequence[NDArray[np.float64]], allowed: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """The joints (draws, …) of true values that most likely gave what was observed, zero where that cannot be.

    The start is what the inverted matrices give, which it is where none of that is below 0.
    """
    inverse = observed
    for place, matrix in enumerate(matrices, 1):
        inverse = _along(inverse, np.linalg.pinv(matrix).astype(np.float64), place)
    true: NDArray[np.float64] = np.where(allowed, np.maximum(inverse, _LEAST / allowed.sum()), 0.0)
    sums = true.sum(axis=tuple(range(1, true.ndim)), keepdims=True)
    true = true / sums
    for _ in range(SWEEPS):
        expected = true
        for place, matrix in enumerate(matrices, 1):
            expected = _along(expected, matrix, place)
        back = np.divide(observed, expected, out=np.zeros_like(expected), where=expected > 0)
        for place, matrix in enumerate(matrices, 1):
            back = _along(back, matrix.transpose(0, 2, 1), place)
        changed = true * back
        moved = float(np.abs(changed - true).max())
        true = changed
        if moved < _STILL:
            break
    return true


def _along(joints: NDArray[np.float64], matrix: NDArray[np.float64], place: int) -> NDArray[np.float64]:
    """Each joint with one of its dimensions multiplied by its matrix (draws, from, to)."""
    moved = np.moveaxis(joints, place, -1)
    flat = moved.reshape(len(moved), -1, moved.shape[-1])
    product = (flat @ matrix).reshape(*moved.shape[:-1], matrix.shape[-1])
    changed: NDArray[np.float64] = np.moveaxis(product, -1, place)
    return changed


def _prior(one: Confusion) -> NDArray[np.float64]:
    """The rates at which values are read rightly and wrongly on the whole, for each value."""
    n, total = len(one.values), float(one.counts.sum())
    right = (float(np.trace(one.counts)) + 1) / (total + 2) if total else 1.0
    wrong = one.counts.sum(axis=0) - np.diag(one.counts) + 1 / n
    others = np.tile(wrong, (n, 1)) * (1 - np.eye(n))
    rates: NDArray[np.float64] = others / others.sum(axis=1, keepdims=True) * (1 - right) + np.eye(n) * right
    return rates


def _rates(one: Confusion) -> NDArray[np.float64]:
    weighted = one.counts + _PRIOR * _prior(one)
    rates: NDArray[np.float64] = weighted / weighted.sum(axis=1, keepdims=True)
    return rates


def _drawn(one: Confusion, draws: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Rates that the audit leaves likely, (draws, true, read): rows are of Dirichlet distributions."""
    weighted = one.counts + _PRIOR * _prior(one)
    gammas = rng.gamma(np.broadcast_to(weighted, (draws, *weighted.shape)))
    sums = gammas.sum(axis=2, keepdims=True)
    whole = np.broadcast_to(_rates(one), gammas.shape).copy()
    rates: NDArray[np.float64] = np.divide(gammas, sums, out=whole, where=sums > 0)
    return rates


def _perfect(values: Sequence[str]) -> Confusion:
    names = (*values, UNKNOWN)
    return Confusion(names, np.diag(np.full(len(names), 1e9)))


def _array(counts: Mapping[Cell, int], values: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    numbers = [{value: place for place, value in enumerate(one)} for one in values]
    observed = np.zeros([len(one) for one in values])
    for cell, count in counts.items():
        if len(cell) != len(numbers) or any(value not in number for value, number in zip(cell, numbers, strict=True)):
            raise ValueError(f"the cell {', '.join(cell)} has a value that its axis does not have")
        observed[tuple(number[value] for value, number in zip(cell, numbers, strict=True))] += count
    return observed
