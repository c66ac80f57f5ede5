"""The OpenAI adapter over real HTTP: what it sends, what it reads, and how it tells apart what goes wrong."""

import asyncio
import gzip
import json
import socket
import struct
import threading
import time
import traceback
from dataclasses import replace
from email.utils import formatdate

import pytest

from personagraph.errors import Allowance, ChatError, ChatUnavailableError, ConfigError, ReplyFormatError
from personagraph.llm.openai.backend import OpenAIBackend
from personagraph.types import ChatReply, ChatRequest
from tests.llm.answering import KEY, Server, answer, asking, completion, error, serving

REQUEST = ChatRequest(
    key="k",
    prompt="p",
    messages=({"role": "user", "content": "Who?"},),
    schema=None,
    parameters={"temperature": 0.5, "max_tokens": 10, "seed": 3},
    fields={},
)


@pytest.fixture
def server():
    with serving() as one:
        yield one


WHOLE = answer(200, completion())


def nested(depth: int) -> object:
    """A content in parts, each of which is again in parts."""
    content: object = "hi"
    for _ in range(depth):
        content = [{"type": "text", "text": content}]
    return content


def ask(server: Server, **options) -> ChatReply:
    [reply] = asking(server, REQUEST, **options)
    return reply


def failure(server: Server, *answers: bytes, **options) -> ChatUnavailableError:
    if answers:
        server.sends(*answers)
    with pytest.raises(ChatUnavailableError) as caught:
        ask(server, **options)
    return caught.value


def test_it_sends_the_parameters_and_the_schema_and_reads_text_and_usage(server):
    [reply] = asking(server, replace(REQUEST, schema={"type": "object"}))
    assert (reply.text, reply.finish) == ("{}", "stop")
    assert (reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens, reply.metered) == (7, 2, 5, True)
    assert reply.latency > 0
    [(headers, asked)] = server.asked
    assert headers["authorization"] == f"Bearer {KEY}"
    assert (asked["model"], asked["max_tokens"], asked["seed"]) == ("m", 10, 3)
    assert asked["response_format"]["json_schema"]["schema"] == {"type": "object"}


@pytest.mark.parametrize(
    ("finish", "message", "expected"),
    [
        ("stop", {"content": None, "refusal": "I will not."}, ("I will not.", "refusal")),
        ("length", {"content": '{"a'}, ('{"a', "length")),
        ("content_filter", {"content": ""}, ("", "refusal")),
        ("MAX_TOKENS", {"content": "x"}, ("x", "length")),
        ("eos", {"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, ("ab", "stop")),
        ({"odd": 1}, {"content": "half \ud83d"}, ("half ?", "stop")),
        (None, {"content": None}, ("", "stop")),
    ],
)
def test_why_a_reply_ended_is_told_in_our_words(server, finish, message, expected):
    server.sends(answer(200, completion(finish=finish, **message)))
    reply = ask(server)
    assert (reply.text, reply.finish) == expected


# Usage


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"prompt_tokens": 7, "completion_tokens": 2}, (7, 2, 0, True)),
        ({"input_tokens": 7, "output_tokens": 2, "input_tokens_details": {"cached_tokens": 3}}, (7, 2, 3, True)),
        ({"prompt_tokens": "7", "completion_tokens": 2.0, "prompt_cache_hit_tokens": "4"}, (7, 2, 4, True)),
        ({"prompt_tokens": 7, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 7}}, (7, 2, 7, True)),
        ({"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 30}, (7, 23, 0, True)),
        ({"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": -1}, (7, 2, 0, True)),
        ({"prompt_tokens": 7, "completion_tokens": 2, "prompt_tokens_details": []}, (7, 2, 0, True)),
    ],
)
def test_usage_is_read_by_any_of_its_names_with_what_was_thought_but_not_said(server, usage, expected):
    server.sends(answer(200, completion(usage)))
    reply = ask(server)
    assert (reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens, reply.metered) == expected


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        [],
        "7",
        {"prompt_tokens": 7},
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": -7, "completion_tokens": 2},
        {"prompt_tokens": 7, "completion_tokens": 10**10},
        {"prompt_tokens": 7, "completion_tokens": float("inf")},
        {"prompt_tokens": float("nan"), "completion_tokens": 2},
        {"prompt_tokens": True, "completion_tokens": {"n": 1}},
        {"prompt_tokens": 7, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 99}},
        {"input_tokens": 7, "output_tokens": 2, "cache_read_input_tokens": 900},
    ],
)
def test_what_no_call_can_have_used_is_not_metered_and_never_negative_or_beyond_all_bounds(server, usage):
    server.sends(answer(200, completion(usage)))
    reply = ask(server)
    assert not reply.metered
    assert all(0 <= count <= 10**9 for count in (reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens))


