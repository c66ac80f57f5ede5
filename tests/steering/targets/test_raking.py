"""Proportional fitting: the margins are met, the odds of the start are kept, and what cannot be met is told."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]

from personagraph.steering.targets.raking import Margin, raked


def shares(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return weights / weights.sum()


@given(st.integers(0, 2**32 - 1))
def test_margins_are_met_and_odds_ratios_kept(seed: int) -> None:
    rng = np.random.default_rng(seed)
    start, rows, columns = (rng.uniform(0.05, 1, shape) for shape in ((3, 4), 3, 4))
    fit = raked(start, [Margin((0,), shares(rows)), Margin((1,), shares(columns))])
    assert fit.misfit < 1e-9
    np.testing.assert_allclose(fit.shares.sum(axis=1), shares(rows), atol=1e-9)
    np.testing.assert_allclose(fit.shares.sum(axis=0), shares(columns), atol=1e-9)
    for i, j in product(range(2), range(3)):
        odds = [t[i, j] * t[i + 1, j + 1] / t[i, j + 1] / t[i + 1, j] for t in (start, fit.shares)]
        assert odds[0] == pytest.approx(odds[1], rel=1e-6)


def test_it_is_the_joint_nearest_to_the_start_among_those_with_the_margins() -> None:
    start = shares(np.array([[4.0, 1.0, 2.0], [1.0, 3.0, 0.5]]))
    rows, columns = np.array([0.3, 0.7]), np.array([0.2, 0.5, 0.3])
    fit = raked(start, [Margin((0,), rows), Margin((1,), columns)])
    found = minimize(
        lambda flat: float(np.sum(flat * np.log(flat / start.ravel()))),
        np.outer(rows, columns).ravel(),
        bounds=[(1e-9, 1)] * 6,
        constraints=[
            {"type": "eq", "fun": lambda flat: flat.reshape(2, 3).sum(axis=1) - rows},
            {"type": "eq", "fun": lambda flat: flat.reshape(2, 3).sum(axis=0)[:2] - columns[:2]},
        ],
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    np.testing.assert_allclose(fit.shares.ravel(), found.x, atol=1e-4)


def test_zeros_stay_and_margins_of_two_dimensions_are_met_together() -> None:
    rng = np.random.default_rng(3)
    start = rng.random((3, 4, 2))
    start[0, 1] = 0
    wanted = rng.random((3, 4, 2)) * (start > 0)
    wanted /= wanted.sum()
    fit = raked(start, [Margin((0, 1), wanted.sum(axis=2)), Margin((1, 2), wanted.sum(axis=0))])
    assert fit.misfit < 1e-9
    assert not fit.shares[0, 1].any()


def test_margins_that_cannot_hold_together_leave_a_misfit_that_names_its_place() -> None:
    start = np.array([[1.0, 0.0], [1.0, 1.0]])
    fit = raked(start, [Margin((0,), np.array([0.8, 0.2])), Margin((1,), np.array([0.3, 0.7]))])
    assert fit.misfit > 0.1
    assert fit.margin == 0
    assert len(fit.place) == 1


def test_a_start_that_must_lose_a_cell_comes_close() -> None:
    start = np.array([[1.0, 0.0], [1.0, 1.0]])
    fit = raked(start, [Margin((0,), np.array([0.5, 0.5])), Margin((1,), np.array([0.5, 0.5]))])
    assert fit.misfit < 1e-3
    assert fit.shares[1, 0] < 1e-3
