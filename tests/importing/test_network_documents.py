"""Networks in documents: GraphML, GML, GEXF and node-link JSON, and what the programs put there that write them."""

import json

import networkx as nx
import pytest

from personagraph.errors import InputError
from personagraph.workspace import init_workspace
from tests.importing.network_files import described, file, graphml, pairs


@pytest.mark.parametrize(
    ("directed", "types"),
    [
        (None, ["RELATED_TO", "TIED_TO", "TIED_TO"]),
        (True, ["TIED_TO"] * 3),
        (False, ["RELATED_TO"] * 3),
    ],
)
def test_what_gephi_says_of_the_direction_of_an_edge_is_believed(graph, tmp_path, directed, types):
    text = "Source,Target,Type,Label\na,b,Undirected,pals with\nb,c,Directed,owes rent to\nc,a,,sues\n"
    assert graph.import_graph([file(tmp_path, "a.csv", text)], directed=directed).run.faults == ()
    assert sorted(type for _, type, _, _ in described(graph)) == types
    assert {label for *_, label in described(graph)} == {"pals with", "owes rent to", "sues"}


@pytest.mark.parametrize("name", ["a.gml", "a.gml.gz", "a.gexf"])
def test_small_formats_come_through_networkx(tmp_path, name):
    oracle = nx.MultiDiGraph()
    oracle.add_node("n1", age=44, sex="female")
    oracle.add_edges_from([("n1", "n2", {"kind": "TEACHES"}), ("n3", "n2", {"kind": "KIN_OF", "confidence": 0.5})])
    path = tmp_path / name
    (nx.write_gexf if "gexf" in name else nx.write_gml)(oracle, path)
    mapping = file(tmp_path, "m.toml", "[nodes]\ndescription.template = 'Person {label}'\n[edges]\ntype = 'kind'\n")
    with init_workspace(tmp_path / "graph") as graph:
        done = graph.import_graph([path], mapping=mapping)
        assert (done.run.new, done.run.linked, done.run.faults) == (3, 2, ())
        assert pairs(graph) == {frozenset(("n1", "n2")), frozenset(("n2", "n3"))}
        assert ("Person n1", "TEACHES", "Person n2", "") in described(graph)
        assert [(r.type, r.confidence) for r in graph.store.scan_relationships()] in (
            [("TEACHES", 1.0), ("KIN_OF", 0.5)],
            [("KIN_OF", 0.5), ("TEACHES", 1.0)],
        )
        assert {(p.attributes["age"], p.attributes["sex"]) for p in graph.store.scan_personas()} == {
            ("25-44", "female"),
            ("unknown", "unknown"),
        }


def test_an_undirected_gml_takes_no_direction_from_an_option(tmp_path):
    path = file(tmp_path, "a.gml", "graph [ node [ id 1 ] node [ id 2 ] edge [ source 2 target 1 ] ]")
    with init_workspace(tmp_path / "graph") as graph:
        with pytest.raises(InputError, match=r"a.gml: says that its edges have no direction"):
            graph.import_graph([path], directed=True)
        assert graph.import_graph([path]).run.linked == 1


@pytest.mark.parametrize("name", ["a.gexf", "a.json"])
def test_ends_of_edges_that_are_no_nodes_of_the_document_are_faults(tmp_path, name):
    if name == "a.json":
        text = '{"nodes": [{"id": 1}, {"id": 2}], "edges": [{"source": 1, "target": 2}, {"source": 1, "target": 9}]}'
    else:
        ends = "<edge id='0' source='1' target='2'/><edge id='1' source='1' target='9'/>"
        nodes = "<node id='1' label='1'/><node id='2' label='2'/>"
        text = (
            "<gexf xmlns='http://www.gexf.net/1.2draft' version='1.2'>"
            f"<graph><nodes>{nodes}</nodes><edges>{ends}</edges></graph></gexf>"
        )
    with init_workspace(tmp_path / "graph") as graph:
        done = graph.import_graph([file(tmp_path, name, text)])
        assert [fault for *_, fault in done.run.faults] == ["there is no node '9'"]
        assert (done.run.new, done.run.linked) == (2, 1)


def test_a_directed_network_without_words_is_the_directed_graph_that_networkx_reads(tmp_path):
    arcs = [("1", "2"), ("2", "1"), ("2", "3"), ("1", "2"), ("3", "3")]
    text = "".join(f"{a} {b}\n" for a, b in arcs)
    with init_workspace(tmp_path / "graph") as graph:
        done = graph.import_graph([file(tmp_path, "a.txt", text)], directed=True)
        assert (done.run.linked, done.repeated, done.self_loops) == (3, 1, 1)
        measured = graph.metrics(["reciprocity"]).metrics["reciprocity"]
        plain = nx.DiGraph(arcs)
        plain.remove_edge("3", "3")
        assert measured["reciprocity"] == pytest.approx(nx.overall_reciprocity(plain))


def test_gephis_column_of_directions_is_no_type(tmp_path):
    with init_workspace(tmp_path / "graph") as graph:
        graph.import_graph([file(tmp_path, "a.csv", "Source,Target,Type\n1,2,Undirected\n")])
        assert [(type, label) for _, type, _, label in described(graph)] == [("RELATED_TO", "")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"nodes": [{"id": 1}, {"id": 2}], "edges": [{"source": 1, "target": 2}]}'),
        ("a.graphml", '<graphml><graph><node id="1"/><node id="2"/><edge source="1" target="2"/></graph></graphml>'),
        ("a.adj", "1 2\n"),
    ],
)
def test_a_mapped_name_that_a_document_does_not_have_is_told(tmp_path, name, text):
    with init_workspace(tmp_path / "graph") as graph:
        for said in "'relaton'", "3":
            mapping = file(tmp_path, "m.toml", f"[edges]\ntype = {said}\n")
            with pytest.raises(InputError, match=rf"{name}: has no column {said}; it has"):
                graph.import_graph([file(tmp_path, name, text)], mapping=mapping)
        assert graph.runs() == []


