"""What is asked of a model with every request: which setting holds, who may set it, and that a run keeps it."""

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from personagraph.cli.terminal.exit_codes import COST_LIMIT
from personagraph.errors import ConfigError
from personagraph.llm.client.budget import Budget
from personagraph.llm.client.prices import Price
from personagraph.llm.client.reasoning import room_for
from personagraph.llm.scripted import ScriptedBackend
from personagraph.prompts import load
from personagraph.types import ChatReply, ChatRequest
from personagraph.workspace import confirm_settings, init_workspace, open_workspace, settings_to_confirm
from personagraph.workspace.settings import FILE, fixed_settings, load_settings
from tests.commands import code_of

OWN_CAP = load("expand-small").parameters["max_tokens"]
PLACES = ("Mongolia", "Lima", "Ghana", "Malta", "Chad", "Oslo", "Fiji", "Nepal", "Cuba")


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    (tmp_path / "own" / "personagraph").mkdir(parents=True)
    return tmp_path / "own" / "personagraph" / "settings.toml"


@pytest.fixture
def folder(tmp_path: Path, own: Path) -> Path:
    work = ("goat herder", "cook", "clerk", "judge", "pilot", "potter", "diver", "tailor", "nurse")
    seeds = [f"A {one} of {place}" for one, place in zip(work, PLACES, strict=True)]
    (tmp_path / "seeds.csv").write_text("\n".join(["persona", *seeds]))
    with init_workspace(tmp_path / "w") as graph:
        graph.import_personas(tmp_path / "seeds.csv")
    return tmp_path / "w"


def trusting(folder: Path, text: str) -> None:
    (folder / FILE).write_text(text)
    confirm_settings(folder, settings_to_confirm(folder))


def asked(folder: Path, *, stop: int = 99, answer: str = "no", **options: Any) -> list[ChatRequest]:
    """The requests of an expansion, which is stopped after some."""
    settings = {n: options.pop(n) for n in ("max_tokens", "reasoning_effort", "request", "models") if n in options}
    found: list[ChatRequest] = []

    def answers(request: ChatRequest) -> ChatReply:
        found.append(request)
        return ChatReply(answer)

    backend = ScriptedBackend(answers, model=options.pop("model", "m"), free=False)
    with open_workspace(folder, **settings) as graph:
        graph.expand(backend=backend, stopping=lambda: len(found) >= stop, **{"max_calls": 2, **options})
    return found


def parameters(folder: Path, **options: Any) -> dict[str, Any]:
    return dict(asked(folder, max_calls=1, **options)[0].parameters)


def test_what_is_set_for_all_and_for_one_model_is_asked_of_it(folder):
    trusting(
        folder,
        'max_tokens = 3000\nreasoning_effort = "low"\nrequest = { top_k = 20, temperature = 0.1 }\n'
        '[models."a/b:c"]\nmax_tokens = 9000\n'
        '[models."d"]\nrequest = { chat_template_kwargs = { enable_thinking = false } }\n',
    )
    found = parameters(folder)
    assert {n: found[n] for n in ("max_tokens", "reasoning_effort", "top_k", "temperature")} == {
        "max_tokens": 3000,
        "reasoning_effort": "low",
        "top_k": 20,
        "temperature": 0.1,
    }
    one = parameters(folder, model="a/b:c")
    assert (one["max_tokens"], one["reasoning_effort"], one["top_k"]) == (9000, "low", 20)
    other = parameters(folder, model="d")
    assert (other["max_tokens"], other["chat_template_kwargs"]) == (3000, {"enable_thinking": False})
    assert "top_k" not in other, "other parameters are replaced as a whole"


