"""Runs that are unfinished: at most one that grows the graph and one that reads it, and neither keeps the other off."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from personagraph.errors import ChatError, ConfigError
from personagraph.llm.simulated import SimulatedBackend
from personagraph.types import ChatReply, ChatRequest
from personagraph.workspace import Workspace, examine, init_workspace, open_workspace
from tests.worlds import KEEPERS, Closing


def stopped(workspace: Workspace, verb: Callable[..., Any], *words: Any, after: int = 3, **options: Any) -> str:
    """The id of a run that fails when so many calls are behind it."""
    with pytest.raises(ChatError, match="closed for today"):
        verb(*words, backend=Closing(after), concurrency=1, **options)
    ended = {run.id: workspace.ledger.events.of(run.id) for run in workspace.ledger.runs.all()}
    return max((events[-1].at, run) for run, events in ended.items() if events)[1]


def status(workspace: Workspace) -> dict[str, str]:
    return {run.id: run.status for run in workspace.ledger.runs.all()}


def test_samples_are_drawn_while_an_expansion_is_unfinished_which_then_goes_on(workspace):
    grown, told = stopped(workspace, workspace.expand, hops=2), list[str]()
    assert workspace.forecast("synthesize", "math", n=4, backend=SimulatedBackend(7)).calls.high == 4
    assert len(workspace.preview(2, "synthesize", "math", n=4, backend=SimulatedBackend(7))) == 2
    made = workspace.synthesize("math", n=4, backend=SimulatedBackend(7), note=told.append)
    assert (made.run.run, made.run.status, made.run.samples) == ("r3", "done", 4)
    assert f"run {grown} (expand) is unfinished: the graph is read as it is now" in told
    held = workspace.store.held().applied
    assert workspace.ledger.runs.get("r3").settings["graph"] == {run: held[run] for run in ("r1", "r2")}
    done = workspace.expand(backend=SimulatedBackend(7), max_calls=20)
    assert (done.run, done.status) == (grown, "done")


def test_what_grows_the_graph_goes_on_while_a_synthesis_is_unfinished_and_each_resumes_its_own(workspace, tmp_path):
    read = stopped(workspace, workspace.synthesize, "math", n=8)
    grown = stopped(workspace, workspace.expand, hops=2)
    assert status(workspace) == {"r1": "done", read: "failed", grown: "failed"}
    for verb, kept in ((workspace.expand, grown), (lambda **o: workspace.synthesize("math", **o), read)):
        assert stopped(workspace, verb, after=1) == kept
    with pytest.raises(ConfigError, match=f"run {grown} \\(expand\\) is unfinished"):
        workspace.import_personas(tmp_path / "seeds.jsonl")
    with pytest.raises(ConfigError, match=f"run {read} is unfinished and has task 'math'"):
        workspace.synthesize("instruction", backend=SimulatedBackend(7))
    workspace.abandon(grown)
    assert workspace.import_personas(tmp_path / "seeds.jsonl").run == "r4"
    made = workspace.synthesize("math", backend=SimulatedBackend(7))
    assert (made.run.run, made.run.status, made.run.samples + made.run.rejected) == (read, "done", 8)
    assert status(workspace) == {"r1": "done", read: "done", grown: "abandoned", "r4": "done"}


def test_a_synthesis_whose_graph_has_grown_says_so_and_asks_nobody_twice(workspace):
    read, told = stopped(workspace, workspace.synthesize, "math", n=12, sampler="random"), list[str]()
    workspace.expand(backend=SimulatedBackend(7), max_calls=10)
    made = workspace.synthesize("math", backend=SimulatedBackend(7), note=told.append)
    assert (made.run.run, made.run.status) == (read, "done")
    assert [text for text in told if text.startswith(f"the graph has grown since run {read} began (it holds 10 steps")]
    asked = [planned.step.subject for planned in workspace.ledger.steps.planned(read)]
    assert len(asked) == len(set(asked)) == 12


def test_a_synthesis_that_goes_on_with_the_same_graph_ends_as_an_undisturbed_one(workspace):
    stopped(workspace, workspace.expand, hops=2)
    read, told = stopped(workspace, workspace.synthesize, "math", n=9), list[str]()
    again = workspace.synthesize("math", backend=SimulatedBackend(7), note=told.append)
    once = workspace.synthesize("math", n=9, backend=SimulatedBackend(7))
    assert (again.run.run, again.run.samples) == (read, once.run.samples)
    assert not [text for text in told if "grown" in text]
    first, second = ([p.step for p in workspace.ledger.steps.planned(run)] for run in (once.run.run, read))
    assert first == second


class Useless(SimulatedBackend):
    """A world that says nothing of use: what it is asked becomes a dead letter."""

    async def complete(self, request: ChatRequest) -> ChatReply:
        return replace(await super().complete(request), text="I would rather not.")


def test_dead_letters_of_samples_are_asked_again_while_an_expansion_is_unfinished_and_those_of_it_are_not(workspace):
    workspace.synthesize("math", n=2, backend=Useless(7))
    workspace.expand(backend=Useless(7), max_calls=2)
    grown = stopped(workspace, workspace.expand, hops=2)
    with pytest.raises(ConfigError, match=f"run {grown} \\(expand\\) is unfinished"):
        workspace.retry(run="r3", backend=Useless(7))
    asked = workspace.retry(run="r2", backend=Useless(7), stopping=lambda: True)
    assert (asked.run.run, asked.run.status) == ("r5", "interrupted")
    done = workspace.retry(backend=Useless(7))
    assert (done.run.run, done.run.status) == ("r5", "done")
    assert workspace.expand(backend=SimulatedBackend(7), max_calls=9).run == grown


def test_a_killed_expansion_that_had_not_written_all_keeps_nobody_from_reading_and_writes_it_later(workspace):
    """Its verdicts are in the ledger, and the graph lacks them; a synthesis is a later run than that."""
    from personagraph.ledger.steps import Decided
    from personagraph.types import Verdict

    grown = stopped(workspace, workspace.expand, hops=2)
    workspace.ledger.runs.resume(grown, {})
    held = workspace.store.applied(grown)
    verdict = Verdict(0, "rejected", "test", "", {})
    workspace.ledger.steps.decide(grown, [Decided(held, "", (verdict,))])
    assert workspace.synthesize("math", n=2, backend=SimulatedBackend(7)).run.status == "done"
    with open_workspace(workspace.folder) as again:
        assert again.stats().personas
        done = again.expand(backend=SimulatedBackend(7), max_calls=9)
        assert (done.run, done.status) == (grown, "done")
        assert again.store.applied(grown) == again.ledger.runs.get(grown).decided


def test_the_doctor_names_both(tmp_path, monkeypatch):
    (tmp_path / "seeds.jsonl").write_text("".join(json.dumps({"persona": seed}) + "\n" for seed in KEEPERS))
    with init_workspace(tmp_path / "w") as workspace:
        workspace.import_personas(tmp_path / "seeds.jsonl")
        stopped(workspace, workspace.synthesize, "math", n=8)
        stopped(workspace, workspace.expand, hops=2)
    [runs] = [finding for finding in examine(tmp_path / "w") if finding.name == "runs"]
    assert runs.ok
    assert runs.detail == "unfinished: r2 (synthesize), r3 (expand)"
