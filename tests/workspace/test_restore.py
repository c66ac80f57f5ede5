"""A restore is whole or not there, whenever it ends, and what it leaves can be used at once."""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from personagraph.errors import ConfigError
from personagraph.storage.writer_lock import writer
from personagraph.stores import STORES
from personagraph.stores.kind import StoreKind, StoreOptions
from personagraph.stores.sqlite.store import SQLiteStore
from personagraph.workspace import backup_workspace, check_store, init_workspace, restore_workspace
from personagraph.workspace.settings import load_settings
from personagraph.workspace.upkeep.backup import measured
from tests.sessions import WARM
from tests.strangers import picture

FILES = ["graph.sqlite3", "ledger.sqlite3", "personagraph.toml"]


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of a workspace with some personas."""
    rows = tmp_path / "people.jsonl"
    rows.write_text("".join(json.dumps({"persona": f"A potter number {n} in Peru"}) + "\n" for n in range(5)))
    with init_workspace(tmp_path / "w") as workspace:
        workspace.import_personas(rows)
    backup_workspace(tmp_path / "w", tmp_path / "b")
    return tmp_path / "b"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A folder that is no workspace, with something else in it."""
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "notes.txt").write_text("mine")
    return tmp_path / "again"


def restored_until(step: int, backup: Path, target: Path) -> None:
    """A restore in a process that ends without a word before so many calls of what changes a folder."""
    left = [step]

    def counted(was: Callable[..., None], *args: Any, **more: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            os._exit(9)
        was(*args, **more)

    for name in ("rename", "unlink", "rmdir", "mkdir"):
        setattr(os, name, partial(counted, getattr(os, name)))
    restore_workspace(backup, target)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def kill(step: int, backup: Path, target: Path) -> int | None:
    child = WARM.Process(target=restored_until, args=(step, backup, target))
    child.start()
    child.join()
    return child.exitcode


def test_a_restore_into_a_folder_that_is_killed_at_any_step_can_be_made_again(backup, target):
    before, states = picture(target), set()
    for step in range(40):
        ended = kill(step, backup, target)
        states.add(tuple(name for name in names(target) if name in FILES))
        if (target / "ledger.sqlite3").exists():
            assert all(finding.ok for finding in check_store(target))
            with pytest.raises(ConfigError, match="is there already; name a new folder"):
                restore_workspace(backup, target)
        else:
            restore_workspace(backup, target)
        left = {*names(target)} - {"writer.lock"}
        assert left == {"notes.txt", *FILES}
        assert all(finding.ok for finding in check_store(target))
        for name in {*names(target)} - {"notes.txt"}:
            (target / name).unlink()
        assert picture(target).keys() == before.keys()
        if ended == 0:
            break
    assert ended == 0
    assert states == {(), ("personagraph.toml",), ("graph.sqlite3", "personagraph.toml"), tuple(FILES)}


def test_a_restore_that_fails_at_any_step_leaves_the_folder_as_it_was(backup, target, monkeypatch):
    before = picture(target)
    for number in range(3):
        moved = []

        def rename(one: str, other: str, *, was=os.rename, last=number, moved=moved) -> None:
            if Path(other).name in FILES:
                moved.append(other)
                if len(moved) > last:
                    raise OSError(28, "No space left on device")
            was(one, other)

        with monkeypatch.context() as patched:
            patched.setattr(os, "rename", rename)
            with pytest.raises(ConfigError, match="No space left"):
                restore_workspace(backup, target)
        assert picture(target) == before
    restore_workspace(backup, target)
    assert names(target) == sorted(["notes.txt", *FILES])


def restored_but_for_the_ledger(backup: Path, target: Path) -> None:
    def rename(one: Path, other: Path, *, was: Callable[[Path, Path], None] = os.rename) -> None:
        if Path(other) == target / "ledger.sqlite3":
            os._exit(9)
        was(one, other)

    os.rename = rename
    restore_workspace(backup, target)


def half(backup: Path, target: Path) -> None:
    """A restore that was killed when the settings and the graph had been moved, and the ledger had not."""
    child = WARM.Process(target=restored_but_for_the_ledger, args=(backup, target))
    child.start()
    child.join()
    assert (child.exitcode, {*names(target)} & {*FILES}) == (9, {"graph.sqlite3", "personagraph.toml"})


def test_taking_back_that_is_killed_at_any_step_is_taken_up_again(backup, target):
    for step in range(8):
        half(backup, target)
        assert kill(step, backup, target) == 9
        restore_workspace(backup, target)
        assert {*names(target)} - {"writer.lock"} == {"notes.txt", *FILES}
        for name in {*names(target)} - {"notes.txt"}:
            (target / name).unlink()


def test_what_is_not_what_a_restore_moved_is_not_taken_back(backup, target):
    half(backup, target)
    (target / "personagraph.toml").write_text('model = "simulated"')
    with pytest.raises(ConfigError, match=r"personagraph\.toml is there already"):
        restore_workspace(backup, target)
    assert (target / "personagraph.toml").read_text() == 'model = "simulated"'
    (target / "personagraph.toml").unlink()
    restore_workspace(backup, target)


def test_a_graph_that_has_another_ledger_by_now_is_not_taken_back(backup, target):
    half(backup, target)
    (target / "ledger.sqlite3").write_bytes(b"another")
    (target / "writer.lock").unlink()
    before = picture(target)
    with pytest.raises(ConfigError, match="is there already"):
        restore_workspace(backup, target)
    assert picture(target) == before


def test_a_folder_named_as_that_of_a_restore_is_left_alone(backup, target):
    (target / ".restored").mkdir()
    (target / ".restored" / "photo").touch()
    before = picture(target)
    with pytest.raises(ConfigError, match="no restore has left it; move it away"):
        restore_workspace(backup, target)
    assert picture(target) == before


@pytest.mark.parametrize("name", ["ledger.sqlite3-wal", "graph.sqlite3-journal"])
def test_what_was_beside_another_database_is_not_read_into_the_restored_one(backup, target, name):
    (target / name).touch()
    before = picture(target)
    with pytest.raises(ConfigError, match="is there already"):
        restore_workspace(backup, target)
    assert picture(target) == before


def test_two_restores_do_not_fill_one_folder(backup, target):
    with writer(target), pytest.raises(ConfigError, match="is writing to this workspace"):
        restore_workspace(backup, target)
    (target / "writer.lock").unlink()
    restore_workspace(backup, target)


def changed(backup: Path, settings: bytes) -> Path:
    """The backup with other settings, as if they had been those of its workspace."""
    (backup / "personagraph.toml").write_bytes(settings)
    manifest = json.loads((backup / "manifest.json").read_text())
    manifest["files"]["personagraph.toml"] = measured(backup / "personagraph.toml")
    (backup / "manifest.json").write_text(json.dumps(manifest))
    return backup


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        ('"store" = "sqlite"\nmodel = "simulated"\n', 'store = "sqlite"\nmodel = "simulated"\n'),
        ("'store'=\"sqlite\"\n", 'store = "sqlite"\n'),
        ("[prices.x]\ninput = 1\noutput = 1\n", 'store = "sqlite"\n[prices.x]\ninput = 1\noutput = 1\n'),
    ],
)
def test_settings_are_kept_in_whatever_way_they_name_the_store(backup, tmp_path, settings, kept):
    restore_workspace(changed(backup, settings.encode()), tmp_path / "again", note=pytest.fail)
    assert (tmp_path / "again" / "personagraph.toml").read_text() == kept


