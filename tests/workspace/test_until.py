"""What ends a run: the same step whatever the concurrency, and whenever the run was interrupted."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from personagraph.errors import ChatError, ConfigError, UsageError
from personagraph.llm.simulated import SimulatedBackend
from personagraph.steering import stops
from personagraph.types import ChatReply, ChatRequest
from personagraph.workspace import Workspace
from tests.commands import code_of
from tests.worlds import KEEPERS, Closing, Crash, Crashing, picture

ENDS = {
    "covered": ({"covered": 0.05, "each": 2}, "cells wanted hold 2 or more"),
    "gain": ({"gain": 0.5}, "calls brought"),
    "new": ({"new": 0.7}, "of what comes next is likely to be new"),
}
"""What ends a run of each kind, and what it says then."""


class Slow(Closing):
    """A world whose replies come out of order, and that closes after so many; of whom it names some come again."""

    async def answered(self, request: ChatRequest) -> ChatReply:
        from asyncio import sleep

        await sleep(0.001 * (int(request.key[:2], 16) % 4))
        if int(request.key[2:4], 16) % 2:
            request = replace(request, key=request.key[4:5], fields={**request.fields, "ego": KEEPERS[0]})
        return await super().answered(request)


@pytest.fixture(autouse=True)
def short_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few calls are enough to say that they bring little."""
    monkeypatch.setattr(stops, "WINDOW", 12)


def expand(workspace: Workspace, backend: SimulatedBackend | None = None, **options: Any) -> Any:
    return workspace.expand(backend=backend or Slow(), **{"max_calls": 200, "calls_per_ego": 5, **options})


def decided(workspace: Workspace) -> int:
    return workspace.runs()[-1].calls


@pytest.mark.parametrize("end", ENDS)
def test_it_ends_at_the_same_step_whatever_the_concurrency_and_says_why(made, end):
    until, said = ENDS[end]
    found = []
    for concurrency in (1, 7):
        workspace, notes = made(f"{end}{concurrency}", beside=concurrency == 1), list[str]()
        done = expand(workspace, until=until, concurrency=concurrency, note=notes.append)
        report = workspace.run_report(done.run)
        assert (done.status, report.run.reason) == ("done", done.reason)
        assert said in done.reason
        assert 0 < done.calls < 200
        ahead = report.calls - done.calls
        assert ahead == report.states["replied"] < concurrency
        assert any(note.startswith(f"{ahead} more repl") for note in notes) == (ahead > 0)
        found.append((done.calls, done.reason, picture(workspace.store)))
    assert found[0] == found[1]


@pytest.mark.parametrize("end", ENDS)
def test_interrupted_at_any_step_it_ends_where_it_would_have(made, end):
    until, _ = ENDS[end]
    whole = made("whole", beside=True)
    straight = expand(whole, until=until, concurrency=1)
    broken = made("broken")
    sessions = 0
    while not (runs := [run for run in broken.runs() if run.command == "expand"]) or runs[-1].status == "failed":
        sessions += 1
        try:
            expand(broken, Slow(replies=3 + sessions % 3), until=until, concurrency=3)
        except ChatError:
            continue
    [ended] = runs
    assert sessions > 2
    assert (ended.calls, ended.reason, ended.status) == (straight.calls, straight.reason, "done")
    assert picture(broken.store) == picture(whole.store)


@pytest.mark.parametrize("dies", [1, 2, 3, 6])
@pytest.mark.parametrize("end", ["gain", "covered"])
def test_killed_between_ledger_and_store_it_ends_where_it_would_have(made, end, dies):
    until, _ = ENDS[end]
    whole, broken = made("whole", beside=True), made("broken")
    straight = expand(whole, until=until, concurrency=1)
    store, left = broken.store, [dies]

    def crash() -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Crash

    broken.store = Crashing(store, crash)
    with pytest.raises(Crash):
        expand(broken, until=until, concurrency=3)
    broken.store = store
    ended = expand(broken, concurrency=3)
    assert (ended.run, ended.calls, ended.reason) == (straight.run, straight.calls, straight.reason)
    assert picture(broken.store) == picture(whole.store)


