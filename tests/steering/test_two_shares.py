"""Two shares are tested exactly: as scipy's hypergeometric tails have it, and seldom wrong with few counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact, hypergeom  # type: ignore[import-untyped]

from personagraph.steering.two_shares import exact_p

COUNTED = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTED, COUNTED)
def test_the_p_value_is_twice_the_smaller_tail_of_scipy(one: tuple[int, int], other: tuple[int, int]) -> None:
    (count, total), (other_count, other_total) = one, other
    law = hypergeom(total + other_total, count + other_count, total)
    expected = min(1.0, 2 * min(law.cdf(count), law.sf(count - 1)))
    assert exact_p(*one, *other) == pytest.approx(expected, rel=1e-8, abs=1e-14)
    assert exact_p(*other, *one) == pytest.approx(exact_p(*one, *other), rel=1e-9)


def test_of_two_populations_of_one_size_it_is_the_test_of_fisher() -> None:
    assert exact_p(3, 30, 14, 30) == pytest.approx(fisher_exact([[3, 27], [14, 16]]).pvalue, rel=1e-9)


def test_large_counts_and_those_that_nobody_or_everybody_has_are_tested() -> None:
    law = hypergeom(400_000, 41_000, 200_000)
    assert exact_p(20_200, 200_000, 20_800, 200_000) == pytest.approx(2 * law.cdf(20_200), rel=1e-5)
    assert exact_p(0, 50, 0, 70) == exact_p(50, 50, 70, 70) == 1
    with pytest.raises(ValueError, match="5 of 4"):
        exact_p(5, 4, 1, 2)


def test_shares_that_are_the_same_seldom_differ_however_few_were_counted() -> None:
    rng = np.random.default_rng(3)
    for share, sizes in ((0.02, (25, 120)), (0.5, (6, 9)), (0.1, (40, 40))):
        drawn = rng.binomial(sizes, share, (2000, 2)).tolist()
        assert np.mean([exact_p(one, sizes[0], other, sizes[1]) <= 0.05 for one, other in drawn]) <= 0.06
