"""import-graph, store copy and the folder formats of export, as a user calls them."""

import json
import re
from pathlib import Path

import pytest

from personagraph.stores.neo4j.waiting import Patience
from personagraph.workspace import open_workspace
from personagraph.workspace.stores import are_one, place_of
from tests.commands import personagraph

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    personagraph("init", tmp_path / "w", folder=tmp_path)
    (tmp_path / "people.csv").write_text("id,description\n1,A potter\n2,A baker\n3,A fisher\n")
    (tmp_path / "edges.csv").write_text("source,target,type\n1,2,TEACHES\n2,3,sings to\n2,3,sings to\n3,3,x\n9,1,x\n")
    return tmp_path / "w"


def test_a_network_comes_in_and_can_be_asked(folder, tmp_path):
    words = ["import-graph", tmp_path / "edges.csv", "--nodes", tmp_path / "people.csv", "--json"]
    done = json.loads(personagraph(*words, folder=folder))
    assert {name: done[name] for name in ("run", "status", "new", "linked", "self_loops", "repeated", "rejected")} == {
        "run": "r1",
        "status": "done",
        "new": 3,
        "linked": 2,
        "self_loops": 1,
        "repeated": 1,
        "rejected": 3,
    }
    [(_, line, fault)] = done["faults"]
    assert (line, fault) == (6, "there is no node '9'")
    path = json.loads(personagraph("path", "potter", "fisher", "--json", folder=folder))
    assert (path["hops"], [r["label"] for r in path["relationships"]]) == (2, ["", "sings to"])
    assert "--strict" not in personagraph(*words[:-1], "--strict", folder=folder, code=1)


def test_an_import_of_a_network_says_that_it_waits_for_a_server_and_can_be_stopped(folder, tmp_path, monkeypatch):
    heard: list[object] = []
    lasting = Patience.lasting

    def told(self, seconds, **who):
        heard.extend((who["note"], who["stopping"]))
        return lasting(self, seconds, **who)

    monkeypatch.setattr(Patience, "lasting", told)
    notes, stopping = list[str]().append, lambda: False
    with open_workspace(folder) as workspace:
        workspace.import_graph([tmp_path / "edges.csv"], note=notes, stopping=stopping)
    assert heard == [notes, stopping]


def test_the_graph_goes_to_another_file_and_the_way_to_switch_is_told(folder, tmp_path):
    personagraph("import-graph", tmp_path / "edges.csv", folder=folder)
    copy = tmp_path / "copy.sqlite3"
    told = personagraph("store", "copy", "--to", f"sqlite:{copy}", folder=folder)
    assert "both hold the same" in told
    assert "move it to" in told
    again = json.loads(personagraph("store", "copy", "--to", f"sqlite:{copy}", "--json", folder=folder))
    assert (again["personas"], again["relationships"], len(again["hash"])) == (4, 3, 32)
    copy.replace(folder / "graph.sqlite3")
    assert json.loads(personagraph("stats", "--json", folder=folder))["relationships"] == 3
    assert "where the graph is" in personagraph("store", "copy", "--to", "sqlite", folder=folder, code=1)


def test_a_source_that_is_not_there_or_lacks_a_run_is_refused_and_nothing_is_made(folder, tmp_path):
    none, stale, copy = (tmp_path / f"{name}.sqlite3" for name in ("none", "stale", "copy"))
    words = ["store", "copy", "--to", f"sqlite:{copy}", "--from"]
    assert "holds no graph" in personagraph(*words, f"sqlite:{none}", folder=folder, code=1)
    personagraph("import-graph", tmp_path / "edges.csv", folder=folder)
    personagraph("store", "copy", "--to", f"sqlite:{stale}", folder=folder)
    personagraph("import", tmp_path / "people.csv", "--field", "description", folder=folder)
    for source, says in ((none, "holds no graph"), (stale, "which lacks run r2 (0 of ")):
        told = personagraph(*words, f"sqlite:{source}", folder=folder, code=1)
        assert says in told
        assert "--store" not in told
    assert not none.exists()
    assert not copy.exists()


def test_a_graph_that_was_lost_comes_back_from_a_copy(folder, tmp_path):
    personagraph("import-graph", tmp_path / "edges.csv", folder=folder)
    copy = f"sqlite:{tmp_path / 'copy.sqlite3'}"
    sent = json.loads(personagraph("store", "copy", "--to", copy, "--json", folder=folder))
    (folder / "graph.sqlite3").unlink()
    told = personagraph("store", "copy", "--to", f"sqlite:{tmp_path / 'more.sqlite3'}", folder=folder, code=1)
    assert "holds no graph" in told
    back = json.loads(personagraph("store", "copy", "--from", copy, "--to", "sqlite", "--json", folder=folder))
    assert back["hash"] == sent["hash"]
    assert json.loads(personagraph("stats", "--json", folder=folder))["relationships"] == 3


