"""The exact test of a group within strata, held against scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact, hypergeom

from personagraph.synthesis.failures.strata import Stratum, tails


@st.composite
def strata(draw):
    total = draw(st.integers(1, 60))
    hits, n = draw(st.integers(0, total)), draw(st.integers(0, total))
    return Stratum(draw(st.integers(max(0, n + hits - total), min(n, hits))), n, hits, total)


@given(st.lists(strata(), min_size=1, max_size=3))
def test_tails_are_those_of_a_sum_of_hypergeometric_numbers(several):
    chances = np.ones(1)
    for _, n, hits, total in several:
        chances = np.convolve(chances, hypergeom(total, hits, n).pmf(np.arange(total + 1)))
    seen = sum(stratum.having for stratum in several)
    found = tails(several)
    assert found.more == pytest.approx(min(1, chances[seen:].sum()), abs=1e-9)
    assert found.fewer == pytest.approx(min(1, chances[: seen + 1].sum()), abs=1e-9)
    assert found.least_more <= found.more + 1e-12
    assert found.least_fewer <= found.fewer + 1e-12


def test_one_stratum_is_the_one_sided_test_of_fisher():
    table = [[30, 70], [60, 340]]
    found = tails([Stratum(30, 100, 90, 500)])
    assert found.more == pytest.approx(fisher_exact(table, "greater").pvalue)
    assert found.fewer == pytest.approx(fisher_exact(table, "less").pvalue)


def test_a_stratum_that_is_all_of_the_group_says_nothing():
    alone = Stratum(40, 50, 40, 50)
    assert tails([alone]) == (1, 1, 1, 1)
    beside = Stratum(9, 20, 20, 80)
    assert tails([beside, alone]) == pytest.approx(tails([beside]))


def test_large_strata_take_no_time_and_stay_exact():
    found = tails([Stratum(20_300, 100_000, 200_000, 1_000_000), Stratum(10, 50, 100, 1_000)])
    assert 0 < found.more < 0.02
    assert found.fewer == pytest.approx(1 - found.more, abs=0.01)


def test_counts_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="no part of"):
        tails([Stratum(5, 4, 10, 20)])
