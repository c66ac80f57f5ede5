"""The neo4j-admin format: a folder that the real import tool takes, and a database that personagraph opens."""

import re
from contextlib import closing

import pytest

from personagraph.exporting import Owner, Selection, export
from personagraph.exporting.neo4j_admin import LIST
from personagraph.stores.copy import contents, copy
from personagraph.text.search import indexed_words
from tests.servers import OwnServer, admin
from tests.stored import empty, open_graph
from tests.stores.test_copy import filled


@pytest.fixture
def graph(tmp_path):
    (tmp_path / "source").mkdir()
    store = filled(open_graph(tmp_path / "source"))
    yield store
    store.close()


@pytest.fixture
def stopped_server(tmp_path, neo4j_url):
    """A server with an empty database that is not running."""
    own = OwnServer(tmp_path / "neo4j")
    own.start()
    own.stop()
    yield own
    own.stop()


def owner(store) -> Owner:
    return Owner("w", {run: store.applied(run) for run in ("r1", "r2")}, indexed_words)


@pytest.mark.neo4j
@pytest.mark.slow
def test_what_the_real_tool_imports_is_the_same_graph_for_personagraph_and_goes_on_to_another_server(
    graph, tmp_path, stopped_server, monkeypatch, neo4j_url, neo4j_password
):
    done = export(graph, tmp_path / "out", "neo4j-admin", owner=owner(graph))
    admin(stopped_server.home, tmp_path / "out", done.command)
    stopped_server.start()
    monkeypatch.setenv("PERSONAGRAPH_TEST_NEO4J_PASSWORD", stopped_server.password)
    opened = open_graph(tmp_path, stopped_server.url)
    try:
        assert done.replaced_characters == 3, "the NUL in a description, an attribute and a label"
        ours = {p.id: p for p in graph.scan_personas()}
        theirs = {p.id: p for p in opened.scan_personas()}
        assert {id for id in ours if ours[id] != theirs[id]} == {
            p.id for p in ours.values() if "\x00" in p.description + p.attributes["language"]
        }
        changed = [
            (a, b) for a, b in zip(graph.scan_relationships(), opened.scan_relationships(), strict=True) if a != b
        ]
        assert all("\x00" in a.label for a, _ in changed)
        assert opened.stats() == graph.stats()
        assert opened.source_links() == graph.source_links()
        assert opened.merges() == graph.merges()
        assert opened.applied("r2") == 7
        assert opened.search("maker of chair number 59") == graph.search("maker of chair number 59")
        one, other = graph.search("chair number 3")[0].id, graph.search("chair number 4")[0].id
        assert opened.shortest_path(one, other).hops == graph.shortest_path(one, other).hops
        monkeypatch.setenv("PERSONAGRAPH_TEST_NEO4J_PASSWORD", neo4j_password)
        empty(neo4j_url)
        with closing(open_graph(tmp_path, neo4j_url)) as another:
            assert copy(opened, another, ["r1", "r2"], workspace="w") == contents(opened, ["r1", "r2"])
            assert another.stats() == graph.stats()
    finally:
        opened.close()


def test_a_part_of_a_graph_claims_no_database(graph, tmp_path):
    one = next(iter(graph.scan_personas())).id
    export(graph, tmp_path / "out", "neo4j-admin", Selection(around=one), owner=owner(graph))
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "out").iterdir()}
    assert all(sizes[f"{kind}.csv"] == 0 for kind in ("workspace", "runs", "sources", "aliases", "merged_into"))
    assert sizes["personas.csv"]


def test_the_command_names_every_file_once_and_no_folder(graph, tmp_path):
    done = export(graph, tmp_path / "out", "neo4j-admin", owner=owner(graph))
    named = re.findall(r"(\w+\.csv)", done.command)
    assert sorted(named) == sorted(path.name for path in (tmp_path / "out").iterdir())
    assert str(tmp_path) not in done.command


def test_lists_are_cut_by_a_character_that_the_command_names(graph, tmp_path):
    done = export(graph, tmp_path / "out", "neo4j-admin", owner=owner(graph))
    assert f"--array-delimiter=U+{ord(LIST):04X}" in done.command
    assert f'"c1{LIST}c2"' in (tmp_path / "out" / "relationships.csv").read_text()
