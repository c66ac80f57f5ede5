"""What is wrong with a database file is seen before it is opened, also in the log beside it."""

import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from personagraph.errors import StoreError
from personagraph.ledger.ledger import KIND, Ledger
from personagraph.storage.damage import wal
from personagraph.storage.damage.integrity import damage, refuse_damaged
from personagraph.storage.damage.wal import FRAME, HEADER, frames, lost_commits


@pytest.fixture(scope="module")
def killed(tmp_path_factory) -> Path:
    """A database whose process was killed, with 40 commits in its log."""
    folder = tmp_path_factory.mktemp("killed")
    file = sqlite3.connect(folder / "live.sqlite3", isolation_level=None)
    file.execute("PRAGMA journal_mode = WAL")
    file.execute("CREATE TABLE row (n, text)")
    file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for n in range(40):
        file.execute("INSERT INTO row VALUES (?, ?)", (n, f"{n} " * 1000))
    for end in ("", "-wal"):
        shutil.copyfile(folder / f"live.sqlite3{end}", folder / f"x.sqlite3{end}")
    file.close()
    return folder / "x.sqlite3"


@pytest.fixture
def left(killed, tmp_path) -> Path:
    for end in ("", "-wal"):
        shutil.copyfile(f"{killed}{end}", tmp_path / f"x.sqlite3{end}")
    return tmp_path / "x.sqlite3"


def log(database: Path) -> Path:
    return database.with_name(database.name + "-wal")


def test_a_log_that_is_whole_is_read_as_sqlite_reads_it(left):
    found = frames(log(left).read_bytes())
    assert all(frame.whole for frame in found)
    assert sum(frame.commit > 0 for frame in found) == 40
    assert lost_commits(left) == 0
    assert damage(left) == []


@pytest.mark.parametrize("seed", range(60))
def test_a_bit_that_changed_in_the_log_is_seen_unless_it_is_in_what_a_crash_can_leave(left, seed):
    data = bytearray(log(left).read_bytes())
    data[random.Random(seed).randrange(len(data))] ^= 1 << seed % 8
    log(left).write_bytes(data)
    before = data, left.read_bytes()
    lost = lost_commits(left)
    reasons = damage(left)
    assert (len(reasons) == 1) == (lost > 1)
    assert (log(left).read_bytes(), left.read_bytes()) == before
    with sqlite3.connect(left) as file:
        [(there,)] = file.execute("SELECT count(*) FROM row").fetchall()
    assert lost == 40 - there


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_log_that_a_crash_cut_off_is_no_damage(left, part):
    data = log(left).read_bytes()
    log(left).write_bytes(data[: int(len(data) * part)])
    assert damage(left) == []


def test_frames_of_an_earlier_log_behind_the_last_one_are_no_damage(left):
    data = log(left).read_bytes()
    size = FRAME + 4096
    old = bytearray(data[HEADER + 10 * size :])
    for start in range(0, len(old), size):
        old[start + 8 : start + 16] = b"anothers"
    log(left).write_bytes(data[: HEADER + 10 * size] + old)
    assert lost_commits(left) == 0


def test_a_ledger_with_a_damaged_log_is_not_opened_and_loses_nothing_by_the_attempt(tmp_path):
    path = tmp_path / "ledger.sqlite3"
    ledger = Ledger(path)
    for n in range(9):
        ledger.remember(f"word {n}", "kept")
    data = bytearray(log(path).read_bytes())
    saved = path.read_bytes()
    ledger.close()
    data[HEADER + FRAME + 200] ^= 1
    path.write_bytes(saved)
    log(path).write_bytes(data)
    with pytest.raises(StoreError, match=r"commits behind the damage would be lost.*store rescue"):
        Ledger(path)
    assert log(path).read_bytes() == bytes(data)
    with pytest.raises(StoreError, match="nothing was sent or written"):
        refuse_damaged(path, full=False)


def test_reasons_are_bounded_and_a_file_of_something_else_has_one(tmp_path):
    path = tmp_path / "ledger.sqlite3"
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE row (n INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        file.executemany("INSERT INTO row VALUES (?, ?)", ((n, "x" * 500) for n in range(500)))
    file.close()
    assert damage(path) == []
    assert len(damage(path, kind=KIND)) == 1
    data = bytearray(path.read_bytes())
    for page in range(3, 40):
        data[page * 4096 : (page + 1) * 4096] = bytes(4096)
    path.write_bytes(data)
    assert 1 < len(damage(path)) <= 6
    assert damage(tmp_path / "nothing") == ["it is not there"]


def test_texts_that_are_none_are_counted_when_they_are_asked_for(tmp_path):
    path = tmp_path / "x.sqlite3"
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE row (text TEXT, data BLOB)")
        file.execute("INSERT INTO row VALUES (CAST(x'ff41' AS TEXT), x'ff41')")
    file.close()
    assert damage(path) == []
    assert damage(path, texts=True) == ["1 texts in row are none"]


@pytest.mark.parametrize("place", [None, HEADER + 4, HEADER + 300, HEADER + 5 * (FRAME + 4096) + 9, -3000])
def test_a_long_log_is_read_many_frames_at_once_as_one_by_one(left, monkeypatch, place):
    data = bytearray(log(left).read_bytes())
    if place is not None:
        data[place] ^= 4
    one_by_one = frames(bytes(data))
    for name, value in (("_MANY", 1), ("_AT_ONCE", 7)):
        monkeypatch.setattr(wal, name, value)
    assert frames(bytes(data)) == one_by_one
