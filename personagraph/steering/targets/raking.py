"""Fits a joint to given marginals by iterative proportional fitting (Deming and Stephan 1940)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

EXACT = 1e-10
SWEEPS = 5_000
_LOOK_AGAIN = 100
_GAIN = 0.999


class Margin(NamedTuple):
    """The shares wanted on some dimensions: `dims` ascend, and `shares` has one dimension for each of them."""

    dims: tuple[int, ...]
    shares: NDArray[np.float64]


class Fit(NamedTuple):
    """The fitted joint; how far a share lies at most from what was wanted, in which margin, and at which place."""

    shares: NDArray[np.float64]
    misfit: float
    margin: int
    place: tuple[int, ...]


def raked(start: NDArray[np.float64], margins: Sequence[Margin]) -> Fit:
    """The joint that has these margins and the odds ratios of `start`, whose zeros stay; all add up to 1.

    It goes on until every share is met to within EXACT, or nothing more is gained: where the margins cannot hold
    together, or not on what `start` leaves possible, `misfit` stays large. At a share that only zeros can meet the fit
    comes closer as one over the number of sweeps, of which there are SWEEPS at most.
    """
    shares = start / start.sum()
    before = np.inf
    fit = _misfit(shares, margins)
    for sweep in range(SWEEPS):
        if fit.misfit <= EXACT:
            break
        for dims, wanted in margins:
            rest = _others(shares, dims)
            found = shares.sum(axis=rest, keepdims=True)
            goal = np.expand_dims(wanted, rest)
            shares = shares * np.divide(goal, found, out=np.zeros_like(found), where=found > 0)
        fit = _misfit(shares, margins)
        if sweep % _LOOK_AGAIN == _LOOK_AGAIN - 1:
            if fit.misfit > before * _GAIN:
                break
            before = fit.misfit
    return fit


def _misfit(shares: NDArray[np.float64], margins: Sequence[Margin]) -> Fit:
    worst, margin = 0.0, 0
    place: tuple[int, ...] = ()
    for number, (dims, wanted) in enumerate(margins):
        apart = np.abs(shares.sum(axis=_others(shares, dims)) - wanted)
        if apart.max() > worst:
            worst, margin = float(apart.max()), number
            place = tuple(int(at) for at in np.unravel_index(int(apart.argmax()), apart.shape))
    return Fit(shares, worst, margin, place)


def _others(shares: NDArray[np.float64], dims: Sequence[int]) -> tuple[int, ...]:
    return tuple(dim for dim in range(shares.ndim) if dim not in dims)
