"""Which node is who: ids, names and descriptions, and the rows and files that are refused."""

import json
import os
from pathlib import Path

import pytest

from personagraph.errors import InputError
from personagraph.workspace import init_workspace
from tests.importing.network_files import described, file, graphml, pairs


def test_bad_rows_are_named_by_file_and_line_and_refused_by_strict(tmp_path):
    text = "source,target,confidence\n1,2,0.5\n1\n3,,1\n1,3,often\n1,3,nan\n"
    path = file(tmp_path, "a.csv", text)
    with init_workspace(tmp_path / "graph") as graph:
        with pytest.raises(InputError, match=r"a.csv, line 3: it has 1 cells, and there are 3 columns \(and 3 more"):
            graph.import_graph([path], strict=True)
        assert graph.runs() == []
        done = graph.import_graph([path])
        assert [(Path(p).name, line) for p, line, _ in done.run.faults] == [("a.csv", n) for n in (3, 4, 5, 6)]
        assert (done.run.linked, done.run.rejected) == (1, 4)
        assert len(graph.rejected(done.run.run, reason="malformed")) == 4


def test_a_network_whose_nodes_are_all_faults_makes_no_people_of_its_edges(tmp_path):
    nodes = "".join(f"<node id='{n}'><data key='n'>robot</data></node>" for n in "12")
    keys = "<key id='n' for='node' attr.name='nature'/>"
    with init_workspace(tmp_path / "graph") as graph:
        with pytest.raises(InputError, match="no node can be used; the first fault is: its nature 'robot'"):
            graph.import_graph([graphml(tmp_path, keys, f"{nodes}<edge source='1' target='2'/>")])
        assert [*graph.store.scan_personas()] == []


def test_an_edge_to_a_node_that_the_table_does_not_have_is_a_fault(tmp_path):
    nodes = file(tmp_path, "n.csv", "id,description\n1,A potter\n2,A baker\n")
    with init_workspace(tmp_path / "graph") as graph:
        done = graph.import_graph([file(tmp_path, "a.txt", "1 2\n1 9\n")], nodes=nodes)
        assert [fault for *_, fault in done.run.faults] == ["there is no node '9'"]
        assert described(graph) == {("A potter", "RELATED_TO", "A baker", "")} or described(graph) == {
            ("A baker", "RELATED_TO", "A potter", "")
        }


def test_two_nodes_with_one_description_are_refused_naming_both_rows(tmp_path):
    nodes = file(tmp_path, "n.csv", "id,description\n1,A potter\n2,a  POTTER\n")
    with init_workspace(tmp_path / "graph") as graph:
        with pytest.raises(InputError, match=r"n.csv, line 3: has the same description as n.csv, line 2"):
            graph.import_graph([file(tmp_path, "a.txt", "1 2\n")], nodes=nodes)
        mapping = file(tmp_path, "m.toml", '[nodes]\ndescription = { template = "{description}, number {id}" }\n')
        graph.import_graph([tmp_path / "a.txt"], nodes=nodes, mapping=mapping)
        assert {p.description for p in graph.store.scan_personas()} == {"A potter, number 1", "a POTTER, number 2"}


