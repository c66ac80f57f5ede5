"""A query of the user's own reads, and can do nothing else; what it gives is plain values."""

import time
from collections.abc import Iterator

import pytest

from personagraph.errors import StoreError
from personagraph.stores.neo4j.store import Neo4jStore
from tests.stored import ask, empty, fill, open_graph, people, tie

pytestmark = pytest.mark.neo4j


@pytest.fixture(scope="module")
def store(neo4j_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jStore]:
    empty(neo4j_url)
    opened = open_graph(tmp_path_factory.mktemp("graph"), neo4j_url)
    assert isinstance(opened, Neo4jStore)
    a, b, c = people(3)
    fill(opened, a, b, c, tie(a, b), tie(c, b))
    yield opened
    opened.close()


def asked(store: Neo4jStore, statement: str, *, limit: int = 10, seconds: float = 60, **parameters: object):
    return store.query(statement, parameters, limit=limit, seconds=seconds)


def test_rows_come_with_the_names_of_their_columns(store):
    found = asked(store, "MATCH (p:Persona) RETURN p.entry AS entry, p.depth ORDER BY entry")
    assert found.columns == ("entry", "p.depth")
    assert found.rows == ((0, 0), (1, 0), (2, 0))


def test_more_rows_than_the_limit_are_cut_and_said_to_be(store):
    assert asked(store, "UNWIND range(1, 5) AS n RETURN n", limit=5).cut is False
    cut = asked(store, "UNWIND range(1, 1000000000) AS n RETURN n", limit=4)
    assert (cut.rows, cut.cut) == (((1,), (2,), (3,), (4,)), True)


def test_a_query_without_rows_keeps_its_columns(store):
    found = asked(store, "MATCH (p:Persona {id: $id}) RETURN p.id AS id", id="nobody")
    assert (found.columns, found.rows, found.cut) == (("id",), (), False)


def test_nodes_relationships_and_paths_are_plain(store):
    a, b, _ = people(3)
    [(node, tied, path)] = asked(store, "MATCH p = (a:Persona {id: $id})-[r]->() RETURN a, r, p", id=a.id).rows
    assert node["labels"] == ["Persona"]
    assert node["properties"]["description"] == a.description
    assert (tied["type"], tied["start"], tied["end"]) == ("TEACHES", a.id, b.id)
    assert [n["properties"]["id"] for n in path["nodes"]] == [a.id, b.id]
    assert path["relationships"] == [tied]
    [(alone, nested)] = asked(store, "MATCH (a:Persona {id: $id})-[r]->() RETURN r, {all: [r]} AS n", id=a.id).rows
    assert alone == tied, "its ends have the same names where they are not asked for"
    assert nested == {"all": [tied]}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("date('2026-11-24')", "2026-11-24"),
        ("datetime('2026-11-24T10:00:00Z')", "2026-11-24T10:00:00.000000000+00:00"),
        ("localtime('10:00')", "10:00:00.000000000"),
        ("duration('P1DT2H')", "P1DT2H"),
        ("point({x: 1, y: 2})", {"srid": 7203, "coordinates": [1.0, 2.0]}),
        ("[1, null, {a: [true]}]", [1, None, {"a": [True]}]),
        ("0.0 / 0.0", "nan"),
        ("1.0 / 0.0", "inf"),
    ],
)
def test_other_values_are_plain(store, expression, value):
    assert asked(store, f"RETURN {expression} AS v").rows == ((value,),)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("CREATE (n:X) RETURN n", "would change"),
        ("MATCH (p:Persona) SET p.description = 'x'", "would change"),
        ("MATCH (p:Persona) DETACH DELETE p", "would change"),
        ("MERGE (p:Persona {id: 'x'}) RETURN p", "would change"),
        ("MATCH (p:Persona) CALL (p) { SET p.x = 1 } RETURN p", "would change"),
        ("MATCH (p:Persona) FOREACH (n IN [1] | SET p.x = n)", "would change"),
        ("MATCH (p:Persona) CALL (p) { SET p.x = 1 } IN TRANSACTIONS", "IN TRANSACTIONS"),
        ("MATCH (p:Persona) CALL (p) { RETURN 1 AS one } IN TRANSACTIONS RETURN one", "IN TRANSACTIONS"),
        ("LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line", "LOAD CSV"),
        ("CALL { LOAD CSV FROM 'http://127.0.0.1:1/' AS line RETURN line } RETURN line", "LOAD CSV"),
        ("CREATE INDEX extra FOR (n:X) ON (n.y)", "would change"),
        ("DROP CONSTRAINT persona_id", "would change"),
        ("CALL db.createLabel('X')", "db.createLabel"),
        ("CALL db.awaitIndexes(1)", "db.awaitIndexes"),
        ("CALL dbms.listConfig() YIELD name RETURN name", "dbms.listConfig"),
        ("CALL dbms.components() YIELD name RETURN name", "dbms.components"),
        ("CALL `db`.`clearQueryCaches`()", "clearQueryCaches"),
        ("CREATE USER eve SET PASSWORD 'evil-evil'", "would change"),
        ("SHOW USERS", "manages the server"),
        ("SHOW SETTINGS", "manages the server"),
        ("SHOW TRANSACTIONS", "manages the server"),
        ("TERMINATE TRANSACTIONS 'neo4j-transaction-1'", "manages the server"),
        ("CALL apoc.load.json('file:///etc/passwd') YIELD value RETURN value", "calls apoc"),
        ("RETURN `apoc`.util.sleep(1)", "calls apoc"),
        ("RETURN apoc /* . */ . version() AS n", "calls apoc"),
        ("RETURN \\u0061poc.version() AS n", "outside of texts"),
        ("RETURN 'a\\u0027 + apoc.version() + \\u0027b' AS n", "write the character itself"),
        ("RETURN 1 AS `it's`, apoc.version() AS `x'`", "calls apoc"),
        ("RETURN 1; MATCH (n) DETACH DELETE n", "one statement"),
        ("PROFILE MATCH (n) RETURN n", "PROFILE"),
        ("EXPLAIN MATCH (n) RETURN n", "EXPLAIN"),
    ],
)
def test_what_could_do_more_than_read_is_refused_and_does_nothing(store, neo4j_url, statement, says):
    before = ask(neo4j_url, "MATCH (n) RETURN count(n), sum(size(keys(n)))")
    with pytest.raises(StoreError, match=says) as caught:
        asked(store, statement)
    assert "\n" not in str(caught.value)
    assert ask(neo4j_url, "MATCH (n) RETURN count(n), sum(size(keys(n)))") == before