# Answers with an error status


@pytest.mark.parametrize(("status", "limited"), [(429, True), (503, True), (529, True), (498, True)])
def test_a_limit_and_an_overload_say_so_and_how_long_to_wait(server, status, limited):
    body = error("Rate limit reached for m", code="rate_limit_exceeded")
    found = failure(server, answer(status, body, Retry_After="7", x_ratelimit_remaining_requests="0"))
    assert (found.limited, found.retry_after, found.billed) == (limited, 7.0, False)
    assert found.allowance == Allowance(requests_left=0)
    assert "Rate limit reached for m" in str(found)
    assert len(server.asked) == 1, "retries are the client's"


@pytest.mark.parametrize("status", [408, 409, 425, 500, 502, 504, 520])
def test_a_server_in_trouble_is_unavailable_but_sets_no_limit(server, status):
    found = failure(server, answer(status, error("later"), Retry_After=formatdate(time.time() + 60, usegmt=True)))
    assert (found.limited, found.billed, found.allowance) == (False, False, None)
    assert found.retry_after == pytest.approx(60, abs=5)
    assert str(status) in str(found)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, error("You exceeded your current quota", type="insufficient_quota", code="insufficient_quota")),
        (429, error("Billing hard limit has been reached", code="billing_hard_limit_reached")),
        (402, error("Insufficient Balance")),
        (400, error("Your credit balance is too low to access the API", type="invalid_request_error")),
        (200, error("no more", code="insufficient_quota")),
    ],
)
def test_an_empty_account_is_no_matter_of_waiting(server, status, body):
    server.sends(answer(status, body))
    with pytest.raises(ChatError, match="credit") as caught:
        ask(server)
    assert not isinstance(caught.value, ChatUnavailableError | ReplyFormatError)


def test_a_quota_of_a_minute_is_waited_for(server):
    body = json.dumps([{"error": {"code": 429, "message": "You exceeded your current quota", "status": "EXHAUSTED"}}])
    assert failure(server, answer(429, body.encode())).limited


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_request_that_cannot_be_answered_is_the_fault_of_this_one_request(server, status):
    server.sends(answer(status, error("This model's maximum context length is 4096 tokens")))
    with pytest.raises(ReplyFormatError, match="maximum context length"):
        ask(server)


@pytest.mark.parametrize(
    ("status", "remedy"),
    [(401, "OPENAI_API_KEY"), (403, "may use this model"), (404, "name of the model"), (418, "logs")],
)
def test_a_server_that_refuses_us_is_an_error_with_a_remedy(server, status, remedy):
    server.sends(answer(status, error("no")))
    with pytest.raises(ChatError, match=remedy) as caught:
        ask(server)
    assert not isinstance(caught.value, ChatUnavailableError | ReplyFormatError)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_takes_the_key_or_the_request_to_another_server(server, status):
    with serving() as other:
        server.sends(answer(status, Location=f"{other.url}/chat/completions"))
        with pytest.raises(ChatError, match="--base-url"):
            ask(server)
        assert other.asked == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": "a string"}', "a string"),
        (b'{"message": "at the top", "error": null}', "at the top"),
        (b'{"detail": [{"loc": ["body", "n"], "msg": "no such field"}]}', "no such field"),
        (b'{"object": "error", "detail": "a detail"}', "a detail"),
        (b"plain text", "plain text"),
        (b'{"error": {"message": "\\u001b[31mred\\u0007\\n\\u202ebidi"}}', "[31mred bidi"),
    ],
)
def test_the_servers_own_words_are_passed_on_without_control_characters(server, body, said):
    assert said in str(failure(server, answer(500, body)))
    assert str(failure(server)).isprintable()


