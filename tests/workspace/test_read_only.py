"""A workspace that cannot be written to is read as it is; what would write says so in one line, and leaves no trace."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from personagraph.errors import StoreError
from personagraph.storage.database import Database, Kind
from tests.sessions import WARM, Said, bind_root, can_seal, command

pytestmark = pytest.mark.slow

READING = (
    ("stats", "--json"),
    ("search", "keeper"),
    ("show", "keeper of lighthouse number 1"),
    ("neighbours", "keeper of lighthouse number 1"),
    ("path", "keeper of lighthouse number 1", "keeper of lighthouse number 2"),
    ("coverage",),
    ("runs", "list"),
    ("runs", "show", "r2"),
    ("calls",),
    ("merges", "list"),
    ("dead-letters", "list"),
    ("config", "show"),
    ("expand", "--model", "simulated", "--preview", "1"),
    ("expand", "--model", "simulated", "--dry-run"),
    ("store", "check"),
)
WRITING = (
    ("expand", "--model", "simulated", "--max-calls", "40"),
    ("import", "{beside}/seeds.jsonl"),
    ("synthesize", "math", "-n", "1", "--model", "simulated"),
    ("merges", "undo", "r1.0.1"),
    ("runs", "abandon", "r2"),
    ("store", "accept"),
    ("store", "copy", "--to", "sqlite:{folder}/copy.sqlite3"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A workspace with seeds and some growth, closed."""
    folder = tmp_path_factory.mktemp("made") / "w"
    long = "A potter from Peru who teaches the children of the whole village to make and to paint small bowls"
    rows = [long, f"{long} gladly", *(f"A keeper of lighthouse number {n} who counts the ships" for n in range(6))]
    (folder.parent / "seeds.jsonl").write_text("".join(json.dumps({"persona": row}) + "\n" for row in rows))
    assert command("init", folder, folder=folder).code == 0
    assert command("import", folder.parent / "seeds.jsonl", folder=folder).code == 0
    assert command("expand", "--model", "simulated", "--max-calls", "20", folder=folder).code == 0
    return folder


@pytest.fixture
def folder(made, tmp_path) -> Path:
    shutil.copytree(made, tmp_path / "w")
    shutil.copy(made.parent / "seeds.jsonl", tmp_path)
    return tmp_path / "w"


