"""What is particular to the Neo4j store: addresses, whose database it is, and a server that is not there."""

import socket
import time

import pytest

from personagraph.errors import ConfigError, SchemaVersionError, StoreError, StoreUnavailableError
from personagraph.stores.neo4j.connection import Address, address_of
from personagraph.stores.neo4j.store import Neo4jStore
from personagraph.types import Batch, Merge, Source, SourceLink
from tests.commands import ROOT
from tests.stored import ask, empty, fill, open_graph, people, tie


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("neo4j://localhost", Address("neo4j", "localhost", 7687, "neo4j", "neo4j")),
        ("bolt://ann@db.example:7688/people", Address("bolt", "db.example", 7688, "ann", "people")),
        ("neo4j+s://a%40b@db.example/", Address("neo4j+s", "db.example", 7687, "a@b", "neo4j")),
        ("bolt+s://[::1]:1/x", Address("bolt+s", "[::1]", 1, "neo4j", "x")),
        ("neo4j+ssc://h", Address("neo4j+ssc", "h", 7687, "neo4j", "neo4j")),
    ],
)
def test_an_address_has_a_user_a_port_and_a_database_by_default(url, address):
    assert address_of(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost",
        "neo4j://",
        "neo4j:///db",
        "localhost:7687",
        "bolt://h:99999",
        "bolt://h:x",
        "bolt://h/a/b",
        "bolt://h?a=b",
        "bolt://h#a",
        "bolt://[::1",
        "",
    ],
)
def test_an_address_of_another_form_is_refused_and_the_right_form_shown(url):
    with pytest.raises(ConfigError, match="neo4j://user@host:7687/database"):
        address_of(url)


def test_a_password_in_the_address_is_refused_and_never_shown():
    with pytest.raises(ConfigError, match="PERSONAGRAPH_STORE_PASSWORD") as caught:
        address_of("neo4j://ann:s3cret@localhost")
    assert "s3cret" not in str(caught.value)


def refused(error: type[StoreError] | type[ConfigError], url: str, password: str = "s3cret-s3cret") -> str:
    """The message of the error, which is one line, comes within seconds and never shows the password."""
    started = time.monotonic()
    with pytest.raises(error) as caught:
        Neo4jStore.open(url, password, "w")
    assert time.monotonic() - started < 8
    message = str(caught.value)
    assert "\n" not in message
    assert password not in message
    return message


@pytest.mark.parametrize("scheme", ["neo4j", "bolt", "neo4j+s", "bolt+s"])
def test_a_server_that_is_not_there_is_told_at_once(scheme):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert "start it, or check the address" in refused(StoreUnavailableError, f"{scheme}://127.0.0.1:{port}")


def test_a_host_without_a_name_is_told():
    assert "nowhere.invalid:7687" in refused(StoreUnavailableError, "bolt://nowhere.invalid")


@pytest.mark.slow
def test_a_server_that_never_answers_is_given_up_within_seconds():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert "cannot be reached" in refused(StoreUnavailableError, f"neo4j://127.0.0.1:{port}")


def test_the_address_of_browser_is_told_from_that_of_bolt():
    with pytest.raises(ConfigError, match="address of Browser"):
        address_of("http://localhost:7474")
    assert "name Bolt's, 7687" in refused(StoreUnavailableError, "bolt://127.0.0.1:7474")


@pytest.mark.neo4j
@pytest.mark.parametrize("scheme", ["neo4j+s", "bolt+s", "neo4j+ssc", "bolt+ssc"])
def test_a_server_without_tls_is_told_from_one_that_is_not_there(neo4j_url, neo4j_password, scheme):
    message = refused(StoreUnavailableError, neo4j_url.replace("neo4j://", f"{scheme}://", 1), neo4j_password)
    assert f"no TLS connection could be made; where the server has no TLS use {scheme.partition('+')[0]}://" in message


@pytest.mark.neo4j
def test_a_wrong_password_names_the_user_and_where_the_password_is_given(neo4j_url):
    message = refused(StoreUnavailableError, neo4j_url)
    assert "user neo4j" in message
    assert "PERSONAGRAPH_STORE_PASSWORD" in message


@pytest.mark.neo4j
def test_a_database_that_the_server_does_not_have_is_named(neo4j_url, neo4j_password):
    assert "no database 'people'" in refused(StoreUnavailableError, f"{neo4j_url}/people", neo4j_password)


@pytest.mark.neo4j
def test_bolt_reaches_the_same_graph(neo4j_url, tmp_path):
    empty(neo4j_url)
    fill(open_graph(tmp_path, neo4j_url), *people(2))
    assert open_graph(tmp_path, neo4j_url.replace("neo4j://", "bolt://")).stats().personas == 2


@pytest.mark.neo4j
def test_a_database_with_other_data_is_refused_and_left_alone(neo4j_url, neo4j_password):
    empty(neo4j_url)
    ask(neo4j_url, "CREATE (:Persona {id: 'theirs'})-[:LIKES]->(:Film)")
    message = refused(ConfigError, neo4j_url, neo4j_password)
    assert "is not a graph of personagraph" in message
    assert ask(neo4j_url, "MATCH (n) RETURN count(n)") == [(2,)]


