"""An aim says whom to ask first: each once, the same for a seed, and nobody where there is nothing to do."""

import numpy as np
import pytest

from personagraph.linking.candidates import AIMS
from personagraph.vocabulary.places import REGIONS
from tests.linking.people_made import candidates, points

TIES = [(0, 1), (1, 2), (2, 3), (4, 5), (6, 7)]


@pytest.mark.parametrize("aim", ["", *AIMS])
def test_everybody_is_asked_once_at_most_and_in_the_same_order_for_a_seed(aim):
    order = list(candidates(points(40), ties=TIES, seed=1).egos(aim))
    assert len(order) == len(set(order)) <= 40
    assert list(candidates(points(40), ties=TIES, seed=1).egos(aim)) == order
    assert list(candidates(points(40), ties=TIES, seed=2).egos(aim)) != order


@pytest.mark.parametrize("aim", ["", *AIMS])
def test_nobody_is_asked_where_nobody_is(aim):
    assert list(candidates(points(0)).egos(aim)) == []


def test_for_bridges_one_of_each_component_is_asked_before_a_second():
    made = candidates(points(40), ties=TIES)
    order = list(made.egos("bridges"))
    labels = made.known.components(np.array(order)).tolist()
    assert len(set(labels[: made.known.count])) == made.known.count
    assert len(order) == 40


def test_for_bridges_nobody_is_asked_in_a_graph_that_is_one():
    assert list(candidates(points(5), ties=[(0, n) for n in range(1, 5)]).egos("bridges")) == []
    assert list(candidates(points(1)).egos("bridges")) == []


def test_for_closure_who_has_somebody_at_two_hops_is_asked():
    assert sorted(candidates(points(40), ties=TIES).egos("closure")) == [0, 1, 2, 3]


def test_for_coverage_who_has_the_fewest_ties_comes_first_and_then_the_rare():
    rare, common = list(REGIONS)[:2]
    known = [{"region": rare if n in (8, 9) else common} for n in range(12)]
    order = list(candidates(points(12), known, TIES).egos("coverage"))
    assert set(order[:2]) == {8, 9}
    assert set(order[2:4]) == {10, 11}
    assert set(order[-2:]) == {1, 2}


def test_for_reciprocity_who_has_a_tie_is_asked():
    assert sorted(candidates(points(40), ties=TIES).egos("reciprocity")) == list(range(8))
