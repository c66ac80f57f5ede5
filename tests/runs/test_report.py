"""What a run tells after the fact, and what one that goes on says it has found."""

import itertools
import json
import sqlite3
from pathlib import Path

import pytest

from personagraph.errors import ChatUnavailableError
from personagraph.ledger.account import STATES
from personagraph.llm.scripted import ScriptedBackend
from personagraph.progress import Tick
from personagraph.types import ChatReply, ChatRequest
from personagraph.workspace import Workspace, init_workspace
from tests.commands import personagraph
from tests.runs.test_robustness import alter

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    opened = init_workspace(tmp_path / "w")
    seeds = tmp_path / "seeds.csv"
    seeds.write_text("persona\n" + "\n".join(f"A keeper of lighthouse number {n}" for n in range(12)) + "\n")
    opened.import_personas(seeds)
    return opened


def stop_at(n: int):
    """What stops a run at once, as a second Ctrl-C does, when so many steps are done."""

    def progress(tick: Tick) -> None:
        if tick.done >= n:
            raise KeyboardInterrupt

    return progress


def cut_off(workspace: Workspace, *, after: int = 4) -> None:
    """Start an expansion and kill it when so many calls are answered and the next ones are in flight."""
    answered = itertools.count()

    def delay(request: ChatRequest) -> float:
        return 0.0 if next(answered) < after else 30.0

    with pytest.raises(KeyboardInterrupt):
        workspace.expand(
            backend=ScriptedBackend(alter, delay=delay), max_calls=20, concurrency=3, progress=stop_at(after)
        )


def test_a_run_that_goes_on_says_what_it_found(workspace):
    cut_off(workspace)
    notes: list[str] = []
    workspace.expand(backend=ScriptedBackend(alter), note=notes.append)
    [told] = [note for note in notes if "goes on" in note]
    assert told.startswith("r2 goes on: 4 of ")
    assert "3 calls were cut off in flight" in told


def test_an_import_that_goes_on_says_so_too(workspace, tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("persona\n" + "\n".join(f"A rower of boat number {n}" for n in range(300)) + "\n")
    with pytest.raises(KeyboardInterrupt):
        workspace.import_personas(rows, progress=stop_at(1))
    notes: list[str] = []
    workspace.import_personas(rows, note=notes.append)
    assert len(notes) == 1
    assert notes[0].startswith("r2 goes on: ")


def test_a_new_run_has_found_nothing_to_tell_of(workspace):
    notes: list[str] = []
    workspace.expand(backend=ScriptedBackend(alter), max_calls=3, note=notes.append)
    assert not any("goes on" in note for note in notes)


def test_calls_that_were_answered_when_they_were_sent_again_are_not_sent_once_more(workspace):
    cut_off(workspace)
    lost = {attempt.call for attempt in workspace.ledger.accounts.uncertain("r2")}
    backend = ScriptedBackend(alter)
    workspace.expand(backend=backend, max_calls=12, progress=lambda tick: None)
    assert lost <= set(backend.requests)
    assert all(attempt.answered for attempt in workspace.ledger.accounts.uncertain("r2"))


def test_every_step_of_a_run_is_in_one_state_and_they_are_those_of_the_view(workspace):
    cut_off(workspace)
    told = workspace.run_report("r2")
    assert tuple(told.states) == STATES
    assert told.states["applied"] == 4
    assert told.states["sent"] == 3
    assert sum(told.states.values()) == len(list(workspace.ledger.steps.planned("r2")))
    workspace.expand(backend=ScriptedBackend(alter))
    done = workspace.run_report("r2").states
    assert (done["applied"], done["sent"], done["replied"], done["decided"]) == (20, 0, 0, 0)
    with sqlite3.connect(workspace.folder / "ledger.sqlite3") as database:
        seen = dict(database.execute("SELECT state, count(*) FROM step_state WHERE run = 'r2' GROUP BY state"))
    assert seen == {state: count for state, count in done.items() if count}


def test_a_dead_letter_is_counted_as_such_and_not_as_applied(workspace):
    workspace.expand(backend=ScriptedBackend(lambda request: ChatReply("I would rather not.")), max_calls=3)
    states = workspace.run_report("r2").states
    assert (states["dead"], states["applied"]) == (3, 0)


def test_each_session_of_a_run_tells_how_it_ended_and_what_it_found(workspace):
    cut_off(workspace)
    stopped = ScriptedBackend(alter)
    workspace.expand(backend=stopped, concurrency=1, stopping=lambda: len(stopped.requests) >= 3)
    workspace.expand(backend=ScriptedBackend(alter))
    sessions = workspace.run_report("r2").sessions
    assert [(s.status, s.reason) for s in sessions] == [
        (None, ""),
        ("interrupted", "stopped by a signal"),
        ("done", "max-calls reached"),
    ]
    assert sessions[0].found == {}
    assert (sessions[1].found["applied"], sessions[1].found["uncertain"]) == (4, 3)
    assert sessions[0].began < sessions[1].began < sessions[1].ended


def test_failed_attempts_are_counted_by_kind_of_error_whatever_the_numbers_in_it(workspace):
    kinds = itertools.cycle(
        [
            "http://127.0.0.1:8000/v1: RateLimitError (429), 1.25 s to wait; wait a little, then resume",
            "http://127.0.0.1:8000/v1: RateLimitError (429), 20 s to wait; wait a little, then resume",
            "http://127.0.0.1:8000/v1: InternalServerError (500); wait a little, then resume",
        ]
    )
    tries = itertools.count()

    def flaky(request: ChatRequest) -> dict:
        if next(tries) < 3:
            raise ChatUnavailableError(next(kinds))
        return alter(request)

    workspace.expand(backend=ScriptedBackend(flaky), max_calls=3, concurrency=3)
    assert workspace.run_report("r2").failures == {
        "http://127.0.0.1:8000/v1: RateLimitError (429), … s to wait": 2,
        "http://127.0.0.1:8000/v1: InternalServerError (500)": 1,
    }


def test_changes_of_concurrency_are_told_with_the_reason(workspace):
    workspace.expand(backend=ScriptedBackend(alter), max_calls=2)
    for limit, reason in ((32, "clean"), (25, "rate limit")):
        workspace.ledger.events.add("r2", "concurrency", {"limit": limit, "why": reason})
    told = workspace.run_report("r2").changes[-2:]
    assert [(change.limit, change.why) for change in told] == [(32, "clean"), (25, "rate limit")]


def test_runs_show_tells_it_all_to_people_and_to_programs(workspace):
    cut_off(workspace)
    lost = workspace.run_report("r2").uncertain_calls
    workspace.expand(backend=ScriptedBackend(alter))
    folder = workspace.folder
    workspace.close()
    shown = personagraph("runs", "show", "r2", folder=folder)
    for part in (
        "r2 expand: done (max-calls reached)",
        "steps 20 applied, ",
        "3 uncertain attempts:",
        f"call {lost[0].call[:12]}, reserve 0.0000 USD, answered when it was sent again",
        "2 sessions:",
        "at work, or stopped at once",
        "done (max-calls reached) at 20",
        "4 applied",
    ):
        assert part in shown
    data = json.loads(personagraph("runs", "show", "r2", "--json", folder=folder))
    assert data["states"]["applied"] == 20
    assert data["uncertain"] == 3
    assert [call["call"] for call in data["uncertain_calls"]] == [attempt.call for attempt in lost]
    assert [session["status"] for session in data["sessions"]] == [None, "done"]