@pytest.mark.neo4j
def test_a_database_with_a_newer_or_an_altered_schema_is_refused(neo4j_url, neo4j_password, tmp_path):
    empty(neo4j_url)
    open_graph(tmp_path, neo4j_url).close()
    ask(neo4j_url, "CREATE (:PersonagraphMigration {version: 99, name: 'later', checksum: 'x'})")
    assert "schema version 99" in refused(SchemaVersionError, neo4j_url, neo4j_password)
    ask(neo4j_url, "MATCH (m:PersonagraphMigration {version: 99}) DELETE m")
    ask(neo4j_url, "MATCH (m:PersonagraphMigration {version: 1}) SET m.checksum = 'x'")
    assert "another form of schema migration 1" in refused(SchemaVersionError, neo4j_url, neo4j_password)


@pytest.mark.neo4j
def test_a_migration_that_was_cut_short_is_carried_out_again(neo4j_url, tmp_path):
    empty(neo4j_url)
    open_graph(tmp_path, neo4j_url).close()
    empty(neo4j_url)
    ask(neo4j_url, "DROP CONSTRAINT teaches_key")
    ask(neo4j_url, "DROP INDEX persona_words")
    store = open_graph(tmp_path, neo4j_url)
    fill(store, *people(1))
    assert len(store.search("chair")) == 1
    assert ask(neo4j_url, "SHOW CONSTRAINTS YIELD name WHERE name = 'teaches_key' RETURN count(*)") == [(1,)]


@pytest.mark.neo4j
def test_a_database_that_was_taken_over_meanwhile_is_not_written_to(neo4j_url, tmp_path):
    empty(neo4j_url)
    store = open_graph(tmp_path, neo4j_url)
    empty(neo4j_url)
    other = open_graph(tmp_path, neo4j_url, workspace="w2")
    with pytest.raises(ConfigError, match="workspace w2"):
        fill(store, *people(1))
    assert other.stats().personas == 0


@pytest.mark.neo4j
def test_relationships_are_of_native_types_and_sources_are_tied_to_personas(neo4j_url, tmp_path):
    empty(neo4j_url)
    a, b = people(2)
    link, alias = SourceLink("s", a.id, "LIKELY_TO_READ"), Merge("r1.0.0", "x", "as a", a.id, "jaccard", 0.9, "r1")
    batch = Batch("r1", 0, 1, (a, b), {}, (tie(a, b),), (Source("s", "u", "h", "e"),), (link,), (alias,))
    open_graph(tmp_path, neo4j_url).write(batch)
    found = ask(neo4j_url, "MATCH (a)-[r]->(b) RETURN labels(a)[0], type(r), labels(b)[0] ORDER BY type(r)")
    assert found == [
        ("Persona", "LIKELY_TO_READ", "Source"),
        ("Alias", "MERGED_INTO", "Persona"),
        ("Persona", "TEACHES", "Persona"),
    ]
    assert ask(neo4j_url, "MATCH (r:Run) RETURN r.id, r.applied") == [("r1", 1)]


@pytest.mark.neo4j
@pytest.mark.parametrize("type", ["LIKES", "FRIEND_OF"])
def test_what_somebody_draws_between_personas_is_no_part_of_the_graph_and_stays(neo4j_url, tmp_path, type):
    empty(neo4j_url)
    store = open_graph(tmp_path, neo4j_url)
    a, b, c, d = people(4)
    ties = sorted((tie(a, b), tie(b, c), tie(c, d)), key=lambda r: (r.source, r.target))
    fill(store, a, b, c, d, *ties)
    ask(neo4j_url, f"MATCH (a:Persona {{id: '{a.id}'}}), (d:Persona {{id: '{d.id}'}}) CREATE (a)-[:{type}]->(d)")
    assert store.stats().relationships == 3
    assert store.stats().by_type == {"TEACHES": 3}
    assert list(store.scan_relationships()) == store.relationships([p.id for p in (a, b, c, d)]) == ties
    assert [r.type for r in store.relationships_at([a.id])] == ["TEACHES"]
    assert [n.hops for n in store.neighbours([a.id], hops=3)] == [1, 2, 3]
    for directed in (False, True):
        path = store.shortest_path(a.id, d.id, directed=directed)
        assert path is not None
        assert path.personas == (a, b, c, d)
        assert store.shortest_paths([a.id], [d.id], limit=5, directed=directed).paths == (path,)
    snapshot = store.snapshot()
    assert (len(snapshot.sources), snapshot.types.names) == (3, ("TEACHES",))
    assert ask(neo4j_url, f"MATCH ()-[r:{type}]->() RETURN count(r)") == [(1,)]


@pytest.mark.neo4j
def test_who_has_an_imported_relationship_does_not_rest_on_one_call(neo4j_url, tmp_path):
    empty(neo4j_url)
    store = open_graph(tmp_path, neo4j_url)
    a, b, c, d = people(4)
    fill(store, a, b, c, d, tie(a, b, calls=("c1",)), tie(b, c, calls=()), tie(c, d, calls=()))
    ask(neo4j_url, f"MATCH (:Persona {{id: '{c.id}'}})-[r]->() REMOVE r.calls")  # as neo4j-admin leaves it out
    statement = (ROOT / "cypher" / "worth_knowing" / "resting_on_one_call.cypher").read_text(encoding="utf-8")
    found = store.query(statement, {"limit": 10}, limit=10, seconds=60)
    assert found.rows == ((a.id, a.description, 1, "c1"),)