def test_the_graph_under_another_name_is_still_the_graph(folder, tmp_path):
    personagraph("import-graph", tmp_path / "edges.csv", folder=folder)
    graph, link = folder / "graph.sqlite3", tmp_path / "link.sqlite3"
    link.symlink_to(graph)
    for name in (graph, folder / ".." / "w" / "graph.sqlite3", link):
        assert "where the graph is" in personagraph("store", "copy", "--to", f"sqlite:{name}", folder=folder, code=1)
    words = ["--from", f"sqlite:{link}", "--to", "sqlite"]
    assert "where the graph is" in personagraph("store", "copy", *words, folder=folder, code=1)


@pytest.mark.parametrize(
    ("other", "one"),
    [
        ("bolt://127.0.0.1", True),
        ("neo4j+ssc://somebody@LocalHost:7687/Neo4j", True),
        ("neo4j://127.0.0.1:7688", False),
        ("neo4j://127.0.0.1/people", False),
        ("neo4j://nowhere.invalid", False),
        ("sqlite", False),
    ],
)
def test_a_database_is_known_again_by_its_host_port_and_name(folder, other, one):
    assert are_one(place_of("neo4j://neo4j@localhost", folder), place_of(other, folder)) == one


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--to", "backup.sqlite3"], "--to: it can be sqlite, or neo4j://.*sqlite:FILE"),
        (["--to", "SQLITE"], "--to: it can be sqlite"),
        (["--to", "postgres://me:hunter22@host"], "--to: it can be sqlite"),
        (["--to", "sqlite:out.sqlite3", "--from", "neo4j://neo4j:hunter22@host"], "--from: it holds a password"),
    ],
)
def test_a_store_that_is_none_is_told_before_a_password_is_asked_for(folder, words, says):
    told = personagraph("store", "copy", *words, folder=folder, code=2)
    assert re.search(says, " ".join(told.split()))
    assert "hunter22" not in told


def test_a_server_without_its_password_is_told(folder):
    told = personagraph("store", "copy", "--to", "neo4j://neo4j@host", folder=folder, code=1)
    assert "neo4j://neo4j@host needs the environment variable PERSONAGRAPH_STORE_PASS" in " ".join(told.split())


@pytest.mark.neo4j
def test_the_graph_goes_to_neo4j_and_back(folder, tmp_path, neo4j_url, neo4j_password):
    from tests.stored import empty

    empty(neo4j_url)
    (tmp_path / "password").write_text(neo4j_password + "\n")
    login, target = ({f"PERSONAGRAPH_{end}_PASSWORD_FILE": str(tmp_path / "password")} for end in ("STORE", "TARGET"))
    personagraph("import-graph", tmp_path / "edges.csv", folder=folder)
    sent = json.loads(personagraph("store", "copy", "--to", neo4j_url, "--json", folder=folder, **target))
    there = json.loads(personagraph("stats", "--store", neo4j_url, "--json", folder=folder, **login))
    assert (there["personas"], there["relationships"]) == (sent["personas"], sent["relationships"])
    words = ["store", "copy", "--from", neo4j_url, "--to", f"sqlite:{tmp_path / 'back.sqlite3'}", "--json"]
    assert json.loads(personagraph(*words, folder=folder, **login))["hash"] == sent["hash"]
    empty(neo4j_url)


@pytest.mark.neo4j
def test_an_empty_database_is_not_taken_for_the_graph_and_stays_nobodys(folder, tmp_path, neo4j_url, neo4j_password):
    from tests.stored import ask, empty

    empty(neo4j_url)
    login = {"PERSONAGRAPH_STORE_PASSWORD": neo4j_password}
    personagraph("import-graph", tmp_path / "edges.csv", folder=folder)
    told = personagraph("stats", "--store", neo4j_url, folder=folder, code=1, **login)
    assert f"was last written to graph.sqlite3 (sqlite), and --store names {neo4j_url}, which holds no graph" in told
    words = ["store", "copy", "--from", neo4j_url, "--to", f"sqlite:{tmp_path / 'back.sqlite3'}"]
    for command in (words, ["store", "migrate", "--store", neo4j_url]):
        assert "holds no graph" in personagraph(*command, folder=folder, code=1, **login)
    assert ask(neo4j_url, "MATCH (n) RETURN count(n)") == [(0,)]
    personagraph("init", tmp_path / "other", "--store", neo4j_url, folder=tmp_path, **login)
    empty(neo4j_url)


def test_an_export_for_neo4j_admin_prints_the_command(folder, tmp_path):
    personagraph("import-graph", tmp_path / "edges.csv", folder=folder)
    told = personagraph("export", "--format", "neo4j-admin", "--output", tmp_path / "out", folder=folder)
    assert "\nneo4j-admin database import full neo4j --nodes=Persona=./personas_header.csv" in told
    assert (tmp_path / "out" / "workspace.csv").read_text().startswith('"personagraph",')
