"""Trees and random graphs of a given size are what networkx takes for them, and each is drawn as often as any other."""

from collections import Counter

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.graph.baselines import BASELINES, at_random, tree
from personagraph.graph.metrics import METRICS
from personagraph.graph.metrics.metric import MetricOptions
from personagraph.graph.snapshot import Snapshot
from tests.stored import people, tie


def drawn(graph: Snapshot) -> "nx.Graph[int]":
    made: nx.Graph[int] = nx.Graph()
    made.add_nodes_from(range(len(graph)))
    made.add_edges_from(zip(graph.sources.tolist(), graph.targets.tolist(), strict=True))
    return made


def edges(graph: Snapshot) -> frozenset[tuple[int, int]]:
    return frozenset(zip(graph.sources.tolist(), graph.targets.tolist(), strict=True))


@given(st.integers(0, 60), st.integers(0, 99))
def test_a_tree_has_everybody_joined_by_one_relationship_less(n, seed):
    found = tree(n, rng=np.random.default_rng(seed))
    assert (len(found), len(found.sources)) == (n, max(n - 1, 0))
    assert not n or nx.is_tree(drawn(found))


def test_whom_a_newcomer_knows_is_any_of_those_who_were_there():
    rng = np.random.default_rng(3)
    counts = Counter(int(tree(5, rng=rng).sources[-1]) for _ in range(500))
    shapes = Counter(edges(tree(4, rng=rng)) for _ in range(3_000))
    assert set(counts) <= {0, 1, 2, 3}
    assert len(shapes) == 6
    assert all(400 < count < 600 for count in shapes.values())


@given(st.integers(0, 40), st.floats(0, 1), st.integers(0, 99))
def test_a_random_graph_has_as_many_different_pairs_as_are_asked_for(n, share, seed):
    pairs = int(share * (n * (n - 1) // 2))
    found = at_random(n, pairs, rng=np.random.default_rng(seed))
    assert (len(found), drawn(found).number_of_edges()) == (n, pairs)
    assert (found.sources < found.targets).all()


def test_every_pair_is_drawn_as_often_as_any_other():
    rng = np.random.default_rng(5)
    counts = Counter(pair for _ in range(3_000) for pair in edges(at_random(5, 2, rng=rng)))
    assert len(counts) == 10
    assert all(500 < count < 700 for count in counts.values())


def test_of_a_million_personas_the_last_pair_can_be_drawn():
    found = at_random(1_000_000, 2_000, rng=np.random.default_rng(1))
    assert (found.sources < found.targets).all()
    assert 0 <= found.sources.min() < found.targets.max() < 1_000_000
    last = at_random(50, 1_225, rng=np.random.default_rng(1))
    assert (48, 49) in edges(last)


def test_more_pairs_than_there_are_are_refused():
    with pytest.raises(ValueError, match="larger"):
        at_random(3, 4, rng=np.random.default_rng(1))


def test_its_clustering_is_that_of_networkxs_random_graphs_of_the_same_size():
    mine = [
        METRICS["clustering"].measure(at_random(200, 1_500, rng=np.random.default_rng(n)), MetricOptions())
        for n in range(8)
    ]
    theirs = [nx.transitivity(nx.gnm_random_graph(200, 1_500, seed=n)) for n in range(8)]
    assert np.mean([one.values["transitivity"] for one in mine]) == pytest.approx(np.mean(theirs), abs=0.006)


@pytest.mark.parametrize("name", BASELINES)
def test_a_baseline_is_of_the_size_of_a_graph_and_the_same_for_a_seed(name):
    some = people(30)
    ties = [tie(a, b) for a, b in zip(some, some[3:], strict=False)]
    graph = Snapshot.build(some, sorted(ties, key=lambda r: (r.source, r.target)))
    one, other = (BASELINES[name].made(graph, np.random.default_rng(9)) for _ in range(2))
    assert edges(one) == edges(other)
    assert len(one) == 30
    assert all(metric.lines(metric.measure(one, MetricOptions()).values) for metric in METRICS.values())


def test_the_reciprocity_to_be_expected_is_that_of_arcs_drawn_at_random():
    rng, returned = np.random.default_rng(2), list[float]()
    for _ in range(400):
        keys = rng.choice(20 * 19, 80, replace=False)
        arcs = {(key // 19, other + (other >= key // 19)) for key in keys.tolist() for other in [key % 19]}
        returned.append(sum((b, a) in arcs for a, b in arcs) / len(arcs))
    assert BASELINES["random"].reciprocity(20, 80) == pytest.approx(np.mean(returned), abs=0.01)
    assert BASELINES["tree"].reciprocity(20, 80) == 0
