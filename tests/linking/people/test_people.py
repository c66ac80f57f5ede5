"""Everyone as arrays that grow: vectors, attributes and ties are what brute force and networkx say."""

from random import Random

import networkx as nx
import numpy as np
import pytest

from personagraph.linking.people import Acquaintance, Crowd, Described
from personagraph.meaning.nearest import Nearest
from personagraph.meaning.nearest.lists import FIRST
from personagraph.vocabulary.places import REGIONS
from tests.linking.people_made import described, points, snapshot


def brute(rows: np.ndarray, query: np.ndarray, k: int) -> list[int]:
    return np.lexsort([np.arange(len(rows)), -(rows @ query)])[:k].tolist()


def test_the_nearest_are_those_of_brute_force_by_position_whatever_the_order_of_ids():
    rows, queries = points(300), points(5, seed=1)
    found = described(rows, snapshot([{}] * 300)).near(queries, 1)[1]
    assert found.tolist() == [brute(rows, query, 1) for query in queries]


def test_who_enters_later_is_found_beside_the_others_as_if_all_had_been_there():
    rows, queries = points(300), points(5, seed=1)
    some, whole = described(rows[:200], snapshot([{}] * 200)), described(rows, snapshot([{}] * 300))
    some.enter(rows[200:201])
    some.enter(rows[201:])
    for one, other in zip(some.near(queries, 40, at_least=0.2), whole.near(queries, 40, at_least=0.2), strict=True):
        assert one.tolist() == other.tolist()
    assert some.vectors(np.array([299, 3, 200])).tolist() == whole.vectors(np.array([299, 3, 200])).tolist()
    assert len(some) == 300


def test_cosines_are_those_of_the_vectors_and_0_to_what_no_encoder_could_read():
    rows = points(20)
    rows[4] = 0
    people = described(rows[:10], snapshot([{}] * 10))
    people.enter(rows[10:])
    others = np.array([3, 4, 15, 7])
    assert people.cosines(people.row(7), others) == pytest.approx(rows[others] @ rows[7], abs=0.02)
    assert people.cosines(people.row(4), others).tolist() == [0.0] * 4
    assert people.near(rows[4:5], 3)[1].tolist() == [[-1, -1, -1]]


def test_a_position_is_the_same_in_an_index_that_was_put_into_lists():
    count = FIRST + 50
    rows = points(count)
    people = described(rows, snapshot([{}] * count))
    for position in (0, 17, FIRST, count - 1):
        assert people.near(rows[position : position + 1], 1)[1].tolist() == [[position]]


@pytest.mark.parametrize("ids", [["a", "b"], ["a"], ["a", "b", "d"]])
def test_an_index_of_other_people_is_told(ids):
    index = Nearest(2)
    index.add(["a", "b", "c"], np.eye(3, 2, dtype=np.float32))
    with pytest.raises(ValueError, match="personas"):
        Described(index, np.array(ids, "S32"))


def test_people_are_drawn_of_those_who_have_the_value_and_all_of_few():
    region = next(iter(REGIONS))
    said = [{"region": region} if n % 3 else {} for n in range(30)]
    crowd, rng = Crowd(snapshot(said)), np.random.default_rng(0)
    crowd.enter({"region": region, "sex": "male"})
    crowd.enter({"age": "no such age"})
    with_it = [n for n in range(30) if n % 3] + [30]
    assert crowd.drawn("region", 0, 100, rng).tolist() == with_it
    assert crowd.sizes("region")[0] == len(with_it)
    few = crowd.drawn("region", 0, 5, rng).tolist()
    assert set(few) <= set(with_it)
    assert 1 <= len(few) <= 5
    assert crowd.drawn("region", 1, 5, rng).tolist() == []
    assert crowd.values("age")[31] == -1


@pytest.mark.parametrize(
    ("known", "against"),
    [
        ({}, False),
        ({"sex": "male"}, True),
        ({"sex": "unknown"}, False),
        ({"age": "25-44"}, False),
        ({"age": "65+"}, True),
    ],
)
def test_what_is_known_of_both_and_not_the_same_contradicts(known, against):
    crowd = Crowd(snapshot([{"sex": "female", "age": "25-44"}]))
    assert crowd.contradicts(0, known) is against


def test_neighbours_and_components_are_those_of_networkx_however_they_came():
    rng = Random(3)
    pairs = [(rng.randrange(60), rng.randrange(60)) for _ in range(70)]
    pairs = [(a, b) for a, b in pairs if a != b]
    known = Acquaintance(snapshot([{}] * 50, [(a, b) for a, b in pairs[:20] if max(a, b) < 50]))
    graph = nx.Graph([(a, b) for a, b in pairs[:20] if max(a, b) < 50])
    graph.add_nodes_from(range(60))
    assert [known.enter() for _ in range(10)] == list(range(50, 60))
    for a, b in pairs:
        known.tie(a, b)
        graph.add_edge(a, b)
    everyone = np.arange(60)
    assert [sorted(known.of(one).tolist()) for one in range(60)] == [sorted(graph[one]) for one in range(60)]
    assert known.degrees(everyone).tolist() == [graph.degree(one) for one in range(60)]
    labels = known.components(everyone)
    for group in nx.connected_components(graph):
        assert len(set(labels[list(group)].tolist())) == 1
        assert set(known.sizes(labels[list(group)]).tolist()) == {len(group)}
    assert known.count == nx.number_connected_components(graph) == len(set(labels.tolist()))


def test_a_tie_to_oneself_or_once_more_changes_nothing():
    known = Acquaintance(snapshot([{}] * 3, [(0, 1)]))
    for a, b in ((0, 0), (1, 0), (0, 1)):
        known.tie(a, b)
    assert known.of(0).tolist() == [1]
    assert known.count == 2
