"""What chance gives to pairs of the like is exact: as counting every way of pairing ends says."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.steering.audit.sections.ties import by_chance


def matchings(ends: tuple[int, ...]) -> Iterator[list[tuple[int, int]]]:
    """Every way of pairing these."""
    if not ends:
        yield []
        return
    first, *others = ends
    for at, other in enumerate(others):
        for rest in matchings((*others[:at], *others[at + 1 :])):
            yield [(first, other), *rest]


@given(st.lists(st.integers(0, 4), min_size=1, max_size=4).filter(lambda ends: sum(ends) in (2, 4, 6, 8)))
def test_the_mean_and_the_deviation_are_those_of_all_ways_of_pairing(ends):
    values = tuple(value for value, n in enumerate(ends) for _ in range(n))
    shares = [sum(a == b for a, b in pairs) / len(pairs) for pairs in matchings(values)]
    found = by_chance(ends)
    assert found.mean == pytest.approx(np.mean(shares))
    assert found.deviation == pytest.approx(np.std(shares), abs=1e-7)


def test_many_ends_are_as_in_draws():
    ends = [300, 120, 80, 20]
    values = np.repeat(np.arange(4), ends)
    rng = np.random.default_rng(1)
    shares = [float((drawn[::2] == drawn[1::2]).mean()) for drawn in (rng.permutation(values) for _ in range(3000))]
    found = by_chance(ends)
    assert found.mean == pytest.approx(np.mean(shares), abs=0.002)
    assert found.deviation == pytest.approx(np.std(shares), rel=0.06)


@pytest.mark.parametrize("ends", [[], [0], [3], [2, 1]])
def test_ends_that_cannot_be_paired_are_refused(ends):
    with pytest.raises(ValueError, match="cannot be paired"):
        by_chance(ends)
