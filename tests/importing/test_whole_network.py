"""A network that is measured without being let in: what an import would hold, and the direction of its edges."""

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagraph.graph.metrics import METRICS
from personagraph.graph.metrics.comparison import NEEDED, row_of
from personagraph.graph.metrics.metric import MetricOptions
from personagraph.importing.networks.mapping import NetworkMapping
from personagraph.importing.networks.reading import Network
from personagraph.importing.networks.whole import WholeNetwork, whole
from personagraph.testing import temporary_workspace


def read(path, *, directed=None, nodes=None) -> WholeNetwork:
    network = Network([path], NetworkMapping(), nodes=nodes, directed=directed)
    survey = network.survey()
    return whole(survey)


def row(found: WholeNetwork):
    return row_of({name: METRICS[name].measure(found.snapshot, MetricOptions()).values for name in NEEDED})


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=30))
def test_the_numbers_of_a_directed_network_are_those_of_networkx(tmp_path_factory, edges):
    path = tmp_path_factory.mktemp("net") / "edges.csv"
    path.write_text("source,target\n" + "".join(f"{a},{b}\n" for a, b in edges))
    found = read(path, directed=True)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(node for edge in edges for node in edge)
    graph.add_edges_from((a, b) for a, b in edges if a != b)
    told, flat = row(found), graph.to_undirected()
    assert (told["personas"], told["relationships"]) == (len(graph), graph.size())
    assert found.self_loops == sum(a == b for a, b in edges)
    assert found.self_loops + found.repeated + graph.size() == len(edges)
    assert (told["density"] or 0) == pytest.approx(nx.density(flat))
    assert told["clustering"] == pytest.approx(nx.average_clustering(flat))
    assert told["share_of_largest"] == pytest.approx(max(map(len, nx.connected_components(flat))) / len(graph))
    assert told["reciprocity"] == (pytest.approx(nx.reciprocity(graph)) if graph.size() else None)


def test_what_is_measured_is_what_an_import_would_hold(tmp_path):
    nodes, edges = tmp_path / "people.csv", tmp_path / "edges.csv"
    nodes.write_text("id,description,region\n1,A potter,south_asia\n2,A baker,\n3,A fisher,east_asia\n")
    ties = "1,2,TEACHES,\n1,2,TEACHES,sums\n2,1,TEACHES,\n2,3,sings to,\n2,3,Sings  TO,\n3,3,x,\n9,1,x,\n"
    edges.write_text(f"source,target,type,label\n{ties}")
    found = read(edges, nodes=nodes)
    with temporary_workspace() as workspace:
        workspace.import_graph([edges], nodes=nodes)
        held = workspace.store.snapshot()
    assert found.snapshot.ids.tolist() == held.ids.tolist()
    for name in ("region", "age"):
        one, other = found.snapshot.attributes[name], held.attributes[name]
        assert [one.names[code] for code in one.codes] == [other.names[code] for code in other.codes]
    arcs = [
        sorted(zip(graph.sources.tolist(), graph.targets.tolist(), graph.types.codes.tolist(), strict=True))
        for graph in (found.snapshot, held)
    ]
    assert arcs[0] == arcs[1]
    assert found.snapshot.types.names == held.types.names
    assert (found.self_loops, found.repeated) == (1, 2)


def test_the_reciprocity_of_a_real_network_of_letters_is_that_of_networkx(shared_data):
    path = shared_data / "graphs" / "email_eu_core" / "email-Eu-core.txt"
    graph = nx.read_edgelist(path, create_using=nx.DiGraph)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    found = read(path, directed=True)
    told = METRICS["reciprocity"].measure(found.snapshot, MetricOptions()).values
    assert told["reciprocity"] == pytest.approx(nx.reciprocity(graph))
    assert len(found.snapshot.sources) == graph.size()
