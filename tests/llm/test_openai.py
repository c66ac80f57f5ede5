"""The OpenAI adapter over real HTTP: what it sends, what it reads, and which errors a retry may help with."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from personagraph.errors import ChatError, ChatUnavailableError
from personagraph.llm.openai import OpenAIBackend
from personagraph.types import ChatReply, ChatRequest

REQUEST = ChatRequest(
    key="k",
    prompt="p",
    messages=({"role": "user", "content": "Who?"},),
    schema={"type": "object"},
    parameters={"temperature": 0.5, "max_tokens": 10, "seed": 3},
    fields={},
)
USAGE = {"prompt_tokens": 7, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 5}}


def completion(**message: Any) -> bytes:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}}
    data = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": USAGE}
    return json.dumps(data).encode()


class Server(ThreadingHTTPServer):
    """Answers every request with `status` and `body`, and keeps what it was asked."""

    status, body = 200, b""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[dict[str, Any]] = []


class Answering(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        self.server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    threading.Thread(target=one.serve_forever, daemon=True).start()
    yield one
    one.shutdown()
    one.server_close()


def ask(server: Server) -> ChatReply:
    async def once() -> ChatReply:
        url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        backend = OpenAIBackend("m", api_key="sk-hunter22", base_url=url)
        try:
            return await backend.complete(REQUEST)
        finally:
            await backend.close()

    return asyncio.run(once())


def test_it_sends_the_parameters_and_the_schema_and_reads_text_and_usage(server):
    server.body = completion(content="{}")
    reply = ask(server)
    assert (reply.text, reply.finish) == ("{}", "stop")
    assert (reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens) == (7, 2, 5)
    assert reply.latency > 0
    [asked] = server.asked
    assert (asked["model"], asked["max_tokens"], asked["seed"]) == ("m", 10, 3)
    assert asked["response_format"]["json_schema"]["schema"] == {"type": "object"}


def test_a_refusal_is_a_reply_that_says_so(server):
    server.body = completion(content=None, refusal="I will not.")
    assert (ask(server).text, ask(server).finish) == ("I will not.", "refusal")


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_a_busy_or_failing_server_is_unavailable_after_one_attempt(server, status):
    server.status, server.body = status, b'{"error": {"message": "later"}}'
    with pytest.raises(ChatUnavailableError, match=str(status)):
        ask(server)
    assert len(server.asked) == 1, "retries are the client's"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refused_request_is_an_error_that_shows_no_key(server, status):
    server.status, server.body = status, b'{"error": {"message": "wrong key sk-hunter22"}}'
    with pytest.raises(ChatError, match=str(status)) as caught:
        ask(server)
    assert not isinstance(caught.value, ChatUnavailableError)
    assert "hunter22" not in str(caught.value)


@pytest.mark.parametrize("body", [b"<html>gateway</html>", b"[]", b'{"choices": []}', b'{"choices": [{}]}'])
def test_what_is_no_chat_completion_is_an_unavailable_server(server, body):
    server.body = body
    with pytest.raises(ChatUnavailableError):
        ask(server)


def test_a_server_that_is_not_there_is_unavailable_and_named(server):
    server.shutdown()
    server.server_close()
    with pytest.raises(ChatUnavailableError, match=r"127\.0\.0\.1"):
        ask(server)
