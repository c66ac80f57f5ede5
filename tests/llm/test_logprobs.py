"""The likeliest first tokens of a reply: asked for, read however they are told, and kept; or done without."""

import asyncio
import json
import math
from dataclasses import replace
from typing import Any

import pytest

from personagraph.errors import ChatError
from personagraph.ledger import Ledger
from personagraph.ledger.calls import Received, Sent
from personagraph.llm.openai.backend import OpenAIBackend
from personagraph.llm.openai.logprobs import LONGEST, tops_of
from personagraph.llm.recorded import RecordedBackend
from personagraph.llm.recording import Recorded, Recording, read, write
from personagraph.types import ChatReply, ChatRequest
from tests.llm.answering import KEY, answer, asking, completion, error, persist, serving

REQUEST = ChatRequest(
    "k", "judge@1", ({"role": "user", "content": "Yes or no?"},), None, {"max_tokens": 1}, {}, tops=20
)
OTHER, THIRD, FOURTH = (replace(REQUEST, key=key) for key in ("other", "third", "fourth"))
PLAIN = replace(REQUEST, key="plain", tops=0)
TOLD = [("Yes", -0.25), ("No", -1.5), (" no", -7.0)]
TOPS = dict(TOLD)


def chat(told: Any = TOLD) -> dict[str, Any]:
    """The likeliest first tokens as chat completions tell them, then another token's."""
    listed = [{"token": token, "logprob": value, "bytes": None} for token, value in told]
    return {"content": [{**listed[0], "top_logprobs": listed}, {"token": "!", "logprob": -9.0, "top_logprobs": []}]}


def telling(told: Any) -> bytes:
    data = json.loads(completion(content="Yes", finish="length"))
    data["choices"][0]["logprobs"] = told
    return json.dumps(data).encode()


@pytest.fixture
def server():
    with serving() as one:
        yield one


def asks(server) -> list[int | None]:
    """How many were asked for in each call, None where none were."""
    for asked in server.asked:
        assert ("top_logprobs" in asked.body) == asked.body.get("logprobs", False)
    return [asked.body.get("top_logprobs") for asked in server.asked]


def test_they_are_asked_for_where_a_request_wants_them_and_come_with_the_reply(server):
    server.answers = lambda body: answer(200, telling(chat()) if "logprobs" in body else completion())
    told, plain = asking(server, REQUEST, PLAIN)
    assert (told.tops, told.text, told.finish) == (TOPS, "Yes", "length")
    assert plain.tops == {}
    assert asks(server) == [20, None]
    assert server.asked[0].body["max_tokens"] == 1


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (chat(), TOPS),
        ({"tokens": ["Yes"], "token_logprobs": [-0.25], "top_logprobs": [TOPS]}, TOPS),
        ({"content": [{"token": "Yes", "logprob": -0.25, "top_logprobs": []}]}, {"Yes": -0.25}),
        ({"content": [{"token": "Yes", "logprob": -0.25}]}, {"Yes": -0.25}),
        (chat([("Yes", 0.0000004), ("No", -9999.0)]), {"Yes": 0.0, "No": -9999.0}),
        (chat([("No", -0.5), ("Yes", -1.0), ("No", -0.5)]), {"No": -0.5, "Yes": -1.0}),
    ],
)
def test_they_are_read_as_chat_and_as_plain_completions_tell_them_the_likeliest_first(told, expected):
    assert list(tops_of({"logprobs": told}, 20).items()) == list(expected.items())


@pytest.mark.parametrize(
    "told",
    [
        *(None, [], "x", 7, {}, {"content": None}, {"content": []}, {"content": [None]}, {"content": [[]]}),
        *({"content": {"0": {}}}, {"top_logprobs": None}, {"top_logprobs": [None]}, {"top_logprobs": ["Yes"]}),
        {"content": [{"token": None, "logprob": None, "top_logprobs": "none"}]},
        chat([("Yes", float("nan")), ("No", float("-inf"))]),
        chat([("Yes", 0.7), ("No", True), ("no", "-1"), ("yes", None), (5, -1.0), ("y" * (LONGEST + 1), -1.0)]),
    ],
)
def test_what_cannot_be_read_as_any_is_none(told, server):
    assert tops_of({"logprobs": told}, 20) == {}
    server.answers = lambda body: answer(200, telling(told))
    [reply] = asking(server, REQUEST)
    assert (reply.text, reply.tops) == ("Yes", {})


def test_tokens_that_are_written_alike_are_as_likely_as_they_are_together():
    found = tops_of({"logprobs": chat([("Yes", -1.0), ("No", -1.1), ("No", -3.0), ("x", -900.0), ("x", -901.0)])}, 20)
    assert list(found) == ["No", "Yes", "x"]
    assert found["No"] == pytest.approx(math.log(math.exp(-1.1) + math.exp(-3.0)))
    assert found["x"] == pytest.approx(-900.0 + math.log1p(math.exp(-1.0))), "no logarithm is too low to be added"


