"""Intervals, ratios and inequality of shares, beside scipy and brute force."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest  # type: ignore[import-untyped]

from personagraph.steering.shares import difference, gini, representation, wilson


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_the_interval_of_a_share_is_scipys(counted: tuple[int, int], confidence: float) -> None:
    count, total = counted
    other = binomtest(count, total).proportion_ci(confidence, method="wilson")
    assert wilson(count, total, confidence=confidence) == pytest.approx((other.low, other.high), abs=1e-9)


def test_nobody_leaves_a_share_open_and_more_than_all_is_refused() -> None:
    assert wilson(0, 0) == (0, 1)
    with pytest.raises(ValueError, match="3 out of 2"):
        wilson(3, 2)


def test_the_difference_of_two_shares_is_that_of_the_paper() -> None:
    # Newcombe 1998, table II, contrasts (a) and (e), method 10; the paper takes the first less the second.
    assert difference(48, 80, 56, 70) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference(0, 10, 10, 10) == pytest.approx((0.6075, 1.0), abs=5e-5)
    assert difference(0, 0, 1, 2) == (-1, 1)


def test_representation_is_the_share_over_what_is_wanted() -> None:
    found = representation(10, 100, 0.2)
    assert found is not None
    assert found.ratio == pytest.approx(0.5)
    assert (found.low, found.high) == pytest.approx([bound / 0.2 for bound in wilson(10, 100)])
    assert representation(0, 0, 0.2) is None
    assert representation(1, 10, 0.0) is None


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12).filter(any))
def test_the_gini_coefficient_is_half_the_mean_relative_difference(counts: list[int]) -> None:
    apart = np.mean([abs(one - other) for one, other in product(counts, counts)])
    assert gini(counts) == pytest.approx(apart / (2 * np.mean(counts)))


def test_the_gini_coefficient_of_nobody_is_none() -> None:
    assert gini([]) is None
    assert gini([0, 0]) is None