def test_nodes_that_are_alike_are_not_merged(tmp_path):
    words = "who walks along the river every morning with three dogs and a red umbrella"
    nodes = file(tmp_path, "n.csv", f'id,description\n1,"Ana, {words}"\n2,"Eva, {words}"\n')
    with init_workspace(tmp_path / "graph") as graph:
        assert graph.import_graph([file(tmp_path, "a.txt", "1 2\n")], nodes=nodes).run.new == 2


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("x = 1", "m.toml: x: extra"),
        ("[edges]\nsource = 7\n", "a.csv, line 1: has no column 7; it has 2"),
        ("[edges]\nlabel = 'reason'\n", "a.csv, line 1: has no column 'reason'; it has source, target"),
        ("[edges]\nformer = 'endet'\n", "a.csv, line 1: has no column 'endet'"),
        ("[nodes]\nnature = 'kynd'\n", "a.csv: has no nodes with columns, and the mapping names kynd; give --nodes"),
        ("[nodes", "m.toml: is not TOML"),
        ("[nodes.attributes]\nheight = 'h'\n", "m.toml: nodes.attributes.height"),
    ],
)
def test_a_mapping_that_cannot_be_followed_is_told_with_the_place(tmp_path, toml, says):
    mapping = file(tmp_path, "m.toml", toml)
    with init_workspace(tmp_path / "graph") as graph, pytest.raises(InputError, match=says):
        graph.import_graph([file(tmp_path, "a.csv", "source,target\n1,2\n")], mapping=mapping)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"", "no node can be used; it is empty"),
        ("a.csv", b"source,target\n", "no node can be used"),
        ("a.csv", b"source,target\n\xff,2\n", "line 2: no node can be used; the first fault is: not UTF-8"),
        ("a.csv.gz", b"not packed", "cannot be unpacked"),
        ("a.graphml", b"<graphml><graph><node", "is not XML"),
        ("a.xml", b"<Dynamic><node id='a'/></Dynamic>", "is not GraphML: it begins with <Dynamic>"),
        ("a.mtx", b"1 2", "is Matrix Market by its name, which is not read: write it as GraphML"),
        ("a.gml", b"graph [ edge [ source 1 target 2 ] ]", "is not GML that networkx can read: edge #0 has undefined"),
        ("a.gexf", b"<gexf/>", "is not GEXF that networkx can read: No <graph> element"),
        ("a.gexf", b'<!DOCTYPE g [<!ENTITY a "b">]><gexf/>', "it declares a document type"),
        ("a.gexf", '<!DOCTYPE g [<!ENTITY a "b">]><gexf/>'.encode("utf-16"), "it declares a document type"),
        ("a.gml", b'graph [ node [ id 0 label "x" ' + b"a [ " * 3000 + b"] " * 3000 + b"] ]", "is not GML"),
        ("a.net.gz", b"*Vertices 1", "is Pajek by its name"),
        ("a.graphml", b'<!DOCTYPE g [<!ENTITY a "b">]><graphml/>', "it declares a document type"),
        ("a.json", b'{"nodes": []}', "is not node-link JSON"),
        ("a.json", b"[1]", "no node can be used; the first fault is: not a JSON object"),
        ("a.json", b"{", "is not JSON"),
        (
            "a.json",
            b'{"directed": "false", "nodes": [{"id": 1}], "edges": []}',
            '"directed" is "false"; it can be true or',
        ),
        ("a.json", b'{"nodes": [{"id": "\\ud800"}], "edges": []}', "it has half a surrogate pair"),
        ("a.edges", b"Ana,ANA\n", "line 1: has the same description as a.edges, line 1, but for case"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_error_and_no_run(tmp_path, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    with init_workspace(tmp_path / "graph") as graph:
        with pytest.raises(InputError, match=says):
            graph.import_graph([path])
        with pytest.raises(InputError, match="cannot be read"):
            graph.import_graph([tmp_path / "missing.csv"])
        assert graph.runs() == []


def test_what_is_no_regular_file_or_has_a_name_that_is_not_utf8_is_refused(tmp_path):
    pipe, odd = tmp_path / "pipe", Path(os.fsdecode(bytes(tmp_path) + b"/a\xff.txt"))
    os.mkfifo(pipe)
    odd.write_text("1 2\n")
    usable = file(tmp_path, "a.txt", "1 2\n")
    with init_workspace(tmp_path / "graph") as graph:
        for path, says in ((pipe, "is no regular file"), (odd, r"a\\udcff.txt.* is not UTF-8; rename it")):
            with pytest.raises(InputError, match=says):
                graph.import_graph([path])
            with pytest.raises(InputError, match=says):
                graph.import_graph([usable], nodes=path)
        assert graph.runs() == []


@pytest.mark.parametrize(
    ("nodes", "edges"),
    [
        ("id,description\n1,A cook\n2,A nurse\n", "source,target\n1.0,2.0\n"),
        ("id,description\n1.0,A cook\n2.0,A nurse\n", "source,target\n1,2\n"),
        ("id,description\n1.00,A cook\n2.,A nurse\n", "source,target\n1.0,2\n"),
        ('[{"id": "1.0", "description": "A cook"}, {"id": 2, "description": "A nurse"}]', "source,target\n1,2.0\n"),
        ("id,description\n1e3,A cook\n2000,A nurse\n", "source,target\n1e3,2.0e+03\n"),
    ],
)
def test_an_id_with_a_point_is_the_node_of_that_whole_number(tmp_path, nodes, edges):
    table = file(tmp_path, "n.json" if nodes.startswith("[") else "n.csv", nodes)
    with init_workspace(tmp_path / "graph") as graph:
        done = graph.import_graph([file(tmp_path, "a.csv", edges)], nodes=table)
        assert (done.run.new, done.run.linked, done.run.faults) == (2, 1, ())


def test_an_id_with_a_point_is_that_node_in_documents_and_in_lists_without_nodes(tmp_path):
    as_json = {"nodes": [{"id": "1"}, {"id": 2.0}], "links": [{"source": 1.0, "target": "2.0"}]}
    ends = "<node id='1'/><node id='2'/><edge source='1.0' target='2.0'/>"
    for name, text in (
        ("a.json", json.dumps(as_json)),
        ("a.csv", "source,target\n1.0,2\n2.0,1\n"),
        ("a.adj", "1.0 2\n2 1.0\n"),
    ):
        with init_workspace(tmp_path / name.replace(".", "-")) as graph:
            done = graph.import_graph([file(tmp_path, name, text)])
            assert (done.run.new, done.run.linked, done.run.faults) == (2, 1, ())
            assert pairs(graph) == {frozenset("12")}
    with init_workspace(tmp_path / "graphml") as graph:
        assert graph.import_graph([graphml(tmp_path, "", ends)]).run.linked == 1


def test_ids_with_and_without_a_point_that_are_both_nodes_stay_two(tmp_path):
    nodes = file(tmp_path, "n.csv", "id,description\n2,A cook\n2.0,A nurse\n1.0,A smith\n1.00,A weaver\n")
    edges = file(tmp_path, "a.csv", "source,target\n2,1.0\n2.0,1.00\n2.00,1.0\n2,1\n2,0x1\n")
    with init_workspace(tmp_path / "graph") as graph:
        done = graph.import_graph([edges], nodes=nodes, directed=True)
        ends = {frozenset((a, b)) for a, _, b, _ in described(graph)}
        assert ends == {frozenset(("A cook", "A smith")), frozenset(("A nurse", "A weaver"))}
        assert [fault for *_, fault in done.run.faults] == ["there is no node '1'", "there is no node '0x1'"]


@pytest.mark.parametrize(
    ("name", "text", "column"),
    [
        ("n.csv", "id,Name,age\n1,Ana Lima,44\n2,Eva Ruiz,30\n", "name"),
        ("n.csv", "id,title,label\n1,Dr,Ana Lima\n2,Dr,Eva Ruiz\n", "label"),
        ("n.csv", "id,description,label\n1,,Ana Lima\n2, ,Eva Ruiz\n", "label"),
        ("n.json", '[{"id": 1, "title": "Ana Lima"}, {"id": 2, "title": "Eva Ruiz", "label": "2"}]', "title"),
    ],
)
def test_a_name_describes_a_node_that_has_no_description_and_it_is_said(tmp_path, name, text, column):
    said = []
    with init_workspace(tmp_path / "graph") as graph:
        edges = file(tmp_path, "a.csv", "source,target\n1,2\n")
        graph.import_graph([edges], nodes=file(tmp_path, name, text), note=said.append)
        found = {p.description for p in graph.store.scan_personas()}
        assert found == {"Ana Lima, 1 of the network a", "Eva Ruiz, 2 of the network a"}
    by = f"{column} and id, as '{column.upper()}, … of the network a'"
    otherwise = 'a mapping says otherwise: [nodes] description = "COLUMN"'
    assert said == [f"2 nodes without a description are described by {by}; {otherwise}"]


def test_namesakes_of_different_networks_are_different_people_and_those_of_one_the_same_again(tmp_path):
    first = file(tmp_path, "first.csv", "source,target,type\na,b,MANAGES\n")
    second = file(tmp_path, "second.csv", "source,target,type\na,2,OPPOSES\n")
    one = file(tmp_path, "one.csv", "id,name\na,Maria\nb,Ivan\n")
    two = file(tmp_path, "two.csv", "id,name\na,Maria\n2,Olu\n")
    with init_workspace(tmp_path / "graph") as graph:
        for edges, nodes in ((first, one), (second, two), (first, one)):
            graph.import_graph([edges], nodes=nodes)
        assert described(graph) == {
            ("Maria, a of the network first", "MANAGES", "Ivan, b of the network first", ""),
            ("Maria, a of the network second", "OPPOSES", "Olu, 2 of the network second", ""),
        }


def test_who_is_who_does_not_hang_on_the_order_of_the_rows(tmp_path):
    edges = file(tmp_path, "a.csv", "source,target,type\nabe,z,MANAGES\n")
    rows = ["abe,Abe\n", "cy,Abe\n", "z,Zoe\n"]
    with init_workspace(tmp_path / "graph") as graph:
        for name, order in (("n.csv", rows), ("m.csv", rows[::-1])):
            graph.import_graph([edges], nodes=file(tmp_path, name, "id,name\n" + "".join(order)))
        assert described(graph) == {("Abe, abe of the network a", "MANAGES", "Zoe, z of the network a", "")}
        assert sum(1 for _ in graph.store.scan_personas()) == 3


def test_a_name_that_two_nodes_have_and_one_that_is_no_name_are_told_apart_by_the_id(tmp_path):
    nodes = file(tmp_path, "n.csv", "id,label\n1,Ana\n2,ana\n3,3\n4,17\n5,\n")
    said = []
    with init_workspace(tmp_path / "graph") as graph:
        graph.import_graph([file(tmp_path, "a.csv", "source,target\n1,2\n")], nodes=nodes, note=said.append)
        assert {p.description for p in graph.store.scan_personas()} == {
            "Ana, 1 of the network a",
            "ana, 2 of the network a",
            "Person 3 of the network a",
            "Person 4 of the network a",
            "Person 5 of the network a",
        }
    assert [line.partition(";")[0] for line in said] == [
        "2 nodes without a description are described by label and id, as 'LABEL, … of the network a'",
        "3 nodes without a description are described by id, as 'Person … of the network a'",
    ]


def test_a_mapping_that_says_how_nodes_are_described_goes_before_their_names(tmp_path):
    nodes = file(tmp_path, "n.csv", "id,name,NAME,job\n1,Ana,x,A cook\n2,Eva,y,\n")
    edges = file(tmp_path, "a.csv", "source,target\n1,2\n")
    mapping = file(tmp_path, "m.toml", "[nodes]\ndescription = 'job'\n")
    with init_workspace(tmp_path / "graph") as graph:
        graph.import_graph([edges], nodes=nodes, mapping=mapping)
        assert {p.description for p in graph.store.scan_personas()} == {"A cook", "Person 2 of the network a"}