def test_what_is_reached_already_asks_nobody_and_says_so(workspace):
    first = expand(workspace, until=ENDS["covered"][0])
    again = expand(workspace, until=ENDS["covered"][0], again=True)
    assert (again.calls, again.reason) == (0, first.reason)


def test_what_was_bought_ahead_is_not_bought_again(workspace):
    first = expand(workspace, until=ENDS["covered"][0], concurrency=7)
    ahead = workspace.run_report(first.run).states["replied"]
    then = expand(workspace, max_calls=20)
    assert workspace.run_report(then.run).calls == 20 - ahead


def test_a_target_from_a_file_says_which_cells_count_for_a_policy_that_steers_to_none_too(workspace, tmp_path):
    file = tmp_path / "two.csv"
    file.write_text("activity,region,share\nservice,east_asia,.5\nprofessionals,south_asia,.5\n")
    done = expand(workspace, until={"covered": 1, "each": 1}, target=file)
    assert done.reason in ("2 of 2 cells wanted hold 1 or more", "max-calls reached")
    assert workspace.ledger.runs.get(done.run).settings["wanted"]
    with pytest.raises(UsageError, match=r"leave --target out, take --policy hint or .*, or say with"):
        expand(workspace, target=file)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("coverd=0.9", "--until coverd is not known; it can be covered, gain, new, each"),
        ("covered=1.5", "--until covered=1.5 is out of bounds: above 0, and at most 1"),
        ("covered=nan", "--until covered=nan is out of bounds"),
        ("gain=0", "--until gain=0 is out of bounds: above 0, and at most 100"),
        ("each=5", "--until takes covered, gain or new, as covered=0.95,each=20"),
        ("gain=0.1,each=5", "beside covered=SHARE"),
        ("covered=0.9,each=2.5", "a whole number"),
        ("covered", "--until 'covered' cannot be read; write it as covered=0.95,each=20"),
        ("", "--until '' cannot be read; write it as covered=0.95,each=20"),
    ],
)
def test_a_bad_value_names_the_option_and_says_what_to_do(workspace, monkeypatch, capsys, said, answer):
    monkeypatch.setenv("PERSONAGRAPH_WORKSPACE", str(workspace.folder))
    assert code_of("expand", "--model", "simulated", "--max-calls", "3", "--until", said) == 2
    assert answer in " ".join(capsys.readouterr().err.split())
    assert workspace.calls() == []


def test_a_policy_without_an_end_needs_a_limit_as_what_is_waited_for_may_never_come(workspace):
    with pytest.raises(UsageError, match="whose --until may never be reached, never ends by itself; give --max-calls"):
        workspace.expand(backend=Slow(), policy="hint", until={"covered": 1.0})


def test_an_unfinished_run_goes_on_with_its_own_end_and_refuses_another(workspace):
    go = partial(expand, workspace, concurrency=1)
    with pytest.raises(ChatError, match="closed"):
        go(Slow(replies=4), until=ENDS["covered"][0])
    with pytest.raises(ConfigError, match=r"is unfinished and has until"):
        go(until={"covered": 0.9})
    assert ENDS["covered"][1] in go().reason


def test_the_forecast_says_that_it_may_end_sooner(workspace):
    told = workspace.forecast("expand", until={"covered": 0.95, "each": 20}, backend=SimulatedBackend(7))
    assert any("it may end sooner, by --until covered=0.95,each=20" in note for note in told.notes)


def test_the_reason_is_in_the_report_of_the_run(workspace, monkeypatch, capsys):
    done = expand(workspace, until=ENDS["covered"][0])
    monkeypatch.setenv("PERSONAGRAPH_WORKSPACE", str(workspace.folder))
    assert code_of("runs", "show", done.run) == 0
    assert f"done ({done.reason})" in capsys.readouterr().out
    assert code_of("runs", "show", done.run, "--json") == 0
    assert done.reason in capsys.readouterr().out
