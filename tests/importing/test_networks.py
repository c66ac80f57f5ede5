"""Importing networks that exist: every form of file, what the mapping says, and what is counted or refused."""

import gzip
import itertools
import json
import os
from pathlib import Path

import networkx as nx
import pytest

from personagraph.errors import ConfigError, InputError
from personagraph.testing import temporary_workspace
from personagraph.types import Attributes, persona_id
from personagraph.workspace import Workspace, init_workspace

MAPPINGS = Path(__file__).parent / "mappings"


@pytest.fixture
def graph(tmp_path, graph_url, neo4j_environment):
    with init_workspace(tmp_path / "graph", store=graph_url) as opened:
        yield opened


@pytest.fixture
def neo4j_environment(request, monkeypatch):
    if request.getfixturevalue("graph_url"):
        monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", request.getfixturevalue("neo4j_password"))


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def described(graph: Workspace) -> set[tuple[str, str, str, str]]:
    """Every relationship by the descriptions of its ends, its type and its label."""
    names = {p.id: p.description for p in graph.store.scan_personas()}
    return {(names[r.source], r.type, names[r.target], r.label) for r in graph.store.scan_relationships()}


def pairs(graph: Workspace) -> set[frozenset[str]]:
    """Who is connected, by the number that the default description ends in or has in it."""
    names = {p.id: p.description.split()[1] for p in graph.store.scan_personas()}
    return {frozenset((names[r.source], names[r.target])) for r in graph.store.scan_relationships()}


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


def test_nodes_are_seeds_and_each_relationship_is_asserted_by_the_run(graph, tmp_path):
    done = graph.import_graph([file(tmp_path, "a.csv", "source,target,type\n1,2,TEACHES\n2,3,learns from\n")])
    assert {(p.depth, p.origin, p.run) for p in graph.store.scan_personas()} == {(0, "import", done.run.run)}
    assertions = {a.key: a for a in graph.ledger.assertions.all()}
    assert {r.key for r in graph.store.scan_relationships()} == set(assertions)
    assert {a.run for a in assertions.values()} == {done.run.run}
    one, two, three = (f"Person {n} of the network a" for n in "123")
    assert described(graph) == {(one, "TEACHES", two, ""), (three, "TEACHES", two, "")}
    assert graph.path(one, three).hops == 2


def test_own_words_have_the_direction_that_the_file_gives_them(graph, shared_data):
    graph.import_graph([shared_data.parent / "cases" / "own-words.csv"], directed=True)
    zoe, abe, cy = (f"Person {name} of the network own-words" for name in ("zoe", "abe", "cy"))
    assert described(graph) == {(zoe, "TIED_TO", abe, "reports to"), (cy, "TIED_TO", zoe, "is the landlord of")}
    assert graph.path(cy, abe, directed=True).hops == 2
    assert graph.path(abe, cy, directed=True) is None
    assert [n.persona.description for n in graph.neighbours(zoe, directed=True, types=["TIED_TO"])] == [abe]


@pytest.mark.parametrize(("directed", "type"), [(True, "TIED_TO"), (None, "TIED_TO"), (False, "RELATED_TO")])
def test_own_words_are_told_of_the_source_unless_the_network_has_no_direction(graph, tmp_path, directed, type):
    text = "source,target,type\n2,1,plays chess with\n1,2,plays chess with\n2,1,Plays chess  with\n1,2,\n"
    done = graph.import_graph([file(tmp_path, "a.csv", text)], directed=directed)
    one, two = (f"Person {n} of the network a" for n in "12")
    first, other = sorted((one, two), key=persona_id)
    said = {(two, one), (one, two)} if type == "TIED_TO" else {(first, other)}
    labelled = {(a, type, b, "plays chess with") for a, b in said}
    bare = (one, "TIED_TO", two, "") if directed else (first, "RELATED_TO", other, "")
    assert described(graph) == {*labelled, bare}
    assert done.repeated == 3 - len(said)


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


