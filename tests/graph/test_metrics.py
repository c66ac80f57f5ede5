"""The metrics of a graph are those that networkx finds, whether loops are interpreted or compiled."""

import json
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagraph.arrays import loops
from personagraph.graph.metrics import METRICS
from personagraph.graph.metrics.metric import Measurement, MetricOptions
from personagraph.graph.rewired import rewired
from personagraph.graph.snapshot import Snapshot
from personagraph.types import Persona, Relationship
from personagraph.vocabulary.relationships import TYPES as KNOWN
from tests.stored import people, tie

TYPES = ("TEACHES", "TREATS", "FRIEND_OF")
PEOPLE = people(14)
FEW = settings(max_examples=40, deadline=None)


def snapshot(personas: list[Persona], ties: list[Relationship]) -> Snapshot:
    return Snapshot.build(personas, sorted(ties, key=lambda r: (r.source, r.target, r.type)))


@st.composite
def graphs(draw: st.DrawFn) -> Snapshot:
    """Up to 14 personas with loops of two, parallel relationships of several types, and some who are alone."""
    count = draw(st.integers(1, len(PEOPLE)))
    ends = st.integers(0, count - 1)
    arcs = draw(st.sets(st.tuples(ends, ends, st.sampled_from(TYPES)), max_size=45))
    ties = [tie(PEOPLE[a], PEOPLE[b], type) for a, b, type in arcs if a != b]
    return snapshot(PEOPLE[:count], list({r.key: r for r in ties}.values()))


def undirected(graph: Snapshot) -> "nx.Graph[int]":
    found: nx.Graph[int] = nx.Graph()
    found.add_nodes_from(range(len(graph)))
    found.add_edges_from(zip(graph.sources.tolist(), graph.targets.tolist(), strict=True))
    return found


def directed(graph: Snapshot) -> "nx.DiGraph[int]":
    """What has no direction leads both ways."""
    found: nx.DiGraph[int] = nx.DiGraph()
    found.add_nodes_from(range(len(graph)))
    for a, b, code in zip(graph.sources.tolist(), graph.targets.tolist(), graph.types.codes.tolist(), strict=True):
        found.add_edge(a, b)
        if KNOWN[graph.types.names[code]].symmetric:
            found.add_edge(b, a)
    return found


def measured(graph: Snapshot, name: str, **options: Any) -> Measurement:
    return METRICS[name].measure(graph, MetricOptions(**options))


def groups(numbers: "np.typing.NDArray[np.int32]") -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(numbers == number).tolist()) for number in set(numbers.tolist())}


@FEW
@given(graphs())
def test_degrees_are_neighbours_each_counted_once(graph: Snapshot) -> None:
    expected, found = undirected(graph), measured(graph, "degree")
    assert found.columns["degree"].tolist() == [degree for _, degree in expected.degree()]
    assert (found.values["density"] or 0) == pytest.approx(nx.density(expected))
    assert {degree: count for degree, count in enumerate(nx.degree_histogram(expected)) if count} == dict(
        found.values["distribution"]
    )


@FEW
@given(graphs())
def test_relationships_are_counted_by_type_and_direction(graph: Snapshot) -> None:
    for name, told in measured(graph, "degree").values["types"].items():
        chosen = nx.MultiDiGraph()
        for a, b, code in zip(graph.sources.tolist(), graph.targets.tolist(), graph.types.codes.tolist(), strict=True):
            if graph.types.names[code] == name:
                chosen.add_edge(a, b)
        highest = {"highest_out": chosen.out_degree(), "highest_in": chosen.in_degree(), "highest": chosen.degree()}
        keys = ["highest"] if KNOWN[name].symmetric else ["highest_out", "highest_in"]
        assert told == {
            "relationships": chosen.number_of_edges(),
            "personas": chosen.number_of_nodes(),
            **{key: max(degree for _, degree in highest[key]) for key in keys},
        }


@FEW
@given(graphs())
def test_components_weak_and_strong_are_those_of_networkx(graph: Snapshot) -> None:
    found = measured(graph, "components")
    expected = sorted(map(frozenset, nx.connected_components(undirected(graph))), key=lambda c: (-len(c), min(c)))
    numbers = found.columns["component"]
    assert [frozenset(np.flatnonzero(numbers == i + 1).tolist()) for i in range(numbers.max())] == expected
    sizes = [len(each) for each in expected]
    assert found.values["sizes"] == [[size, sizes.count(size)] for size in sorted(set(sizes), reverse=True)]
    assert found.values["isolated"] == nx.number_of_isolates(undirected(graph))
    strong = [len(each) for each in nx.strongly_connected_components(directed(graph))]
    assert found.values["strong"]["count"] == len(strong)
    assert found.values["strong"]["largest"] == max(strong)


