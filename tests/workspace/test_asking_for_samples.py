"""How samples are asked for: what they are about, what is shown beforehand, who answers, and what looks at them."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from personagraph.errors import ChatUnavailableError, ConfigError, UsageError
from personagraph.llm.simulated import SimulatedBackend
from personagraph.synthesis.samples import Sample, samples
from personagraph.types import ChatReply, ChatRequest
from personagraph.workspace import Workspace, init_workspace, open_workspace
from tests.stored import empty

TRADES = ("baker", "mason", "nurse", "painter", "tailor", "clerk", "pilot", "potter")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text("\n".join(["persona", *(f"A {one} of Lima who sings" for one in TRADES)]))
    with init_workspace(tmp_path / "w") as graph:
        graph.import_personas(tmp_path / "people.csv")
        graph.expand(model="simulated", max_calls=16)
    return tmp_path / "w"


@pytest.fixture
def large(folder: Path) -> Iterator[Workspace]:
    """A workspace that asks as large models are asked."""
    with open_workspace(folder, prompts="large") as graph:
        yield graph


class Listening(SimulatedBackend):
    """The simulated world, which keeps what it is asked."""

    def __init__(self, model: str = "simulated") -> None:
        super().__init__()
        self.model = model
        self.asked: list[ChatRequest] = []

    async def complete(self, request: ChatRequest) -> ChatReply:
        self.asked.append(request)
        return await super().complete(request)

    @property
    def prompts(self) -> Counter[str]:
        return Counter(request.prompt.partition("@")[0] for request in self.asked)


def made(graph: Workspace, task: str = "math", n: int = 8, **options: Any) -> list[Sample]:
    done = graph.synthesize(task, n=n, **{"model": "simulated", **options})
    return list(samples(graph.ledger, done.run.run))


def test_samples_take_what_they_are_to_be_about_in_turn(large):
    about = [json.loads(one["about"]) for one in made(large, vary={"field": ["probability", "areas"]})]
    assert Counter(one["field"] for one in about) == {"probability": 4, "areas": 4}
    assert len({one["difficulty"] for one in about}) == 3, "what is not set goes on as the task has it"


@pytest.mark.parametrize(
    ("vary", "told"),
    [
        ({"colour": ["red"]}, "the task math has no colour; it has"),
        ({"field": [" "]}, "a value must be a text of 1 to 4,000 characters"),
        ({"field": ["x" * 5000]}, "a value must be a text of 1 to 4,000 characters"),
    ],
)
def test_what_no_sample_can_be_about_is_refused(large, vary, told):
    with pytest.raises(UsageError, match=told):
        made(large, vary=vary)


def test_what_code_composes_takes_only_the_kinds_that_there_are(folder):
    with open_workspace(folder) as small:
        with pytest.raises(ConfigError, match="with small prompts the samples of math differ in kind"):
            made(small, vary={"field": ["probability"]})
        with pytest.raises(ConfigError, match="'hard' is not known; with small prompts it can be 1 operation"):
            made(small, vary={"kind": ["hard"]})
        kind = "3 operations, 2 numbers not needed"
        assert {json.loads(one["about"])["kind"] for one in made(small, vary={"kind": [kind]})} == {kind}


def test_shots_show_nothing_or_samples_alone_or_with_whom_they_are_about(large):
    turns = {}
    for shots in ("none", "examples", "personas"):
        backend = Listening()
        made(large, n=1, backend=backend, shots=shots, checks=[], fresh=True)
        [request] = backend.asked
        turns[shots] = [turn["content"] for turn in request.messages]
    assert len(turns["none"]) == 2
    assert len(turns["examples"]) == len(turns["personas"]) > 2
    assert "glass blower from Portugal who" in turns["personas"][1]
    assert "glass blower from Portugal who" not in turns["examples"][1]
    assert turns["examples"][1].startswith("Write a problem of this field")
    assert turns["examples"][2] == turns["personas"][2]


def test_by_default_large_models_are_shown_nothing_and_small_ones_samples(folder, large):
    backend = Listening()
    made(large, n=1, backend=backend, checks=[])
    assert len(backend.asked[0].messages) == 2
    with open_workspace(folder) as small:
        made(small, n=1, backend=backend)
    assert len(backend.asked[-1].messages) > 2


@pytest.mark.parametrize(
    ("options", "each"),
    [
        ({}, {"math-large": 1, "solve": 2, "criticise": 1}),
        ({"answers": 4}, {"math-large": 1, "solve": 4, "criticise": 1}),
        ({"answers": 0}, {"math-large": 1, "criticise": 1}),
        ({"checks": ["formula"]}, {"math-large": 1}),
        ({"checks": []}, {"math-large": 1}),
        ({"checks": [], "answers": 1}, {"math-large": 1, "solve": 1}),
        ({"context": "conversation", "checks": []}, {"converse": 1, "math-large": 1}),
    ],
)
def test_checks_and_answers_decide_what_is_asked_for_each_sample(large, options, each):
    backend = Listening()
    found = made(large, n=5, backend=backend, **options)
    assert len(found) == 5
    assert backend.prompts == {prompt: 5 * times for prompt, times in each.items()}


def test_unchecked_is_what_no_check_looks_at(large):
    assert {one["check"] for one in made(large, checks=[])} == {"unchecked"}
    assert {one["check"] for one in made(large, checks=["formula"], fresh=True)} <= {"verified", "disputed"}


def test_a_checker_answers_and_criticises_and_the_samples_name_it(large):
    writer = Listening("writer")
    found = made(large, backend=writer, checker="simulated")
    assert writer.prompts == {"math-large": 8}
    calls = {call["key"]: call for call in large.ledger.calls.listed(run=found[0]["lineage"]["run"], limit=100)}
    for one in found:
        assert (one["lineage"]["model"], one["lineage"]["checker"]) == ("writer", "simulated")
        assert [calls[key]["prompt"].partition("@")[0] for key in one["lineage"]["others"].split()] == [
            *["solve"] * 2,
            "criticise",
        ]


def test_a_checker_that_is_down_fails_the_run_which_goes_on_when_it_is_there(folder):
    settings = {"prompts": "large", "base_url": "http://127.0.0.1:9/v1", "openai_api_key": "none", "patience": 0.0}
    with (
        open_workspace(folder, **settings) as graph,
        pytest.raises(ChatUnavailableError),
    ):
        made(graph, n=3, checker="openai:checker", yes=True)
    with open_workspace(folder, prompts="large") as graph:
        [*_, run] = graph.runs()
        assert run.status == "failed"
        with pytest.raises(ConfigError, match="checker"):
            made(graph, n=3, checker="simulated")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"answers": 17}, "--answers is 17; it must be from 0 to 16"),
        ({"answers": -1}, "--answers is -1"),
        ({"checks": ["oracle"]}, "oracle"),
        ({"shots": "many"}, "many"),
        ({"checker": "gpt-5"}, "'gpt-5' is not known"),
        ({"context": "crowd"}, "crowd"),
    ],
)
def test_options_that_cannot_be_are_refused_before_anything_is_asked(large, options, told):
    with pytest.raises(UsageError, match=told):
        made(large, **options)
    assert [run.command for run in large.runs()] == ["import", "expand"]


def test_the_forecast_counts_every_step_of_a_sample(large):
    told = large.forecast("synthesize", "math", n=10, model="simulated")
    assert told.calls.high == 40
    told = large.forecast("synthesize", "math", n=10, model="simulated", checks=[], context="conversation")
    assert told.calls.high == 20


def test_a_conversation_needs_somebody_to_talk_to(tmp_path):
    (tmp_path / "people.csv").write_text("persona\nA baker of Lima who sings\n")
    with init_workspace(tmp_path / "alone") as graph:
        graph.import_personas(tmp_path / "people.csv")
        with pytest.raises(ConfigError, match="nobody who is meant has a relationship"):
            made(graph, context="conversation")


@pytest.mark.neo4j
def test_both_stores_make_the_same_samples(folder, tmp_path, neo4j_url, neo4j_password, monkeypatch):
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", neo4j_password)
    empty(neo4j_url)
    with init_workspace(tmp_path / "other", store=neo4j_url) as other:
        other.import_personas(tmp_path / "people.csv")
        other.expand(model="simulated", max_calls=16)
    found = []
    for place in (folder, tmp_path / "other"):
        with open_workspace(place, prompts="large") as graph:
            found.append([one["id"] for task in ("math", "tools") for one in made(graph, task, context="conversation")])
    assert found[0] == found[1]
