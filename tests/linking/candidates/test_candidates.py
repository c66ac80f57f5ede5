"""The mixture gives a few people whom nobody asked about yet, the same whenever it is asked, and none twice."""

from collections import Counter
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagraph.linking.candidates import AIMS, EVERYTHING, SOURCES
from personagraph.vocabulary.linked import VIA
from tests.linking.people_made import DIMS, MIX, candidates, directions, points

KNOWN = [{"activity": "student" if n % 2 else "professionals"} for n in range(120)]
TIES = [(n, n + 1) for n in range(0, 60, 3)]


def test_the_same_come_however_often_it_is_asked_and_in_whatever_order():
    one, other = (candidates(points(120), KNOWN, TIES, seed=4) for _ in range(2))
    told = {ego: one.of(ego, 10) for ego in range(120)}
    assert {ego: other.of(ego, 10) for ego in reversed(range(120))} == told
    assert all(len(found) == 10 for found in told.values())
    assert candidates(points(120), KNOWN, TIES, seed=5).of(3, 10) != told[3]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 119), st.integers(0, 60), st.sets(st.integers(0, 119), max_size=60), st.integers(0, 3))
def test_nobody_comes_twice_or_who_is_tied_or_left_out_or_the_ego(ego, k, without, seed):
    made = candidates(points(120), KNOWN, TIES, seed=seed)
    made.tie(ego, (ego + 7) % 120, "TEACHES")
    people = [one.person for one in made.of(ego, k, without=without)]
    assert len(people) == len(set(people)) <= k
    assert not set(people) & {ego, (ego + 7) % 120, *without, *made.known.of(ego).tolist()}


def test_near_copies_of_the_ego_are_no_candidates_from_any_source():
    rows = points(80)
    rows[40:60] = directions(rows[3] + 0.05 * np.random.default_rng(1).normal(size=(20, DIMS)) / np.sqrt(DIMS))
    copies = {n for n in range(80) if rows[n] @ rows[3] > 0.95}
    assert len(copies) > 20
    known = [{"activity": "student" if n == 3 else "professionals", "region": "unknown"} for n in range(80)]
    ties = [(3, 70), *((70, copy) for copy in sorted(copies - {3, 70}))]
    for name in SOURCES:
        made = candidates(rows, known, ties, mix={name: 1.0})
        made.imagine(3, lambda: rows[3:4])
        if not SOURCES[name].tied:
            assert not {one.person for one in made.of(3, 30)} & copies


def test_each_source_gives_what_its_share_says_and_another_where_it_has_nobody():
    rows = points(120)
    made = candidates(rows, KNOWN, mix={"similar": 0.5, "random": 0.3, "complementary": 0.2})
    told = Counter(one.source for ego in range(120) for one in made.of(ego, 10))
    assert told["similar"] / 1200 == pytest.approx(0.5, abs=0.06)
    assert told["random"] / 1200 == pytest.approx(0.3, abs=0.06)
    nothing = candidates(rows, mix={"closure": 0.9, "imagined": 0.05, "random": 0.05})
    assert {one.source for one in nothing.of(0, 10)} == {"random"}
    assert len(nothing.of(0, 10)) == 10


def test_few_people_give_few_candidates_and_one_person_none():
    assert candidates(points(1)).of(0, 10) == []
    assert {one.person for one in candidates(points(4), mix=MIX).of(0, 10)} == {1, 2, 3}
    assert candidates(points(4)).of(0, 0) == []


def test_only_people_of_other_components_come_across():
    ties = [(0, n) for n in range(1, 40)]
    made = candidates(points(60), KNOWN[:60], ties, mix=MIX, across=True)
    assert {one.person for one in made.of(5, 60)} == set(range(40, 60))
    made.tie(5, 50, "FRIEND_OF")
    assert {one.person for one in made.of(5, 60)} == set(range(40, 60)) - {50}


def test_who_entered_since_is_a_candidate_and_an_ego_as_if_there_from_the_beginning():
    rows = points(120)
    later, whole = candidates(rows[:100], KNOWN[:100], TIES), candidates(rows, KNOWN, TIES)
    assert [later.enter(row, said) for row, said in zip(rows[100:], KNOWN[100:], strict=True)] == list(range(100, 120))
    mix = {"similar": 0.5, "random": 0.5}
    assert len(later) == len(whole) == 120
    later, whole = candidates(rows[:100], KNOWN[:100], TIES, mix=mix), candidates(rows, KNOWN, TIES, mix=mix)
    for row, said in zip(rows[100:], KNOWN[100:], strict=True):
        later.enter(row, said)
    assert [later.of(ego, 10) for ego in range(120)] == [whole.of(ego, 10) for ego in range(120)]


def test_what_was_told_again_in_the_same_order_gives_the_same_candidates():
    def told():
        made = candidates(points(120), KNOWN, TIES, mix=MIX)
        for n in range(20):
            made.imagine(n, partial(points, 2, seed=n))
            made.tie(n, n + 60, "WORKS_WITH")
        return [made.of(ego, 8) for ego in range(30)]

    assert told() == told()


@pytest.mark.parametrize("mix", [{}, {"similar": 0.0}, {"nearby": 1.0}, {"similar": -1.0, "random": 2.0}])
def test_a_mix_that_is_none_is_told(mix):
    with pytest.raises(ValueError, match="a mix of"):
        candidates(points(4), mix=mix)


def test_every_source_is_a_way_in_which_a_link_is_found_and_every_mix_is_of_sources():
    assert set(SOURCES) <= set(VIA)
    for aim in (EVERYTHING, *AIMS.values()):
        assert set(aim.mix) <= set(SOURCES)
        assert sum(aim.mix.values()) == pytest.approx(1)
