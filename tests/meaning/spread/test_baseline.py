"""What a measure is held beside keeps what it says it keeps, and its interval is as wide as chance is."""

import numpy as np
import pytest

from personagraph.meaning.embedded.frame import frame_of, principal
from personagraph.meaning.spread import MEASURES
from personagraph.meaning.spread.baseline import AGAIN, beside, bootstrapped, chance_of, shuffled
from tests.meaning.embedded.populations import of_unit, people, sphere


def clumps(count: int = 900):
    rng = np.random.default_rng(4)
    centres = rng.normal(size=(6, 10))
    return of_unit(centres[rng.integers(0, 6, count)] + rng.normal(size=(count, 10)) * 0.15)


def uneven(count: int, seed: int = 0):
    """Drawn from a population that spreads further in some directions, and more on one side."""
    rows = np.random.default_rng(seed).normal(size=(count, 6)) * np.linspace(1.5, 0.4, 6) + np.eye(6)[0]
    return of_unit(rows)


def test_a_shuffled_population_spreads_as_far_along_each_axis_without_its_clumps():
    whole = people(clumps())
    other = shuffled(whole, seed=1)
    assert len(other) == len(whole)
    assert np.linalg.norm(other.rows, axis=1) == pytest.approx(1, abs=1e-4)
    assert principal(other)[1][:5] == pytest.approx(principal(whole)[1][:5], rel=0.35)
    assert other.pairs.first.mean() > 1.5 * whole.pairs.first.mean()


def test_the_same_seed_shuffles_and_draws_the_same_and_another_does_not():
    whole = people(clumps())
    assert (shuffled(whole, seed=1).rows == shuffled(whole, seed=1).rows).all()
    assert (shuffled(whole, seed=1).rows != shuffled(whole, seed=2).rows).any()
    assert (bootstrapped(whole, 50, seed=1).at == bootstrapped(whole, 50, seed=1).at).all()


def test_a_population_drawn_again_has_rows_of_the_first_and_some_of_them_twice():
    again = bootstrapped(people(clumps(100)), 100, seed=3)
    assert len(again) == 100
    assert 50 < len(set(again.at.tolist())) < 80


WITH_AN_INTERVAL = ["mean_distance", "sobol", "uniformity", "dimension", "vendi"]


@pytest.mark.parametrize("name", WITH_AN_INTERVAL)
def test_an_interval_is_about_as_wide_as_populations_differ(name):
    frame = frame_of(people(uneven(400)))
    values = [MEASURES[name](people(uneven(400, seed)), frame).value or 0.0 for seed in range(1, 60)]
    whole = people(uneven(400))
    found = beside(MEASURES[name], whole, frame, chance_of(whole, seed=0, draws=60))
    assert found.low is not None
    assert found.high is not None
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(np.std(values), rel=0.5)


def test_an_interval_narrows_with_the_rows_though_no_more_are_drawn():
    def width(count: int) -> float:
        whole = people(sphere(count, 6))
        found = beside(MEASURES["vendi"], whole, frame_of(whole), chance_of(whole, seed=0))
        return (found.high or 0.0) - (found.low or 0.0)

    assert width(4 * AGAIN) < 0.75 * width(AGAIN)


@pytest.mark.parametrize("name", [name for name in MEASURES if name not in WITH_AN_INTERVAL])
def test_where_a_single_persona_decides_there_is_no_interval(name):
    whole = people(clumps(300))
    found = beside(MEASURES[name], whole, frame_of(whole), chance_of(whole, seed=0, draws=3))
    assert (found.low, found.high) == (None, None)
    assert found.found.value is not None
    assert found.shuffled.value is not None


@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.parametrize("name", MEASURES)
def test_few_have_no_value_beside_no_value(name, count):
    whole = people(sphere(count, 4))
    found = beside(MEASURES[name], whole, frame_of(whole), chance_of(whole, seed=0, draws=2))
    assert (found.found.value, found.shuffled.value, found.low) == (None, None, None)
