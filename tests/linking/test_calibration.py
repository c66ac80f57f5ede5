"""Scores are worth what Mann and Whitney say, a bar lets through no more than it promises, and egos differ."""

import numpy as np
import pytest
from scipy import stats

from personagraph.linking.calibration import EgoMeans, auc, bar


@pytest.mark.parametrize("seed", range(5))
def test_the_area_is_that_of_mann_and_whitney(seed):
    rng = np.random.default_rng(seed)
    true, random = rng.integers(2, 8, 23).tolist(), rng.integers(0, 6, 31).tolist()
    statistic = stats.mannwhitneyu(true, random).statistic
    found = auc(true, random)
    assert found.value == pytest.approx(statistic / (23 * 31))
    assert 0 <= found.low < found.value < found.high <= 1


@pytest.mark.parametrize("distance", [0.0, 1.0, 1.8])
def test_the_interval_holds_what_is_so_in_nineteen_of_twenty(distance):
    rng, truth = np.random.default_rng(1), stats.norm.cdf(distance / np.sqrt(2))
    held = 0
    for _ in range(400):
        found = auc((rng.normal(size=22) + distance).tolist(), rng.normal(size=22).tolist())
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 400 <= 0.985


def test_what_separates_all_or_nothing_has_an_interval_still():
    perfect = auc([2.0, 3.0, 4.0], [0.0, 1.0])
    assert (perfect.value, perfect.high) == (1, 1)
    assert 0.2 < perfect.low < 0.9
    assert auc([0.0] * 30, [0.0] * 30).value == 0.5
    assert auc([2.0] * 40, [1.0] * 40).low > 0.9
    assert auc([0.0, 1.0], [2.0, 3.0]).low == 0


@pytest.mark.parametrize("scores", [([], [1.0]), ([1.0], []), ([float("nan")], [1.0]), ([1.0], [float("inf")])])
def test_no_area_is_made_up_where_there_is_none(scores):
    with pytest.raises(ValueError, match=r"pairs|number"):
        auc(*scores)


@pytest.mark.parametrize("count", [25, 40, 200])
def test_no_more_new_random_pairs_pass_the_bar_than_are_allowed(count):
    rng = np.random.default_rng(count)
    passed = [float(rng.normal() > bar(rng.normal(size=count).tolist(), 0.05)) for _ in range(4000)]
    assert np.mean(passed) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 4000)


def test_the_bar_is_passed_by_no_more_than_the_share_of_those_it_was_made_of_and_by_nobody_at_it():
    scores = [float(n) for n in range(100)]
    assert sum(score > bar(scores, 0.05) for score in scores) == 4
    assert bar([1.0] * 50, 0.05) == 1.0


def test_of_too_few_to_promise_anything_the_highest_is_the_bar():
    assert bar([0.0, 3.0, 1.0], 0.05) == 3.0
    assert bar([0.0] * 18 + [5.0], 0.05) == 5.0


@pytest.mark.parametrize(("scores", "share"), [([], 0.05), ([1.0], 0.0), ([1.0], 1.0), ([float("nan")], 0.05)])
def test_no_bar_is_made_of_nothing(scores, share):
    with pytest.raises(ValueError, match=r"bar|number"):
        bar(scores, share)


def grown(groups: list[list[float]]) -> EgoMeans:
    means = EgoMeans()
    for ego, scores in enumerate(groups):
        for score in scores:
            means.add(ego, score)
    return means


def test_how_much_is_shrunk_is_what_the_analysis_of_variance_says():
    rng = np.random.default_rng(0)
    groups = [(rng.normal() + rng.normal(size=n)).tolist() for n in rng.integers(2, 12, 30)]
    every, sizes = np.concatenate(groups), np.array([len(g) for g in groups])
    within = sum(((np.array(g) - np.mean(g)) ** 2).sum() for g in groups) / (len(every) - 30)
    f = stats.f_oneway(*groups).statistic
    each = (len(every) - (sizes**2).sum() / len(every)) / 29
    assert grown(groups).shrinkage() == pytest.approx(within / ((f - 1) * within / each))


def test_the_level_of_an_ego_with_few_scores_is_near_that_of_all_and_with_many_its_own():
    rng = np.random.default_rng(0)
    groups = [(level + rng.normal(size=10)).tolist() for level in np.linspace(-2, 2, 20)]
    means = grown([*groups, [5.0], [5.0] * 200])
    every = np.mean([score for group in [*groups, [5.0], [5.0] * 200] for score in group])
    assert abs(means.level(20) - every) < abs(means.level(20) - 5.0) * 2
    assert means.level(21) == pytest.approx(5.0, abs=0.05)
    assert means.level("nobody") == pytest.approx(every)


def test_an_egos_level_is_taken_off_its_scores_without_the_one_that_is_asked_about():
    groups = [[-1.0, -1.2, -0.9] * 5 + [2.0], [3.0, 3.1, 2.9] * 5 + [6.0]] * 6
    means = grown(groups)
    assert means.above(0, 2.0) == pytest.approx(means.above(1, 6.0), abs=0.3)
    assert means.above(0, 2.0) > 2.5 > 0.5 > means.above(1, 2.9)
    alone = grown([[4.0]])
    assert alone.above(0, 4.0) == 4.0
    assert EgoMeans().level(0) == 0.0


def test_where_egos_do_not_differ_all_have_one_level():
    rng = np.random.default_rng(2)
    means = grown([rng.normal(size=10).tolist() for _ in range(40)])
    assert means.shrinkage() > 20


def test_a_score_that_is_no_number_is_told():
    with pytest.raises(ValueError, match="number"):
        EgoMeans().add(0, float("nan"))
