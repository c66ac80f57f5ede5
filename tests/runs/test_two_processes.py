"""A workspace that a run works on, and what happens meanwhile: a second run, a reader, a process that is stopped."""

import json
import os
import signal
import time
from pathlib import Path

import pytest

import personagraph
from personagraph.ledger import Ledger
from tests.sessions import Started, begin, command, undisturbed
from tests.stored import empty
from tests.worlds import open_workspace, picture

pytestmark = pytest.mark.slow

LONG = ("expand", "--model", "simulated", "--calls-per-ego", "99999", "--max-calls", "90000")


def until(reached, seconds: float = 20) -> None:
    """Wait for it."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it did not come so far"
        time.sleep(0.02)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with two seeds and a merge, r1.0.1."""
    long = "A potter from Peru who teaches the children of the whole village to make and to paint small bowls"
    rows = [long, f"{long} gladly", "A ferry captain from Norway who sings to the gulls"]
    (tmp_path / "seeds.jsonl").write_text("".join(json.dumps({"persona": row}) + "\n" for row in rows))
    assert command("init", tmp_path / "w", folder=tmp_path).code == 0
    assert command("import", tmp_path / "seeds.jsonl", folder=tmp_path / "w").code == 0
    assert "r1.0.1" in command("merges", "list", folder=tmp_path / "w").out
    return tmp_path / "w"


def test_what_would_change_a_workspace_that_a_run_works_on_is_refused_and_what_reads_is_not(workspace):
    (workspace.parent / "ferry.txt").write_text("The ferry will not run on Monday. Ask at the harbour office.")
    run = Started(*LONG, folder=workspace)
    until(lambda: "r2   expand      running" in command("runs", "list", folder=workspace).out)
    refusal = f"{workspace}: process {run.process.pid} is writing to this workspace; wait for it, or stop it"
    for words in (
        LONG,
        ("import", workspace.parent / "seeds.jsonl"),
        ("extract", workspace.parent / "ferry.txt", "--model", "simulated"),
        ("synthesize", "math", "-n", "2", "--model", "simulated"),
        ("merges", "undo", "r1.0.1"),
        ("runs", "abandon", "r2"),
    ):
        said = command(*words, folder=workspace)
        assert (said.code, said.out) == (1, ""), words
        assert said.err == f"personagraph: {refusal}\n"
    for words in (
        ("stats",),
        ("runs", "show", "r2"),
        ("merges", "list"),
        ("search", "potter"),
        ("calls", "--limit", "2"),
    ):
        assert command(*words, folder=workspace).code == 0, words
    assert run.process.pid
    os.kill(run.process.pid, signal.SIGINT)
    said = run.end()
    assert said.code == 130, said.err
    assert command("expand", "--max-calls", "1", folder=workspace).code == 0
    assert command("merges", "undo", "r1.0.1", folder=workspace).code == 0


def test_a_reader_never_takes_the_ledger_of_a_run_at_work_for_one_that_lost_something(workspace):
    run = Started(*LONG, "--concurrency", "32", folder=workspace)
    until(lambda: "r2   expand      running" in command("runs", "list", folder=workspace).out)
    with personagraph.open_workspace(workspace) as reader:
        until(lambda: reader.store.applied("r2"), 60)
    steps = set()
    for _ in range(150):
        with personagraph.open_workspace(workspace) as reader:
            assert reader.behind == ""
            steps.add(reader.store.applied("r2"))
    assert len(steps) > 5, "the run went on meanwhile"
    assert run.process.pid
    os.kill(run.process.pid, signal.SIGINT)
    assert run.end().code == 130


def test_a_second_run_at_the_same_moment_is_refused_and_one_of_both_goes_on(workspace):
    few = ("expand", "--model", "simulated", "--max-calls", "3")
    both = [Started(*few, folder=workspace) for _ in range(2)]
    codes = sorted(said.code for said in [run.end() for run in both])
    assert codes in ([0, 0], [0, 1]), "one after the other, or one refused"
    assert command("runs", "list", folder=workspace).out.count("done") == 1 + codes.count(0)


def test_a_run_that_is_stopped_and_continued_gives_the_graph_of_an_undisturbed_one(tmp_path, graph_url):
    empty(graph_url)
    run = begin(tmp_path, graph_url, 80)
    assert run.pid
    stopped = 0
    for _ in range(5):
        run.join(0.15)
        if run.exitcode is None:
            os.kill(run.pid, signal.SIGSTOP)
            time.sleep(0.2)
        if run.exitcode is None:  # else it ended by itself just before it was stopped
            stopped += 1
            os.kill(run.pid, signal.SIGCONT)
    run.join(60)
    assert stopped, "it was stopped before it ended"
    assert run.exitcode == 0
    store, ledger = open_workspace(tmp_path, graph_url)
    assert picture(store) == undisturbed(80)
    asked = (tmp_path / "asked").read_text().split()
    assert len(asked) == len(set(asked)), "nothing was bought twice"
    assert ledger.calls.uncertain("r2") == 0
    store.close()
    ledger.close()


def test_a_run_that_is_stopped_still_holds_its_workspace_and_a_killed_one_does_not(workspace):
    run = Started(*LONG, folder=workspace)
    until(lambda: "r2   expand      running" in command("runs", "list", folder=workspace).out)
    assert run.process.pid
    os.kill(run.process.pid, signal.SIGSTOP)
    assert f"process {run.process.pid} is writing" in command("runs", "abandon", "r2", folder=workspace).err
    run.process.kill()
    run.end()
    assert command("runs", "abandon", "r2", folder=workspace).code == 0


def test_opening_a_ledger_twice_in_one_process_lets_no_other_process_delete_what_the_first_writes(tmp_path):
    """Closing a file past SQLite takes the locks of all connections of the process: the log would be taken for left."""
    assert command("init", tmp_path, folder=tmp_path).code == 0
    first = Ledger(tmp_path / "ledger.sqlite3")
    first.runs.start("import", {}, {})
    Ledger(tmp_path / "ledger.sqlite3").close()
    assert "r1" in command("runs", "list", folder=tmp_path).out
    first.runs.end("r1", "done")
    first.runs.start("import", {}, {})
    assert "r2" in command("runs", "list", folder=tmp_path).out
    first.close()
    assert [run.status for run in Ledger(tmp_path / "ledger.sqlite3").runs.all()] == ["done", "running"]
