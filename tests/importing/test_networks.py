"""Importing networks that exist: what comes in, what the mapping says, and what is counted."""

import itertools
import json

import networkx as nx
import pytest

from personagraph.errors import ConfigError
from personagraph.importing.networks import reading
from personagraph.types import Attributes, persona_id
from personagraph.workspace import init_workspace
from tests.importing.network_files import MAPPINGS, described, file


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


def vias(graph) -> set[tuple[str, str]]:
    return {(r.type, r.via) for r in graph.store.scan_relationships()}


EDGES = "source,target,type,via\n1,2,TEACHES,similar\n2,3,FRIEND_OF,train\n3,1,KNOWS,bridge\n"


def test_a_column_of_others_that_is_called_via_makes_no_links(graph, tmp_path):
    nodes = file(tmp_path, "n.csv", "id,description\n1,A potter\n2,A baker\n3,A fisher\n")
    assert graph.import_graph([file(tmp_path, "e.csv", EDGES)], nodes=nodes).run.linked == 3
    assert {via for _, via in vias(graph)} == {""}


@pytest.mark.parametrize("name", ["g.graphml", "g.json", "tables"])
def test_links_come_back_as_such_from_an_export_or_where_a_mapping_says_which_column_tells(tmp_path, name):
    mapping = file(tmp_path, "m.toml", "[edges]\nvia = 'via'\n")
    with init_workspace(tmp_path / "one") as one, init_workspace(tmp_path / "two") as two:
        one.import_graph([file(tmp_path, "e.csv", EDGES)], mapping=mapping)
        assert {via for _, via in vias(one)} == {"similar", "", "bridge"}
        one.export(tmp_path / name, format="csv" if name == "tables" else name.partition(".")[2])
        if name == "tables":
            two.import_graph([tmp_path / name / "edges.csv"], nodes=tmp_path / name / "nodes.csv")
        else:
            two.import_graph([tmp_path / name])
        assert vias(two) == vias(one)


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


def test_who_waits_for_a_large_network_to_be_read_hears_how_many_rows_there_are_so_far(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "TOLD", 3)
    notes: list[str] = []
    edges = file(tmp_path, "a.csv", "source,target\n" + "".join(f"{n},{n + 1}\n" for n in range(9)))
    nodes = file(tmp_path, "nodes.csv", "id\n" + "".join(f"{n}\n" for n in range(10)))
    with init_workspace(tmp_path / "graph") as graph:
        graph.import_graph([edges], nodes=nodes, note=notes.append)
    assert [int(note.split()[0]) for note in notes if "rows are read" in note] == [3, 6, 12]