@pytest.fixture(params=["on a medium", "without the right"])
def bound(request) -> Callable[..., Said]:
    """Runs a command where the workspace cannot be written to."""

    def on_a_medium(folder: Path, *words: object) -> Said:
        return command(*words, folder=folder, sealed=True)

    def without_the_right(folder: Path, *words: object) -> Said:
        with unwritable(folder):
            return command(*words, folder=folder, bound=True)

    if request.param == "without the right":
        return without_the_right
    if not can_seal():
        pytest.skip("a mount of one's own needs root, and a system that lets it")
    return on_a_medium


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Nobody may write the folder or a file in it."""
    places = [folder, *folder.rglob("*")]
    modes = {place: place.stat().st_mode for place in places}
    try:
        for place, mode in modes.items():
            place.chmod(mode & ~0o222)
        yield
    finally:
        for place, mode in modes.items():
            if place.exists():
                place.chmod(mode)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_whatever_reads_answers_as_ever_and_leaves_no_trace(folder, bound):
    before = files(folder)
    for words in READING:
        told = bound(folder, *words)
        assert (told.code, told.err) == (0, ""), (words, told.err)
        if words[0] != "expand":
            assert told.out == command(*words, folder=folder).out, words
    assert files(folder) == before


def test_it_is_exported_and_copied_elsewhere(folder, bound, tmp_path):
    told = bound(folder, "export", "--format", "json", "--output", tmp_path / "graph.json")
    assert told.code == 0, told.err
    assert command("export", "--format", "json", "--output", tmp_path / "same.json", folder=folder).code == 0
    assert (tmp_path / "graph.json").read_bytes() == (tmp_path / "same.json").read_bytes()
    told = bound(folder, "store", "copy", "--to", f"sqlite:{tmp_path / 'copy.sqlite3'}")
    assert told.code == 0, told.err


def test_whatever_writes_says_in_one_line_that_it_cannot(folder, bound):
    before = files(folder)
    for words in WRITING:
        told = bound(folder, *(str(word).format(beside=folder.parent, folder=folder) for word in words))
        assert (told.code, told.out) == (1, ""), words
        assert told.err.count("\n") == 1, (words, told.err)
        assert str(folder) in told.err, (words, told.err)
    assert files(folder) == before


def test_doctor_says_that_it_cannot_be_written_to(folder, bound):
    told = bound(folder, "doctor")
    assert told.code == 1
    assert "cannot be written to" in told.out
    assert "ok      store" in told.out


def test_changes_that_were_not_written_back_are_read_or_named_and_never_left_out(folder, bound):
    """What a killed process leaves: a ledger and a graph whose latest changes lie beside them."""
    shutil.copytree(folder, folder.parent / "live")
    with closing(sqlite3.connect(folder.parent / "live" / "graph.sqlite3")) as graph:
        graph.execute("UPDATE persona SET depth = 77 WHERE entry = 0")
        graph.commit()
        for end in ("", "-wal", "-shm"):
            shutil.copy(folder.parent / "live" / f"graph.sqlite3{end}", folder)
    depths = json.loads(bound(folder, "stats", "--json").out)["by_depth"]
    assert depths["77"] == 1
    (folder / "graph.sqlite3-shm").unlink()
    told = bound(folder, "stats")
    assert told.code == 1
    assert "the latest changes are in graph.sqlite3-wal" in told.err
    assert "copy all files of the workspace" in told.err
    assert json.loads(command("stats", "--json", folder=folder).out)["by_depth"]["77"] == 1


def test_an_older_one_says_that_it_must_be_brought_up_to_date_elsewhere(folder, bound):
    with closing(sqlite3.connect(folder / "graph.sqlite3")) as graph, graph:
        graph.execute("DELETE FROM migration WHERE version = 3")
        graph.execute("ALTER TABLE workspace DROP COLUMN runs")
        graph.execute("ALTER TABLE workspace DROP COLUMN attempts")
    told = bound(folder, "stats")
    assert told.code == 1
    assert "older version" in told.err
    assert "copy the workspace" in told.err
    assert command("stats", folder=folder).code == 0


def test_a_file_that_may_not_be_read_is_told(folder):
    (folder / "ledger.sqlite3").chmod(0)
    told = command("stats", folder=folder, bound=True)
    assert told.code == 1
    assert "ledger.sqlite3" in told.err
    assert "permissions" in told.err or "may be read" in told.err


def read_on(path: Path, kind: Kind, told: Connection) -> None:
    """Read from a database that cannot be written to, and whenever told to read on from what was opened then."""
    bind_root()
    database = Database(path, kind)
    told.send((database.read_only, str(database.value("SELECT x FROM a"))))
    for _ in range(2):
        told.recv()
        try:
            told.send(str(database.value("SELECT x FROM a")))
        except StoreError as error:
            told.send(str(error))


@pytest.fixture
def never_changed(tmp_path) -> tuple[Path, Kind]:
    """A database in a folder of its own that was closed."""
    schema = tmp_path / "schema"
    schema.mkdir()
    (schema / "V001__create.sql").write_text("CREATE TABLE a (x)")
    (tmp_path / "there").mkdir()
    path, kind = tmp_path / "there" / "x.sqlite3", Kind("thing", 0x1234, schema)
    with closing(Database(path, kind)) as made, made.transaction():
        made.execute("INSERT INTO a VALUES (1)")
    return path, kind


def test_one_that_somebody_else_writes_to_after_all_is_not_read_on(never_changed):
    path, kind = never_changed
    ours, theirs = WARM.Pipe()
    with unwritable(path.parent):
        reader = WARM.Process(target=read_on, args=(path, kind, theirs))
        reader.start()
        assert ours.recv() == (True, "1")
    with closing(Database(path, kind)) as writer:
        with writer.transaction():
            writer.execute("UPDATE a SET x = 2")
        ours.send("read on")
        assert "somebody wrote to it while it was read; read it again" in ours.recv()
    ours.send("read on")
    assert "somebody wrote to it while it was read; read it again" in ours.recv()
    reader.join(20)


def test_one_that_a_writer_has_open_is_read_with_its_changes(folder):
    with closing(sqlite3.connect(folder / "graph.sqlite3")) as graph:
        graph.execute("UPDATE persona SET depth = 77 WHERE entry = 0")
        graph.commit()
        with unwritable(folder):
            told = command("stats", "--json", folder=folder, bound=True)
        assert json.loads(told.out)["by_depth"]["77"] == 1