@pytest.mark.parametrize(
    "body", [b"", b"<html>gateway</html>", b"[]", b"null", b"7", b"\xff\xfe", b'{"error": []}', b"[" * 60_000]
)
def test_an_error_that_says_nothing_is_still_told_by_its_status(server, body):
    assert "500" in str(failure(server, answer(500, body)))


def test_a_long_story_is_cut_short(server):
    assert len(str(failure(server, answer(500, error("long " * 2_000))))) < 500


# The key


@pytest.mark.parametrize(
    "said",
    [
        f"Incorrect API key provided: {KEY}.",
        f"Incorrect API key provided: {KEY.upper()}",
        "Incorrect API key provided: sk-hu***r22",
        f"headers: Authorization: Bearer {KEY}",
        f"{'x' * 230} {KEY}",
    ],
)
@pytest.mark.parametrize("status", [200, 400, 401, 429, 500])
def test_the_key_is_in_no_error_however_the_server_echoes_it(server, said, status):
    server.sends(answer(status, error(said)))
    with pytest.raises(ChatError) as caught:
        ask(server)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert "hunter" not in told.lower()
    assert "sk-hu" not in told
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("key", ["sk-hunter22\r\nX-Evil: 1", "sk-hünter22", "sk hunter22"])
def test_a_key_that_cannot_be_one_is_refused_without_showing_it(key):
    with pytest.raises(ConfigError, match="OPENAI_API_KEY") as caught:
        OpenAIBackend("m", api_key=key)
    assert "nter22" not in str(caught.value)


def test_a_key_with_a_line_end_is_taken_without_it(server):
    ask(server, api_key=f"{KEY}\n")
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "url", ["http://[::1/v1", "http://h:x/v1", "http://h:99999/v1", "ftp://h/v1", "localhost:8080/v1", "x"]
)
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(ConfigError, match="http://HOST:PORT/v1"):
        OpenAIBackend("m", api_key=KEY, base_url=url)


def test_the_backend_does_not_show_its_key_nor_the_servers_password():
    assert "hunter" not in repr(OpenAIBackend("m", api_key=KEY))
    backend = OpenAIBackend("m", api_key=KEY, base_url="http://u:hunter22@127.0.0.1:1/v1?key=hunter22")
    with pytest.raises(ChatUnavailableError, match=r"http://127\.0\.0\.1:1/v1") as caught:
        asyncio.run(backend.complete(REQUEST))
    assert "hunter" not in str(caught.value)


# Calls that may or may not be on the bill


def test_a_server_that_is_not_there_is_unavailable_and_named_and_bills_nothing(server):
    server.shutdown()
    server.server_close()
    found = failure(server)
    assert "127.0.0.1" in str(found)
    assert (found.billed, found.limited) == (False, False)


@pytest.mark.parametrize("url", ["http://no-such-host.invalid/v1", "https://127.0.0.1:{port}/v1"])
def test_a_name_that_is_unknown_and_a_server_without_tls_bill_nothing(server, url):
    assert not failure(server, base_url=url.format(port=server.server_address[1]), timeout=2).billed


