"""Every form of file that a network comes in, and where in a table the names of its columns stand."""

import json

import pytest

from personagraph.errors import ConfigError, InputError
from personagraph.testing import temporary_workspace
from personagraph.workspace import init_workspace
from tests.importing.network_files import described, file, pairs


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "source,target\n1,2\n2,3\n"),
        ("a.csv", "From,To\n1,2\n2,3\n"),
        ("a.edges", "1,2\n2,3\n"),
        ("a.txt", "src dst\n1 2\n2 3\n"),
        ("a.csv", "type,target,source\nx,2,1\nx,3,2\n"),
        ("a.tab", "1\t2\n2\t3\n"),
        ("a.tsv.gz", "source\ttarget\n1\t2\n2\t3\n"),
        ("a.txt", "# SNAP\n# FromNodeId ToNodeId\n1 2\n2 3\n"),
        ("a.txt.gz", "1 2 7.5\n2 3 1\n"),
        ("a.edges", "% asym\n1 2\r\n\r\n2 3\r\n"),
        ("a.psv", "source|target\n1|2\n2|3\n"),
        ("a.adj", "# networkx\n1 2\n2 3\n3\n"),
        ("a.json", '{"nodes": [{"id": 1}, {"id": 2}, {"id": 3}], "links": [{"source": 1, "target": 2}, '
                   '{"source": 2, "target": 3}]}'),
    ],
)  # fmt: skip
def test_the_same_network_comes_in_from_every_form_of_file(tmp_path, name, text):
    with init_workspace(tmp_path / "graph") as graph:
        done = graph.import_graph([file(tmp_path, name, text)])
        assert (done.run.status, done.run.new, done.run.linked, done.run.faults) == ("done", 3, 2, ())
        assert pairs(graph) == {frozenset("12"), frozenset("23")}
        assert {p.description for p in graph.store.scan_personas()} == {f"Person {n} of the network a" for n in "123"}


def test_a_graph_without_direction_keeps_own_words_without_one(tmp_path):
    keys = '<key id="t" for="edge" attr.name="type" attr.type="string"/>'
    edges = "".join(
        f'<edge source="{a}" target="{b}"{more}><data key="t">sings with</data></edge>'
        for a, b, more in (("1", "2", ""), ("2", "1", ""), ("1", "3", ' directed="true"'))
    )
    nodes = "".join(f'<node id="{n}"/>' for n in "123")
    text = f'<graphml>{keys}<graph edgedefault="undirected">{nodes}{edges}</graph></graphml>'
    with init_workspace(tmp_path / "graph") as graph:
        done = graph.import_graph([file(tmp_path, "a.graphml", text)])
        assert sorted(type for _, type, _, _ in described(graph)) == ["RELATED_TO", "TIED_TO"]
        assert done.repeated == 1


@pytest.mark.parametrize("last", ["9,10,FRIEND_OF", '9,10,"KIN_OF"'])
def test_a_quote_that_nothing_closes_costs_its_own_line_and_no_other(tmp_path, last):
    path = file(tmp_path, "a.csv", f'source,target,type\n1,2,"friend\n2,3,FRIEND_OF\n3,4,"two\nlines"\n{last}\n')
    with init_workspace(tmp_path / "graph") as graph:
        with pytest.raises(InputError, match=r"a.csv, line 2: it is not CSV, is a quote missing\?"):
            graph.import_graph([path], strict=True)
        done = graph.import_graph([path])
        assert ([line for _, line, _ in done.run.faults], done.run.linked) == ([2], 3)
        assert {label for *_, label in described(graph)} == {"", "two lines"}
        with pytest.raises(InputError, match=r"b.csv, line 1: it is not CSV"):
            graph.import_graph([file(tmp_path, "b.csv", 'source,"target\n1,2\n')])


@pytest.mark.parametrize("name", ["a.txt", "a.adj"])
def test_only_at_the_top_are_lines_comments(tmp_path, name):
    with init_workspace(tmp_path / "graph") as graph:
        done = graph.import_graph([file(tmp_path, name, "# x y\n% z\na b\n#cats b\nb c\n%x c\n")])
        assert (done.run.new, done.run.linked) == (5, 4)


def test_names_of_columns_count_in_whatever_case_they_are_written(tmp_path):
    nodes = file(tmp_path, "n.csv", "Id,Description,Age,Nature\n1,A potter,44,person\n2,Bakers,,group\n")
    edges = file(tmp_path, "a.csv", "Source,Target,Type,Confidence,Former\n1,2,NEIGHBOUR_OF,0.5,Yes\n")
    as_json = file(tmp_path, "n.json", '[{"ID": 1, "Description": "A potter", "AGE": 44.0}, {"ID": 2, "name": "x"}]')
    with init_workspace(tmp_path / "graph") as graph:
        graph.import_graph([edges], nodes=nodes)
        assert described(graph) in (
            {("A potter", "NEIGHBOUR_OF", "Bakers", "")},
            {("Bakers", "NEIGHBOUR_OF", "A potter", "")},
        )
        assert {(p.nature, p.attributes["age"]) for p in graph.store.scan_personas()} == {
            ("person", "25-44"),
            ("group", "unknown"),
        }
        assert [(r.confidence, r.former) for r in graph.store.scan_relationships()] == [(0.5, True)]
    with init_workspace(tmp_path / "other") as graph:
        graph.import_graph([edges], nodes=as_json)
        ages = {p.description: p.attributes["age"] for p in graph.store.scan_personas()}
        assert ages == {"A potter": "25-44", "x, 2 of the network a": "unknown"}


