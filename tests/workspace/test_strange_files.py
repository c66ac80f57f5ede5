"""A folder that somebody else made: its links, hard links, pipes and journals reach nothing outside of it."""

import contextlib
import io
import json
import os
import shutil
import sqlite3
import stat
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.commands import ROOT, personagraph
from tests.sessions import WARM
from tests.strangers import KINDS, Foreign, naming, put

LEDGER, GRAPH = "ledger.sqlite3", "graph.sqlite3"
BESIDE = [f"{database}{end}" for database in (LEDGER, GRAPH) for end in ("-wal", "-shm", "-journal")]
SEEDS = ROOT / "examples" / "seeds.jsonl"
ASKED = "--model simulated --max-calls 2"
COMMANDS = {
    "stats": "stats",
    "runs": "runs list",
    "check": "store check",
    "doctor": "doctor",
    "init": "init {folder}",
    "export": "export --format json --output {out}",
    "expand": f"expand {ASKED}",
    "synthesize": "synthesize math --model simulated -n 1",
    "import": f"import {SEEDS}",
    "copy": "store copy --to sqlite:{out}.db",
    "migrate": "store migrate",
    "letters": "dead-letters list",
    "abandon": "runs abandon r1",
}
EVERY = set(COMMANDS)
WRITERS = {"expand", "synthesize", "import", "copy", "abandon", "doctor"}
OPENED = dict.fromkeys(("personagraph.toml", LEDGER, GRAPH, *BESIDE), EVERY)
OPENED |= {"writer.lock": WRITERS, "samples": {"synthesize"}}
"""Which commands open a file: each of them must say what is wrong with it."""


class Ended(NamedTuple):
    code: int
    out: str
    err: str


def in_turn(folder: Path, lines: dict[str, str]) -> dict[str, Ended]:
    """Run commands one after the other in a process of their own, which has 150 seconds for all."""
    ours, theirs = WARM.Pipe()
    child = WARM.Process(target=_in_turn, args=(folder, lines, theirs))
    child.start()
    theirs.close()
    try:
        assert ours.poll(150), "a command hangs"
        return {name: Ended(*ended) for name, ended in ours.recv().items()}
    finally:
        child.kill()
        child.join()


def _in_turn(folder: Path, lines: dict[str, str], answer: Any) -> None:
    from tests.commands import code_of, environment

    surroundings = environment(folder)
    os.environ.clear()
    os.environ.update(surroundings)
    ended = {}
    for name, line in lines.items():
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = code_of(*line.split())
        ended[name] = (code, out.getvalue(), err.getvalue())
    answer.send(ended)


