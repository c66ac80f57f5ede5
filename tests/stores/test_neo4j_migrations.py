"""A Neo4j database of an older schema is brought up to date with its data, once, whoever comes first."""

import subprocess
import sys
from pathlib import Path

import pytest

from personagraph.errors import StoreError
from personagraph.storage.migrations import load_migrations
from personagraph.stores.neo4j.connection import Server, address_of
from personagraph.stores.neo4j.queries import CYPHER
from personagraph.stores.neo4j.schema import missing, prepare, repair, rules
from personagraph.types import Batch, Source
from tests.commands import ROOT
from tests.stored import ask, empty, open_graph, people

pytestmark = pytest.mark.neo4j

OPEN = """
import sys
from personagraph.stores.neo4j.store import Neo4jStore
url, password = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
Neo4jStore.open(url, password, "w").close()
"""


def back_to_version_1(url: str) -> None:
    """Make the database what V001 alone would have left: without the rules, the records and the names of later ones."""
    for rule in rules():
        if rule.name in later():
            ask(url, f"DROP {'CONSTRAINT' if rule.constraint else 'INDEX'} {rule.name} IF EXISTS")
    ask(url, "MATCH (m:PersonagraphMigration) WHERE m.version > 1 DELETE m")
    ask(url, "MATCH (n:Source|Run|PersonagraphWorkspace) REMOVE n.name")


def later() -> set[str]:
    """The names of indexes and constraints that only later migrations make."""
    first = load_migrations(CYPHER / "schema")[0].text
    return {rule.name for rule in rules() if f" {rule.name} " not in first}


@pytest.fixture
def old(neo4j_url: str, tmp_path: Path) -> str:
    """A database of version 1 with data."""
    empty(neo4j_url)
    store = open_graph(tmp_path, neo4j_url)
    store.write(Batch("r1", 0, 1, tuple(people(3)), sources=(Source("s", "texts/a.txt#1", "h", "e"),)))
    store.close()
    back_to_version_1(neo4j_url)
    return neo4j_url


def server(url: str, password: str) -> Server:
    return Server(address_of(url), password)


def versions(url: str) -> list[object]:
    return [v for (v,) in ask(url, "MATCH (m:PersonagraphMigration) RETURN m.version ORDER BY m.version")]


def test_opening_an_older_database_migrates_it_and_keeps_its_data(old, tmp_path):
    assert versions(old) == [1]
    store = open_graph(tmp_path, old)
    assert store.stats().personas == 3
    store.close()
    assert versions(old) == [1, 2, 3, 4, 5, 6, 7, 8]
    names = {name for (name,) in ask(old, "SHOW INDEXES YIELD name, state WHERE state = 'ONLINE' RETURN name")}
    assert later() <= names
    named = ask(old, "MATCH (n:Source|Run|PersonagraphWorkspace) RETURN n.name ORDER BY n.name")
    assert named == [("a.txt#1",), ("run r1",), ("workspace w",)]


def test_migrating_tells_what_it_carried_out_and_does_nothing_the_second_time(old, neo4j_password):
    opened = server(old, neo4j_password)
    assert [m.name for m in prepare(opened, "w")] == [
        "attributes",
        "captions",
        "lookups",
        "own_words",
        "fields",
        "bases",
        "linking",
    ]
    assert prepare(opened, "w") == []
    opened.close()


def test_every_statement_of_a_migration_can_be_carried_out_twice(old, neo4j_password, tmp_path):
    open_graph(tmp_path, old).close()
    ask(old, "MATCH (m:PersonagraphMigration) DELETE m")
    open_graph(tmp_path, old).close()
    assert versions(old) == [1, 2, 3, 4, 5, 6, 7, 8]


def all_at_once(url: str, password: str, clients: int) -> None:
    """Open the store in so many processes at the same moment; each must succeed."""
    command, pipe = [sys.executable, "-c", OPEN, url, password], subprocess.PIPE
    started = [
        subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(clients)
    ]
    for client in started:
        assert client.stdout is not None
        assert client.stdout.readline() == "ready\n"
    for client in started:
        assert client.stdin is not None
        client.stdin.write("\n")
        client.stdin.flush()
    said = [client.communicate(timeout=150)[1] for client in started]
    assert [client.returncode for client in started] == [0] * clients, said


def test_clients_that_migrate_at_once_leave_one_schema_and_all_succeed(old, neo4j_password):
    all_at_once(old, neo4j_password, 3)
    assert versions(old) == [1, 2, 3, 4, 5, 6, 7, 8]
    opened = server(old, neo4j_password)
    assert missing(opened) == []
    opened.close()


def test_clients_that_make_the_whole_schema_at_once_all_succeed(neo4j_url, neo4j_password):
    empty(neo4j_url)
    for (name,) in ask(neo4j_url, "SHOW CONSTRAINTS YIELD name RETURN name"):
        ask(neo4j_url, f"DROP CONSTRAINT {name}")
    for (name,) in ask(neo4j_url, "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"):
        ask(neo4j_url, f"DROP INDEX {name}")
    all_at_once(neo4j_url, neo4j_password, 2)
    opened = server(neo4j_url, neo4j_password)
    assert missing(opened) == []
    opened.close()
    assert ask(neo4j_url, "MATCH (w:PersonagraphWorkspace) RETURN w.id") == [("w",)]


def test_indexes_and_constraints_that_were_dropped_are_missed_and_made_again(neo4j_url, neo4j_password, tmp_path):
    empty(neo4j_url)
    open_graph(tmp_path, neo4j_url).close()
    ask(neo4j_url, "DROP CONSTRAINT teaches_key")
    ask(neo4j_url, "DROP INDEX persona_words")
    opened = server(neo4j_url, neo4j_password)
    assert [rule.name for rule in missing(opened)] == ["persona_words", "teaches_key"]
    assert [rule.name for rule in repair(opened)] == ["persona_words", "teaches_key"]
    assert missing(opened) == []
    opened.close()


def test_a_persona_that_is_there_twice_is_named_when_its_constraint_is_made_again(neo4j_url, neo4j_password, tmp_path):
    empty(neo4j_url)
    open_graph(tmp_path, neo4j_url).close()
    ask(neo4j_url, "DROP CONSTRAINT persona_id")
    ask(neo4j_url, "CREATE (:Persona {id: 'twin'}), (:Persona {id: 'twin'})")
    opened = server(neo4j_url, neo4j_password)
    with pytest.raises(StoreError, match=r"a constraint cannot be made. Both .*`id` = 'twin': take"):
        repair(opened)
    empty(neo4j_url)
    assert [rule.name for rule in repair(opened)] == ["persona_id"]
    opened.close()
