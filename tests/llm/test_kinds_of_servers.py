"""Servers as they are, over real HTTP, end to end: what a whole expansion makes of each kind, and what it books."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from personagraph.errors import ChatError, ChatUnavailableError, ConfigError
from personagraph.ledger import Run
from personagraph.prompts import load
from personagraph.workspace import Workspace, init_workspace, open_workspace
from tests.llm.answering import KEY, Server, answer, completion, error, serving

USED = {"prompt_tokens": 1500, "completion_tokens": 150}
PRICE = {"input": 1.0, "output": 10.0}
COST = (1500 * 1.0 + 150 * 10.0) / 1e6
PLACES = ("Peru", "Chad", "Norway", "Japan", "Ghana", "Malta", "Kenya", "Cuba", "Nepal", "Fiji")
WORK = ("baker", "diver", "judge", "potter", "pilot", "nurse", "tailor", "plumber", "farmer", "singer")
DOES = ("bakes bread", "mends nets", "reads maps", "paints walls", "keeps bees", "tunes pianos", "grows tea")
SHOWN = load("expand-large", before=True).examples[0][1]["alters"][0]
OWN_CAP = load("expand-large").parameters["max_tokens"]
Answers = Callable[[dict[str, Any]], bytes]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with three seeds."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    seeds = tmp_path / "seeds.csv"
    seeds.write_text("persona\nA goat herder of Mongolia\nA cook in Lima\nA clerk of Ghana\n")
    with init_workspace(tmp_path / "w") as graph:
        graph.import_personas(seeds)
    return tmp_path / "w"


def alters(numbers: Iterator[int]) -> list[dict[str, Any]]:
    n = next(numbers)
    told = f"A {WORK[n % 10]} from {PLACES[n // 3 % 10]} who {DOES[n % 7]} for {WORK[(n + 4) % 10]}s in the old harbour"
    unknown = dict.fromkeys(("activity", "age", "sex", "region", "language"), "unknown")
    return [{**SHOWN, **unknown, "description": told, "relation": "friend of", "label": "", "former": False}]


class Replies:
    """Makes whole replies, each about somebody else; `text` is the reply as JSON."""

    def __init__(self) -> None:
        self._numbers = count()

    @property
    def text(self) -> str:
        return json.dumps({"alters": alters(self._numbers)})

    def sent(self, **message: Any) -> bytes:
        return answer(200, completion(USED, **(message or {"content": self.text})))


@contextmanager
def opened(folder: Path, url: str, **settings: Any) -> Iterator[Workspace]:
    with open_workspace(folder, base_url=url, **{"prices": {"m": PRICE}, **settings}) as graph:
        yield graph


def expand(folder: Path, url: str, *, model: str = "m", **settings: Any) -> tuple[Run, list[str], float, float, int]:
    """The run of three calls, what was said meanwhile, what was booked for replies and beside, and how many marked."""
    notes: list[str] = []
    with opened(folder, url, **settings) as graph:
        result = graph.expand(model=f"openai:{model}", max_calls=3, max_cost=1.0, seed=1, note=notes.append)
        run, booked = graph.ledger.runs.get(result.run), graph.ledger.accounts.booked(result.run)
        assert (result.dead_letters, result.rejected) == (0, 0), graph.dead_letters()
        assert result.new >= 2
        repaired = graph.ledger.steps.repaired(run.id)
    assert run.status == "done"
    return run, notes, booked.answered, booked.perhaps_billed, repaired


def fails(folder: Path, url: str, *, expected: type[Exception] = ChatError, **settings: Any) -> tuple[str, float]:
    """What the error says of a run that cannot go on, and what was booked for it."""
    with opened(folder, url, **settings) as graph:
        with pytest.raises(expected) as caught:
            graph.expand(model="openai:m", max_calls=3, max_cost=1.0)
        runs = [run for run in graph.ledger.runs.all() if run.command == "expand"]
        cost = graph.ledger.calls.cost(runs[-1].id) if runs else 0.0
    assert KEY not in str(caught.value)
    return str(caught.value), cost


# Where the answer stands


def messages(text: str) -> dict[str, dict[str, Any]]:
    """The messages of servers that put the reply elsewhere than into the content, or otherwise, by kind."""
    call = {"name": "reply", "arguments": text}
    alone = json.loads(text)["alters"]
    return {
        "reasoning_content": {"content": None, "reasoning_content": f"Who could it be? Perhaps: {text}"},
        "reasoning": {"content": "", "reasoning": text},
        "a tool call": {"content": None, "tool_calls": [{"id": "1", "type": "function", "function": call}]},
        "a tool call with prose": {"content": "I call it.", "tool_calls": [{"function": call}]},
        "a tool call with an object": {
            "content": None,
            "tool_calls": [{"function": {**call, "arguments": json.loads(text)}}],
        },
        "function_call": {"content": None, "function_call": call},
        "an object as content": {"content": json.loads(text)},
        "a bare list": {"content": json.dumps(alone)},
        "a list in prose": {"content": f"Here they are:\n```json\n{json.dumps(alone)}\n```"},
        "one object of the list": {"content": json.dumps(alone[0])},
        "one name around it": {"content": json.dumps({"reply": json.loads(text)})},
        "encoded twice": {"content": json.dumps(text)},
        "encoded inside": {"content": json.dumps({"alters": json.dumps(alone)})},
    }


@pytest.mark.parametrize("kind", messages('{"alters": [{}]}'))
def test_an_answer_that_stands_elsewhere_is_taken_once_marked_and_booked(kind, server, folder):
    replies = Replies()
    server.answers = lambda body: replies.sent(**messages(replies.text)[kind])
    _, _, answered, beside, repaired = expand(folder, server.url)
    assert (len(server.asked), repaired) == (3, 3)
    assert (answered, beside) == (pytest.approx(3 * COST), 0)


@pytest.mark.parametrize("kind", ["in parts", "parts with thoughts", "after its thoughts", "in a fence"])
def test_an_answer_in_parts_or_after_thoughts_is_read_as_it_is(kind, server, folder):
    replies = Replies()

    def content(text: str) -> Any:
        half = len(text) // 2
        return {
            "in parts": [{"type": "text", "text": text[:half]}, {"type": "text", "text": text[half:]}],
            "parts with thoughts": [
                {"type": "thinking", "thinking": [{"type": "text", "text": "{Hm}"}]},
                {"type": "text", "text": text},
            ],
            "after its thoughts": f'<think>\nMaybe {{"alters": []}}?\n</think>\n\n{text}',
            "in a fence": f"```json\n{text}\n```",
        }[kind]

    server.answers = lambda body: replies.sent(content=content(replies.text))
    assert expand(folder, server.url)[4] == 0
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    "message",
    [
        {"content": None, "reasoning_content": "A baker, I think, or {a cook}."},
        {"content": "I will not answer that.", "reasoning_content": "DRAFT"},
        {"content": None, "refusal": "No.", "reasoning_content": "DRAFT"},
        {"content": None, "tool_calls": [{"function": {"name": "shell", "arguments": '{"command": "ls"}'}}]},
        {"content": None, "tool_calls": [{"function": {"arguments": "DRAFT"}}, {"function": {"arguments": "DRAFT"}}]},
    ],
)
def test_what_is_no_answer_stays_a_dead_letter_though_json_stands_beside_it(message, server, folder):
    replies = Replies()
    server.answers = lambda body: answer(
        200, completion(USED, **json.loads(json.dumps(message).replace('"DRAFT"', json.dumps(replies.text))))
    )
    with opened(folder, server.url) as graph:
        result = graph.expand(model="openai:m", max_calls=3, max_cost=1.0)
        assert (result.new, result.dead_letters) == (0, 3)
        assert result.cost_usd == pytest.approx(6 * COST), "each was asked for twice, and is paid for"


# Errors of those behind the server


def choice(finish: str, **more: Any) -> bytes:
    data = {"choices": [{"index": 0, "finish_reason": finish, **more}], "usage": USED}
    return answer(200, json.dumps(data).encode())


@pytest.mark.parametrize(
    ("outage", "beside"),
    [
        (choice("error", error={"code": 502, "message": "Provider returned error"}), COST),
        (choice("error", message={"content": '{"alt'}), COST),
        (choice("stop", error="upstream timed out", message={"content": ""}), COST),
        (answer(502, b"<html><title>502 Bad Gateway</title></html>", Content_Type="text/html"), 0),
        (answer(503, b"<html>maintenance</html>", Content_Type="text/html"), 0),
        (answer(500, error("the engine is gone")), 0),
        (answer(200, b'{"choices": [], "usage": {"prompt_tokens": 1500, "completion_tokens": 150}}'), COST),
    ],
)
def test_an_outage_behind_the_server_is_waited_out_and_booked_as_it_says(outage, beside, server, folder):
    replies, left = Replies(), [outage]
    server.answers = lambda body: left.pop() if left else replies.sent()
    _, _, answered, perhaps, _ = expand(folder, server.url)
    assert len(server.asked) == 4
    assert (answered, perhaps) == (pytest.approx(3 * COST), pytest.approx(beside))


# Servers that do not take all of the protocol


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, error("System role not supported")),
        (500, error("System role not supported")),
        (400, error("Conversation roles must alternate user/assistant/user/assistant/...")),
        (
            422,
            b'{"detail": [{"loc": ["body", "messages", 0, "role"], "msg": "should be \'user\' or \'assistant\'"}]}',
        ),
        (
            400,
            error(
                "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
                param="messages[0].role",
            ),
        ),
        (400, error("Only user and assistant roles are supported!")),
        (400, error("Developer instruction is not enabled for models/gemma-3-27b-it")),
        (503, error("jinja: system message is not allowed by this template")),
        (200, error("This model does not support system prompts", code=400)),
    ],
)
def test_what_the_system_says_is_told_by_the_user_where_no_system_is_known(status, said, server, folder):
    replies = Replies()

    def answers(body: dict[str, Any]) -> bytes:
        roles = [turn["role"] for turn in body["messages"]]
        if "system" in roles:
            return answer(status, said)
        assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]
        return replies.sent()

    server.answers = answers
    _, _, answered, perhaps, _ = expand(folder, server.url, concurrency=1)
    refused = 1 if status != 200 else 2  # what may be billed loses its turn, and the next call goes first
    assert len(server.asked) == 3 + refused
    first = server.asked[-1].body["messages"][0]["content"]
    assert first.startswith(load("expand-large").system.strip()[:40])
    assert "\n<0000>\n" in first, "the example follows it"
    assert answered == pytest.approx(3 * COST)
    assert (perhaps > 0) == (status == 200), "whether an error inside a success is on the bill, nobody knows"
    with opened(folder, server.url, concurrency=1) as graph:
        graph.expand(model="openai:m", max_calls=1, max_cost=1.0)
    assert len(server.asked) == 4 + refused, "it is remembered"


def test_a_server_that_takes_no_long_reply_is_asked_for_a_shorter_one_and_that_is_told(server, folder):
    replies = Replies()

    def answers(body: dict[str, Any]) -> bytes:
        cap = body["max_tokens"]
        said = f"max_tokens is too large: {cap}. This model supports at most 4096 completion tokens"
        return answer(400, error(said, param="max_tokens")) if cap > 4096 else replies.sent()

    server.answers = answers
    _, notes, answered, perhaps, _ = expand(folder, server.url, max_tokens=10_000, concurrency=1)
    assert [asked.body["max_tokens"] for asked in server.asked] == [10_000, 5_000, 2_500, 2_500, 2_500]
    assert any("its cap is 2,500 tokens" in note for note in notes)
    assert (answered, perhaps) == (pytest.approx(3 * COST), 0)


@pytest.mark.parametrize("said", ["Unsupported parameter: 'reasoning_effort'", "reasoning_effort: unknown value low"])
def test_what_a_user_sets_and_a_server_does_not_take_is_left_out_told_and_tried_again_in_the_next_run(
    said, server, folder
):
    replies = Replies()
    server.answers = lambda body: answer(400, error(said)) if "reasoning_effort" in body else replies.sent()
    own = {"reasoning_effort": "low", "request": {"top_k": 20}, "concurrency": 1}
    _, notes, answered, perhaps, _ = expand(folder, server.url, **own)
    assert ["reasoning_effort" in asked.body for asked in server.asked] == [True, False, False, False]
    assert all(asked.body["top_k"] == 20 for asked in server.asked)
    assert [note for note in notes if "does not take reasoning_effort" in note]
    assert (answered, perhaps) == (pytest.approx(3 * COST), 0)
    before = len(server.asked)
    expand(folder, server.url, **own)
    assert "reasoning_effort" in server.asked[before].body, "by then it may have another value"


@pytest.mark.parametrize("name", ["temperature", "top_p"])
def test_a_value_of_the_users_that_a_server_refuses_is_told_and_the_next_run_sends_another(name, server, folder):
    replies = Replies()
    said = error(f"Unsupported value: '{name}' does not support 0.3 with this model.", param=name)
    server.answers = lambda body: answer(400, said) if body.get(name) == 0.3 else replies.sent()
    _, notes, *_ = expand(folder, server.url, request={name: 0.3}, concurrency=1)
    assert [asked.body.get(name) for asked in server.asked] == [0.3, None, None, None]
    assert len([note for note in notes if f"does not take {name}, or not this value" in note]) == 1
    before = len(server.asked)
    expand(folder, server.url, models={"m": {"request": {name: 1}}}, concurrency=1)
    assert [asked.body[name] for asked in server.asked[before:]] == [1, 1, 1]


# The wrong address


PAGE = b"<!doctype html><title>Sign in</title>"
WRONG = {
    "a page with 404": (answer(404, b"<html><title>404 Not Found</title></html>"), "/v1", "404 Not Found"),
    "no /v1": (answer(404, b"404 page not found"), "", "--base-url) to http://127.0.0.1:PORT/v1"),
    "no /v1 at a framework": (answer(404, b'{"detail":"Not Found"}'), "", "--base-url) to http://127.0.0.1:PORT/v1"),
    "/v1 twice": (answer(404, b"Not Found"), "/v1/v1", "--base-url) to http://127.0.0.1:PORT/v1"),
    "Ollama's own": (answer(404, b"404 page not found"), "/api", "--base-url) to http://127.0.0.1:PORT/v1"),
    "Ollama's own chat": (
        answer(405, b"405 method not allowed"),
        "/api/chat",
        "--base-url) to http://127.0.0.1:PORT/v1",
    ),
    "LM Studio's word": (
        answer(200, error("Unexpected endpoint or method. (POST /chat/completions). Returning 200 anyway")),
        "",
        "--base-url) to http://127.0.0.1:PORT/v1",
    ),
    "no such method": (
        answer(405, error("Method Not Allowed")),
        "/v1",
        "--base-url) is the address of an OpenAI-compatible",
    ),
    "files": (answer(501, b"<html><title>Error response</title>"), "/v1", "Error response"),
    "HTTPS": (
        answer(400, b"<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>"),
        "/v1",
        "to https://127.0.0.1:PORT/v1",
    ),
    "a page with 400": (answer(400, PAGE), "/v1", "Sign in"),
    "a 200 that says so": (answer(200, b"404 page not found"), "", "to http://127.0.0.1:PORT/v1"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_address_is_told_at_once_with_what_to_set_and_costs_nothing(kind, server, folder):
    sent, path, told = WRONG[kind]
    server.sends(sent)
    said, cost = fails(folder, server.url.removesuffix("/v1") + path)
    assert told.replace("PORT", str(server.server_address[1])) in said
    assert "wait a little" not in said
    assert len(server.asked) <= 3 * 4, "no call waits and asks again"
    assert cost == 0


@pytest.mark.parametrize(
    "path", ["/v1/chat/completions", "/v1/chat/completions/", "/v1/completions", "/chat/completions"]
)
def test_the_address_of_the_endpoint_itself_is_refused_before_anything_is_sent(path, server, folder):
    said, _ = fails(folder, server.url.removesuffix("/v1") + path, expected=ConfigError)
    meant = path.partition("/chat")[0].partition("/completions")[0]
    assert said.endswith(f"set base_url (--base-url) to {server.url.removesuffix('/v1')}{meant}")
    assert server.asked == []


@pytest.mark.parametrize(
    "sent",
    [
        answer(200, PAGE, Content_Type="text/html"),
        answer(200, b"Ollama is running", Content_Type="text/plain"),
        answer(200, error("no engine")),
        answer(200, b'{"choices": []}'),
    ],
)
def test_a_server_that_only_ever_answers_something_else_is_given_up_soon(sent, server, folder):
    server.sends(sent)
    said, cost = fails(folder, server.url, expected=ChatUnavailableError)
    assert "base_url (--base-url)" in said
    assert "wait a little" not in said
    assert len(server.asked) <= 3 * 6
    assert 0 < cost < 1, "what may be billed is booked"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, error("The model `m` does not exist", code="model_not_found")),
        (404, error("model 'm' not found, try pulling it first")),
        (400, error("m is not a valid model ID")),
        (400, error("Invalid model: m")),
        (400, error("Model Not Exist")),
        (500, error("model m not found")),
        (200, error("model m not found")),
        (404, error("models/m is not found for API version v1main")),
        (404, error("The API deployment for this resource does not exist.", code="DeploymentNotFound")),
        (400, error("The model `m` has been decommissioned", code="model_decommissioned")),
    ],
)
@pytest.mark.parametrize("lists", [True, False])
def test_a_model_that_the_server_lacks_is_told_with_those_that_it_has(status, said, lists, server, folder):
    listed = json.dumps({"data": [{"id": name} for name in ("zephyr", "mm-2", "llama3.2:3b", KEY)]}).encode()
    server.answers = lambda body: (
        answer(status, said) if body else answer(200 if lists else 404, listed if lists else b"")
    )
    told, cost = fails(folder, server.url)
    assert "has no model m" in told
    assert "--model openai:NAME" in told
    assert ("it has mm-2" in told) == lists or "zephyr" in told
    assert KEY not in told
    assert cost == 0
    assert server.paths.count("POST /v1/chat/completions") <= 3


# Models that think


@pytest.mark.parametrize(
    ("message", "details"),
    [
        ({"content": None}, {"reasoning_tokens": 1900}),
        ({"content": None, "reasoning_content": "Let me think about it"}, {}),
        ({"content": "<think>Let me think about it"}, {}),
    ],
)
def test_the_first_reply_that_was_cut_after_thoughts_says_what_to_set_once(message, details, server, folder):
    usage = {**USED, "completion_tokens": 2000, "completion_tokens_details": details}
    server.sends(answer(200, completion(usage, "length", **message)))
    notes: list[str] = []
    with opened(folder, server.url) as graph:
        result = graph.expand(model="openai:m", max_calls=3, max_cost=1.0, note=notes.append)
        assert result.dead_letters == 3
        assert result.cost_usd == pytest.approx(6 * (1500 + 2000 * 10) / 1e6)
    [said] = [note for note in notes if "max_tokens" in note]
    assert f"`max_tokens = {OWN_CAP + 8000}`" in said
    assert f"`--max-tokens {OWN_CAP + 8000}`" in said
    replies = Replies()
    server.answers = lambda body: replies.sent() if body["max_tokens"] == OWN_CAP + 8000 else answer(400)
    with opened(folder, server.url, max_tokens=OWN_CAP + 8000) as graph:
        again = graph.retry(max_cost=1.0)
        assert (again.run.dead_letters, again.run.new >= 2) == (0, True), "what was said helps"


def test_a_model_that_is_known_to_think_has_room_for_it_and_its_worst_case_is_reserved(server, folder):
    replies = Replies()
    server.answers = lambda body: replies.sent()
    run, *_ = expand(folder, server.url, model="gpt-oss:20b", prices={"gpt-oss:20b": PRICE})
    assert {asked.body["max_tokens"] for asked in server.asked} == {OWN_CAP + 8000}
    assert run.settings["room"] == 8000
    with opened(folder, server.url) as graph:
        result = graph.expand(model="openai:deepseek-r1:7b", max_calls=1, note=lambda text: None)
        assert graph.ledger.runs.get(result.run).settings["room"] == 8000
    assert expand(folder, server.url)[0].settings["room"] == 0
