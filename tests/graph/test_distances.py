"""The distances between personas are those of networkx, or lie within the error that is told."""

from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given, settings

from personagraph.graph.metrics import METRICS
from personagraph.graph.metrics.metric import MetricOptions
from personagraph.graph.snapshot import Snapshot
from tests.contracts.test_paths import graphs, oracle
from tests.graph.test_traversal import hubs, snapshot
from tests.stored import people, tie

DISTANCES = METRICS["distances"]


def hops_between(graph: "nx.Graph[str]") -> list[int]:
    return [hops for _, lengths in nx.all_pairs_shortest_path_length(graph) for hops in lengths.values() if hops]


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_every_distance_of_a_small_graph_is_counted(graph):
    personas, ties = graph
    found = DISTANCES.measure(snapshot(personas, ties), MetricOptions()).values
    hops, pairs = hops_between(oracle(personas, ties)), len(personas) * (len(personas) - 1)
    assert (found["exact"], found["within_six_error"], found["sources"]) == (True, 0.0, len(personas))
    assert found["distribution"] == {
        str(h): pytest.approx(hops.count(h) / pairs) for h in range(1, max([0, *hops]) + 1)
    }
    assert found["connected"] == pytest.approx(len(hops) / pairs)
    assert found["within_six"] == pytest.approx(sum(h <= 6 for h in hops) / pairs)
    assert found["mean"] == (pytest.approx(sum(hops) / len(hops)) if hops else None)
    assert found["greatest"] == max(hops, default=None)
    if hops:
        ordered = sorted(hops)
        assert found["median"] == ordered[(len(hops) + 1) // 2 - 1]


def test_a_sample_repeats_for_its_seed_and_is_as_near_as_it_says():
    whole = snapshot(*hubs(900, 8))
    every = DISTANCES.measure(whole, MetricOptions()).values
    for seed in range(20):
        options = MetricOptions(seed=seed, samples=200)
        drawn = DISTANCES.measure(whole, options).values
        assert drawn == DISTANCES.measure(whole, options).values
        assert (drawn["sources"], drawn["exact"]) == (200, False)
        assert abs(drawn["within_six"] - every["within_six"]) <= drawn["within_six_error"] < 0.5
        assert abs(drawn["mean"] - every["mean"]) <= 2 * drawn["mean_error"]
    one, other = (DISTANCES.measure(whole, MetricOptions(seed=s, samples=50)).values["mean"] for s in (1, 2))
    assert one != other


def test_as_many_samples_as_personas_are_exact():
    whole = snapshot(*hubs(100, 2))
    exact = DISTANCES.measure(whole, MetricOptions()).values
    assert DISTANCES.measure(whole, MetricOptions(samples=5_000)).values == exact


@pytest.mark.parametrize("count", [0, 1])
def test_nobody_and_one_persona_have_no_distances(count):
    values = DISTANCES.measure(Snapshot.build(people(count), []), MetricOptions()).values
    assert DISTANCES.lines(values) == ["distances: there are no two personas"]
    two = DISTANCES.measure(Snapshot.build(people(2), []), MetricOptions()).values
    assert list(values) == list(two)
    assert (values["connected"], values["within_six"], values["mean"]) == (None, None, None)


def test_the_mean_seen_from_one_persona_has_no_error_that_could_be_known():
    values = DISTANCES.measure(snapshot(*hubs(100, 2)), MetricOptions(samples=1)).values
    assert (values["sources"], values["mean_error"]) == (1, None)
    assert "±" not in DISTANCES.lines(values)[2]


def test_a_small_world_has_the_mean_path_of_the_distances():
    whole = snapshot(*hubs(300, 4))
    for options in (MetricOptions(), MetricOptions(seed=3, samples=70)):
        distances, small = (METRICS[name].measure(whole, options).values for name in ("distances", "small_world"))
        assert (small["mean_path"], small["sources"]) == (distances["mean"], distances["sources"])
        told = METRICS["small_world"].lines(small)[0]
        assert ("seen from 70 personas" in told) == (options.samples is not None)


def test_distances_are_told_up_to_thirty_and_the_rest_together():
    personas = people(50)
    line = snapshot(personas, [tie(a, b) for a, b in pairwise(personas)])
    values = DISTANCES.measure(line, MetricOptions()).values
    assert sum(values["distribution"].values()) + values["farther"] == pytest.approx(1)
    lines = DISTANCES.lines(values)
    assert lines[0] == "22.8% of all pairs are within six hops"
    assert "the farthest seen are 49" in lines[2]
    assert lines[-1].startswith("  farther  ")


def test_isolated_personas_are_pairs_that_nothing_connects():
    values = DISTANCES.measure(Snapshot.build(people(3), []), MetricOptions()).values
    assert (values["connected"], values["within_six"], values["mean"]) == (0, 0, None)
    assert DISTANCES.lines(values) == ["0.0% of all pairs are within six hops", "0.0% of all pairs are connected"]