def test_a_connection_that_was_reset_before_the_next_call_left_bills_nothing():
    reset = threading.Event()

    def once(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        listening.close()
        connection.recv(100_000)
        connection.sendall(WHOLE)
        time.sleep(0.1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
        reset.set()

    async def twice(url: str) -> ChatUnavailableError:
        backend = OpenAIBackend("m", api_key=KEY, base_url=url)
        await backend.complete(REQUEST)
        reset.wait(5)  # nobody sees meanwhile that the connection is gone
        with pytest.raises(ChatUnavailableError) as caught:
            await backend.complete(REQUEST)
        await backend.close()
        return caught.value

    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        threading.Thread(target=once, args=(listening,), daemon=True).start()
        assert not asyncio.run(twice(f"http://127.0.0.1:{port}/v1")).billed


def test_a_server_that_accepts_and_does_not_speak_tls_to_the_end_bills_nothing():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        backend = OpenAIBackend("m", api_key=KEY, base_url=f"https://127.0.0.1:{silent.getsockname()[1]}/v1", timeout=1)
        with pytest.raises(ChatUnavailableError, match="cannot be reached") as caught:
            asyncio.run(backend.complete(REQUEST))
    assert not caught.value.billed


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        WHOLE[:20],
        WHOLE[:-5],
        HEAD + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"cho\r\nzz\r\n',
        HEAD + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"cho\r\n',
        b"SSH-2.0-OpenSSH\r\n\r\n",
        HEAD + b"X: " + b"y" * 1_000_000 + b"\r\n\r\n",
    ],
    ids=["hangs-up", "half-a-head", "cut", "broken-chunk", "ends-in-chunks", "other-protocol", "endless-header"],
)
def test_a_call_that_left_and_has_no_whole_answer_may_be_on_the_bill(server, sent):
    server.closing = True
    found = failure(server, sent)
    assert (found.billed, found.limited, found.retry_after) == (True, False, None)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>gateway</html>",
        b"[]",
        b"7",
        b"null",
        b'{"choices": []}',
        b'{"choices": [{}]}',
        b'{"choices": [null]}',
        b'{"choices": [{"message": null}]}',
        b'{"choices": [{"message": {"content": 7}}]}',
        b'{"choices": {"0": 1}}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"9" * 10_000,
        error("the engine died"),
        gzip.compress(completion()),
        completion(content=nested(400)),
    ],
)
def test_what_is_no_chat_completion_may_be_on_the_bill(server, body):
    found = failure(server, answer(200, body))
    assert (found.billed, found.limited) == (True, False)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (answer(200, b"\n <!DOCTYPE html>"), "a web page"),
        (answer(200, b"data: [DONE]\n\n"), "a stream of events"),
        (answer(200, b'{"ok": true}'), "JSON of another kind"),
        (answer(200, b"\x00\x01"), "no JSON"),
        (answer(200), "nothing"),
        (answer(204), "nothing"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", "nothing"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "no HTTP"),
        (answer(200, b" " * 5_000_000), "more than 4,000,000 bytes"),
        (answer(200, error("the engine died")), "the engine died"),
    ],
)
def test_what_came_instead_of_a_completion_is_told_and_counts_as_an_answer(server, sent, told):
    server.closing = True
    found = failure(server, sent)
    assert told in str(found)
    assert (found.nonsense, found.billed) == (True, True)


@pytest.mark.parametrize(
    "sent", [b"", answer(502, b"<html>"), WHOLE[:-5], answer(200, error("busy", code=503)), answer(429, error("slow"))]
)
def test_a_server_in_trouble_has_given_no_answer(server, sent):
    server.closing = True
    assert not failure(server, sent).nonsense


@pytest.mark.parametrize(
    ("sent", "named"),
    [({"model": "gpt-5-ultra"}, "m"), ({"model": None, "usage": {"prompt_tokens": 7, "completion_tokens": 2}}, "m")],
)
def test_the_name_that_a_server_gives_its_model_says_nothing_about_prices(server, sent, named):
    server.sends(answer(200, json.dumps({**json.loads(completion()), **sent}).encode()))
    backend = OpenAIBackend("m", api_key=KEY, base_url=server.url)

    async def once() -> None:
        await backend.complete(REQUEST)
        await backend.close()

    asyncio.run(once())
    assert backend.model == named


def test_a_limit_inside_a_success_is_a_limit(server):
    found = failure(server, answer(200, error("slow down", code=429), Retry_After="3"))
    assert (found.limited, found.billed, found.retry_after) == (True, True, 3.0)
    assert "slow down" in str(found)


def test_an_error_beside_no_choices_is_told(server):
    body = json.dumps({"choices": [], "error": {"message": "the engine died"}}).encode()
    assert "the engine died" in str(failure(server, answer(200, body)))


def test_the_status_of_an_error_counts_though_its_body_is_cut_off(server):
    server.closing = True
    found = failure(server, answer(503, b'{"error"', Content_Length="900", Retry_After="2"))
    assert (found.limited, found.billed, found.retry_after) == (True, False, 2.0)


def test_a_redirect_whose_body_is_cut_off_is_a_refusal_and_on_no_bill(server):
    server.closing = True
    server.sends(answer(302, b"Moved", Content_Length="900", Location="/elsewhere"))
    with pytest.raises(ChatError) as caught:
        ask(server)
    assert not isinstance(caught.value, ChatUnavailableError) or not caught.value.billed


def test_a_server_that_never_answers_is_given_up_in_time(server):
    server.answers = lambda body: time.sleep(1.5) or b""
    began = time.monotonic()
    assert failure(server, timeout=0.3).billed
    assert time.monotonic() - began < 1.4


