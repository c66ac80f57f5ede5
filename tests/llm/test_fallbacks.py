"""What is asked of a server that does not take all of the protocol: found out from its refusals, and remembered."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from personagraph.errors import ChatError, ChatUnavailableError, ReplyFormatError
from personagraph.llm.openai.backend import OpenAIBackend
from personagraph.types import ChatReply, ChatRequest
from tests.llm.answering import KEY, Server, answer, asking, completion, error, persist, serving

SCHEMA = {
    "type": "object",
    "required": ["pattern", "detail"],
    "additionalProperties": False,
    "properties": {
        "pattern": {"type": "string", "enum": ["a", "b"], "maxLength": 1},
        "detail": {"type": "string", "pattern": "^[a-z]+$"},
        "story": {"type": "string", "pattern": "^(" + "|".join(["word"] * 50) + ")$"},
    },
}
REQUEST = ChatRequest(
    key="k",
    prompt="p",
    messages=({"role": "system", "content": "You answer."}, {"role": "user", "content": "Who?"}),
    schema=SCHEMA,
    parameters={"temperature": 0.5, "top_p": 0.9, "max_tokens": 10, "seed": 3},
    fields={},
)
OTHER = replace(REQUEST, key="other")
FREE = replace(REQUEST, key="free", schema=None)


@pytest.fixture
def server():
    with serving() as one:
        yield one


def lacking(*forms: str | None, status: int = 400, said: str = "Bad request"):
    """A server that refuses response formats of these types (None is a request without one)."""

    def answers(body: dict[str, Any]) -> bytes:
        form = (body.get("response_format") or {}).get("type")
        return answer(status, error(said)) if form in forms else answer(200, completion())

    return answers


def forms(server: Server) -> list[str | None]:
    return [(asked.body.get("response_format") or {}).get("type") for asked in server.asked]


# The form of a reply


def test_a_server_that_takes_schemas_gets_them(server):
    asking(server, REQUEST, OTHER)
    assert [asked.body["response_format"]["json_schema"]["schema"] for asked in server.asked] == [SCHEMA, SCHEMA]


@pytest.mark.parametrize("status", [400, 404, 422, 501])
def test_a_server_without_schemas_is_asked_for_any_json_from_then_on(server, status):
    server.answers = lacking("json_schema", status=status)
    asking(server, REQUEST, OTHER)
    assert forms(server) == ["json_schema", "json_object", "json_object"]


def test_a_server_without_response_formats_is_told_the_schema_in_words_from_then_on(server):
    server.answers = lacking("json_schema", "json_object")
    asking(server, REQUEST, OTHER)
    assert forms(server) == ["json_schema", "json_object", None, None]
    first, last = server.asked[-1].body["messages"]
    assert first == REQUEST.messages[0]
    question, _, told = last["content"].partition("\n")
    assert question == "Who?"
    schema = json.loads(told[told.index("{") :])
    assert schema["properties"]["pattern"] == SCHEMA["properties"]["pattern"]
    assert schema["properties"]["detail"] == SCHEMA["properties"]["detail"], "a short pattern helps"
    assert schema["properties"]["story"] == {"type": "string"}, "a long one does not"
    assert REQUEST.messages[-1]["content"] == "Who?", "the request is as it was"


def test_any_json_is_asked_for_together_with_the_schema_in_words(server):
    server.answers = lacking("json_schema")
    asking(server, REQUEST)
    assert "JSON" in server.asked[-1].body["messages"][-1]["content"], "OpenAI's own server insists on the word"


@pytest.mark.parametrize(
    "said",
    [
        "Invalid schema for response_format 'reply': In context=('properties', 'detail'), 'pattern' is not permitted.",
        "failed to parse grammar",
        "response_format: the keyword maxLength is not supported",
    ],
)
@pytest.mark.parametrize("status", [400, 500])
def test_a_server_that_minds_a_keyword_gets_the_schema_without_limits(server, said, status):
    def answers(body):
        strict = "pattern" in json.dumps(body["response_format"]["json_schema"]["schema"]["properties"]["detail"])
        return answer(status, error(said)) if strict else answer(200, completion())

    server.answers = answers
    asking(server, REQUEST, OTHER)
    assert forms(server) == ["json_schema"] * 3
    sent = server.asked[-1].body["response_format"]["json_schema"]["schema"]
    assert sent["required"] == ["pattern", "detail"]
    assert sent["properties"]["pattern"] == {"type": "string", "enum": ["a", "b"]}
    assert sent["properties"]["detail"] == {"type": "string"}


def test_each_refused_form_is_an_attempt_of_its_own_that_asks_to_be_made_again_at_once(server):
    server.answers = lacking("json_schema", said="This response_format type is unavailable now")

    async def once() -> tuple[ChatUnavailableError, int, ChatReply]:
        backend = OpenAIBackend("m", api_key=KEY, base_url=server.url)
        with pytest.raises(ChatUnavailableError, match="unavailable now") as caught:
            await backend.complete(REQUEST)
        sent = len(server.asked)
        reply = await backend.complete(REQUEST)
        await backend.close()
        return caught.value, sent, reply

    refused, sent, reply = asyncio.run(once())
    assert (refused.retry_after, refused.limited, refused.billed, sent) == (0.0, False, False, 1)
    assert reply.text == "{}"


def test_a_request_that_is_refused_in_every_form_was_refused_for_something_else(server):
    server.answers = lambda body: answer(400 if "Bad" in str(body) else 200, completion())
    bad = replace(REQUEST, messages=({"role": "user", "content": "Bad"},))

    async def in_turn() -> str:
        backend = OpenAIBackend("m", api_key=KEY, base_url=server.url)
        with pytest.raises(ReplyFormatError):
            await persist(backend, bad)
        await backend.complete(OTHER)
        with pytest.raises(ReplyFormatError):
            await backend.complete(bad)
        await backend.close()
        return backend.fallbacks

    assert asyncio.run(in_turn()) == ""
    assert forms(server) == ["json_schema", "json_object", None, "json_schema", "json_schema"]


def test_a_form_that_was_taken_before_is_not_given_up_for_a_refusal_that_does_not_name_it(server):
    server.sends(answer(200, completion()), answer(400, error("Bad request")))
    with pytest.raises(ReplyFormatError):
        asking(server, OTHER, REQUEST)
    assert forms(server) == ["json_schema"] * 2


def test_one_schema_that_a_server_minds_does_not_lose_it_the_others(server):
    odd = replace(OTHER, schema={**SCHEMA, "title": "odd"})

    def answers(body):
        return (
            answer(400, error("Invalid schema"))
            if "odd" in str(body.get("response_format"))
            else answer(200, completion())
        )

    server.answers = answers
    asking(server, REQUEST, odd, replace(REQUEST, key="third"))
    assert forms(server)[-1] == "json_schema"
    assert forms(server)[-2] != "json_schema"


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        (400, "This model's maximum context length is 4096 tokens", ReplyFormatError),
        (400, "The response was filtered by our content management policy", ReplyFormatError),
        (404, "The model `m` does not exist", ChatError),
        (401, "response_format", ChatError),
    ],
)
def test_what_less_would_not_help_with_is_raised_at_once(server, status, said, expected):
    server.sends(answer(status, error(said)))
    with pytest.raises(expected):
        asking(server, REQUEST)
    assert server.paths.count("POST /v1/chat/completions") == 1


def test_a_server_that_fails_once_is_not_taken_for_one_without_schemas(server):
    server.sends(answer(500, error("oops")), answer(200, completion()))

    async def twice() -> str:
        backend = OpenAIBackend("m", api_key=KEY, base_url=server.url)
        with pytest.raises(ChatUnavailableError) as caught:
            await backend.complete(REQUEST)
        assert caught.value.retry_after is None
        await backend.complete(REQUEST)
        await backend.close()
        return backend.fallbacks

    assert asyncio.run(twice()) == ""
    assert forms(server) == ["json_schema"] * 2


def test_a_server_that_fails_twice_at_a_schema_is_asked_without(server):
    server.answers = lacking("json_schema", status=500, said="Internal Server Error")

    async def thrice() -> str:
        backend = OpenAIBackend("m", api_key=KEY, base_url=server.url)
        with pytest.raises(ChatUnavailableError):
            await backend.complete(REQUEST)
        await persist(backend, REQUEST)
        await backend.close()
        return backend.fallbacks

    assert asyncio.run(thrice()) == "json_object"


@pytest.mark.parametrize("status", [429, 503, 408])
def test_a_busy_server_keeps_its_schemas(server, status):
    server.sends(answer(status, error("response_format")), answer(200, completion()))
    with pytest.raises(ChatUnavailableError):
        asking(server, REQUEST)
    assert len(server.asked) == 1


def test_a_server_that_takes_a_schema_and_ignores_it_just_works(server):
    server.sends(answer(200, completion(content="Sure! Here you are.")))
    assert [reply.text for reply in asking(server, REQUEST)] == ["Sure! Here you are."]


def test_many_requests_at_once_find_out_together(server):
    server.answers = lacking("json_schema", "json_object")

    async def at_once() -> str:
        backend = OpenAIBackend("m", api_key=KEY, base_url=server.url)
        await asyncio.gather(*(persist(backend, replace(REQUEST, key=str(n))) for n in range(30)))
        await backend.complete(OTHER)
        await backend.close()
        return backend.fallbacks

    assert asyncio.run(at_once()).split(",")[-1] == "schema_in_words"
    assert forms(server)[-1] is None
    assert len(server.asked) <= 3 * 30 + 1


# Parameters


@pytest.mark.parametrize(
    ("parameter", "body"),
    [
        ("temperature", error("Unsupported parameter: 'temperature' is not supported with this model.")),
        ("temperature", error("Unsupported value: 'temperature' does not support 0.5 with this model.")),
        ("seed", error("no", param="seed", code="unknown_parameter")),
        ("seed", b'{"detail": [{"type": "extra", "loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]}'),
        ("top_p", error("`temperature` and `top_p` cannot both be specified", param="top_p")),
    ],
)
def test_a_parameter_that_a_server_does_not_know_is_left_out_from_then_on(server, parameter, body):
    server.answers = lambda asked: answer(400, body) if parameter in asked else answer(200, completion())
    asking(server, REQUEST, OTHER, FREE)
    assert [parameter in asked.body for asked in server.asked] == [True, False, False, False]
    kept = {"temperature", "top_p", "seed"} - {parameter}
    assert all(kept < asked.body.keys() for asked in server.asked)
    assert forms(server)[:3] == ["json_schema"] * 3


@pytest.mark.parametrize("old", ["max_tokens", "max_completion_tokens"])
def test_the_cap_on_tokens_goes_by_its_other_name_where_it_has_to(server, monkeypatch, old):
    new = ({"max_tokens", "max_completion_tokens"} - {old}).pop()
    said = f"Unsupported parameter: '{old}' is not supported with this model. Use '{new}' instead."
    server.answers = lambda asked: answer(400, error(said, param=old)) if old in asked else answer(200, completion())
    monkeypatch.setattr("personagraph.llm.openai.backend.OPENAI", server.url)
    asking(server, REQUEST, OTHER, base_url=server.url if old == "max_tokens" else None)
    assert [asked.body.get(new) for asked in server.asked] == [None, 10, 10]
    assert [asked.body.get(old) for asked in server.asked] == [10, None, None]


@pytest.mark.parametrize("cap", ["max_tokens", "max_completion_tokens"])
def test_nobody_who_kept_what_a_server_lacks_can_take_the_cap_on_tokens_away(server, cap):
    asking(server, REQUEST, fallbacks=f"json_object,without_{cap}")
    [asked] = server.asked
    assert asked.body["max_tokens"] == 10


def test_a_cap_that_is_refused_by_both_names_is_an_error(server):
    server.sends(answer(400, error("max_tokens must be at most 5", param="max_tokens")))
    with pytest.raises(ReplyFormatError, match="at most 5"):
        asking(server, FREE)
    assert len(server.asked) == 2


@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize(
    ("said", "param"),
    [
        ("Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 1 instead.", None),
        ("max_tokens must be at least 16", "max_tokens"),
        ("[{'loc': ['body', 'max_tokens'], 'msg': 'Input should be greater than or equal to 16'}]", None),
        ("The parameter is too small", "max_tokens"),
    ],
)
def test_a_server_that_takes_no_cap_of_one_token_is_asked_for_the_least_that_it_takes(server, said, param, status):
    one, two = (replace(FREE, key=key, tops=20, parameters={"max_tokens": 1}) for key in "ab")
    server.answers = lambda asked: (
        answer(status, error(said, param=param)) if asked["max_tokens"] < 16 else answer(200, completion(content="Yes"))
    )
    assert [reply.text for reply in asking(server, one, REQUEST, two)] == ["Yes"] * 3
    assert [asked.body["max_tokens"] for asked in server.asked] == [1, 16, 16, 16]
    assert ["logprobs" in asked.body for asked in server.asked] == [True, True, False, True]
    asking(server, one, replace(OTHER, parameters={"max_tokens": 900}), fallbacks="least_token_cap")
    assert [asked.body["max_tokens"] for asked in server.asked[4:]] == [16, 900]


def test_a_server_that_lacks_several_things_is_found_out_step_by_step(server):
    def answers(body):
        for name in ("max_tokens", "seed", "temperature", "top_p", "response_format"):
            if name in body:
                return answer(400, error(f"Unrecognized request argument supplied: {name}"))
        return answer(200, completion())

    server.answers = answers
    asking(server, REQUEST)
    assert server.asked[-1].body.keys() == {"model", "messages", "max_completion_tokens"}
    sent = len(server.asked)
    asking(server, OTHER)
    assert len(server.asked) > sent + 1, "another backend finds out anew"


def test_what_a_prompt_asks_for_is_kept_as_not_taken_and_what_a_user_then_sets_is_sent(server):
    said = error("Unsupported value: 'temperature' does not support 0.5", param="temperature")
    server.answers = lambda body: answer(400, said) if body.get("temperature") == 0.5 else answer(200, completion())
    own = replace(OTHER, parameters={**OTHER.parameters, "temperature": 1}, own=frozenset({"temperature"}))

    async def in_turn() -> str:
        backend = OpenAIBackend("m", api_key=KEY, base_url=server.url)
        for request in (REQUEST, OTHER, own):
            await persist(backend, request)
        await backend.close()
        return backend.fallbacks

    assert asyncio.run(in_turn()) == "without_temperature"
    assert [asked.body.get("temperature") for asked in server.asked] == [0.5, None, None, 1]


# Remembered


def test_what_was_found_out_can_be_kept_and_given_to_the_next_backend(server):
    def answers(body):
        refused = "seed" if "seed" in body else "response_format" if "response_format" in body else ""
        return answer(400, error(f"unknown field {refused}")) if refused else answer(200, completion())

    async def asked(backend: OpenAIBackend) -> str:
        await persist(backend, REQUEST)
        await backend.close()
        return backend.fallbacks

    server.answers = answers
    found = asyncio.run(asked(OpenAIBackend("m", api_key=KEY, base_url=server.url)))
    before = len(server.asked)
    assert asyncio.run(asked(OpenAIBackend("m", api_key=KEY, base_url=server.url, fallbacks=found))) == found
    assert len(server.asked) == before + 1


def test_what_is_remembered_wrongly_is_forgotten_when_nothing_is_taken(server):
    server.answers = lacking("json_object", None)
    found = "schema_in_words"

    async def in_turn() -> str:
        backend = OpenAIBackend("m", api_key=KEY, base_url=server.url, fallbacks=found)
        with pytest.raises(ReplyFormatError):
            await persist(backend, REQUEST)
        await persist(backend, REQUEST)
        await backend.close()
        return backend.fallbacks

    assert asyncio.run(in_turn()) == ""
    assert forms(server) == [None, "json_schema"]


@pytest.mark.parametrize("known", ["", "nonsense", "json_schema,,from_the_future", "without_;drop"])
def test_words_that_are_no_fallback_are_ignored(known):
    assert OpenAIBackend("m", api_key=KEY, fallbacks=known).fallbacks == ""


# The turn of the system


@pytest.mark.parametrize(
    "said",
    [
        "System role not supported",
        "system messages are unsupported by this template",
        "Role 'system' is not supported",
        "The system prompt cannot be used with this model",
        "This model does not support system prompts",
        "This model doesn't support a system role",
        "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
        "jinja: system message is not allowed by this template",
        "Developer instruction is not enabled for models/gemma-3-27b-it",
        "Developer messages are not supported",
        "Conversation roles must alternate user/assistant/user/assistant/...",
        "After the optional system message, conversation roles must alternate user/assistant",
        "Only user and assistant roles are supported!",
        "Only user, assistant and tool roles are supported, got system.",
        "Expected user, got system",
        "this template only supports the 'user' and 'model' roles",
        "Input should be 'user' or 'assistant'",
        "Input should be 'user', 'assistant' or 'tool'",
        "role must be one of user, assistant",
        "'system' is not one of ['user', 'assistant'] - 'messages.0.role'",
        "Invalid value: 'system'. Supported values are: 'user', 'assistant'",
        'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter',
        "invalid message role: system",
        "messages[0].role: invalid value 'system'",
        "Please use a valid role: user, model.",
        'first message must use the "user" role',
    ],
)
@pytest.mark.parametrize("status", [400, 422, 500, 503])
def test_a_server_that_says_in_its_words_that_it_knows_no_system_is_told_by_the_user(server, said, status):
    def answers(body: dict[str, Any]) -> bytes:
        has = any(turn["role"] == "system" for turn in body["messages"])
        return answer(status, error(said)) if has else answer(200, completion())

    server.answers = answers
    asking(server, REQUEST, OTHER)
    assert [turn["role"] for turn in server.asked[-1].body["messages"]] == ["user"]
    assert len(server.asked) == 3, "it is remembered"


@pytest.mark.parametrize(
    "said",
    [
        "Rate limit reached: only 3 requests per user for this model",
        "only 10 RPM per user on this model",
        "only 3 user messages a minute",
        "Internal system message: overloaded",
        "system message: this request is not supported now",
        "prompt injection in system prompt",
        "prompt injection: this system prompt is not allowed",
        "Invalid value: 'system' message too long: context length exceeded",
        "the system prompt exceeds the limit",
        "rejected by our safety system. The prompt is not allowed",
        "operating system not supported",
        "got system error 5",
        "Invalid value: 'x'. Supported values are: 'system', 'assistant', 'user'",
        "Input should be 'user', 'assistant' or 'system'",
    ],
)
@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_what_is_said_of_something_else_leaves_the_system_its_turn(server, said, status):
    server.answers = lambda body: answer(status, error(said), Retry_After="7")

    async def once() -> ChatError:
        backend = OpenAIBackend("m", api_key=KEY, base_url=server.url)
        with pytest.raises((ReplyFormatError, ChatUnavailableError)) as caught:
            await persist(backend, FREE)
        await backend.close()
        assert "no_system_role" not in backend.fallbacks
        return caught.value

    failed = asyncio.run(once())
    assert all(asked.body["messages"][0]["role"] == "system" for asked in server.asked)
    assert status == 400 or (isinstance(failed, ChatUnavailableError) and failed.retry_after == 7.0)


@pytest.mark.parametrize("status", [401, 402, 403, 408, 409, 425, 429, 498, 529])
def test_what_is_about_us_or_how_much_is_asked_leaves_the_system_its_turn_whatever_is_said(server, status):
    server.answers = lambda body: answer(status, error("System role not supported"))
    with pytest.raises(ChatError):
        asking(server, REQUEST)
    assert len(server.asked) == 1
