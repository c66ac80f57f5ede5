"""Growing again: whom another run asks, what it buys anew, and what a run says that has nobody to ask."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from personagraph.errors import ChatError, ConfigError
from personagraph.llm.simulated import SimulatedBackend
from personagraph.steering.policies import POLICIES
from personagraph.steering.policies.deficits import LADDER
from personagraph.steering.policies.hint import KIND as HINT
from personagraph.steering.policies.policy import Policy, PolicyFacts, PolicyKind, PolicyOptions
from personagraph.testing import ScriptedBackend
from personagraph.types import ChatReply, ChatRequest
from personagraph.workspace import RunResult, Workspace
from tests.commands import code_of
from tests.worlds import Closing

SEEDS = ("A baker from Lima", "A nurse of Nairobi who keeps bees", "A tram driver in Lisbon")


@pytest.fixture
def seeds() -> tuple[str, ...]:
    return SEEDS


def grown(workspace: Workspace, model: int | ScriptedBackend = 7, **options) -> RunResult:
    """A run one hop from the seeds, who are all that it can ask."""
    backend = SimulatedBackend(model) if isinstance(model, int) else model
    return workspace.expand(backend=backend, **{"hops": 1, **options})


def asked(workspace: Workspace, run: RunResult) -> Counter[str]:
    """How often a run asked each persona, by description."""
    steps = [planned.step for planned in workspace.ledger.steps.planned(run.run) if planned.step.n < run.calls]
    return Counter(workspace.resolve(step.subject).description for step in steps)


def bought(workspace: Workspace, run: RunResult) -> int:
    return workspace.run_report(run.run).calls


def everybody(times: int = 1) -> Counter[str]:
    return Counter(dict.fromkeys(SEEDS, times))


@pytest.mark.parametrize("policy", ["bfs", "types"])
def test_one_more_call_for_each_asks_everybody_exactly_once_more_and_buys_anew(workspace, policy):
    first = grown(workspace, policy=policy)
    second = grown(workspace, policy=policy, calls_per_ego=2)
    third = grown(workspace, policy=policy, calls_per_ego=2)
    assert [asked(workspace, run) for run in (first, second, third)] == [everybody(), everybody(), Counter()]
    assert [bought(workspace, run) for run in (first, second, third)] == [3, 3, 0]
    assert second.new + second.merged > 0


def test_a_persona_that_was_asked_more_often_is_asked_only_what_it_lacks(workspace):
    some = grown(workspace, calls_per_ego=2, max_calls=4)
    rest = grown(workspace, calls_per_ego=3)
    assert asked(workspace, some) + asked(workspace, rest) == everybody(3)
    assert bought(workspace, rest) == 9 - 4


def test_another_model_asks_everybody(workspace):
    grown(workspace)
    other = grown(workspace, ScriptedBackend(lambda request: {}, model="silent"), allow_mixed=True)
    assert asked(workspace, other) == everybody()


@pytest.mark.parametrize("option", ["again", "fresh"])
def test_again_and_fresh_ask_everybody_once_more_and_buy_anew_each_time(workspace, option):
    runs = [grown(workspace), grown(workspace, **{option: True}), grown(workspace, **{option: True})]
    assert [asked(workspace, run) for run in runs] == [everybody()] * 3
    assert [bought(workspace, run) for run in runs] == [3, 3, 3]
    assert len({call["key"] for call in workspace.calls()}) == 9


def test_hints_of_another_run_are_asked_anew_though_an_ego_and_a_hint_come_again(workspace):
    runs = [grown(workspace, policy="hint", max_calls=150) for _ in range(2)]
    assert [bought(workspace, run) for run in runs] == [150, 150]


def test_a_reply_that_could_not_be_used_counts_as_asked(workspace):
    def refuse(request: ChatRequest) -> str:
        return "I would rather not."

    first = grown(workspace, ScriptedBackend(refuse, model="refuses"))
    assert first.dead_letters == 3
    assert asked(workspace, grown(workspace, ScriptedBackend(refuse, model="refuses"))) == Counter()


def test_what_an_abandoned_run_did_not_decide_may_be_asked_and_what_it_decided_was_asked(workspace):
    with pytest.raises(ChatError, match="closed"):
        workspace.expand(backend=Closing(2), hops=1, concurrency=1)
    [failed] = [run for run in workspace.runs() if run.command == "expand"]
    workspace.abandon(failed.run)
    assert asked(workspace, failed) + asked(workspace, grown(workspace)) == everybody()


def test_a_run_with_nobody_to_ask_says_how_often_they_were_asked_and_what_would_give_it_somebody(workspace):
    first = grown(workspace)
    idle = grown(workspace)
    edge = sum(persona.depth == 1 for persona in workspace.store.scan_personas())
    assert idle.reason == (
        "everybody near a seed was asked: 3 nearer than 1 hop, once, by runs with simulated;"
        f" --calls-per-ego 2 or --again asks once more, --hops 2 asks {edge} who are 1 hop away, another --model asks"
        " all anew"
    )
    assert (first.reason, idle.status, idle.calls) == ("", "done", 0)
    assert grown(workspace, hops=2).calls == edge


def test_it_counts_from_the_persona_that_was_asked_least(workspace):
    grown(workspace, max_calls=1)
    grown(workspace, again=True)
    grown(workspace, calls_per_ego=2, max_calls=1)
    idle = grown(workspace)
    assert "1 to 2 times" in idle.reason
    assert "--calls-per-ego 2 or --again" in idle.reason
    assert grown(workspace, calls_per_ego=2).calls > 0


def test_a_look_ahead_says_so_too(workspace, capsys, monkeypatch):
    grown(workspace)
    said = "everybody near a seed was asked: 3 nearer than 1 hop, once"
    forecast = workspace.forecast("expand", hops=1, backend=SimulatedBackend(7))
    assert forecast.calls.high == 0
    assert any(said in note for note in forecast.notes)
    monkeypatch.setenv("PERSONAGRAPH_WORKSPACE", str(workspace.folder))
    assert code_of("expand", "--hops", "1", "--model", "simulated", "--preview", "2") == 0
    told = capsys.readouterr()
    assert "nothing would be asked" in told.out
    assert said in " ".join(told.err.split())


def test_with_again_nothing_is_said_as_all_are_asked(workspace):
    grown(workspace)
    assert workspace.forecast("expand", hops=1, again=True, backend=SimulatedBackend(7)).calls.high >= 3


def test_a_target_that_a_policy_cannot_reach_is_named_and_nothing_is_paid(workspace, monkeypatch):
    def made(options: PolicyOptions, facts: PolicyFacts) -> Policy:
        return HINT.make(options, replace(facts, countries=()))

    monkeypatch.setitem(POLICIES, "mine", PolicyKind(made, "names no country", endless=True, aims=True))
    with pytest.raises(ConfigError, match=r"--policy mine, target world: .*wants nobody whom a hint can name"):
        grown(workspace, policy="mine", target="world", max_calls=5)
    assert workspace.calls() == []


class Stubborn(Closing):
    """A model that answers the same whatever it is asked, and breaks off after so many replies."""

    async def answered(self, request: ChatRequest) -> ChatReply:
        same = {
            "occupation": "baker",
            "age": 40,
            "country": "Peru",
            "relation": "friend of",
            "detail": "bakes bread at night",
        }
        return ChatReply(json.dumps(same))


@pytest.mark.parametrize("policy", ["hint", "bandit"])
def test_a_model_that_always_answers_the_same_is_given_up_and_the_run_says_so(workspace, tmp_path, policy):
    (tmp_path / "target.csv").write_text("activity,region,share\ncraft,oceania,1\n")
    options = {"policy": policy, "target": tmp_path / "target.csv", "max_calls": 500, "hops": 6}
    for _ in range(4):  # broken off now and then, which changes nothing
        with pytest.raises(ChatError):
            workspace.expand(backend=Stubborn(5), **options)
    done = workspace.expand(backend=Stubborn(), **options)
    assert done.reason.startswith("the one cell that is wanted was asked for in vain")
    assert "--unlinked" in done.reason
    window = workspace.ledger.runs.get(done.run).settings["window"]
    assert done.calls <= sum(LADDER[rung] for rung in ("plain", "narrow")) + window
    assert workspace.stats().personas <= len(SEEDS) + 1