def test_a_server_that_dribbles_is_given_up_in_time():
    """Each byte comes within the time of one read; the whole does not come within that of the call."""

    async def dribble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in WHOLE:
            writer.write(bytes([byte]))
            await asyncio.sleep(0.1)

    async def once() -> None:
        listening = await asyncio.start_server(dribble, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        backend = OpenAIBackend("m", api_key=KEY, base_url=f"http://127.0.0.1:{port}/v1", timeout=0.5)
        with pytest.raises(ChatUnavailableError) as caught:
            await asyncio.wait_for(backend.complete(REQUEST), 5)
        assert caught.value.billed
        await backend.close()
        listening.close()

    asyncio.run(once())


@pytest.mark.parametrize("status", [200, 500])
def test_a_body_without_end_is_not_read_to_its_end(status):
    sent = 0

    async def pour(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 %d Status\r\nContent-Type: application/json\r\n\r\n" % status)
        while not writer.is_closing():
            writer.write(b" " * 100_000)
            sent += 100_000
            await writer.drain()

    async def once() -> ChatUnavailableError:
        listening = await asyncio.start_server(pour, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        backend = OpenAIBackend("m", api_key=KEY, base_url=f"http://127.0.0.1:{port}/v1", timeout=20)
        with pytest.raises(ChatUnavailableError) as caught:
            await backend.complete(REQUEST)
        await backend.close()
        listening.close()
        return caught.value

    found = asyncio.run(once())
    assert found.billed == (status == 200)
    assert sent < 30_000_000


def test_what_unpacks_to_something_huge_is_not_unpacked(server):
    bomb = gzip.compress(b" " * 200_000_000, 9)
    assert failure(server, answer(200, bomb, Content_Encoding="gzip")).billed
    assert server.asked[0].headers["accept-encoding"] == "identity"


# Many calls


def test_limits_are_told_with_a_reply(server):
    server.sends(answer(200, completion(), x_ratelimit_limit_tokens="1000", x_ratelimit_remaining_tokens="900"))
    assert ask(server).allowance == Allowance(tokens_left=900, tokens_limit=1000)
    server.sends(answer(200, completion()))
    assert ask(server).allowance is None


def test_connections_are_used_again(server):
    asking(server, *[REQUEST] * 10)
    assert server.connections == 1


def test_a_closed_backend_opens_new_connections_for_the_next_run(server):
    backend = OpenAIBackend("m", api_key=KEY, base_url=server.url)

    async def one_run() -> ChatReply:
        try:
            return await backend.complete(REQUEST)
        finally:
            await backend.close()

    assert [asyncio.run(one_run()).text for _ in range(2)] == ["{}", "{}"]


def test_two_hundred_calls_are_in_flight_at_once_and_again(server):
    together = threading.Event()

    def answers(body):
        if len(server.asked) >= 200:
            together.set()
        together.wait(30)
        return answer(200, completion())

    server.answers = answers

    async def all_at_once() -> list[ChatReply]:
        backend = OpenAIBackend("m", api_key=KEY, base_url=server.url, timeout=30)
        for _ in range(2):
            replies = await asyncio.gather(*(backend.complete(REQUEST) for _ in range(200)))
        await backend.close()
        return replies

    assert len(asyncio.run(all_at_once())) == 200
    assert server.connections < 400, "the second round finds connections open"


def test_cookies_are_not_kept(server):
    server.sends(answer(200, completion(), Set_Cookie="a=b; Path=/"))
    asking(server, REQUEST, REQUEST)
    assert all("cookie" not in asked.headers for asked in server.asked)


def test_another_server_is_asked_through_the_proxy_that_the_environment_names(server, monkeypatch):
    """The server stands in for the proxy: nobody knows the name that it is asked for."""
    monkeypatch.setenv("HTTP_PROXY", server.url.removesuffix("/v1").removeprefix("http://"))
    monkeypatch.setenv("NO_PROXY", "another.invalid")
    assert ask(server, base_url="http://nobody.invalid/v1").text == "{}"
    assert server.asked[0].headers["host"] == "nobody.invalid"
    assert not failure(server, base_url="http://another.invalid/v1").billed


def test_a_server_on_this_machine_is_not_asked_through_a_proxy(server, monkeypatch):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        assert ask(server).text == "{}"