def test_what_an_option_or_the_environment_says_of_all_goes_before_what_a_file_says_of_one(folder, own, monkeypatch):
    own.write_text('max_tokens = 1000\n[models."m"]\nreasoning_effort = "high"\nmax_tokens = 1500\n')
    assert load_settings(folder).asked_of("m") == {"max_tokens": 1500, "reasoning_effort": "high", "request": None}
    assert load_settings(folder).asked_of("n")["max_tokens"] == 1000
    trusting(folder, '[models."m"]\nmax_tokens = 2000\n[models."n"]\nmax_tokens = 2500\n')
    assert load_settings(folder).asked_of("m") == {"max_tokens": 2000, "reasoning_effort": "high", "request": None}
    monkeypatch.setenv("PERSONAGRAPH_MAX_TOKENS", "3000")
    monkeypatch.setenv("PERSONAGRAPH_REQUEST", '{"top_k": 4}')
    assert load_settings(folder).asked_of("m") == {
        "max_tokens": 3000,
        "reasoning_effort": "high",
        "request": {"top_k": 4},
    }
    assert load_settings(folder, max_tokens=4000).asked_of("n")["max_tokens"] == 4000
    monkeypatch.setenv("PERSONAGRAPH_MODELS", '{"m": {"max_tokens": 5}}')
    assert load_settings(folder).asked_of("m")["max_tokens"] == 5


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("max_tokens = 0", "max_tokens"),
        ("max_tokens = 99999999", "max_tokens"),
        ('max_tokens = "many"', "max_tokens"),
        ('reasoning_effort = "a lot of it"', "reasoning_effort"),
        ("request = { messages = [] }", "must not hold messages"),
        ('request = { model = "gpt-5-pro" }', "set model beside it"),
        ("request = { response_format = {} }", "must not hold response_format"),
        ('request = { models = ["gpt-5-pro"] }', "must not hold models"),
        ("request = { num_predict = 90000 }", "must not hold num_predict"),
        ("request = { stream = true }", "must not hold stream"),
        ("request = { n = 8 }", "must not hold n;"),
        ("request = { tools = [] }", "must not hold tools"),
        ("request = { max_completion_tokens = 9 }", "set max_tokens beside it"),
        ('request = { reasoning_effort = "low" }', "set reasoning_effort beside it"),
        ("request = { seed = 1 }", "give --seed"),
        ("request = { extra_body = {} }", "in its place"),
        ("request = { at = 2026-01-01 }", "JSON"),
        ("request = { x = nan }", "JSON"),
        ('request = { "a b" = 1 }', "no name of a parameter"),
        ("request = 7", "request"),
        ('[models."m"]\nmax_token = 9', "models"),
        ('[models."m"]\nrequest = { n = 2 }', "must not hold n;"),
        ('[models."openai:gpt-5"]\nmax_tokens = 9', '[models."gpt-5"]'),
        ('models = ["m"]', "models"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place_and_a_remedy(folder, said, told):
    (folder / FILE).write_text(said + "\n")
    with pytest.raises(ConfigError) as caught:
        load_settings(folder)
    assert told in str(caught.value)
    assert str(folder / FILE) in str(caught.value)


@pytest.mark.parametrize(
    "said",
    [
        "max_tokens = 900000",
        'reasoning_effort = "high"',
        'request = { store = true, metadata = { to = "me" } }',
        '[models."m"]\nrequest = { web_search_options = {} }',
    ],
)
def test_a_strangers_folder_decides_nothing_of_what_is_asked_until_it_is_confirmed(folder, said, capsys):
    (folder / FILE).write_text(said + "\n")
    with pytest.raises(ConfigError, match="is not confirmed, so nothing was asked"):
        asked(folder)
    words = ("--workspace", str(folder), "--model", "simulated", "--max-calls", "1")
    assert code_of("expand", *words) == 1
    assert "`personagraph trust" in capsys.readouterr().err
    assert code_of("stats", "--workspace", str(folder)) == 0, "what asks nobody is not kept from anything"
    assert code_of("trust", "--yes", "--workspace", str(folder)) == 0
    assert code_of("expand", *words) in (0, 3)


def test_an_option_says_it_instead_of_a_strangers_folder(folder):
    (folder / FILE).write_text('max_tokens = 900000\nreasoning_effort = "high"\n')
    found = parameters(folder, max_tokens=500, reasoning_effort="low")
    assert (found["max_tokens"], found["reasoning_effort"]) == (500, "low")


def test_it_is_part_of_the_key_of_a_call(folder):
    kinds: list[dict[str, Any]] = [
        {},
        {"max_tokens": 500},
        {"max_tokens": 501},
        {"reasoning_effort": "low"},
        {"request": {"top_k": 1}},
        {"request": {"top_k": 2}},
        {"models": {"m": {"max_tokens": 502}}},
    ]
    keys = []
    for n, kind in enumerate(kinds):
        shutil.copytree(folder, again := folder.parent / str(n))
        keys.append(asked(again, max_calls=1, **kind)[0].key)
    assert len(set(keys)) == len(kinds)


def test_a_run_that_goes_on_asks_as_it_began_whatever_is_set_by_then(folder):
    first = asked(folder, stop=1, max_calls=6, max_tokens=700, request={"top_k": 3}, concurrency=1)
    assert {request.parameters["max_tokens"] for request in first} == {700}
    rest = asked(folder, max_calls=6)
    assert rest
    assert {(request.parameters["max_tokens"], request.parameters["top_k"]) for request in rest} == {(700, 3)}


@pytest.mark.parametrize(
    "recorded",
    [{"request": {"store": True}}, {"max_tokens": 900_000}, {"reasoning_effort": "high"}, {"room": 900_000}],
)
def test_what_only_the_ledger_of_a_folder_asks_of_a_model_is_not_asked(folder, recorded, own):
    asked(folder, stop=1, max_calls=6, concurrency=1)
    with open_workspace(folder) as graph:
        run = graph.ledger.runs.unfinished()
    assert run is not None
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as ledger, ledger:
        told = json.dumps({**run.settings, **recorded})
        ledger.execute("UPDATE run SET settings = ? WHERE id = ?", (told, run.id))
    with pytest.raises(ConfigError, match=f"asks with {next(iter(recorded))} .* and you never said so"):
        asked(folder, max_calls=6)
    if "room" not in recorded:
        assert asked(folder, max_calls=6, **recorded), "who says so himself"


def test_an_unfinished_run_is_not_gone_on_with_under_another_cap(folder):
    asked(folder, stop=1, max_calls=6, max_tokens=700, concurrency=1)
    with pytest.raises(ConfigError, match="is unfinished and has max_tokens 700"):
        asked(folder, max_calls=6, max_tokens=800)
    assert asked(folder, max_calls=6, max_tokens=700)


def test_dead_letters_are_asked_again_under_the_cap_that_holds_now(folder):
    asked(folder, max_tokens=700, reasoning_effort="low")
    found: list[ChatRequest] = []

    def answers(request: ChatRequest) -> ChatReply:
        found.append(request)
        return ChatReply("no")

    with open_workspace(folder, max_tokens=900) as graph:
        graph.retry(backend=ScriptedBackend(answers, model="m", free=False))
    assert {request.parameters["max_tokens"] for request in found} == {900}
    assert all("reasoning_effort" not in request.parameters for request in found)


def test_the_worst_case_of_a_call_is_that_of_the_cap_that_is_sent(folder):
    price = Price(0.0, 1_000_000.0, 0.0)
    assert Budget(price).worst(asked(folder, max_calls=1)[0]) == OWN_CAP
    assert Budget(price).worst(asked(folder, max_calls=1, max_tokens=12_345)[0]) == 12_345


@pytest.mark.parametrize(
    ("model", "more", "thinks"),
    [
        ("o3-mini", {}, True),
        ("openai/gpt-5-mini", {}, True),
        ("gpt-5-chat-latest", {}, False),
        ("gpt-5", {"reasoning_effort": "none"}, False),
        ("gpt-4o", {}, False),
        ("deepseek-reasoner", {}, True),
        ("deepseek-chat", {}, False),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", {}, True),
        ("qwen3:8b", {}, True),
        ("qwen3:8b", {"chat_template_kwargs": {"enable_thinking": False}}, False),
        ("Qwen3-4B-Instruct-2507", {}, False),
        ("qwen3-235b-a22b-thinking-2507", {}, True),
        ("QwQ-32B", {}, True),
        ("gpt-oss:20b", {}, True),
        ("google/gemini-2.5-flash", {}, True),
        ("gemini-2.0-flash", {}, False),
        ("claude-sonnet-4-5", {}, False),
        ("claude-sonnet-4-5", {"thinking": {"type": "enabled", "budget_tokens": 2000}}, True),
        ("anthropic/claude-3.7-sonnet:thinking", {}, True),
        ("grok-4-fast-reasoning", {}, True),
        ("grok-4-fast-non-reasoning", {}, False),
        ("magistral-small", {}, True),
        ("mistral-small", {"reasoning": {"effort": "low"}}, True),
        ("llama3.2", {}, False),
        ("", {}, False),
    ],
)
def test_whether_a_model_thinks_is_known_by_its_name_or_by_what_is_asked_of_it(model, more, thinks):
    assert (room_for(model, more) > 0) == thinks


def test_the_room_is_added_to_what_a_prompt_asks_for_and_an_own_cap_takes_its_place(folder):
    assert parameters(folder, model="qwen3:8b")["max_tokens"] == OWN_CAP + 8000
    assert parameters(folder, model="qwen3:8b", max_tokens=600)["max_tokens"] == 600
    assert parameters(folder, reasoning_effort="low")["max_tokens"] == OWN_CAP + 8000
    assert parameters(folder)["max_tokens"] == OWN_CAP


def test_a_forecast_reckons_with_the_cap_that_is_sent(folder):
    prices = {"gpt-5": {"input": 0.0, "output": 1000.0}}
    with open_workspace(folder, prices=prices) as graph:
        small = graph.forecast("expand", model="openai:gpt-4o", max_calls=1)
        large = graph.forecast("expand", model="openai:gpt-5", max_calls=1)
    assert (
        small.completion_tokens.high
        < large.completion_tokens.high
        < 8000 + load("expand-large").parameters["max_tokens"]
    )


def test_the_options_are_the_settings_of_every_command_that_asks(folder, capsys):
    words = ("expand", "--workspace", str(folder), "--model", "simulated", "--max-calls", "1", "--json")
    assert code_of(*words, "--max-tokens", "750", "--reasoning-effort", "low") in (0, 3)
    with open_workspace(folder) as graph:
        kept = graph.ledger.runs.all()[-1].settings
    assert (kept["max_tokens"], kept["reasoning_effort"]) == (750, "low")
    assert code_of(*words, "--max-tokens", "0") in (1, 2)
    assert "--max-tokens" in capsys.readouterr().err


def test_settings_given_in_python_are_checked_alike():
    assert fixed_settings(request={"top_k": 3}).asked_of("m")["request"] == {"top_k": 3}
    with pytest.raises(ConfigError, match="must not hold tools"):
        fixed_settings(request={"tools": []})
    assert json.dumps(fixed_settings().asked_of("m"))


@pytest.mark.parametrize("place", ["the environment", "the file", "the file, for the model"])
def test_what_is_set_after_a_run_began_holds_for_new_runs_and_is_told(folder, place, monkeypatch):
    asked(folder, stop=1, max_calls=6, concurrency=1)
    if place == "the environment":
        monkeypatch.setenv("PERSONAGRAPH_MAX_TOKENS", "3000")
        monkeypatch.setenv("PERSONAGRAPH_LANGUAGE", "Swahili")
        monkeypatch.setenv("PERSONAGRAPH_PROMPTS", "large")
    else:
        of_model = '[models."m"]\n' if place.endswith("model") else ""
        trusting(folder, f'language = "sw"\nprompts = "large"\n{of_model}max_tokens = 3000\n')
    notes: list[str] = []
    rest = asked(folder, max_calls=6, note=notes.append)
    assert {request.parameters["max_tokens"] for request in rest} == {OWN_CAP}
    assert {request.prompt.partition("@")[0] for request in rest} == {"expand-small"}
    told = [note for note in notes if "holds for new runs" in note]
    assert [note.partition(" ")[0] for note in told] == ["prompts", "max_tokens"]
    assert "max_tokens is 3000 in the settings" in told[1]
    assert "r2 goes on with no such setting" in told[1]
    assert all("personagraph runs abandon r2" in note for note in told)
    assert any("language is sw in the settings" in note and "English alone" in note for note in notes)
    new = asked(folder, max_calls=1, seed=1)
    assert {(r.parameters["max_tokens"], r.prompt.partition("@")[0]) for r in new} == {(3000, "expand-large")}


def test_what_was_set_when_a_run_began_stays_when_it_is_set_otherwise(folder, monkeypatch):
    monkeypatch.setenv("PERSONAGRAPH_MAX_TOKENS", "700")
    asked(folder, stop=1, max_calls=6, concurrency=1)
    monkeypatch.setenv("PERSONAGRAPH_MAX_TOKENS", "800")
    notes: list[str] = []
    assert {r.parameters["max_tokens"] for r in asked(folder, max_calls=6, note=notes.append)} == {700}
    assert any("max_tokens is 800 in the settings" in n and "goes on with max_tokens 700" in n for n in notes)


@pytest.mark.parametrize(
    "recorded",
    [
        {"language": "xx"},
        {"language": 5},
        {"room": "8000"},
        {"prompts": "huge"},
        {"dedup": "magic"},
        {"max_tokens": "many"},
        {"request": [1]},
        {"seed": None},
        {"hops": "far"},
    ],
)
def test_a_run_with_settings_that_this_version_does_not_know_is_refused_in_words(folder, recorded):
    asked(folder, stop=1, max_calls=6, concurrency=1)
    with open_workspace(folder) as graph:
        run = graph.ledger.runs.unfinished()
    assert run is not None
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as ledger, ledger:
        told = json.dumps({**run.settings, **recorded})
        ledger.execute("UPDATE run SET settings = ? WHERE id = ?", (told, run.id))
    name = next(iter(recorded))
    with pytest.raises(ConfigError, match=rf"run r2 is unfinished.* its {name} .*`personagraph runs abandon r2`"):
        asked(folder, max_calls=6)


@pytest.mark.parametrize("recorded", [{"language": "xx"}, {"language": 5}, {"prompts": "huge"}])
def test_dead_letters_of_settings_that_this_version_does_not_know_are_refused_in_words(folder, recorded):
    asked(folder)
    with open_workspace(folder) as graph:
        run = graph.ledger.runs.all()[-1]
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as ledger, ledger:
        told = json.dumps({**run.settings, **recorded})
        ledger.execute("UPDATE run SET settings = ? WHERE id = ?", (told, run.id))
    backend = ScriptedBackend(lambda request: ChatReply("no"), model="m", free=False)
    with (
        open_workspace(folder) as graph,
        pytest.raises(ConfigError, match=f"cannot be asked again.* its {next(iter(recorded))}"),
    ):
        graph.retry(backend=backend)


def test_a_limit_below_what_one_call_can_cost_is_told_with_both_and_what_to_give_instead(folder, capsys, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-hunter22")
    words = ("expand", "--workspace", str(folder), "--model", "openai:gpt-5", "--base-url", "http://127.0.0.1:9/v1")
    code = code_of(*words, "--max-cost", "0.05")
    said = " ".join(capsys.readouterr().err.split())
    assert code == COST_LIMIT
    assert re.search(r"one call can cost up to 0\.\d+ USD, which is more than the limit of 0\.05 USD", said)
    assert "--max-tokens" in said
    assert "higher --max-cost" in said
    assert "nothing was asked" in said
    assert "limit of its own" not in said