@FEW
@given(graphs())
def test_core_numbers_are_those_of_networkx(graph: Snapshot) -> None:
    found = measured(graph, "core")
    expected = nx.core_number(undirected(graph))
    assert dict(enumerate(found.columns["core"].tolist())) == expected
    assert found.values["highest"] == max(expected.values())


@FEW
@given(graphs())
def test_clustering_local_and_of_the_whole_is_that_of_networkx(graph: Snapshot) -> None:
    expected, found = undirected(graph), measured(graph, "clustering")
    assert found.columns["clustering"].tolist() == pytest.approx([nx.clustering(expected, i) for i in expected])
    assert found.values["mean_local"] == pytest.approx(nx.average_clustering(expected))
    assert (found.values["transitivity"] or 0) == pytest.approx(nx.transitivity(expected))
    assert found.values["triangles"] == sum(nx.triangles(expected).values()) // 3


def test_what_both_ends_assert_is_a_share_of_what_both_were_asked_by_type() -> None:
    some = people(5)
    said = [("TEACHES", "both"), ("TEACHES", "denied"), ("TEACHES", ""), ("FRIEND_OF", "both"), ("TREATS", "")]
    ties = [tie(some[0], some[4], type, agreement=said) for type, said in said[:1]]
    ties += [tie(some[n], some[n + 1], type, agreement=said) for n, (type, said) in enumerate(said[1:])]
    graph = Snapshot.build(some, sorted(ties, key=lambda r: (r.source, r.target, r.type)))
    found = measured(graph, "reciprocity").values
    assert found["both_ends"] == {"asked": 3, "confirmed": 2, "share": 2 / 3}
    assert found["types"] == {
        "FRIEND_OF": {"asked": 1, "confirmed": 1, "share": 1.0},
        "TEACHES": {"asked": 2, "confirmed": 1, "share": 0.5},
    }
    assert METRICS["reciprocity"].lines(found)[1:] == [
        "asked from both ends: 2 of 3 (66.7%) are confirmed",
        "FRIEND_OF, asked from both ends: 1 of 1 (100.0%) are confirmed",
        "TEACHES, asked from both ends: 1 of 2 (50.0%) are confirmed",
    ]


@FEW
@given(graphs())
def test_reciprocity_is_of_relationships_with_a_direction(graph: Snapshot) -> None:
    arcs: nx.DiGraph[int] = nx.DiGraph()
    for a, b, code in zip(graph.sources.tolist(), graph.targets.tolist(), graph.types.codes.tolist(), strict=True):
        if not KNOWN[graph.types.names[code]].symmetric:
            arcs.add_edge(a, b)
    expected = nx.overall_reciprocity(arcs) if arcs.number_of_edges() else None
    assert measured(graph, "reciprocity").values["reciprocity"] == pytest.approx(expected)


@FEW
@given(graphs())
def test_pagerank_is_that_of_networkx(graph: Snapshot) -> None:
    expected = nx.pagerank(directed(graph), tol=1e-13, max_iter=1000)
    found = measured(graph, "pagerank").columns["pagerank"]
    assert found.tolist() == pytest.approx([expected[i] for i in range(len(graph))], abs=1e-9)


@FEW
@given(graphs())
def test_betweenness_is_exact_where_the_graph_is_small(graph: Snapshot) -> None:
    found = measured(graph, "betweenness")
    expected = nx.betweenness_centrality(undirected(graph))
    assert found.columns["betweenness"].tolist() == pytest.approx([expected[i] for i in range(len(graph))])
    assert found.values["exact"]
    assert found.values["error"] == 0


@FEW
@given(graphs(), st.integers(1, 13), st.integers(0, 99))
def test_sampled_betweenness_keeps_within_its_error(graph: Snapshot, samples: int, seed: int) -> None:
    found = measured(graph, "betweenness", samples=samples, seed=seed)
    exact = measured(graph, "betweenness").columns["betweenness"]
    assert np.abs(found.columns["betweenness"] - exact).max() <= found.values["error"] + 1e-12
    assert found.values["sources"] == min(samples, len(graph))


@FEW
@given(graphs(), st.integers(0, 99))
def test_a_community_hangs_together_and_modularity_is_that_of_networkx(graph: Snapshot, seed: int) -> None:
    expected, found = undirected(graph), measured(graph, "communities", seed=seed)
    communities = groups(found.columns["community"])
    assert all(nx.is_connected(expected.subgraph(each)) for each in communities)
    assert len(communities) == found.values["count"]
    if not expected.number_of_edges():
        assert found.values["modularity"] is None
        return
    assert found.values["modularity"] == pytest.approx(nx.community.modularity(expected, communities))
    assert found.values["modularity"] >= -1e-12