@pytest.mark.parametrize(
    ("type", "label", "stored"),
    [
        ("Works for", "", ("MANAGES", "")),
        ("isAFriendOf", "", ("FRIEND_OF", "")),
        ("", "teaches", ("TEACHES", "teaches")),
        ("", "reports to", ("TIED_TO", "reports to")),
        ("TEACHES", "chess", ("TEACHES", "chess")),
        ("reports to", "since May", ("TIED_TO", "reports to (since May)")),
        ("reports to", "Reports to", ("TIED_TO", "Reports to")),
        ("TIED_TO", "teaches", ("TIED_TO", "teaches")),
        ("RELATED_TO", "plays chess with", ("RELATED_TO", "plays chess with")),
        ("Directed", "reports to", ("TIED_TO", "reports to")),
        ("`]->() DETACH DELETE n //", "", ("TIED_TO", "`]->() DETACH DELETE n //")),
        ("x" * 2_000, "", ("TIED_TO", "x" * 2_000)),
    ],
)
def test_what_an_edge_is_comes_from_its_type_and_its_label(tmp_path, type, label, stored):
    with init_workspace(tmp_path / "graph") as graph:
        graph.import_graph([file(tmp_path, "a.csv", f"source,target,type,label\n1,2,{type},{label}\n")])
        assert [(type, label) for _, type, _, label in described(graph)] == [stored]


def test_words_that_are_too_long_are_a_fault_and_are_not_cut(tmp_path):
    with init_workspace(tmp_path / "graph") as graph:
        done = graph.import_graph([file(tmp_path, "a.csv", f"source,target,type\n1,2,{'x' * 2_001}\n")])
        assert [fault for *_, fault in done.run.faults] == ["its label has 2,001 characters, at most 2,000 are taken"]


def test_self_loops_and_repeated_edges_are_counted_and_not_stored(graph, tmp_path):
    done = graph.import_graph([file(tmp_path, "a.txt", "1 2\n2 1\n1 2\n3 3\n")])
    assert (done.run.new, done.run.linked, done.self_loops, done.repeated) == (3, 1, 1, 2)
    assert graph.stats().relationships == 1
    assert [(r.reason, r.text) for r in graph.rejected(done.run.run)] == [
        ("self", "a.txt, line 4: 3 to itself"),
        ("repeated", "a.txt, line 3: 1 to 2 again"),
        ("repeated", "a.txt, line 2: 2 to 1 again"),
    ]


def test_two_labels_between_two_people_are_two_relationships_and_the_same_twice_is_one(graph, tmp_path):
    text = "source,target,type\n1,2,praises\n1,2,hates\n1,2,Praises\n"
    done = graph.import_graph([file(tmp_path, "a.csv", text)])
    assert sorted(label for *_, label in described(graph)) == ["hates", "praises"]
    assert [r.text for r in graph.rejected(done.run.run)] == ["a.csv, line 4: 1 to 2 again, as 'Praises'"]


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


def test_natures_and_what_is_over_are_mapped_by_name_or_number(tmp_path):
    nodes = file(tmp_path, "n.csv", "id,description,kind\n1,Potters,group\n2,A baker,person\n")
    edges = file(
        tmp_path, "a.csv", "source,target,type,ended\n1,2,FRIEND_OF,y\n2,1,NEIGHBOUR_OF,no\n1,2,KIN_OF,maybe\n"
    )
    for nature, former in ("3", "4"), ("'kind'", "'ended'"):
        mapping = file(tmp_path, "m.toml", f"[nodes]\nnature = {nature}\n[edges]\nformer = {former}\n")
        with init_workspace(tmp_path / nature.strip("'")) as graph:
            done = graph.import_graph([edges], nodes=nodes, mapping=mapping)
            assert {p.nature for p in graph.store.scan_personas()} == {"group", "person"}
            assert {r.type: r.former for r in graph.store.scan_relationships()} == {
                "FRIEND_OF": True,
                "NEIGHBOUR_OF": False,
            }
            assert [fault for *_, fault in done.run.faults] == [
                "whether it is former, 'maybe', is neither true nor false"
            ]


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


def graphml(folder: Path, keys: str, graph: str) -> Path:
    ours = "http://graphml.graphdrawing.org/xmlns"
    return file(
        folder, "a.graphml", f"<graphml xmlns='{ours}'>{keys}<graph edgedefault='undirected'>{graph}</graph></graphml>"
    )


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


def test_a_network_whose_nodes_are_all_faults_makes_no_people_of_its_edges(tmp_path):
    nodes = "".join(f"<node id='{n}'><data key='n'>robot</data></node>" for n in "12")
    keys = "<key id='n' for='node' attr.name='nature'/>"
    with init_workspace(tmp_path / "graph") as graph:
        with pytest.raises(InputError, match="no node can be used; the first fault is: its nature 'robot'"):
            graph.import_graph([graphml(tmp_path, keys, f"{nodes}<edge source='1' target='2'/>")])
        assert [*graph.store.scan_personas()] == []


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


