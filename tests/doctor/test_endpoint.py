"""The doctor asks a server two small questions, says what it can do and what that cost, and keeps what it found."""

import json
import socket
import struct
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from personagraph.doctor import Finding, endpoint, questions
from personagraph.doctor.addresses import Told
from personagraph.errors import ConfigError
from personagraph.llm.client.reasoning import ROOM
from personagraph.workspace import examine_model, init_workspace
from personagraph.workspace.stores import opened_ledger
from tests.commands import code_of

KEY = "sk-hunter2hunter2"
GOOD = json.dumps({"q1_bird_name": "hoopoe", "q2_legs": "two"})
USAGE = {"prompt_tokens": 60, "completion_tokens": 20, "total_tokens": 80}
Answer = tuple[int, Any]


def completion(content: Any = GOOD, finish: str = "stop", usage: Any = USAGE, **message: Any) -> Answer:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
    return 200, {"id": "1", "object": "chat.completion", "model": "m", "choices": [choice], "usage": usage}


def refusal(said: str, status: int = 400, **more: Any) -> Answer:
    return status, {"error": {"message": said, **more}}


class Fake:
    """A server that answers a question as `chat` says, all else as `lists` does, and keeps what it was sent."""

    def __init__(self) -> None:
        self.chat: Callable[[dict[str, Any]], Answer] = lambda body: completion()
        self.lists: dict[str, Answer] = {"models": (200, {"data": [{"id": "m"}, {"id": "model-b"}]})}
        self.asked: list[dict[str, Any]] = []
        self.got: list[str] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                fake.got.append(self.path)
                self._send(*fake.lists.get(self.path.partition("?")[0].rpartition("/")[2], (404, {})))

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fake.asked.append(body)
                self._send(*fake.chat(body))

            def _send(self, status: int, data: Any) -> None:
                body = data if isinstance(data, bytes) else json.dumps(data).encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/html" if body[:1] == b"<" else "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def fake(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    one = Fake()
    yield one
    one.server.shutdown()
    one.server.server_close()


def asked(fake: Fake, folder: Path, model: str = "m") -> dict[str, Finding]:
    """The findings by name; none of them holds the key."""
    found = examine_model(folder, model=f"openai:{model}", base_url=fake.url)
    assert KEY not in str(found)
    assert all(finding.ok or finding.remedy for finding in found)
    return {finding.name: finding for finding in found}


def test_a_server_that_can_do_all_of_it_is_asked_for_an_object_and_for_a_word(fake, tmp_path):
    fake.lists |= {"batches": (200, {"data": []}), "files": (200, {"data": []})}
    found = asked(fake, tmp_path, "gpt-4o-mini")
    assert ["response_format" in body for body in fake.asked] == [True, False]
    assert ["logprobs" in body for body in fake.asked] == [False, True]
    assert all(finding.ok for finding in found.values())
    assert "gpt-4o-mini answered in" in found["server"].detail
    assert "takes a JSON schema, and the answer fits it" in found["JSON schema"].detail
    assert found["system role"].detail == "the model heeds it"
    assert "60 tokens of the prompt, 20 of the reply" in found["usage"].detail
    assert "the server lists its batches" in found["batches"].detail
    assert "nothing is left out" in found["found out"].detail
    assert found["cost"].detail == "2 calls, 0.000042 USD"
    assert "kept" not in found


def test_what_the_question_may_cost_is_bounded(fake, tmp_path):
    asked(fake, tmp_path)
    assert [body["max_tokens"] for body in fake.asked] == [questions.LONGEST_REPLY, 1]
    assert all(len(json.dumps(body)) < 1500 for body in fake.asked)


def test_a_server_without_schemas_or_a_seed_is_asked_for_less_and_that_is_kept_for_runs(fake, tmp_path):
    def chat(body: dict[str, Any]) -> Answer:
        if "seed" in body:
            return refusal("Unsupported parameter: 'seed'", param="seed")
        if body.get("response_format", {}).get("type") == "json_schema":
            return refusal("response_format json_schema is not supported")
        return completion()

    fake.chat = chat
    init_workspace(tmp_path / "w").close()
    found = asked(fake, tmp_path / "w")
    calls = len(fake.asked)
    assert f"{calls} calls, of which {calls - 2} refused" in found["cost"].detail
    assert "asked again with less" in found["refused"].detail
    assert "takes no JSON schema: JSON is asked for" in found["JSON schema"].detail
    assert "without_seed" in found["found out"].detail
    assert "json_object (" in found["found out"].detail
    assert "know it from now on" in found["kept"].detail
    with opened_ledger(tmp_path / "w") as ledger:
        kept = ledger.remembered(f"concessions of m at {fake.url}")
    assert set(kept.split(",")) == {"without_seed", "json_object"}
    asked(fake, tmp_path / "w")
    assert len(fake.asked) == calls + 2, "what is known is not found out again"


def telling(body: dict[str, Any]) -> Answer:
    """An answer with as many of the likeliest first tokens as were asked for."""
    status, data = completion()
    tops = [{"token": f"{{{' ' * n}", "logprob": -1.0 - n} for n in range(body.get("top_logprobs", 0))]
    data["choices"][0]["logprobs"] = {"content": [{"token": "{", "logprob": -1.0, "top_logprobs": tops}]}
    return status, data


@pytest.mark.parametrize("said", ["log-probabilities are not supported with response_format", ""])
def test_a_server_that_tells_log_probabilities_unless_there_is_a_schema_is_known_to_tell_them(said, fake, tmp_path):
    def chat(body: dict[str, Any]) -> Answer:
        if "response_format" not in body:
            return telling(body)
        return refusal(said) if "logprobs" in body and said else completion()

    fake.chat = chat
    found = asked(fake, tmp_path)
    assert len(fake.asked) == 2
    assert "tells the 20 likeliest first tokens" in found["log-probabilities"].detail
    assert "nothing is left out" in found["found out"].detail


def test_a_server_that_takes_no_cap_of_one_token_is_asked_for_the_word_with_a_higher_one_which_is_kept(fake, tmp_path):
    said = "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 1 instead."
    fake.chat = lambda body: refusal(said) if body["max_tokens"] < 16 else telling(body)
    init_workspace(tmp_path / "w").close()
    found = asked(fake, tmp_path / "w")
    assert [body["max_tokens"] for body in fake.asked] == [500, 1, 16]
    assert "tells the 20 likeliest first tokens" in found["log-probabilities"].detail
    assert "least_token_cap (the cap on tokens is 16 at least)" in found["found out"].detail
    asked(fake, tmp_path / "w")
    assert [body["max_tokens"] for body in fake.asked[3:]] == [500, 16]


def test_a_server_that_answers_with_no_single_word_is_a_fault(fake, tmp_path):
    fake.chat = lambda body: completion() if "response_format" in body else refusal("not today", 422)
    found = asked(fake, tmp_path)
    assert found["server"].ok
    assert not found["log-probabilities"].ok
    assert "not today" in found["log-probabilities"].detail


def test_a_server_that_promises_log_probabilities_and_sends_none_is_told(fake, tmp_path):
    assert "this reply has none" in asked(fake, tmp_path)["log-probabilities"].detail


@pytest.mark.parametrize(
    ("most", "said", "told", "found_out"),
    [
        (5, "top_logprobs must be at most 5", "tells the 5 likeliest first tokens", "few_top_logprobs (log-prob"),
        (0, "logprobs are not supported with this model", "takes no question for them", "no_logprobs (no log-prob"),
    ],
)
def test_a_server_that_refuses_log_probabilities_is_asked_for_less(most, said, told, found_out, fake, tmp_path):
    fake.chat = lambda body: refusal(said) if body.get("top_logprobs", 0) > most else telling(body)
    if not most:
        fake.chat = lambda body: refusal(said) if "logprobs" in body else completion()
    found = asked(fake, tmp_path)
    assert told in found["log-probabilities"].detail
    assert found_out in found["found out"].detail
    assert found["log-probabilities"].ok


def test_a_workspace_that_is_written_to_keeps_nothing_and_that_is_said(fake, tmp_path):
    from personagraph.storage.writer_lock import writer

    init_workspace(tmp_path / "w").close()
    fake.chat = lambda body: refusal("no 'seed' is supported", param="seed") if "seed" in body else completion()
    with writer(tmp_path / "w"):
        assert "nothing of it is kept for runs" in asked(fake, tmp_path / "w")["kept"].detail


def test_an_answer_without_the_form_that_was_asked_for_is_told(fake, tmp_path):
    fake.chat = lambda body: completion('{"bird": "hoopoe", "legs": 2}')
    found = asked(fake, tmp_path)
    assert found["JSON schema"].ok
    assert "does not hold to it" in found["JSON schema"].detail
    fake.chat = lambda body: completion("It has two.", usage=None)
    found = asked(fake, tmp_path)
    assert "the answer does not show" in found["system role"].detail
    assert "does not tell the tokens" in found["usage"].detail
    assert "does not tell what it used" in asked(fake, tmp_path, "gpt-4o-mini")["cost"].detail


def test_a_model_that_uses_up_its_reply_is_a_fault_with_what_to_set(fake, tmp_path):
    fake.chat = lambda body: completion("", "length", {**USAGE, "completion_tokens": 500})
    found = asked(fake, tmp_path)["JSON schema"]
    assert not found.ok
    assert "500 tokens" in found.detail
    assert "PERSONAGRAPH_MAX_TOKENS=12000" in found.remedy


def thinks_with(tokens: int) -> Callable[[dict[str, Any]], Answer]:
    """A model that thinks with so many tokens before it answers, whatever it may use."""

    def chat(body: dict[str, Any]) -> Answer:
        cap = body.get("max_tokens") or body["max_completion_tokens"]
        usage = {**USAGE, "completion_tokens": min(cap, tokens + 20)}
        full = cap >= tokens + 20
        return completion(GOOD if full else "", "stop" if full else "length", usage, reasoning_content="Birds. Hm.")

    return chat


def test_a_model_that_is_known_to_think_has_the_room_for_it_that_runs_give(fake, tmp_path):
    fake.chat = thinks_with(3000)
    found = asked(fake, tmp_path, "deepseek-r1")
    assert all(finding.ok for finding in found.values())
    assert fake.asked[0]["max_tokens"] == questions.LONGEST_REPLY + ROOM
    assert "max_tokens 8,500, of which 8,000 are for what the model thinks" in found["asked"].detail
    assert len(fake.asked) == 1, "the first token is no word"
    assert "one of the model's thoughts" in found["log-probabilities"].detail
    assert "USD" not in found["asked"].detail
    found = asked(fake, tmp_path, "o3")
    assert found["asked"].detail.endswith("; about 0.069048 USD at most, with the question for one word")


def test_the_question_is_asked_with_all_that_is_set_of_every_request(fake, tmp_path, monkeypatch):
    monkeypatch.setenv("PERSONAGRAPH_MAX_TOKENS", "4000")
    monkeypatch.setenv("PERSONAGRAPH_REASONING_EFFORT", "low")
    monkeypatch.setenv("PERSONAGRAPH_REQUEST", '{"top_k": 20, "temperature": 1}')
    monkeypatch.setenv("PERSONAGRAPH_MODELS", '{"other": {"max_tokens": 7}}')
    found = asked(fake, tmp_path, "deepseek-r1")
    sent = {name: fake.asked[0][name] for name in ("max_tokens", "reasoning_effort", "top_k", "temperature")}
    assert sent == {"max_tokens": 4000, "reasoning_effort": "low", "top_k": 20, "temperature": 1}
    assert found["asked"].detail == (
        "max_tokens 4,000, as runs send; with top_k, temperature, reasoning_effort, as runs send"
    )


def test_what_is_asked_of_a_model_by_the_folder_alone_is_not_asked(fake, tmp_path):
    (tmp_path / "personagraph.toml").write_text("max_tokens = 900000\n")
    with pytest.raises(ConfigError, match=r"max_tokens 900000 .* is not confirmed, so nothing was asked"):
        asked(fake, tmp_path)
    assert fake.asked == []


def test_the_remedy_for_a_model_that_thinks_too_long_mends_it(fake, tmp_path, monkeypatch):
    fake.chat = thinks_with(9000)
    init_workspace(tmp_path / "w").close()
    cut = asked(fake, tmp_path / "w")["JSON schema"]
    assert "thinks before it answers, and used up the 500 tokens" in cut.detail
    assert "`personagraph config set max_tokens 12000`" in cut.remedy
    assert code_of("config", "set", "max_tokens", "12000", "--workspace", str(tmp_path / "w")) == 0
    assert asked(fake, tmp_path / "w")["JSON schema"].ok
    assert "set PERSONAGRAPH_MAX_TOKENS=12000 in the environment" in asked(fake, tmp_path)["JSON schema"].remedy
    monkeypatch.setenv("PERSONAGRAPH_MAX_TOKENS", "8000")
    assert "set PERSONAGRAPH_MAX_TOKENS=16000" in asked(fake, tmp_path / "w")["JSON schema"].remedy
    monkeypatch.setenv("PERSONAGRAPH_MODELS", '{"m": {"max_tokens": 7000}}')
    remedy = asked(fake, tmp_path / "w")["JSON schema"].remedy
    assert remedy.startswith('set max_tokens below [models."m"] to 14000: it is 7000 there')


def test_a_server_that_ends_a_reply_before_its_cap_is_not_mended_by_a_higher_one(fake, tmp_path):
    fake.chat = lambda body: completion("", "length", {**USAGE, "completion_tokens": 2000})
    found = asked(fake, tmp_path, "deepseek-r1")["JSON schema"]
    assert not found.ok
    assert "the server ended the reply after 2,000 tokens, of 8,500 that were asked for" in found.detail
    assert "max_tokens" not in found.remedy


def test_a_price_that_nobody_knows_is_said(fake, tmp_path):
    assert "the price is not known" in asked(fake, tmp_path)["cost"].detail


@pytest.mark.parametrize(
    ("answer", "says", "do"),
    [
        ((401, {"error": {"message": f"Incorrect API key: {KEY}"}}), "401", "check OPENAI_API_KEY"),
        ((403, {"error": {"message": "not for you"}}), "403", "check OPENAI_API_KEY"),
        ((404, b"<html>nothing here</html>"), "404", "--base-url"),
        ((200, b"<html>log in</html>"), "a web page", "--base-url"),
        ((200, {"status": "ok"}), "JSON of another kind", "--base-url"),
        ((429, {"error": {"message": "slow down"}}), "429", "ask again"),
        ((503, {"error": {"message": "busy"}}), "503", "ask again"),
        ((402, {"error": {"message": "insufficient_quota", "code": "insufficient_quota"}}), "no credit", "add credit"),
        ((302, b""), "302", "redirect"),
    ],
)
def test_an_endpoint_that_does_not_answer_says_what_it_is_and_what_to_do(answer, says, do, fake, tmp_path):
    fake.chat = lambda body: answer
    found = asked(fake, tmp_path)
    assert not found["server"].ok
    assert says in found["server"].detail
    assert do in found["server"].remedy
    assert "resume" not in found["server"].remedy


def test_a_model_that_the_server_does_not_list_is_told_with_those_that_it_does(fake, tmp_path):
    fake.chat = lambda body: refusal("The model `mm` does not exist", 404, code="model_not_found")
    found = asked(fake, tmp_path, "mm")
    assert not found["model"].ok
    assert found["model"].detail == "the server lists no mm; it lists m, model-b"
    assert "--model openai:NAME" in found["model"].remedy


@pytest.mark.parametrize(
    "listed",
    [
        [{"id": "a"}, {"id": "b"}],
        {"models": [{"name": "a"}, {"model": "b"}]},
        {"object": "list", "data": [{"id": "a"}, {"id": "b"}]},
    ],
)
def test_models_are_read_from_each_of_the_forms_in_which_servers_list_them(listed, fake, tmp_path):
    fake.chat = lambda body: refusal("The model `mm` does not exist", 404, code="model_not_found")
    fake.lists["models"] = 200, listed
    assert asked(fake, tmp_path, "mm")["model"].detail == "the server lists no mm; it lists a, b"


@pytest.mark.parametrize(
    "listed", [{"data": 7}, {"data": [7]}, [], b"<html>", {"data": [{"id": "x\x1b[2J" * 5000}] * 50}]
)
def test_a_list_of_models_may_be_anything(listed, fake, tmp_path):
    fake.chat = lambda body: refusal("no such model", 404)
    fake.lists["models"] = 200, listed
    found = asked(fake, tmp_path, "mm")
    assert not found["server"].ok
    assert len(found["model"].detail) < 400 if "model" in found else True
    assert "\x1b" not in str(found)


def closed_port() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{one.getsockname()[1]}/v1"


@pytest.mark.parametrize("url", ["closed", "tls", "http://nobody.invalid/v1"])
def test_a_server_that_is_not_there_or_speaks_otherwise_is_a_fault(url, fake, tmp_path):
    address = {"closed": closed_port(), "tls": fake.url.replace("http:", "https:")}.get(url, url)
    [found, *_] = examine_model(tmp_path, model="openai:m", base_url=address)
    assert not found.ok
    assert "cannot be reached" in found.detail
    assert found.remedy == "check that it is up, then ask again"


def test_a_server_that_never_answers_is_waited_for_within_bounds(fake, tmp_path, monkeypatch):
    monkeypatch.setattr(questions, "SECONDS", 0.3)
    with socket.socket() as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setattr(endpoint, "get", lambda *_: Told(None))
        [found, sent, cost] = examine_model(
            tmp_path, model="openai:m", base_url=f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        )
    assert "did not answer within 0.3 seconds" in found.detail
    assert "max_tokens 500" in sent.detail
    assert "perhaps" in cost.detail


def test_a_server_that_refuses_whatever_is_left_out_is_asked_a_bounded_number_of_times(fake, tmp_path, monkeypatch):
    fake.chat = lambda body: refusal(f"parameter {sorted(body)[-1]} is not supported", param=sorted(body)[-1])
    found = asked(fake, tmp_path)
    assert not found["server"].ok
    assert len(fake.asked) <= questions.MOST_CALLS


def test_the_command_exits_with_1_for_an_endpoint_that_cannot_be_asked_with_2_for_no_such_model_and_prints_json(
    fake, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    words = ["doctor", "--model", "openai:m", "--base-url", fake.url, "--json"]
    assert code_of(*words) == 0
    assert {finding["name"] for finding in json.loads(capsys.readouterr().out)["findings"]} >= {"server", "cost"}
    fake.chat = lambda body: (401, {})
    assert code_of(*words) == 1
    assert code_of("doctor", "--model", "nobody") == 2
    assert code_of("doctor", "--model", "simulated") == 0
    assert code_of("doctor", "--model", "local", "--base-url", fake.url) == 2


def test_the_model_that_is_set_is_asked_at_an_address_that_is_named(fake, tmp_path, monkeypatch):
    monkeypatch.setenv("PERSONAGRAPH_MODEL", "openai:m")
    [found, *_] = examine_model(tmp_path, base_url=fake.url)
    assert found.detail.startswith("m answered")
