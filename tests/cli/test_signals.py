"""Signals and lost terminals, on real processes: the run drains, says so, and is whole afterwards."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminals import ROOT, Screen, Session
from tests.worlds import import_seeds, open_workspace

pytestmark = pytest.mark.slow

CHILD = """
import sys
from pathlib import Path
from personagraph.cli.terminal.exit_codes import exit_code
from personagraph.cli.options.model_runs import metered
from personagraph.cli.terminal.render import say
from personagraph.llm.scripted import ScriptedBackend
from tests.worlds import answer, expansion, open_workspace

def command():
    store, ledger = open_workspace(Path(sys.argv[1]))
    backend = ScriptedBackend(answer, delay=lambda request: 0.3)
    with metered() as (meter, stopping):
        run = expansion(store, ledger, backend, max_calls=200, stopping=stopping, progress=meter)
    say([f"{run.id} {run.status}"])
    return 130 if run.status == "interrupted" else 0

sys.exit(exit_code(command))
"""


@pytest.fixture(autouse=True)
def _hang_ups_are_heeded():
    """Whoever started the tests may have had hang-ups ignored, which children inherit."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store, ledger = open_workspace(tmp_path)
    import_seeds(store, ledger)
    store.close()
    ledger.close()
    return tmp_path


def wait_for_calls(folder: Path, *, at_least: int = 6) -> None:
    """Until a run of the workspace has so many replies."""
    _, ledger = open_workspace(folder)
    deadline = time.monotonic() + 30
    while len(ledger.calls.listed(outcome="replied", limit=at_least)) < at_least:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    ledger.close()


def check_drained(folder: Path) -> None:
    """The expansion was interrupted, and all that was in flight has come back."""
    _, ledger = open_workspace(folder)
    run = ledger.runs.all()[-1]
    assert (run.command, run.status) == ("expand", "interrupted")
    assert ledger.calls.uncertain(run.id) == 0
    assert 0 < run.decided < 200
    ledger.close()


def start(folder: Path, *words: str, before: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,
    )


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_one_signal_lets_what_is_in_flight_come_back(folder, name):
    child = start(folder)
    wait_for_calls(folder)
    child.send_signal(getattr(signal, name))
    out, error = child.communicate(timeout=30)
    assert (child.returncode, out) == (130, "r2 interrupted\n")
    assert ("stopping: what is in flight" in error) == (name != "SIGHUP")
    check_drained(folder)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_second_signal_stops_now(folder, name):
    child = start(folder)
    wait_for_calls(folder)
    began = time.monotonic()
    child.send_signal(getattr(signal, name))
    assert child.stderr is not None
    # Two signals that come at once are one.
    while "stopping" not in child.stderr.readline():
        assert child.poll() is None
    child.send_signal(getattr(signal, name))
    _, error = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "stopped; the same command resumes" in error
    assert "Traceback" not in error
    assert time.monotonic() - began < 10


def test_a_hang_up_that_comes_twice_still_drains(folder):
    child = start(folder)
    wait_for_calls(folder)
    for _ in range(3):
        child.send_signal(signal.SIGHUP)
        time.sleep(0.02)
    assert child.wait(timeout=30) == 130
    check_drained(folder)


def test_a_process_that_was_told_to_outlive_its_terminal_does(folder):
    child = start(folder, before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN) and None)
    wait_for_calls(folder)
    child.send_signal(signal.SIGHUP)
    wait_for_calls(folder, at_least=14)
    child.send_signal(signal.SIGTERM)
    assert child.wait(timeout=30) == 130


def test_a_run_whose_terminal_is_closed_drains_and_dies_of_nothing(folder):
    session = Session(CHILD, folder)
    session.read_until(lambda text: "so far" in text)
    wait_for_calls(folder)
    session.hang_up()
    assert session.wait() == 130
    check_drained(folder)


def test_ctrl_c_in_a_terminal_leaves_one_line_of_progress_and_the_result(folder):
    session = Session(CHILD, folder, columns=200)
    session.read_until(lambda text: "so far" in text)
    wait_for_calls(folder)
    os.write(session.terminal, b"\x03")
    screen = Screen(200, 24)
    screen.feed(session.read_all().replace("^C", ""))
    assert session.wait() == 130
    lines = [line for line in screen.seen if line]
    assert lines[0] == "stopping: what is in flight comes back first (again: stop now)"
    assert re.match(r"\d+ of 200 calls, \d+ %; ", lines[1]) or re.match(r"\d+ calls", lines[1])
    assert lines[2:] == ["r2 interrupted"]
    assert "?25l" not in session.written
    check_drained(folder)


def test_whoever_reads_the_lines_may_leave(folder):
    reading, writing = os.pipe()
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(folder)], cwd=ROOT, stdout=writing, stderr=writing)
    os.close(writing)
    os.close(reading)
    wait_for_calls(folder)
    child.send_signal(signal.SIGTERM)
    assert child.wait(timeout=30) == 1, "the result could not be told"
    check_drained(folder)


def test_with_a_log_all_of_stderr_is_json_also_errors(folder):
    child = start(folder, "--log-json")
    wait_for_calls(folder)
    child.send_signal(signal.SIGTERM)
    _, error = child.communicate(timeout=30)
    objects = [json.loads(line) for line in error.splitlines()]
    assert {entry["event"] for entry in objects} == {"note", "progress"}
    assert objects[-1]["done"] > 0


def test_signals_are_as_before_once_the_run_is_over():
    from personagraph.cli.terminal.signals import stopping_on_signals

    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGCONT")
    before = {name: signal.getsignal(getattr(signal, name)) for name in names}
    with stopping_on_signals(lambda text: None, lambda: None):
        assert all(signal.getsignal(getattr(signal, name)) != before[name] for name in names)
    assert {name: signal.getsignal(getattr(signal, name)) for name in names} == before


def test_where_there_is_no_hang_up_signal_the_others_work(monkeypatch):
    from personagraph.cli.terminal.signals import stopping_on_signals

    monkeypatch.delattr(signal, "SIGHUP")
    monkeypatch.delattr(signal, "SIGCONT")
    notes: list[str] = []
    with stopping_on_signals(notes.append, lambda: None) as stopping:
        assert not stopping()
        signal.raise_signal(signal.SIGTERM)
        assert stopping()
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
            raise AssertionError("a second one stops now")
    assert len(notes) == 1