def test_data_of_graphml_never_go_before_its_ids_and_ends(tmp_path):
    keys = "<key id='s' for='edge' attr.name='source'/><key id='i' for='node' attr.name='id'/>"
    path = graphml(
        tmp_path,
        keys,
        "<node id='0'><data key='i'>ana</data><port name='p'><data key='i'>left</data></port></node><node id='1'/>"
        "<node id='survey'/><edge source='0' target='1'><data key='s'>survey</data></edge>",
    )
    with init_workspace(tmp_path / "graph") as graph:
        assert (graph.import_graph([path]).run.faults, pairs(graph)) == ((), {frozenset("01")})


def test_keys_of_graphml_give_their_defaults_to_their_own_kind(tmp_path):
    keys = (
        "<key id='t' for='edge' attr.name='type'><default>FRIEND_OF</default></key>"
        "<key id='a' for='node' attr.name='age'><default>44</default></key>"
    )
    nodes = "<node id='1'/><node id='2'><data key='a'>70</data></node><node id='3'/>"
    edges = "<edge source='1' target='2'/><edge source='2' target='3'><data key='t'>KIN_OF</data></edge>"
    with init_workspace(tmp_path / "graph") as graph:
        graph.import_graph([graphml(tmp_path, keys, nodes + edges)])
        assert {r.type for r in graph.store.scan_relationships()} == {"FRIEND_OF", "KIN_OF"}
        assert sorted(p.attributes["age"] for p in graph.store.scan_personas()) == ["25-44", "25-44", "65+"]


def test_keys_of_graphml_that_a_node_does_not_have_are_no_fields_of_it_and_may_be_mapped(tmp_path):
    names = [f"{'a long name of a key ' * 4}{n}" for n in range(1_900)]
    keys = "".join(f"<key id='k{n}' for='node' attr.name='{name}'/>" for n, name in enumerate(names))
    keys += "<key id='c' for='node' attr.name='city'><default>Lima</default></key>"
    keys += "<key id='d' for='node' attr.name='said'/>"
    nodes = "".join(f"<node id='{n}'><data key='k{n}'>x{n}</data></node>" for n in range(3))
    mapping = file(tmp_path, "m.toml", '[nodes.attributes]\nage = "said"\n')
    with init_workspace(tmp_path / "graph") as graph:
        assert graph.import_graph([graphml(tmp_path, keys, nodes)], mapping=mapping).run.faults == ()
        said = [json.loads(persona.fields) for persona in graph.store.scan_personas()]
        assert said == [{"id": str(n), names[n]: f"x{n}", "city": "Lima"} for n in range(3)]


def test_a_hyperedge_is_a_fault_and_a_node_may_hold_a_graph(tmp_path):
    inner = "<graph edgedefault='undirected'><node id='2'/></graph>"
    hyper = "<hyperedge><endpoint node='1'/><endpoint node='2'/></hyperedge>"
    with init_workspace(tmp_path / "graph") as graph:
        path = graphml(tmp_path, "", f"<node id='1'>{inner}</node><edge source='1' target='2'/>{hyper}")
        done = graph.import_graph([path])
        assert [fault.partition(",")[0] for *_, fault in done.run.faults] == ["it is a hyperedge"]
        assert (done.run.new, done.run.linked, done.run.rejected) == (2, 1, 1)


def test_what_yed_shows_of_a_node_describes_it_and_what_it_shows_of_an_edge_is_its_type(tmp_path):
    def shape(text: str) -> str:
        label = f"<y:NodeLabel>{text}\n<y:LabelModel/></y:NodeLabel>"
        return f"<data key='d1'><y:ShapeNode><y:Fill color='#fff'/>{label}</y:ShapeNode></data>"

    keys = "<key id='d1' for='node' yfiles.type='nodegraphics'/><key id='d2' for='edge' yfiles.type='edgegraphics'/>"
    line = "<data key='d2'><y:PolyLineEdge><y:EdgeLabel>TEACHES</y:EdgeLabel></y:PolyLineEdge></data>"
    content = f"<node id='n0'>{shape('Ana Lima')}</node><node id='n1'>{shape('Eva &amp; Co')}</node>"
    path = file(
        tmp_path,
        "y.graphml",
        "<graphml xmlns='http://graphml.graphdrawing.org/xmlns' xmlns:y='http://www.yworks.com/xml/graphml'>"
        f"{keys}<graph edgedefault='directed'>{content}<edge source='n0' target='n1'>{line}</edge></graph></graphml>",
    )
    with init_workspace(tmp_path / "graph") as graph:
        assert graph.import_graph([path]).run.faults == ()
        assert described(graph) == {("Ana Lima, n0 of the network y", "TEACHES", "Eva & Co, n1 of the network y", "")}
        said = [json.loads(persona.fields) for persona in graph.store.scan_personas()]
        assert said == [{"id": "n0", "label": "Ana Lima"}, {"id": "n1", "label": "Eva & Co"}]
