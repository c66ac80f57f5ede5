"""A server over real HTTP that sends the bytes that a test gives it, and keeps what it was asked."""

import asyncio
import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from personagraph.errors import ChatUnavailableError
from personagraph.llm.backend import lifted
from personagraph.llm.openai.backend import OpenAIBackend
from personagraph.types import ChatReply, ChatRequest

KEY = "sk-hunter22"
USAGE = {"prompt_tokens": 7, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 5}}


class Asked(NamedTuple):
    headers: dict[str, str]
    body: dict[str, Any]


def completion(usage: Any = USAGE, finish: Any = "stop", **message: Any) -> bytes:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", **(message or {"content": "{}"})}}
    data = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    return json.dumps(data).encode()


def error(message: str, **more: Any) -> bytes:
    return json.dumps({"error": {"message": message, **more}}).encode()


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """An HTTP answer; of the names of headers, underscores become hyphens."""
    told = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} Status\r\n{lines}\r\n".encode() + body


class Server(socketserver.ThreadingTCPServer):
    """Sends what `answers` gives for a request. With `closing` it hangs up after each answer, be it whole or not."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256
    closing = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.asked: list[Asked] = []
        self.paths: list[str] = []
        self.connections = 0
        self.answers: Callable[[dict[str, Any]], bytes] = lambda body: answer(200, completion())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def sends(self, *answers: bytes) -> None:
        """The answers to the requests in turn; the last one again and again."""
        left = list(answers)
        self.answers = lambda body: left.pop(0) if len(left) > 1 else left[0]


class _Answering(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.server.connections += 1
        while first := self.rfile.readline():
            headers = {}
            while line := self.rfile.readline().decode("latin-1").strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            body = json.loads(self.rfile.read(int(headers.get("content-length", 0))) or b"{}")
            self.server.paths.append(first.decode("latin-1").rpartition(" ")[0])
            self.server.asked.append(Asked(headers, body))
            self.wfile.write(self.server.answers(body))
            if self.server.closing:
                return


@contextmanager
def serving() -> Iterator[Server]:
    one = Server()
    threading.Thread(target=one.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield one
    finally:
        one.shutdown()
        one.server_close()


async def persist(backend: OpenAIBackend, request: ChatRequest) -> ChatReply:
    """The reply after as many attempts as the backend wants to make at once, as the client makes them."""
    for _ in range(12):
        try:
            return await backend.complete(lifted(request, backend))
        except ChatUnavailableError as error:
            if error.retry_after != 0.0:
                raise
    raise AssertionError("it never comes to an end")


def asking(server: Server, *requests: ChatRequest, **options: Any) -> list[ChatReply]:
    """The replies to the requests, one after the other, of one backend."""

    async def all_of_them() -> list[ChatReply]:
        backend = OpenAIBackend("m", **{"api_key": KEY, "base_url": server.url, **options})
        try:
            return [await persist(backend, request) for request in requests]
        finally:
            await backend.close()

    return asyncio.run(all_of_them())