CASES = [
    (name, kind)
    for name in OPENED
    for kind in KINDS
    if (name, kind) not in {("samples", "folder"), ("samples", "hard-link")}  # as it should be, and no hard link
]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A workspace with the seeds."""
    folder = tmp_path_factory.mktemp("made") / "w"
    personagraph("init", folder, folder=folder)
    personagraph("import", SEEDS, folder=folder)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "w"))


def lines_for(folder: Path) -> dict[str, str]:
    out = folder.parent / "out"
    return {name: line.format(folder=folder, out=out) for name, line in COMMANDS.items()}


def check_refused(ended: Ended, path: Path, says: str) -> None:
    """One line that names the file and says what it is and what to do; the findings of an examination are one each."""
    assert ended.code == 1
    lines = [line for line in (ended.out + ended.err).splitlines() if path.name in line and says in line]
    assert len(lines) >= 1, ended
    assert "Traceback" not in ended.out + ended.err
    if not ended.out:
        [line] = ended.err.splitlines()
        assert ";" in line


def held_by(path: Path) -> bytes:
    """What the file holds now, so that what is linked to would do: or what a lock could hold."""
    return path.read_bytes() if path.is_file() else b"12345"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind"), CASES)
def test_no_file_of_a_workspace_is_opened_unless_it_is_a_plain_file_of_its_own(folder, tmp_path, name, kind):
    path = folder / name
    foreign = Foreign(tmp_path / "home", held_by(path))
    put(path, kind, foreign)
    before = path.lstat()
    says = KINDS[kind][1] if name != "samples" or "is a link" in KINDS[kind][1] else "is no folder"
    for command, ended in in_turn(folder, lines_for(folder)).items():
        if command in OPENED[name]:
            check_refused(ended, path, says)
        else:
            assert ended.code == 0 or "only an unfinished run" in ended.err, (command, ended)
        foreign.check_untouched()
        assert (path.lstat().st_ino, path.lstat().st_mode) == (before.st_ino, before.st_mode)


@pytest.mark.parametrize("name", ["personagraph.toml", LEDGER, GRAPH, *BESIDE])
def test_a_folder_with_a_strange_file_is_made_no_workspace_and_stays_as_it_was(tmp_path, name):
    foreign = {kind: Foreign(tmp_path / kind, b"") for kind in KINDS}
    for kind in KINDS:
        (tmp_path / f"w-{kind}").mkdir()
        put(tmp_path / f"w-{kind}" / name, kind, foreign[kind])
    for kind, ended in in_turn(tmp_path, {kind: f"init {tmp_path / f'w-{kind}'}" for kind in KINDS}).items():
        check_refused(ended, tmp_path / f"w-{kind}" / name, KINDS[kind][1])
        assert [path.name for path in (tmp_path / f"w-{kind}").iterdir()] == [name]
        foreign[kind].check_untouched()


def test_a_workspace_that_was_unpacked_reaches_nothing_outside(made, tmp_path):
    foreign = Foreign(tmp_path / "home", b"all my work")
    with tarfile.open(tmp_path / "gift.tar", "w") as tar:
        tar.add(
            made, "gift", filter=lambda member: None if member.name.endswith(("samples", "writer.lock")) else member
        )
        for name, kind in (("writer.lock", tarfile.SYMTYPE), ("samples", tarfile.SYMTYPE)):
            member = tarfile.TarInfo(f"gift/{name}")
            member.type, member.linkname = kind, "../home/" + ("letters" if name == "samples" else "thesis.tex")
            tar.addfile(member)
    with tarfile.open(tmp_path / "gift.tar") as tar:
        tar.extractall(tmp_path)  # as tar does
    ended = in_turn(tmp_path / "gift", lines_for(tmp_path / "gift"))
    assert {name for name in WRITERS if ended[name].code == 1} == WRITERS
    foreign.check_untouched()


def test_the_folder_of_a_workspace_may_be_reached_by_a_link(folder, tmp_path):
    (tmp_path / "mine").symlink_to(folder)
    out = tmp_path / "mine" / "out.json"
    lines = lines_for(tmp_path / "mine") | {"export": f"export --format json --output {out}"}
    ended = in_turn(tmp_path / "mine", lines)
    assert {name: each.err for name, each in ended.items() if each.code and name not in ("doctor", "abandon")} == {}
    assert (folder / "out.json").is_file()
    assert list((folder / "samples").glob("*.jsonl"))


@pytest.mark.parametrize("database", [LEDGER, GRAPH])
def test_a_journal_that_would_have_sqlite_delete_another_file_is_refused(folder, tmp_path, database):
    foreign = Foreign(tmp_path / "home", b"all my work")
    (folder / f"{database}-journal").write_bytes(naming(foreign.file, folder / database))
    for ended in in_turn(folder, lines_for(folder)).values():
        check_refused(ended, folder / f"{database}-journal", "delete another file")
        foreign.check_untouched()
    # And that is what SQLite does with it.
    with contextlib.closing(sqlite3.connect(folder / database)) as opened:
        opened.execute("SELECT count(*) FROM sqlite_schema")
    assert not foreign.file.exists()


@pytest.mark.parametrize(
    "content", [b"not a number", b"12 34", b"9" * 21, b"1" * 5000, b"\xff\xfe", b"\xd9\xa1\n", b"-1"]
)
def test_a_lock_that_holds_something_else_is_left_as_it_is(folder, content):
    (folder / "writer.lock").write_bytes(content)
    told = personagraph("import", SEEDS, folder=folder, code=1)
    assert "writer.lock is no lock of personagraph" in told
    assert (folder / "writer.lock").read_bytes() == content


@pytest.mark.parametrize("kind", ["link", "dangling", "linked-folder", "pipe", "socket"])
def test_what_lies_among_the_samples_is_seen_before_anything_is_paid_for(folder, tmp_path, kind):
    foreign = Foreign(tmp_path / "home", b"all my work")
    (folder / "samples").mkdir()
    put(folder / "samples" / "r2-math.jsonl.manifest.json", kind, foreign)
    told = personagraph("synthesize", "math", "--model", "simulated", "-n", "1", folder=folder, code=1)
    assert "r2-math.jsonl.manifest.json is a link or no file" in told
    foreign.check_untouched()
    assert json.loads(personagraph("calls", "--json", folder=folder))["calls"] == []


def test_settings_that_never_end_are_refused(folder):
    with (folder / "personagraph.toml").open("wb") as file:
        file.truncate(1 << 40)
    assert "personagraph.toml cannot be read: it has more than" in personagraph("stats", folder=folder, code=1)
    (folder / "personagraph.toml").write_text("a = " + "[" * 100_000)
    assert "personagraph.toml cannot be read as TOML" in personagraph("stats", folder=folder, code=1)


# ---- modes ----


@pytest.fixture
def umask() -> Iterator[Callable[[int], None]]:
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o000])
def test_a_new_workspace_is_its_owners_and_what_it_writes_for_others_follows_the_umask(tmp_path, umask, mask):
    from personagraph.workspace import init_workspace

    umask(mask)
    folder = tmp_path / "w"
    with init_workspace(folder) as workspace:
        workspace.import_personas(SEEDS)
        workspace.export(tmp_path / "out.json", format="json")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [*folder.iterdir(), *tmp_path.iterdir()]}
    private = [LEDGER, GRAPH, *(f"{each}{end}" for each in (LEDGER, GRAPH) for end in ("-wal", "-shm")), "writer.lock"]
    assert {name: modes[name] for name in private} == dict.fromkeys(private, 0o600)
    open_ones = ["personagraph.toml", "out.json", "out.json.manifest.json"]
    assert {name: modes[name] for name in open_ones} == dict.fromkeys(open_ones, 0o666 & ~mask)