def test_a_name_in_its_own_case_goes_before_the_others_and_two_of_one_name_are_refused(tmp_path):
    with init_workspace(tmp_path / "graph") as graph:
        graph.import_graph([file(tmp_path, "a.csv", "SOURCE,source,target\n9,1,2\n")])
        assert pairs(graph) == {frozenset("12")}
        with pytest.raises(InputError, match=r"b.csv, line 1: 2 columns are called 'type'"):
            graph.import_graph([file(tmp_path, "b.csv", "source,target,Type,TYPE\n1,2,,\n")])


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.psv.gz"])
def test_a_table_has_a_header_unless_the_mapping_says_that_it_has_none(tmp_path, name):
    path = file(tmp_path, name, "node_1,node_2\nAna,Eva\nEva,Pia\n")
    with init_workspace(tmp_path / "graph") as graph:
        with pytest.raises(
            InputError, match=rf"{name}, line 1: has no column 'source'; it has node_1, node_2 \(this row"
        ):
            graph.import_graph([path])
        mapping = file(tmp_path, "m.toml", "[edges]\nsource = 1\ntarget = 'NODE_2'\n")
        assert graph.import_graph([path], mapping=mapping).run.new == 3
        as_rows = file(tmp_path, "r.toml", "[edges]\nheader = false\n")
        assert graph.import_graph([path], mapping=as_rows).run.linked == 3


def test_a_list_has_no_header_unless_the_mapping_says_so_or_names_columns(tmp_path):
    path = file(tmp_path, "a.txt", "node_1 node_2\nAna Eva\nEva Pia\n")
    with init_workspace(tmp_path / "graph") as graph:
        assert graph.import_graph([path]).run.new == 5
        for said in "header = true\nsource = 1\ntarget = 2", "source = 'node_1'\ntarget = 2":
            mapping = file(tmp_path, "m.toml", f"name = '{len(said)}'\n[edges]\n{said}\n")
            assert graph.import_graph([path], mapping=mapping).run.new == 3


def test_columns_of_one_name_or_none_are_all_kept_as_import_names_them(tmp_path):
    edges = file(tmp_path, "e.csv", "source,target\n1,2\n")
    nodes = file(tmp_path, "n.csv", "id,description,note,note,,\n1,A cook,a,b,c,d\n2,A smith,e,f\n")
    with init_workspace(tmp_path / "graph") as graph:
        graph.import_graph([edges], nodes=nodes)
        cook, smith = (json.loads(persona.fields) for persona in graph.store.scan_personas())
        assert cook == {"id": "1", "note": "a", "note.1": "b", "column 5": "c", "column 6": "d"}
        assert smith == {"id": "2", "note": "e", "note.1": "f"}
    nodes = file(tmp_path, "n.csv", "id,note,note,text,more\n1,a,b,A cook,c\n2,d,e,A smith,f\n")
    mapping = file(tmp_path, "m.toml", "[nodes]\nid = 1\ndescription = 4\n")
    with init_workspace(tmp_path / "numbered") as graph:
        graph.import_graph([edges], nodes=nodes, mapping=mapping)
        said = {persona.description: json.loads(persona.fields) for persona in graph.store.scan_personas()}
        assert said["A cook"] == {"id": "1", "note": "a", "note.1": "b", "more": "c"}


@pytest.mark.parametrize("first", ["id source target", "target id source"])
def test_a_first_row_with_both_ends_is_a_header_wherever_they_stand(tmp_path, first):
    row = " ".join({"source": "Ana", "target": "Eva"}.get(name, "7") for name in first.split())
    path = tmp_path / "edges.txt"
    path.write_text(f"{first}\n{row}\n")
    with temporary_workspace() as graph:
        done = graph.import_graph([path])
        assert (done.run.new, done.run.linked) == (2, 1)
        assert all("Ana" in p.description or "Eva" in p.description for p in graph.search("person"))


def test_other_names_of_the_ends_behind_another_column_are_an_error_and_no_people(tmp_path):
    path = tmp_path / "edges.txt"
    path.write_text("note from to\n7 Ana Eva\n")
    refused = pytest.raises(InputError, match="has no column 'source'; it has note, from, to")
    with temporary_workspace() as graph, refused:
        graph.import_graph([path])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '[{"source": 1, "target": 2}, {"source": "2", "target": 3.0}]'),
        ("a.jsonl", '{"from": 1, "to": 2}\n{"from": "2", "to": 3.0}\n'),
        ("a.json", '{"Source": 1, "Target": 2}\n{"Source": "2", "Target": 3.0}\n'),
        ("a.csv", "sep=;\nsource;target\n1;2\n2;3\n"),
        ("a.tsv", "\ufeffsource\ttarget\n1\t2\n2\t3\n"),
        ("a.csv", '"source";"target"\n"1";"2"\n"2";"3"\n'),
    ],
)
def test_an_edge_list_is_read_as_any_rows_are(tmp_path, name, text):
    with init_workspace(tmp_path / "graph") as graph:
        done = graph.import_graph([file(tmp_path, name, text)])
        assert (done.run.new, done.run.linked, done.run.faults) == (3, 2, ())
        assert pairs(graph) == {frozenset("12"), frozenset("23")}


def test_a_separator_that_is_told_must_be_that_of_the_mapping(tmp_path):
    path = file(tmp_path, "a.csv", "source:target\n1:2\n")
    mapping = file(tmp_path, "m.toml", "[edges]\nseparator = ';'\n")
    with init_workspace(tmp_path / "graph") as graph:
        with pytest.raises(ConfigError, match="--separator says ':', and the mapping ';'; take out one of them"):
            graph.import_graph([path], mapping=mapping, separator=":")
        with pytest.raises(ConfigError, match="'x' is no separator; name one sign"):
            graph.import_graph([path], separator="x")
        assert graph.import_graph([path], separator=":").run.linked == 1
