"""The tail of degrees is fitted as the paper says, with scipy as the oracle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, special

from personagraph.graph.metrics.degrees.tail import _compared, fitted, hurwitz


def tail_of(values: "np.typing.NDArray[np.int64]") -> dict:
    return fitted(*np.unique(values, return_counts=True)) or {}


@given(st.floats(1.01, 20), st.floats(1, 1e5))
def test_the_zeta_function_is_that_of_scipy(s: float, q: float) -> None:
    expected = special.zeta(s, q)
    assert float(hurwitz(np.array(s), np.array(q))) == pytest.approx(expected, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("exponent", [2.1, 2.5, 3.2])
def test_the_exponent_of_a_power_law_is_found_with_its_error(exponent: float) -> None:
    found = tail_of(np.random.default_rng(1).zipf(exponent, 20_000))
    assert abs(found["exponent"] - exponent) < 4 * found["exponent_error"]
    assert found["better"] != "log-normal"


def test_the_exponent_is_the_one_of_greatest_likelihood() -> None:
    values = np.random.default_rng(2).zipf(2.4, 3_000)
    found = tail_of(values)
    tail = values[values >= found["from"]].astype(float)
    cost = lambda s: len(tail) * np.log(special.zeta(s, found["from"])) + s * np.log(tail).sum()  # noqa: E731
    assert found["exponent"] == pytest.approx(
        optimize.minimize_scalar(cost, bounds=(1.1, 6), method="bounded").x, abs=1e-4
    )


def test_a_log_normal_is_told_from_a_power_law_and_its_parameters_are_found() -> None:
    values = np.round(np.random.default_rng(3).lognormal(3, 0.5, 20_000)).astype(int)
    degrees, counts = np.unique(values, return_counts=True)
    found = _compared(degrees, counts, 1.5)
    assert found["better"] == "log-normal"
    assert found["log_normal"]["mu"] == pytest.approx(3, abs=0.02)
    assert found["log_normal"]["sigma"] == pytest.approx(0.5, abs=0.02)


def test_where_the_tail_begins_is_found() -> None:
    rng = np.random.default_rng(4)
    body, power = rng.integers(1, 20, 5_000), np.floor(19.5 * (1 - rng.random(5_000)) ** (-1 / 1.5) + 0.5).astype(int)
    found = tail_of(np.concatenate([body, power]))
    assert 15 <= found["from"] <= 30
    assert found["exponent"] == pytest.approx(2.5, abs=0.1)


@pytest.mark.parametrize("values", [[], [0], [0] * 99, [3] * 99, [1, 2, 3]])
def test_too_few_different_degrees_have_no_tail(values: list[int]) -> None:
    assert tail_of(np.array(values, np.int64)) == {}


def test_degrees_of_a_random_graph_do_not_pass_for_a_power_law() -> None:
    values = np.random.default_rng(5).poisson(8, 20_000)
    found = tail_of(values)
    assert found["better"] != "power law"
