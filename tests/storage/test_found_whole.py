"""A large database that was found whole is read again only when somebody touched it, or after a day."""

import os
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from personagraph.errors import StoreError
from personagraph.storage.damage import found_whole
from personagraph.storage.damage.found_whole import FILE, LASTING, whole


@pytest.fixture
def database(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(found_whole, "LEAST", 1)
    path = tmp_path / "x.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("CREATE TABLE row (n INTEGER PRIMARY KEY, text TEXT)")
    write(path, 2000)
    return path


def write(path: Path, count: int) -> None:
    with closing(sqlite3.connect(path)) as file, file:
        file.executemany("INSERT INTO row (text) VALUES (?)", [(f"{n} " * 9,) for n in range(count)])


def run(path: Path) -> bool:
    """What a run does: it looks at the file, keeps it open, and writes into it; whether it read all of it."""
    with closing(sqlite3.connect(path)) as file, whole(path.parent / "index", {path: True}) as read, file:
        file.executemany("INSERT INTO row (text) VALUES (?)", [(f"{n} " * 9,) for n in range(3)])
    return read == [path]


def spoil(path: Path, *, keeping_times: bool = False) -> None:
    """Damage a file, as nothing that uses SQLite does."""
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(5 * 4096)
        file.write(b"\xff" * 64)
    if keeping_times:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_what_only_runs_wrote_is_read_whole_by_the_first_of_them(database):
    assert [run(database) for _ in range(3)] == [True, False, False]


def test_a_small_file_is_read_by_every_run(database, monkeypatch):
    monkeypatch.setattr(found_whole, "LEAST", 1 << 30)
    assert run(database)
    assert run(database)
    assert not (database.parent / "index").exists()


@pytest.mark.parametrize("keeping_times", [False, True])
def test_a_file_that_was_damaged_since_is_refused(database, keeping_times):
    run(database)
    spoil(database, keeping_times=keeping_times)
    with pytest.raises(StoreError, match="is damaged"):
        run(database)


def test_damage_at_the_very_moment_when_a_run_ended_is_seen(database):
    for _ in range(20):
        run(database)
        before = database.read_bytes()
        spoil(database)
        with pytest.raises(StoreError, match="is damaged"):
            run(database)
        database.write_bytes(before)


def test_a_copy_that_was_put_in_its_place_is_read_whole(database):
    run(database)
    copy, times = database.with_name("copy"), database.stat()
    copy.write_bytes(database.read_bytes())
    os.utime(copy, ns=(times.st_atime_ns, times.st_mtime_ns))
    copy.replace(database)
    assert run(database)


def test_what_a_killed_run_left_in_the_log_has_the_file_read_whole(database):
    run(database)
    with closing(sqlite3.connect(database)) as other:
        other.execute("SELECT 1 FROM row").fetchone()
        write(database, 3)
        assert database.with_name("x.sqlite3-wal").stat().st_size
        assert run(database)


def test_a_run_that_failed_leaves_no_word_that_the_file_is_whole(database):
    with suppress(RuntimeError), whole(database.parent / "index", {database: True}):
        write(database, 3)
        raise RuntimeError
    assert run(database)


@pytest.mark.parametrize("later", [LASTING + 1, -3600])
def test_after_a_day_or_when_the_clock_was_put_back_it_is_read_whole_again(database, monkeypatch, later):
    run(database)
    now = time.time()
    monkeypatch.setattr(found_whole.time, "time", lambda: now + later)
    assert run(database)


def test_a_run_that_did_not_read_all_does_not_put_off_when_that_is_due(database, monkeypatch):
    now = time.time()
    read = []
    for hours in (0, 20, 40):
        monkeypatch.setattr(found_whole.time, "time", lambda hours=hours: now + hours * 3600)
        read.append(run(database))
    assert read == [True, False, True]


def test_a_reader_who_holds_the_log_open_costs_no_more_than_that_it_is_read_again(database):
    with closing(sqlite3.connect(database)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM row").fetchone()
        run(database)
    assert run(database)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "null", "9", '{"x.sqlite3": 1}', '{"x.sqlite3": [1, 2, 3, 4, 5]}', '{"x.sqlite3": [[]]}',
     '{"x.sqlite3": ["1", 2, 3, 4, 5, 6]}', '{"x.sqlite3": [NaN, NaN, NaN, NaN, NaN, NaN]}', "[" * 100_000],
)  # fmt: skip
def test_a_note_that_says_anything_else_says_nothing(database, text):
    run(database)
    (database.parent / "index" / FILE).write_text(text)
    assert run(database)


def test_a_note_that_is_a_link_is_neither_followed_nor_written_to(database, tmp_path):
    run(database)
    note, elsewhere = database.parent / "index" / FILE, tmp_path / "elsewhere"
    note.rename(elsewhere)
    before = elsewhere.read_bytes()
    note.symlink_to(elsewhere)
    assert run(database)
    assert elsewhere.read_bytes() == before


def test_a_note_that_came_with_the_folder_does_not_fit_its_files(database, tmp_path):
    run(database)
    other = tmp_path / "other"
    (other / "index").mkdir(parents=True)
    for name in (database.name, f"index/{FILE}"):
        (other / name).write_bytes((tmp_path / name).read_bytes())
    assert run(other / database.name)