@pytest.mark.parametrize(
    "settings",
    [
        b'store = """\nsqlite"""',
        b"\xff",
        b"store =",
        b"x = " + b"[" * 100_000,
        b"#" * 2_000_000,
        b'"st\\u006fre" = "x"',
    ],
    ids=range(6),
)
def test_settings_that_cannot_be_changed_are_made_anew_and_said_to_be(backup, tmp_path, settings):
    notes = []
    restore_workspace(changed(backup, settings), tmp_path / "again", note=notes.append)
    assert [("the new one has the defaults" in note) for note in notes] == [True]
    assert load_settings(tmp_path / "again").store == "sqlite"


@pytest.mark.parametrize(
    "said",
    [
        {"counts": 5},
        {"counts": {"runs": "1"}},
        {"counts": {"runs": True}},
        {"counts": {"runs": 10**30}},
        {"counts": {"\x1b[2J": 1}},
        {"counts": None},
        {"made": None},
        {"made": "\x1b]0;title\x07"},
        {"workspace": ["w"]},
        {"version": {}},
        {"store": 1},
        {"store": "\ud800"},
        {"files": {"ledger.sqlite3": [], "graph.sqlite3": []}},
        {"files": {"ledger.sqlite3": {"bytes": 1.5, "sha256": ""}, "graph.sqlite3": {"bytes": 1, "sha256": ""}}},
        {"more": 1},
        {"personagraph backup": None},
    ],
    ids=repr,
)
def test_a_manifest_with_a_part_of_another_form_is_refused(backup, tmp_path, said):
    manifest = json.loads((backup / "manifest.json").read_text())
    (backup / "manifest.json").write_text(json.dumps({**manifest, **said}))
    with pytest.raises(ConfigError):
        restore_workspace(backup, tmp_path / "again")
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize(
    "text",
    ["", "1", "[]", '"x"', "null", "{}", "[" * 100_000, "9" * 10_000, '{"a":' * 50_000, " " * 2_000_000, "\xff"],
    ids=range(11),
)
def test_a_manifest_of_any_text_is_refused(backup, tmp_path, text):
    (backup / "manifest.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError):
        restore_workspace(backup, tmp_path / "again")


@pytest.mark.parametrize("part", ["made", "version", "workspace", "store", "counts", "files", "personagraph backup"])
def test_a_manifest_without_a_part_is_refused(backup, tmp_path, part):
    manifest = json.loads((backup / "manifest.json").read_text())
    del manifest[part]
    (backup / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ConfigError, match="damaged: take another"):
        restore_workspace(backup, tmp_path / "again")


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_a_pipe_in_a_backup_makes_nobody_wait(backup, tmp_path, name):
    (backup / name).unlink()
    os.mkfifo(backup / name)
    with pytest.raises(ConfigError, match="not a regular file"):
        restore_workspace(backup, tmp_path / "again")


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_a_link_in_a_backup_is_not_followed(backup, tmp_path, name):
    (backup / name).rename(tmp_path / "elsewhere")
    (backup / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="it is a link, which is not followed"):
        restore_workspace(backup, tmp_path / "again")


def test_a_backup_that_shares_its_files_with_another_one_is_restored(backup, tmp_path):
    (tmp_path / "older").mkdir()
    for file in backup.iterdir():
        (tmp_path / "older" / file.name).hardlink_to(file)
    restore_workspace(backup, tmp_path / "again")
    assert all(finding.ok for finding in check_store(tmp_path / "again"))


def elsewhere(place: Path) -> StoreKind:
    """A kind of store that is not in the workspace's folder."""

    def opened(options: StoreOptions) -> SQLiteStore:
        return SQLiteStore.open(place, options.workspace)

    return StoreKind("Mine", "mine:", lambda url: url == "mine:", opened, lambda url, folder: place)


def test_a_store_that_a_restore_was_told_to_fill_is_confirmed_for_the_folder(backup, tmp_path, monkeypatch):
    monkeypatch.setitem(STORES, "mine", elsewhere(tmp_path / "people.db"))
    restore_workspace(backup, tmp_path / "again", store="mine:", note=pytest.fail)
    assert load_settings(tmp_path / "again").trusted("store") == "mine:"


def test_a_store_that_cannot_be_kept_as_confirmed_is_said_to_be_named_each_time(backup, tmp_path, monkeypatch):
    monkeypatch.setitem(STORES, "mine", elsewhere(tmp_path / "people.db"))
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "file"))
    notes = []
    restore_workspace(backup, tmp_path / "again", store="mine:", note=notes.append)
    assert [note.partition(": ")[0] for note in notes] == ["from now on, name the store with --store"]