def test_the_server_refuses_a_write_in_the_transaction_of_a_query_even_unasked(store, neo4j_url):
    with pytest.raises(StoreError):
        store._server.look("CREATE (:X)", {}, rows=1, seconds=10, unnamed=lambda rows: [])
    assert ask(neo4j_url, "MATCH (n:X) RETURN count(n)") == [(0,)]


@pytest.mark.parametrize(
    "statement",
    [
        "SHOW INDEXES YIELD name RETURN count(name) AS n",
        "SHOW CONSTRAINTS YIELD name RETURN count(name) AS n",
        "CALL db.labels() YIELD label RETURN count(label) AS n",
        "CALL db.index.fulltext.queryNodes('persona_words', '+chair') YIELD node RETURN count(node) AS n",
        "// CREATE, apoc.load and LOAD CSV are but words here\nRETURN size(\"CALL apoc.load.json('x')\") AS n",
        "MATCH (p:Persona) CALL (p) { RETURN 1 AS one } RETURN count(one) AS n;",
        "WITH {version: 1} AS gds RETURN gds.version AS n",
    ],
)
def test_what_only_reads_is_allowed(store, statement):
    assert asked(store, statement).rows[0][0] > 0


def test_a_query_that_takes_too_long_is_stopped(store):
    started = time.monotonic()
    with pytest.raises(StoreError, match="took longer than"):
        asked(store, "UNWIND range(1, 100000000000) AS n RETURN sum(n) AS n", seconds=1)
    assert time.monotonic() - started < 20


def test_a_parameter_that_is_missing_and_a_fault_in_the_cypher_are_told_in_one_line(store):
    with pytest.raises(StoreError, match="name") as missing:
        asked(store, "MATCH (p:Persona {id: $name}) RETURN p")
    with pytest.raises(StoreError, match=r"MACTH|Invalid input") as fault:
        asked(store, "MACTH (p)\nRETURN p")
    assert "\n" not in str(missing.value) + str(fault.value)
