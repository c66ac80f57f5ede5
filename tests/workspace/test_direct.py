"""Expansion without an ego, from the command to both ends: whoever comes is tied to nobody, and that is said."""

import json
import re
from typing import Any

import pytest

from personagraph.llm.scripted import ScriptedBackend
from personagraph.llm.simulated import SimulatedBackend
from personagraph.testing import temporary_workspace
from personagraph.types import ChatReply, ChatRequest
from personagraph.workspace import Workspace, init_workspace, open_workspace
from tests.commands import code_of
from tests.worlds import picture

SEEDS = ("A baker from Lima", "A nurse of Nairobi who keeps bees", "A tram driver in Lisbon")
DIRECT: dict[str, Any] = {"policy": "direct", "model": "simulated"}


@pytest.fixture
def workspace():
    with temporary_workspace(SEEDS) as made:
        yield made


def steps(workspace: Workspace, run: str) -> list:
    return [planned.step for planned in workspace.ledger.steps.planned(run)]


def large() -> SimulatedBackend:
    backend = SimulatedBackend()
    backend.small = False
    return backend


def test_whoever_comes_is_unlinked_and_nobody_is_asked(workspace):
    done = workspace.expand(**DIRECT, max_calls=40)
    assert done.new > 20
    asked = steps(workspace, done.run)
    assert {(s.subject, s.steering, s.prompt) for s in asked} == {("", 3, "alone-small@1")}
    new = [p for p in workspace.store.scan_personas() if p.run == done.run]
    assert {(p.origin, p.depth) for p in new} == {("unlinked", None)}
    assert len(new) == done.new
    assert list(workspace.store.scan_relationships()) == []
    assert workspace.stats().by_depth == {0: 3, None: done.new}


def test_large_models_are_asked_for_several_of_different_cells_in_one_call(workspace):
    done = workspace.expand(policy="direct", backend=large(), max_calls=10)
    assert done.new > 15
    for step in steps(workspace, done.run):
        assert step.prompt == "alone-large@1"
        assert len(step.fields["hints"]) == len({tuple(aim) for aim in step.context["aims"]}) == 3
        assert step.fields["hint"] == step.fields["hints"][0]


def test_it_needs_nobody_to_begin_with(tmp_path):
    with init_workspace(tmp_path / "w") as made:
        done = made.expand(**DIRECT, max_calls=12)
        assert done.new > 5
        assert made.store.size() == done.new
        assert made.expand(**DIRECT, max_calls=5).new > 0


def test_stopped_again_and_again_it_brings_what_an_undisturbed_run_brings(workspace, tmp_path):
    with init_workspace(tmp_path / "calm") as calm:
        calm.expand(**DIRECT, max_calls=150)
        expected = {name: picture(calm.store)[name] for name in ("personas", "merges")}
    with init_workspace(tmp_path / "w") as broken:
        for _ in range(40):
            looks = iter(range(25))
            done = broken.expand(**DIRECT, max_calls=150, stopping=lambda looks=looks: next(looks, 99) > 12)
            if done.status == "done":
                break
        assert done.status == "done"
        assert {name: picture(broken.store)[name] for name in expected} == expected


def test_a_second_run_asks_anew_and_repeats_nobody(workspace):
    one = workspace.expand(**DIRECT, max_calls=30)
    two = workspace.expand(**DIRECT, max_calls=30)
    assert two.run != one.run
    assert workspace.run_report(two.run).reused == 0
    assert two.new > 15


def test_it_is_previewed_and_forecast(workspace):
    before = picture(workspace.store)
    [request] = workspace.preview(1, "expand", **DIRECT)
    assert request.prompt == "alone-small@1"
    assert request.messages[-1]["content"].startswith("Who is it? Someone who is a")
    told = workspace.forecast("expand", **DIRECT, max_calls=9)
    assert tuple(told.calls) == (9, 9, 9)
    assert picture(workspace.store) == before


def test_dead_letters_are_told_and_asked_again(workspace):
    silent = ScriptedBackend(lambda request: "I will not.", model="simulated")
    done = workspace.expand(policy="direct", backend=silent, max_calls=4)
    assert done.dead_letters == 4
    letter = workspace.dead_letters(run=done.run)[0]
    told = workspace.dead_letter(letter.key)
    assert told.messages[-1]["content"].startswith("Who is it?")
    again = workspace.retry(run=done.run, model="simulated", allow_mixed=True).run
    assert (again.calls, again.dead_letters) == (4, 0)
    assert again.new + again.rejected + again.merged == 4
    assert {p.origin for p in workspace.store.scan_personas() if p.run == again.run} <= {"unlinked"}


def test_guards_turn_down_what_cannot_be(workspace):
    def answer(request: ChatRequest) -> ChatReply:
        reply = {"occupation": "hotel manager", "age": 9, "country": "Peru", "detail": "sells rooms to all the guests"}
        return ChatReply(json.dumps(reply))

    done = workspace.expand(policy="direct", backend=ScriptedBackend(answer), max_calls=3)
    assert (done.new, done.rejected) == (0, 3)
    assert {item.reason for item in workspace.rejected(done.run)} == {"contradiction"}


def test_other_policies_go_on_as_if_nobody_had_been_asked(workspace):
    workspace.expand(**DIRECT, max_calls=20)
    done = workspace.expand(policy="bfs", hops=1, model="simulated")
    assert {step.subject for step in steps(workspace, done.run)} == {
        p.id for p in workspace.store.scan_personas() if p.run not in (done.run,) and p.depth == 0
    }
    assert "0 were asked" not in str(workspace.forecast("expand", policy="bfs", hops=2, model="simulated").notes)


def test_beside_links_it_is_no_step_of_linking(workspace):
    done = workspace.expand(**DIRECT, max_calls=60, link=30)
    assert {step.fields["asked"] for step in steps(workspace, done.run)} == {"alone"}
    assert {step.prompt for step in steps(workspace, done.run)} == {"alone-small@1"}
    assert workspace.dead_letters() == []


def test_that_nobody_is_tied_is_said_before_and_in_every_report(workspace, monkeypatch, capsys):
    notes: list[str] = []
    workspace.note = notes.append
    done = workspace.expand(**DIRECT, max_calls=20)
    assert [note for note in notes if "tied to nobody" in note]
    workspace.close()
    monkeypatch.setenv("PERSONAGRAPH_WORKSPACE", str(workspace.folder))
    assert code_of("runs", "show", done.run) == 0
    assert f"tied to no seed: {done.new}" in capsys.readouterr().out
    assert code_of("coverage") == 0
    assert re.search(r"100(\.0)? ?% asked for directly, without an ego and tied to nobody", capsys.readouterr().out)
    with open_workspace(workspace.folder) as opened:
        new = next(p for p in opened.store.scan_personas() if p.run == done.run)
    assert code_of("show", new.id) == 0
    assert new.description in capsys.readouterr().out
    assert code_of("expand", "--help") == 0
    assert "nobody is tied to anybody by it" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("format", ["json", "csv", "graphml"])
def test_it_is_exported_with_its_origin(workspace, tmp_path, format):
    workspace.expand(**DIRECT, max_calls=5)
    done = workspace.export(tmp_path / "out", format=format)
    assert any("unlinked" in (tmp_path / "out").parent.joinpath(file.name).read_text() for file in done.files)
