"""Every command, in hostile surroundings: it ends soon, with a line and an exit code, and never with a traceback."""

import contextlib
import json
import multiprocessing
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from personagraph.workspace import init_workspace
from tests.commands import environment, every_command
from tests.sessions import WARM, Said
from tests.surroundings import SURROUNDINGS, carry_out

pytestmark = pytest.mark.slow

CODES = (0, 1, 2, 3, 4, 5, 130)
SECONDS = 30
STILL = 0.4
"""Seconds of sleep after which a process is taken to wait for its input."""
LONG = "x" * 5_000
NOT_UTF8 = os.fsdecode(b"\xff\xfe")
WORDS = {"files": "in.jsonl", "file": "in.jsonl", "task": "math", "sampler": "random"}
"""What is given for a parameter of that name; "thing" for others."""
OPTIONS = {"model": "simulated", "max_calls": "2", "format": "json", "output": "out.json", "field": "persona"}


def words_of(words: tuple[str, ...], command: object, **instead: str) -> list[str]:
    """A command with what it needs, and an answer of the simulated world where it asks a model."""
    given = list(words)
    for each in command.params:  # type: ignore[attr-defined]
        known = instead.get(each.name) or instead.get(each.param_type_name)
        if each.param_type_name == "argument" and (each.required or known):
            given.append(known or WORDS.get(each.name, "thing"))
        elif each.param_type_name == "option" and (instead.get(each.name) or each.name in OPTIONS or each.required):
            given += [each.opts[0], instead.get(each.name) or OPTIONS.get(each.name, "thing")]
    return given


COMMANDS = {words: command for words, command in every_command().items() if words and not hasattr(command, "commands")}
RUST = "memory allocation of"
"""What extensions in Rust say before they abort where memory is refused: nothing can be caught there."""
UNTOLD = ("stderr closed", "all closed", "stderr full", "nobody reads", "no files")
"""Where nobody can be told."""
SCARCE = ("few open files", "hardly any open files", "little memory", "some memory")
"""Where loading the compiler may fail: what needs it is started cold there, without it."""
COMPILED = ("import", "extract", "expand", "dedup")
COLD = multiprocessing.get_context("spawn")
PLACES = ("loop", "pipe", "socket", "folder", "dangling", "/dev/zero", "/dev/full", "/dev/stdin", "/proc/self/environ")
PLACES += ("-", LONG, NOT_UTF8, "/proc/self/mem", "huge.jsonl", "ws/ledger.sqlite3", "")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace, an input, and whatever a name may lead to."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "in.jsonl").write_text('{"persona": "A baker from Łódź…"}\n{"persona": "A smith"}\n')
    with init_workspace(folder / "ws") as workspace:
        workspace.import_personas(folder / "in.jsonl")
    os.symlink("loop", folder / "loop")
    os.symlink("none", folder / "dangling")
    (folder / "folder").mkdir()
    with (folder / "huge.jsonl").open("wb") as huge:
        huge.truncate(1 << 40)
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """The same for one test."""
    folder = tmp_path / "place"
    shutil.copytree(made, folder, symlinks=True, ignore=shutil.ignore_patterns("huge.jsonl"))
    with (folder / "huge.jsonl").open("wb") as huge:
        huge.truncate(1 << 40)
    os.mkfifo(folder / "pipe")
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as listening:
        before = Path.cwd()
        os.chdir(folder)
        listening.bind("socket")
        os.chdir(before)
    return folder


def run(words: list[str], folder: Path, around: str | None, workspace: str = "ws", number: int = 0) -> Said:
    """Run a command in its surroundings, and send it a signal when it waits for its input."""
    out, err = folder / "said.out", folder / "said.err"
    fresh = COLD if around in SCARCE and words[0] in COMPILED else WARM
    process = fresh.Process(target=carry_out, args=(words, folder, around, out, err, environment(Path(workspace))))
    process.start()
    if number:
        wait_until_still(process.pid or 0)
        assert process.is_alive()
        os.kill(process.pid or 0, number)
    process.join(SECONDS)
    took_too_long = process.is_alive()
    process.kill()
    process.join()
    told = (path.read_bytes().decode("utf-8", "replace") for path in (out, err))
    said = Said(None if took_too_long else process.exitcode, *told)
    out.unlink()
    err.unlink()
    return said


def wait_until_still(pid: int) -> None:
    """Until a process has slept for a while: it waits for what does not come."""
    deadline, since, spent = time.monotonic() + SECONDS, time.monotonic(), ""
    while time.monotonic() < min(deadline, since + STILL):
        state, *numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        now = " ".join(numbers[10:12])
        if state != "S" or now != spent:
            since, spent = time.monotonic(), now
        time.sleep(STILL / 20)