@FEW
@given(graphs())
def test_bridges_and_cut_vertices_are_those_of_networkx(graph: Snapshot) -> None:
    expected, found = undirected(graph), measured(graph, "bridges").values
    assert found["bridges"] == len(list(nx.bridges(expected)))
    assert found["cut_vertices"] == len(list(nx.articulation_points(expected)))


@FEW
@given(graphs(), st.integers(1, 6))
def test_the_diameter_of_the_largest_component_is_within_its_bounds(graph: Snapshot, searches: int) -> None:
    expected = undirected(graph)
    # Of components that are as large, it is the one that is met first.
    largest = min(nx.connected_components(expected), key=lambda c: (-len(c), min(c)))
    diameter = nx.diameter(expected.subgraph(largest))
    found = measured(graph, "diameter", samples=searches).values
    assert found["at_least"] <= diameter <= found["at_most"]
    assert measured(graph, "diameter").values["at_least"] == measured(graph, "diameter").values["at_most"] == diameter


def test_a_small_world_has_a_coefficient_above_one_and_a_random_graph_about_one() -> None:
    coefficients = []
    for chance in (0.05, 1.0):
        edges = nx.connected_watts_strogatz_graph(300, 8, chance, seed=3).edges
        crowd = people(300)
        graph = snapshot(crowd, [tie(crowd[a], crowd[b]) for a, b in edges])
        coefficients.append(measured(graph, "small_world").values["coefficient"])
    assert coefficients[0] > 5
    assert coefficients[1] == pytest.approx(1, abs=0.4)


def test_leiden_finds_the_communities_that_were_planted() -> None:
    planted = nx.planted_partition_graph(8, 40, 0.4, 0.01, seed=5)
    crowd = people(320)
    graph = snapshot(crowd, [tie(crowd[a], crowd[b]) for a, b in planted.edges])
    found = groups(measured(graph, "communities").columns["community"])
    assert found == {frozenset(range(at, at + 40)) for at in range(0, 320, 40)}


@pytest.mark.parametrize("name", METRICS)
def test_an_empty_graph_and_one_persona_are_measured_and_told(name: str) -> None:
    for crowd in ([], people(1), people(2)):
        metric, graph = METRICS[name], snapshot(crowd, [])
        found = metric.measure(graph, MetricOptions())
        json.dumps(found.values, allow_nan=False)
        assert all(len(column) == len(crowd) for column in found.columns.values())
        assert all(np.isfinite(column).all() for column in found.columns.values())
        assert metric.lines(found.values)


def interpreted_and_compiled(monkeypatch: pytest.MonkeyPatch, measure: Callable[[], Any]) -> tuple[Any, Any]:
    monkeypatch.setattr(loops, "_PAYS", 10**12)
    one = measure()
    monkeypatch.setattr(loops, "_PAYS", 0)
    return one, measure()


@pytest.mark.slow
@pytest.mark.parametrize("name", METRICS)
def test_compiled_loops_give_what_interpreted_ones_give(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng, crowd = np.random.default_rng(7), people(150)
    for count in (0, 60, 150, 500):
        ends = rng.integers(0, len(crowd), (count, 2)).tolist()
        ties = {(r := tie(crowd[a], crowd[b], TYPES[(a + b) % 3])).key: r for a, b in ends if a != b}
        graph = snapshot(crowd, list(ties.values()))
        one, other = interpreted_and_compiled(monkeypatch, lambda: measured(graph, name, samples=20))  # noqa: B023
        assert one.values == other.values
        for column, values in one.columns.items():
            assert values.tolist() == other.columns[column].tolist()


@pytest.mark.parametrize("name", METRICS)
def test_a_seed_gives_the_same_again(name: str) -> None:
    crowd = people(60)
    graph = snapshot(crowd, [tie(crowd[a], crowd[b]) for a, b in nx.gnm_random_graph(60, 140, seed=1).edges])
    one, other = (measured(graph, name, seed=4, samples=9) for _ in range(2))
    assert one.values == other.values
    assert all((values == other.columns[column]).all() for column, values in one.columns.items())


@FEW
@given(st.integers(4, 40), st.integers(0, 200), st.integers(0, 99))
def test_a_rewired_graph_has_the_same_degrees_and_no_pair_twice(n: int, m: int, seed: int) -> None:
    edges = np.array(nx.gnm_random_graph(n, m, seed=seed).edges, np.int32).reshape(-1, 2)
    one, other = rewired(n, edges[:, 0], edges[:, 1], rng=np.random.default_rng(seed))
    assert (
        np.bincount(np.concatenate([one, other]), minlength=n).tolist()
        == np.bincount(edges.ravel(), minlength=n).tolist()
    )
    assert len({frozenset(pair) for pair in zip(one.tolist(), other.tolist(), strict=True)}) == len(edges)
    assert (one != other).all()
