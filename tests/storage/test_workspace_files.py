"""The files of a workspace: which they are, and that what is opened is what was looked at."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from personagraph.errors import ConfigError
from personagraph.ledger import Ledger
from personagraph.storage.workspace_files import belongs_to_workspace, linked_folder, no_link, open_plain
from personagraph.storage.writer_lock import writer
from tests.strangers import naming


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def database(tmp_path) -> Path:
    path = tmp_path / "w" / "ledger.sqlite3"
    path.parent.mkdir()
    Ledger(path).close()
    return path


# ---- between the look and the opening ----


@pytest.mark.parametrize("another", ["link", "file", "hard link", "nothing"])
def test_a_database_that_is_swapped_while_it_is_opened_is_not_used(database, tmp_path, another):
    foreign = tmp_path / "foreign.sqlite3"
    Ledger(foreign).close()
    before = foreign.read_bytes()

    def connect() -> None:
        with no_link(database):
            database.rename(tmp_path / "aside.sqlite3")
            if another == "link":
                database.symlink_to(foreign)
            elif another == "hard link":
                database.hardlink_to(foreign)
            elif another == "file":
                database.write_bytes(before)
            sqlite3.connect(database)

    with pytest.raises(ConfigError, match=r"is a link|is a hard link|was replaced while it was opened"):
        connect()
    assert foreign.read_bytes() == before


def test_a_database_that_was_a_link_only_while_it_was_opened_is_not_used(database, tmp_path):
    foreign, aside = tmp_path / "foreign.sqlite3", tmp_path / "aside.sqlite3"
    Ledger(foreign).close()

    def connect() -> None:
        with no_link(database):
            database.rename(aside)
            database.symlink_to(foreign)
            sqlite3.connect(database)
            database.unlink()
            aside.rename(database)

    with pytest.raises(ConfigError, match="was replaced while it was opened"):
        connect()


def test_sqlite_itself_follows_no_link_beside_a_database(database, tmp_path):
    foreign = tmp_path / "thesis.tex"
    foreign.write_text("all my work")
    for end in ("-wal", "-shm"):
        beside = database.with_name(database.name + end)
        beside.symlink_to(foreign)
        with pytest.raises(sqlite3.OperationalError):
            sqlite3.connect(database).execute("SELECT * FROM meta")
        beside.unlink()
    assert foreign.read_text() == "all my work"


def test_a_file_that_becomes_a_link_after_the_look_is_not_opened(tmp_path, monkeypatch):
    path, foreign = tmp_path / "writer.lock", tmp_path / "thesis.tex"
    path.touch()
    foreign.write_text("all my work")
    opened = os.open

    def late(name: object, *rest: object) -> int:
        path.unlink()
        path.symlink_to(foreign)
        return opened(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", late)
    with pytest.raises(OSError, match="symbolic links"):
        open_plain(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    assert foreign.read_text() == "all my work"


def test_a_file_that_becomes_a_pipe_after_the_look_makes_nobody_wait(tmp_path, monkeypatch):
    path = tmp_path / "personagraph.toml"
    path.touch()
    opened = os.open

    def late(name: object, *rest: object) -> int:
        path.unlink()
        os.mkfifo(path)
        return opened(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", late)
    with pytest.raises(ConfigError, match="is a pipe"):
        open_plain(path, os.O_RDONLY)


def test_threads_that_make_one_database_take_no_lock_from_each_other(tmp_path):
    faults: list[Exception] = []

    def write(path: Path) -> None:
        try:
            with closing(Ledger(path)) as ledger:
                for n in range(5):
                    ledger.remember(f"{threading.get_ident()}-{n}", "x")
        except Exception as error:
            faults.append(error)

    for round in range(5):
        threads = [threading.Thread(target=write, args=(tmp_path / f"{round}.sqlite3",)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert faults == []


# ---- journals ----


@pytest.mark.parametrize("held", [b"", b"short", bytes(512), bytes(4096)])
def test_a_journal_that_names_no_other_file_is_left_to_sqlite(database, held):
    database.with_name(f"{database.name}-journal").write_bytes(held)
    Ledger(database).close()


def test_a_journal_that_names_another_file_is_refused_for_a_new_database_too(database, tmp_path):
    foreign = tmp_path / "thesis.tex"
    foreign.write_text("all my work")
    new = tmp_path / "new.sqlite3"
    new.with_name("new.sqlite3-journal").write_bytes(naming(foreign, database))
    with pytest.raises(ConfigError, match="tells SQLite to delete another file"):
        Ledger(new)
    assert foreign.exists()
    assert not new.exists()


# ---- names ----


@pytest.mark.parametrize(
    "name",
    [
        *("personagraph.toml", "writer.lock", "Writer.LOCK", "PERSONAGRAPH.TOML", "ledger.sqlite3", "GRAPH.SQLITE3"),
        *("ledger.sqlite3-wal", "graph.sqlite3-shm", "graph.sqlite3-journal", "old.sqlite3", "ledger.sqlite3.bak"),
        *("notes.db", "notes.db-wal", "notes.db-shm", "notes.db-journal", "\u017f".join(["graph.", "qlite3"])),
    ],
)
def test_the_files_of_a_workspace_and_of_databases_are_known_by_name_or_content(tmp_path, name):
    sqlite3.connect(tmp_path / "notes.db").execute("CREATE TABLE a (b)").connection.close()
    assert belongs_to_workspace(tmp_path / name)


@pytest.mark.parametrize("name", ["out.json", "my-journal", "-wal", "writer.lock.txt", "personagraph.toml.json", ".."])
def test_other_names_are_free(tmp_path, name):
    assert not belongs_to_workspace(tmp_path / name)


def test_a_link_on_the_way_is_one_only_within_a_workspace(tmp_path):
    workspace, elsewhere = tmp_path / "w", tmp_path / "elsewhere"
    (elsewhere / "deep").mkdir(parents=True)
    (workspace / "inner").mkdir(parents=True)
    (workspace / "personagraph.toml").touch()
    (workspace / "inner" / "out").symlink_to(elsewhere)
    (tmp_path / "mine").symlink_to(workspace)
    (tmp_path / "way-in").symlink_to(workspace / "inner")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert linked_folder(tmp_path / "mine" / "x.json") is None
    assert linked_folder(tmp_path / "way-in" / "x.json") is None
    assert linked_folder(tmp_path / "loop" / "x.json") is None
    for way in (workspace / "inner", tmp_path / "mine" / "inner", tmp_path / "way-in"):
        assert linked_folder(way / "out" / "deep" / "x.json") == way / "out"
        assert linked_folder(way / "out" / ".." / "x.json") == way / "out"


# ---- the lock ----


def test_the_lock_is_its_owners_and_has_the_number_of_its_holder(tmp_path):
    with writer(tmp_path):
        assert (tmp_path / "writer.lock").read_text() == str(os.getpid())
        assert mode(tmp_path / "writer.lock") == 0o600


@pytest.mark.parametrize("old", [b"", b"12345", b"12345\n", b"\0\0\0\0\0", b"1" * 20])
def test_a_lock_that_was_left_is_taken(tmp_path, old):
    (tmp_path / "writer.lock").write_bytes(old)
    with writer(tmp_path):
        assert (tmp_path / "writer.lock").read_text() == str(os.getpid())


@pytest.mark.parametrize(
    "held", [b"the king; send money", b"9" * 3000, b"\x1b[2J\x1b[1;1H", b"\xff", b"1\n2", b" 12", None]
)
def test_what_a_lock_says_of_its_holder_is_not_believed_unless_it_is_the_number_of_who_holds_it(tmp_path, held):
    code = (
        "import fcntl, sys; f = open(sys.argv[1], 'a+b'); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); input()"
    )
    path = tmp_path / "writer.lock"
    path.write_bytes(held or b"")
    with subprocess.Popen([sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        if held is None:
            path.write_text(str(other.pid))
        other.stdout.readline()
        with pytest.raises(ConfigError) as refused, writer(tmp_path):
            pass
        other.kill()
    who = f"process {other.pid}" if held is None else "another process"
    assert str(refused.value).startswith(f"{tmp_path}: {who} is writing to")
    assert held is None or path.read_bytes() == held
