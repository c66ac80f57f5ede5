"""What a disk can do to a workspace: it is full, or read-only, or gone. One sentence says so, and nothing is lost."""

import itertools
import json
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import personagraph.storage.database
from personagraph.errors import StoreError
from personagraph.llm.client.concurrency import FIRST
from personagraph.llm.simulated import SimulatedBackend
from personagraph.workspace import open_workspace
from tests.faults import FaultServer, Plan
from tests.runs.test_two_processes import until
from tests.sessions import Said, Started, command
from tests.worlds import picture

pytestmark = pytest.mark.slow

SEEDS = tuple(f"A keeper of lighthouse number {n} who counts the ships" for n in range(8))
GROW = ("expand", "--model", "simulated", "--calls-per-ego", "2", "--max-calls", "40", "--concurrency", "4")
IN_FLIGHT = 4
K = 1024


def new(folder: Path) -> Path:
    """A workspace with the seeds."""
    seeds = folder.parent / "seeds.jsonl"
    seeds.write_text("".join(json.dumps({"persona": seed}) + "\n" for seed in SEEDS))
    assert command("init", folder, folder=folder).code == 0
    assert command("import", seeds, folder=folder).code == 0
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, Any]:
    """The graph when there is room."""
    folder = new(tmp_path_factory.mktemp("whole") / "w")
    assert command(*GROW, folder=folder).code == 0
    return graph(folder)


def graph(folder: Path) -> dict[str, Any]:
    with open_workspace(folder) as workspace:
        return picture(workspace.store)


def check_one_sentence(said: Said, *parts: str) -> None:
    """Exit 1, and a last line on stderr that says what and where, and what to do."""
    *progress, last = said.err.splitlines()
    assert said.code == 1
    assert said.out == ""
    assert last.startswith("personagraph: /")
    for part in parts:
        assert part in last
    told = (" so far" in line or line.startswith(("r2 goes on", "nothing is done yet")) for line in progress)
    assert all(told), "and else only the progress"