def faults_of(said: Said, *, is_told: bool = True) -> list[str]:
    """What is wrong with how a command ended."""
    faults = [f"says {word!r}" for word in ("Traceback", "Exception ignored") if word in said.err]
    if said.code is None:
        faults.append("does not end")
    elif said.code not in CODES and not (said.code == -signal.SIGABRT and RUST in said.err):
        faults.append(f"ends with {said.code}")
    elif said.code and is_told and not said.err.strip() and "MISSING" not in said.out and "WRONG" not in said.out:
        faults.append(f"ends with {said.code}, and says nothing")
    return faults


@pytest.mark.parametrize("around", SURROUNDINGS)
def test_every_command_ends_well_in_hostile_surroundings(around, place):
    wrong, is_told = {}, around not in UNTOLD
    for words, command in COMMANDS.items():
        said = run(words_of(words, command), place, around, "ws")
        if faults := faults_of(said, is_told=is_told):
            wrong[" ".join(words)] = [*faults, said.err[-600:]]
    assert wrong == {}


@pytest.mark.parametrize("name", PLACES, ids=lambda name: name[:30] or "empty")
@pytest.mark.parametrize("what", ["argument", "workspace", "output", "nodes", "mapping", "merged"])
def test_every_command_ends_well_whatever_a_name_leads_to(what, name, place):
    wrong = {}
    for words, command in COMMANDS.items():
        if what == "workspace" or any(what in (p.name, p.param_type_name) for p in command.params):
            given = words_of(words, command, **{what: name} if what != "workspace" else {})
            said = run(given, place, None, name if what == "workspace" else "ws")
            if faults := faults_of(said):
                wrong[" ".join(words)] = [*faults, said.err[-600:]]
    assert wrong == {}


READERS = (
    ("import", "-"),
    ("extract", "-", "--model", "simulated"),
    ("extract", "-", "--field", "text", "--model", "simulated"),
    ("dedup", "-", "--output", "out.jsonl"),
    ("query", "-"),
    ("import-graph", "in.jsonl", "--mapping", "-"),
)


@pytest.mark.parametrize("words", READERS, ids=lambda words: words[0])
def test_an_endless_standard_input_ends_with_a_fault(words, place):
    said = run([*words], place, "stdin endless")
    assert faults_of(said) == []
    assert said.code == 1
    assert not (place / "out.jsonl").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
@pytest.mark.parametrize("words", READERS, ids=lambda words: words[0])
def test_a_signal_ends_a_command_that_waits_for_its_input(words, number, place):
    said = run([*words], place, "stdin silent", number=number)
    assert (said.code, faults_of(said)) == (130, [])
    assert "stopped" in said.err
    assert {each.name for each in place.iterdir() if "out" in each.name} == set()
    after = run(["runs", "list"], place, None)
    assert "import" in after.out
    assert "extract" not in after.out


def test_what_an_encoding_does_not_have_is_replaced_and_escaped_in_json(place):
    shown = run(["search", "baker"], place, "ascii, strictly")
    assert "A baker from ??d?" in shown.out
    assert "Łódź" in run(["search", "baker"], place, None).out
    said = run(["search", "baker", "--json"], place, "ascii, strictly")
    assert json.loads(said.out)["personas"][0]["description"] == "A baker from Łódź…"


@pytest.mark.parametrize("around", ["stdout closed", "stdout full"])
def test_a_result_that_could_not_be_written_is_an_error(around, place):
    said = run(["stats"], place, around)
    assert said.code == 1
    assert "the result cannot be written to stdout" in said.err


def test_the_first_line_is_printed_to_whoever_reads_no_more(place):
    command = f"{shlex.quote(sys.executable)} -c 'from personagraph.cli import main; main()' search A | head -1"
    done = subprocess.run(
        ["bash", "-c", f"{command}; echo ${{PIPESTATUS[0]}}"],
        env=environment(place / "ws"),
        capture_output=True,
        text=True,
    )
    line, code = done.stdout.splitlines()
    assert "depth 0" in line
    assert code in ("0", "1")
    assert done.stderr == ""


def test_a_disk_that_fills_during_an_export_is_one_line(place):
    rows = [json.dumps({"persona": f"A smith of {n} {'long words ' * 20}{n * n}"}) for n in range(300)]
    (place / "more.jsonl").write_text("\n".join(rows))
    assert run(["import", "more.jsonl", "--dedup", "minhash"], place, None).code == 0
    for format in ("json", "graphml", "csv", "cypher", "neo4j-admin", "parquet"):
        said = run(["export", "--format", format, "--output", "filled"], place, "small files")
        assert said.code == 1, format
        assert len(said.err.splitlines()) == 1, said.err
        assert not (place / "filled").exists()
        assert not list(place.glob("**/*.part"))