def test_a_hyperedge_is_a_fault_and_a_node_may_hold_a_graph(tmp_path):
    inner = "<graph edgedefault='undirected'><node id='2'/></graph>"
    hyper = "<hyperedge><endpoint node='1'/><endpoint node='2'/></hyperedge>"
    with init_workspace(tmp_path / "graph") as graph:
        path = graphml(tmp_path, "", f"<node id='1'>{inner}</node><edge source='1' target='2'/>{hyper}")
        done = graph.import_graph([path])
        assert [fault.partition(",")[0] for *_, fault in done.run.faults] == ["it is a hyperedge"]
        assert (done.run.new, done.run.linked, done.run.rejected) == (2, 1, 1)


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


def test_a_second_network_over_the_same_people_adds_its_edges(graph, tmp_path):
    mapping = file(tmp_path, "m.toml", 'name = "club"\n')
    graph.import_graph([file(tmp_path, "a.txt", "1 2\n")], mapping=mapping)
    done = graph.import_graph([file(tmp_path, "b.txt", "2 3\n1 2\n")], mapping=mapping)
    assert (done.run.new, done.run.merged, done.run.linked, done.repeated) == (1, 2, 2, 0)
    assert (graph.stats().personas, graph.stats().relationships, graph.stats().merges) == (3, 2, 0)


def test_an_undirected_network_takes_symmetric_types_only(tmp_path):
    path = file(tmp_path, "a.csv", "source,target,type\n1,2,TEACHES\n1,2,FRIEND_OF\n")
    with init_workspace(tmp_path / "graph") as graph:
        done = graph.import_graph([path], directed=False)
        assert done.run.linked == 1
        assert [fault.partition(":")[0] for *_, fault in done.run.faults] == [
            "TEACHES has a direction, and the network has none"
        ]
        assert graph.import_graph([path], directed=True).run.linked == 2


def test_attributes_are_mapped_or_read_and_what_is_neither_is_counted(tmp_path):
    nodes = file(tmp_path, "n.csv", "id,gender,age,land,language\na,Woman,44,Kenya,sw;en\nb,x,old,Atlantis,\n")
    mapping = file(
        tmp_path,
        "m.toml",
        "[nodes.attributes]\nsex = { column = 'gender', values = { Woman = 'female' } }\nregion = 'land'\n"
        "language = { column = 'language', split = ';' }\nactivity = { value = 'student' }\n",
    )
    with init_workspace(tmp_path / "graph") as graph:
        done = graph.import_graph([file(tmp_path, "a.txt", "a b\n")], nodes=nodes, mapping=mapping)
        a, b = (p.attributes for p in graph.store.scan_personas())
        assert a == Attributes(
            sex="female", age="25-44", region="east_southern_africa", language="sw", activity="student"
        )
        assert (b.known(), done.unread) == ({"activity": "student"}, {"age": 1, "sex": 1, "region": 1})
        assert graph.coverage()[1].known == 1


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


def test_an_export_imported_again_is_the_same_graph(tmp_path):
    nodes = file(tmp_path, "n.csv", "id,description,age,sex\n1,A potter & <kin>,44,female\n2,A baker,,\n3,A fish,,\n")
    edges = file(tmp_path, "a.csv", "source,target,type,label,confidence\n1,2,TEACHES,,0.5\n2,3,sings to,,1\n")
    with init_workspace(tmp_path / "one") as one:
        one.import_graph([edges], nodes=nodes)
        for format, name in (("graphml", "g.graphml"), ("json", "g.json")):
            one.export(tmp_path / name, format=format)
            with init_workspace(tmp_path / format) as other:
                assert other.import_graph([tmp_path / name]).run.faults == ()
                assert described(other) == described(one)
                assert [(p.id, p.attributes) for p in other.store.scan_personas()] == [
                    (p.id, p.attributes) for p in one.store.scan_personas()
                ]
                found = {(r.key, r.confidence) for r in other.store.scan_relationships()}
                assert found == {(r.key, r.confidence) for r in one.store.scan_relationships()}


@pytest.mark.parametrize("stop_after", [0, 1, 2, 3])
def test_an_interrupted_import_goes_on_and_ends_as_an_undisturbed_one(tmp_path, stop_after, monkeypatch):
    monkeypatch.setattr("personagraph.runs.session.BATCH", 1)
    text = "".join(f"{a} {b}\n" for a, b in itertools.product(range(30), range(30)))
    path = file(tmp_path, "a.txt", text)
    with init_workspace(tmp_path / "one") as one, init_workspace(tmp_path / "other") as other:
        expected = one.import_graph([path])
        left = stop_after

        def stopping() -> bool:
            nonlocal left
            left -= 1
            return left < 0

        assert other.import_graph([path], stopping=stopping).run.status == "interrupted"
        with pytest.raises(ConfigError, match="reads other input"):
            other.import_graph([file(tmp_path, "b.txt", "1 2\n")])
        done = other.import_graph([path])
        assert (done.run.linked, done.repeated, done.self_loops) == (435, 435, 30)
        assert done._replace(run=expected.run) == expected
        assert list(other.store.scan_relationships()) == list(one.store.scan_relationships())