def check_sound(folder: Path) -> None:
    """Both files are whole, the store is not ahead of the ledger, and no reply was bought a second time."""
    for name in ("ledger", "graph"):
        with closing(sqlite3.connect(folder / f"{name}.sqlite3")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as connection:
        replied = "attempt AS b ON b.call = a.call AND b.outcome = 'replied' AND b.id < a.id"
        assert connection.execute(f"SELECT count(*) FROM attempt AS a JOIN {replied}").fetchone() == (0,)
    with open_workspace(folder) as workspace:
        for run in workspace.ledger.runs.all():
            assert workspace.store.applied(run.id) <= run.decided


def check_sound_elsewhere(folder: Path) -> None:
    """What `check_sound` asks, of a copy where there is room: SQLite opens no write-ahead log on a full disk."""
    with tempfile.TemporaryDirectory() as roomy:
        check_sound(Path(shutil.copytree(folder, Path(roomy) / folder.name)))


def grow_with(folder: Path, rooms: Iterator[Any], sentence: str) -> int:
    """Give the work more and more room until it is done; how often there was not enough."""
    for failures, room in enumerate(rooms):
        said = command(*GROW, folder=folder, largest=room)
        if said.code == 0:
            return failures
        check_one_sentence(said, ".sqlite3", sentence, "nothing was half written")
        check_sound_elsewhere(folder)
    raise AssertionError("unreachable")


@pytest.mark.slow
def test_an_expansion_that_meets_the_limit_of_its_files_goes_on_when_there_is_more_room(tmp_path, whole):
    folder = new(tmp_path / "w")
    failures = grow_with(folder, itertools.count(2 * K, 40 * K), "ulimit -f")
    assert failures > 2
    check_sound(folder)
    assert graph(folder) == whole
    with open_workspace(folder) as workspace:
        assert workspace.ledger.calls.uncertain("r2") <= IN_FLIGHT * failures


@contextmanager
def disk(place: Path, size: int) -> Iterator[Path]:
    """A disk of so many bytes."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], check=True, capture_output=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def can_mount() -> bool:
    """Whether this user may make a small disk of its own."""
    try:
        with tempfile.TemporaryDirectory() as folder, disk(Path(folder) / "disk", 64 * K):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def resized(place: Path, sizes: Iterator[int]) -> Iterator[None]:
    for size in sizes:
        subprocess.run(["mount", "-o", f"remount,size={size}", place], check=True)
        yield None


if can_mount():

    def test_an_expansion_on_a_full_disk_goes_on_when_the_disk_is_larger(tmp_path, whole):
        with disk(tmp_path / "disk", 600 * K) as place:
            folder = new(place / "w")
            failures = grow_with(
                folder, resized(place, itertools.count(370 * K, 60 * K)), "The disk is full: free some space"
            )
            assert failures > 2
            check_sound(folder)
            assert graph(folder) == whole

    def test_on_a_disk_without_any_room_every_command_says_so_and_none_does_harm(tmp_path):
        with disk(tmp_path / "disk", 600 * K) as place:
            folder = new(place / "w")
            (place / "filler").write_bytes(b"x" * shutil.disk_usage(place).free)
            for words in (GROW, ("stats",)):
                check_one_sentence(command(*words, folder=folder), "ledger.sqlite3", "disk")
            (place / "filler").unlink()
            assert command("stats", folder=folder).code == 0


@pytest.mark.parametrize("name", ["ledger.sqlite3", "graph.sqlite3"])
def test_a_file_that_is_full_by_itself_is_named_and_takes_nothing_with_it(tmp_path, whole, name, monkeypatch):
    """Of the two files only one may not grow: what the other took is brought in by the next session."""
    folder, plain = new(tmp_path / "w"), personagraph.storage.database._connect
    pages = (folder / name).stat().st_size // 4096

    def connect(most: int, path: Path) -> sqlite3.Connection:
        connection = plain(path)
        if path.name == name:
            connection.execute(f"PRAGMA max_page_count = {most}")
        return connection

    for more in (0, 1, 2):
        with monkeypatch.context() as patch:
            patch.setattr(personagraph.storage.database, "_connect", partial(connect, pages + more))
            with open_workspace(folder) as workspace, pytest.raises(StoreError, match=f"{name}: .*free some space"):
                workspace.expand(backend=SimulatedBackend(), calls_per_ego=2, max_calls=40)
        check_sound(folder)
    with open_workspace(folder) as workspace:
        assert workspace.expand(backend=SimulatedBackend(), calls_per_ego=2, max_calls=40).status == "done"
        assert workspace.ledger.calls.uncertain("r2") <= 3 * FIRST
    check_sound(folder)
    assert graph(folder) == whole


def test_a_workspace_that_there_is_no_room_for_leaves_nothing_behind(tmp_path):
    for room in (1, 20, 60, 90):
        check_one_sentence(command("init", tmp_path / "w", folder=tmp_path, largest=room * K), "ulimit -f")
        assert list(tmp_path.iterdir()) == []
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "notes.txt").write_text("mine")
    check_one_sentence(command("init", tmp_path / "w", folder=tmp_path, largest=20 * K), "ulimit -f")
    assert [path.name for path in (tmp_path / "w").iterdir()] == ["notes.txt"]


def test_what_is_written_for_others_is_whole_or_as_it_was(tmp_path):
    folder = new(tmp_path / "w")
    with (tmp_path / "seeds.jsonl").open("a") as more:
        more.writelines(
            json.dumps({"persona": f"A painter of the wall number {n} " + "x" * n}) + "\n" for n in range(150)
        )
    assert command("import", tmp_path / "seeds.jsonl", folder=folder).code == 0
    export = ("export", "--format", "json", "--output", tmp_path / "graph.json")
    assert command(*export, "--around", "lighthouse number 3", folder=folder).code == 0
    before = (tmp_path / "graph.json").read_bytes()
    check_one_sentence(command(*export, folder=folder, largest=33 * K), "graph.json cannot be written")
    assert (tmp_path / "graph.json").read_bytes() == before
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"w", "seeds.jsonl", "graph.json", "graph.json.manifest.json"}


# ---- read-only, and gone ----


@pytest.mark.parametrize("name", ["ledger.sqlite3", "graph.sqlite3", "writer.lock", ""])
def test_what_may_not_be_written_is_named_and_can_be_read(tmp_path, name):
    folder = new(tmp_path / "w")
    before = graph(folder)
    path = folder / name
    mode = path.stat().st_mode
    path.chmod(mode & ~0o222)
    said = command(*GROW, folder=folder, bound=True)
    check_one_sentence(said, str(path), "permission" if name.endswith("3") else "")
    if name.endswith("3"):
        assert command("stats", folder=folder, bound=True).code == 0
    path.chmod(mode)
    for beside in folder.glob("*-*"):
        beside.chmod(0o644)
    assert graph(folder) == before
    assert command(*GROW, folder=folder, bound=True).code == 0


def test_a_folder_that_is_removed_stops_the_run_and_one_that_is_put_back_goes_on(tmp_path):
    folder = new(tmp_path / "w")
    # A server that takes its time: the folder goes while a reply is waited for, and the ledger is what is written next.
    with FaultServer(Plan(quickest=0.4, slowest=0.4)) as server:
        asked = ("--model", "openai:gpt-4.1-mini", "--base-url", server.url)
        started = Started("expand", *asked, "--calls-per-ego", "99999", "--max-calls", "50000", folder=folder)
        until(lambda: server.log)
        folder.rename(tmp_path / "moved")
        check_one_sentence(
            started.end(20), "ledger.sqlite3: it was moved or deleted while it was in use. Put it back, and go on."
        )
        (tmp_path / "moved").rename(folder)
        check_sound(folder)
        assert command("expand", *asked, "--max-calls", "1", folder=folder).code == 0
