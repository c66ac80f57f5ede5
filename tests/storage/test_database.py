"""Opening a database file: ours or refused, migrated once, newer ones left alone, closed ones told."""

import contextlib
import sqlite3
import threading
from pathlib import Path

import pytest

from personagraph.errors import ConfigError, SchemaVersionError, StoreError
from personagraph.ledger import Ledger
from personagraph.storage.damage.integrity import damage
from personagraph.storage.database import Database, Kind
from personagraph.stores.sqlite.store import SQLiteStore


@pytest.fixture
def kind(tmp_path: Path) -> Kind:
    schema = tmp_path / "schema"
    schema.mkdir()
    (schema / "V001__create.sql").write_text("CREATE TABLE a (x INTEGER NOT NULL);\nCREATE TABLE b (y)")
    return Kind("thing", 0x1234, schema)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.sqlite3"


def test_a_file_is_made_once_and_found_again(path, kind):
    first = Database(path, kind)
    with first.transaction():
        first.execute("INSERT INTO a VALUES (1)")
    first.close()
    first.close()
    assert Database(path, kind).value("SELECT x FROM a") == 1


def test_an_older_file_is_migrated(path, kind):
    Database(path, kind).close()
    (kind.schema / "V002__fill.sql").write_text("INSERT INTO a VALUES (2);\n-- done\n")
    Database(path, kind).close()
    assert [tuple(row) for row in Database(path, kind).rows("SELECT x FROM a")] == [(2,)]


def test_a_migration_that_fails_leaves_the_file_as_it_was(path, kind):
    Database(path, kind).close()
    (kind.schema / "V002__fill.sql").write_text("INSERT INTO a VALUES (2);\nINSERT INTO nowhere VALUES (2);\n")
    with pytest.raises(StoreError, match="nowhere"):
        Database(path, kind)
    (kind.schema / "V002__fill.sql").unlink()
    assert Database(path, kind).rows("SELECT x FROM a") == []


def test_a_newer_or_an_altered_file_is_refused(path, kind):
    (kind.schema / "V002__more.sql").write_text("CREATE TABLE c (z);")
    Database(path, kind).close()
    (kind.schema / "V002__more.sql").unlink()
    with pytest.raises(SchemaVersionError, match="schema version 2"):
        Database(path, kind)
    (kind.schema / "V002__more.sql").write_text("CREATE TABLE d (z);")
    with pytest.raises(SchemaVersionError, match="another form of schema migration 2"):
        Database(path, kind)


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\x00 and then nothing of the kind" * 30])
def test_a_file_that_is_no_database_is_refused_and_left_alone(path, kind, content):
    path.write_bytes(content)
    with pytest.raises((ConfigError, StoreError), match="not a"):
        Database(path, kind)
    assert path.read_bytes() == content


def test_a_database_of_something_else_is_refused_and_left_alone(path, kind):
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(ConfigError, match="not a thing of personagraph"):
        Database(path, kind)
    assert path.read_bytes() == before


def test_a_ledger_is_no_graph_and_a_graph_is_no_ledger(tmp_path):
    Ledger(tmp_path / "ledger").close()
    SQLiteStore.open(str(tmp_path / "graph"), "w").close()
    with pytest.raises(ConfigError, match="not a graph"):
        SQLiteStore.open(tmp_path / "ledger", "w")
    with pytest.raises(ConfigError, match="not a ledger"):
        Ledger(tmp_path / "graph")


@pytest.mark.parametrize(
    "program",
    [
        "CREATE TRIGGER free AFTER INSERT ON a BEGIN UPDATE a SET x = 0; END",
        "CREATE TRIGGER kept AFTER INSERT ON a BEGIN DELETE FROM a; END",
        "CREATE VIEW d AS SELECT 1",
        "DROP VIEW c; CREATE VIEW c AS SELECT 2 AS y",
        "DROP TABLE b; CREATE VIEW b AS WITH RECURSIVE n(y) AS (SELECT 1 UNION ALL SELECT y FROM n) SELECT y FROM n",
        "DROP TABLE migration; CREATE VIEW migration AS WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v FROM n)"
        " SELECT v AS version, v AS name, v AS checksum FROM n",
        "CREATE VIEW e AS WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v FROM n) SELECT v AS version, v AS name, v"
        " AS checksum FROM n; DROP TABLE migration; CREATE VIRTUAL TABLE migration USING fts5(version, name, checksum,"
        " content='e', content_rowid='version')",
    ],
)
def test_a_file_with_triggers_or_views_of_somebody_else_is_refused(path, kind, program):
    (kind.schema / "V002__views.sql").write_text(
        "CREATE VIEW c AS SELECT y FROM b;\n-- why\n"
        "CREATE TRIGGER kept AFTER INSERT ON a BEGIN\n DELETE FROM b;\nEND;\n"
    )
    Database(path, kind).close()
    Database(path, kind).close()
    with contextlib.closing(sqlite3.connect(path)) as theirs:
        theirs.executescript("DROP TRIGGER kept;" + program if "TRIGGER kept" in program else program)
    with pytest.raises(ConfigError, match="that personagraph did not make; drop it if it is yours"):
        Database(path, kind)
    assert ["did not make" in reason for reason in damage(path, kind=kind)] == [True]


def test_a_folder_that_is_not_there_is_told(tmp_path, kind):
    with pytest.raises(StoreError, match="check that its folder exists"):
        Database(tmp_path / "none" / "x.sqlite3", kind)


def test_a_transaction_is_all_or_nothing_and_one_inside_another_joins_it(path, kind):
    database = Database(path, kind)
    with database.transaction(), database.transaction():
        database.execute_many("INSERT INTO a VALUES (?)", [(1,), (2,)])

    def fail() -> None:
        with database.transaction():
            with database.transaction():
                database.execute("INSERT INTO a VALUES (3)")
            database.execute("INSERT INTO a VALUES (NULL)")

    with pytest.raises(StoreError, match="NOT NULL"):
        fail()
    assert database.value("SELECT count(*) FROM a") == 2


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1733])
def test_many_rows_are_entered_in_order_and_those_that_are_there_are_not_counted(path, kind, count):
    database = Database(path, kind)
    with database.transaction():
        assert database.insert("a (x)", ((n,) for n in range(count))) == count
        assert [row[0] for row in database.rows("SELECT x FROM a ORDER BY rowid")] == list(range(count))
        database.execute("CREATE UNIQUE INDEX once ON a (x)")
        again = ((n,) for n in range(count + 700))
        assert database.insert("a (x)", again, otherwise="ON CONFLICT (x) DO NOTHING") == 700


def test_a_reader_sees_one_state_whatever_is_written_meanwhile(path, kind):
    database = Database(path, kind)
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM a").fetchone() == (0,)
        with database.transaction():
            database.execute("INSERT INTO a VALUES (1)")
        assert connection.execute("SELECT count(*) FROM a").fetchone() == (0,)
    assert database.value("SELECT count(*) FROM a") == 1


def test_many_threads_share_a_database(path, kind):
    database = Database(path, kind)

    def count() -> None:
        for _ in range(50):
            with database.transaction():
                database.execute("INSERT INTO a VALUES ((SELECT count(*) FROM a))")

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row[0] for row in database.rows("SELECT x FROM a ORDER BY x")] == list(range(200))


def test_several_that_open_a_new_file_at_once_all_get_it(path, kind):
    faults: list[Exception] = []

    def open_it() -> None:
        try:
            Database(path, kind).close()
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