def test_no_more_are_kept_than_were_asked_for_and_no_half_characters():
    told = chat([(f"{n}\ud800", -float(n)) for n in range(1, 1_000)])
    assert list(tops_of({"logprobs": told}, 3)) == ["1?", "2?", "3?"]


def test_a_key_that_is_echoed_as_a_token_is_not_kept(server):
    server.sends(answer(200, telling(chat([(f"-{KEY}", -1.0)]))))
    assert asking(server, REQUEST)[0].tops == {"-[key]": -1.0}
    server.sends(answer(200, telling(chat([(f"-{KEY}", -1.0), (f"-{KEY.upper()}", -2.0), ("No", -0.9)]))))
    assert asking(server, OTHER)[0].tops == pytest.approx({"-[key]": math.log(math.exp(-1) + math.exp(-2)), "No": -0.9})


@pytest.mark.parametrize(
    ("status", "said", "parameter"),
    [
        (400, "This model does not support logprobs.", None),
        (403, "You are not allowed to request logprobs from this model", None),
        (400, "Unsupported parameter", "logprobs"),
        (422, "Extra inputs are not permitted", None),
        (400, "Bad request", None),
    ],
)
def test_a_server_that_refuses_them_is_asked_without_from_then_on(status, said, parameter, server):
    server.answers = lambda body: answer(
        *((status, error(said, param=parameter)) if "logprobs" in body else (200, completion(content="No")))
    )
    assert [reply.tops for reply in asking(server, REQUEST, OTHER)] == [{}, {}]
    assert asks(server) == [20, None, None]


def test_a_server_that_tells_fewer_is_asked_for_fewer_from_then_on(server):
    said = error("top_logprobs must be between 0 and 5")
    server.answers = lambda body: answer(400, said) if body.get("top_logprobs", 0) > 5 else answer(200, telling(chat()))
    assert [reply.tops for reply in asking(server, REQUEST, OTHER)] == [TOPS, TOPS]
    assert asks(server) == [20, 5, 5]


@pytest.mark.parametrize("said", ["This model's maximum context length is 5 tokens", "invalid content: moderation"])
def test_a_refusal_about_something_else_leaves_them(said, server):
    server.answers = lambda body: answer(400, error(said))
    with pytest.raises(ChatError):
        asking(server, REQUEST)
    assert asks(server) == [20]


def test_a_refusal_that_says_nothing_leaves_them_where_they_were_told_before(server):
    server.sends(answer(200, telling(chat())), answer(400, error("Bad request")))
    with pytest.raises(ChatError):
        asking(server, REQUEST, OTHER)
    assert asks(server) == [20, 20]


def test_a_server_that_promises_them_and_is_silent_thrice_is_not_asked_again(server):
    replies = asking(server, REQUEST, OTHER, THIRD, FOURTH)
    assert [reply.tops for reply in replies] == [{}] * 4
    assert asks(server) == [20, 20, 20, None]


def test_a_server_that_told_them_once_is_asked_however_often_it_is_silent_after(server):
    server.sends(answer(200, telling(chat())), answer(200, completion(content="Yes")))
    asking(server, REQUEST, *[OTHER] * 5)
    assert asks(server) == [20] * 6


def test_what_was_found_out_is_given_to_the_next_backend(server):
    async def found() -> str:
        backend = OpenAIBackend("m", api_key=KEY, base_url=server.url)
        for request in (REQUEST, OTHER, THIRD):
            await persist(backend, request)
        await backend.close()
        return backend.fallbacks

    known = asyncio.run(found())
    assert known == "no_logprobs"
    asking(server, REQUEST, fallbacks=known)
    assert asks(server)[-1] is None


def test_they_are_in_the_ledger_as_they_came(tmp_path):
    odd = {"Yes": -0.1234567890123, " \n\u2581no": -20.0, '"': -9999.0}
    entries = [
        Received(n, f"k{n}", "r1", n, "judge@1", "m", ChatReply("Yes", tops=tops))
        for n, tops in enumerate([odd, {}], 1)
    ]
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    ledger.calls.enter([*(Sent(one.attempt, one.key, "r1", one.step, 0.0) for one in entries), *entries])
    ledger.close()
    again = Ledger(tmp_path / "ledger.sqlite3")
    assert [again.calls.reply(one.key) for one in entries] == [one.reply for one in entries]
    assert list(again.calls.known(["k1"])["k1"].tops) == list(odd)


def test_they_travel_in_a_recording_and_are_answered_again(tmp_path):
    calls = tuple(
        Recorded(f"r1.{n}", request.key, "judge@1", "h", "about", ChatReply("Yes", "length", tops=tops))
        for n, (request, tops) in enumerate([(REQUEST, TOPS), (OTHER, {})])
    )
    write([Recording("m", False, False, calls)], tmp_path / "file.jsonl")
    [found] = read(tmp_path / "file.jsonl")
    assert found.calls == calls
    backend = RecordedBackend(found)
    assert [asyncio.run(backend.complete(request)).tops for request in (REQUEST, OTHER)] == [TOPS, {}]