@pytest.mark.slow
def test_email_eu_core_is_networkxs_undirected_graph(graph, shared_data):
    folder = shared_data / "graphs" / "email_eu_core"
    edges, labels = folder / "email-Eu-core.txt", folder / "email-Eu-core-department-labels.txt"
    done = graph.import_graph([edges], nodes=labels, mapping=MAPPINGS / "email_eu_core.toml")
    oracle = nx.read_edgelist(edges, create_using=nx.DiGraph).to_undirected()
    loops = nx.number_of_selfloops(oracle)
    oracle.remove_edges_from(list(nx.selfloop_edges(oracle)))
    assert (done.run.new, done.run.linked, done.self_loops) == (1005, oracle.number_of_edges(), loops)
    assert graph.stats().by_type == {"WORKS_WITH": 16064}
    number = {p.description.split()[3].strip(","): p.id for p in graph.store.scan_personas()}
    for a, b in (("0", "500"), ("3", "902"), ("17", "18")):
        found = graph.store.shortest_path(number[a], number[b])
        assert found.hops == nx.shortest_path_length(oracle, a, b)


def test_ldbc_snb_comes_with_sexes_and_languages(graph, shared_data):
    folder = shared_data / "graphs" / "ldbc_snb_tiny" / "cypher" / "test-data" / "vanilla" / "dynamic"
    people, knows = folder / "person_0_0.csv", folder / "person_knows_person_0_0.csv"
    done = graph.import_graph([knows], nodes=people, mapping=MAPPINGS / "ldbc_snb.toml")
    assert (done.run.new, done.run.linked, done.run.faults) == (222, 825, ())
    shares = graph.coverage()[1].by_attribute
    assert shares["sex"]["unknown"] == 0
    assert shares["language"]["unknown"] < 30


def test_the_friendships_that_a_model_made_up_join_one_set_of_people(tmp_path, shared_data):
    folder = shared_data / "graphs" / "llm_social_network" / "text-files"
    people, mapping = folder / "us_50_gpt4o_w_interests.json", MAPPINGS / "llm_friendships.toml"
    with init_workspace(tmp_path / "graph") as graph:
        for n in range(3):
            path = folder / f"global_gpt-4o_{n}.adj"
            done = graph.import_graph([path], nodes=people, mapping=mapping)
            oracle = nx.read_adjlist(path)
            assert (done.run.linked, done.run.faults) == (oracle.number_of_edges(), ())
        assert graph.stats().personas == len(json.loads(people.read_text())) == 50
        assert graph.coverage()[1].by_attribute["age"]["unknown"] == 0
        assert graph.to_networkx().number_of_edges() == graph.stats().relationships


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


def test_the_ties_of_others_in_their_own_words_are_read(shared_cases, tmp_path):
    with init_workspace(tmp_path / "graph") as graph:
        done = graph.import_graph([shared_cases / "own-words.csv"], directed=True)
        assert (done.run.new, done.run.linked, done.run.faults) == (3, 2, ())


def test_a_tie_that_an_earlier_run_said_too_stays_as_sure_as_the_surer_of_them(graph, tmp_path):
    nodes = file(tmp_path, "nodes.csv", "id,description\n1,A baker of Ghent\n2,A smith of Ghent\n3,A nurse of Ghent\n")
    head = "source,target,type,confidence,former\n"
    for name, rows in [
        ("first.csv", "1,2,TEACHES,0.9,true\n2,3,FRIEND_OF,0.2,true\n"),
        ("second.csv", "1,2,TEACHES,0.4,false\n3,2,FRIEND_OF,0.6,true\n1,3,TEACHES,0.5,false\n"),
    ]:
        graph.import_graph([file(tmp_path, name, head + rows)], nodes=nodes)
    found = {(r.type, r.confidence, r.former) for r in graph.store.scan_relationships()}
    assert found == {("TEACHES", 0.9, False), ("FRIEND_OF", 0.6, True), ("TEACHES", 0.5, False)}
