"""Each source names the people that its name promises."""

import numpy as np
import pytest

from personagraph.linking.candidates import SOURCES
from personagraph.linking.candidates.complements import Complements
from personagraph.linking.people.crowd import number_of
from personagraph.vocabulary.places import REGIONS
from tests.linking.people_made import candidates, points, snapshot

HERE, THERE = list(REGIONS)[:2]


def named(source, rows, known=None, ties=(), *, ego=0, k=8, **of):
    made = candidates(rows, known, ties, mix={source: 1.0}, **of)
    return [one.person for one in made.of(ego, k)]


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_can_be_asked_of_one_persona_and_of_a_crowd(name):
    for count in (1, 2, 200):
        assert len(named(name, points(count))) <= min(8, count - 1)
    rows = points(30)
    rows[0] = 0
    assert len(named(name, rows)) <= 8


def test_similar_are_the_nearest():
    rows = points(200)
    order = [n for n in np.argsort(-(rows @ rows[0])).tolist() if rows[n] @ rows[0] < 0.9]
    assert named("similar", rows, k=5) == pytest.approx(order[:5])


def test_imagined_are_the_nearest_to_each_of_whom_a_model_imagined_in_turns():
    rows = points(200)
    made = candidates(rows, mix={"imagined": 1.0})
    made.imagine(0, lambda: rows[11:12])
    made.imagine(0, lambda: rows[22:23])
    assert [one.person for one in made.of(0, 2)] == [11, 22]
    second = [int(np.argsort(-(rows @ rows[n]))[1]) for n in (11, 22)]
    assert {one.person for one in made.of(0, 4)} == {11, 22, *second}
    assert made.of(1, 4) == []


def test_complementary_are_of_activities_that_go_with_the_egos_and_near_its_region_first():
    known = [{"activity": "professionals", "region": HERE}] + [
        {"activity": ("student", "professionals", "armed_forces")[n % 3], "region": (HERE, THERE)[n % 2]}
        for n in range(1, 100)
    ]
    found = named("complementary", points(100, spread=2.0), known)
    assert {known[n]["activity"] for n in found} <= {"student", "armed_forces"}
    assert sum(known[n]["region"] == HERE for n in found) > len(found) / 2
    assert named("complementary", points(100), [{}] * 100) == []


def test_near_are_of_the_egos_region_and_of_those_whom_short_walks_meet():
    known = [{"region": HERE if n < 50 else THERE} for n in range(100)]
    found = named("near", points(100), known)
    assert set(found) <= set(range(50))
    ring = [(n, (n + 1) % 30) for n in range(30)]
    assert set(named("near", points(100), [{}] * 100, ring)) <= {2, 3, 4, 26, 27, 28}
    assert set(named("near", points(100), [{}] * 100, ring)) & {2, 3, 4, 26, 27, 28}


def test_closure_is_whom_the_most_neighbours_know_who_know_few_others():
    ties = [(0, 1), (0, 2), (1, 9), (2, 9), (1, 8), (2, 7), *((2, n) for n in range(20, 40))]
    found = named("closure", points(60, spread=3.0), None, ties, k=30)
    assert found[:2] == [9, 8]
    assert set(found) == {7, 8, 9, *range(20, 40)}


def test_closure_follows_what_was_tied_since():
    made = candidates(points(60, spread=3.0), mix={"closure": 1.0})
    assert made.of(0, 5) == []
    made.tie(0, 1, "FRIEND_OF")
    made.tie(1, 2, "FRIEND_OF")
    assert [one.person for one in made.of(0, 5)] == [2]


def test_a_bridge_leads_to_the_likest_of_other_components_and_to_anybody_there_when_none_is_alike():
    rows = points(100, groups=4)
    own = set(range(0, 100, 4)) - {96}
    ties = [(0, n) for n in sorted(own - {0})]
    assert named("bridge", rows, None, ties)[0] == 96
    found = named("bridge", rows, None, ties, k=40)
    assert len(found) == 40
    assert not set(found) & own
    whole = [(0, n) for n in range(1, 100)]
    assert named("bridge", rows, None, whole) == []


def test_lots_fall_on_everybody():
    made = candidates(points(60, spread=3.0), mix={"random": 1.0})
    drawn = [one.person for ego in range(60) for one in made.of(ego, 10)]
    assert len(set(drawn)) == 60
    assert max(drawn.count(n) for n in range(60)) < 30


def test_the_other_end_that_is_asked_is_tied_already():
    assert sorted(named("asked", points(9), None, [(0, 3), (4, 0), (1, 2)])) == [3, 4]


def test_what_goes_together_is_learned_from_the_graph_and_outweighs_the_beginning():
    potters = number_of("activity", "craft")
    students = number_of("activity", "student")
    known = [{"activity": "craft"} if n % 2 else {"activity": "student"} for n in range(40)]
    before = Complements(snapshot(known)).partners(potters)
    table = Complements(snapshot(known, [(n, n + 1, "TEACHES") for n in range(0, 38, 2)]))
    assert table.partners(potters)[students] == before[students] + 19
    for _ in range(300):
        table.learn(potters, "SELLS_TO", students)
    assert table.partners(potters)[students] / table.partners(potters).sum() > 0.9
    assert table.partners(students)[potters] == table.partners(potters)[students]
    assert not table.partners(-1).any()
    assert table.partners(potters)[potters] == 0


def test_what_is_unknown_teaches_nothing():
    table = Complements(snapshot([{}, {"activity": "craft"}], [(0, 1)]))
    before = table.counts.sum()
    table.learn(-1, "TEACHES", 3)
    table.learn(3, "NO_SUCH_TYPE", 4)
    assert table.counts.sum() == before == Complements(snapshot([{}])).counts.sum()


def test_a_tie_of_the_run_teaches_what_goes_together():
    known = [{"activity": "craft"}, {"activity": "armed_forces"}, {"activity": "craft"}]
    made = candidates(points(3), known)
    before = made.complements.partners(number_of("activity", "craft")).sum()
    made.tie(0, 1, "TEACHES")
    assert made.complements.partners(number_of("activity", "craft")).sum() == before + 1
