"""A provider over real HTTP with files and batches, which keeps what it was asked, and has a server's bad habits."""

import json
import re
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

KEY = "sk-hunter22-batches"
USAGE = {"prompt_tokens": 70, "completion_tokens": 20}


def completed(content: str, usage: Any = USAGE) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    return {"object": "chat.completion", "model": "m", "choices": [choice], "usage": usage}


def result(key: str, body: Any, status: int = 200) -> dict[str, Any]:
    return {"id": f"r-{key}", "custom_id": key, "response": {"status_code": status, "body": body}, "error": None}


def never(key: str, code: str = "batch_expired") -> dict[str, Any]:
    return {"id": f"r-{key}", "custom_id": key, "response": None, "error": {"code": code, "message": "not in time"}}


class Provider(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Carries out each batch at the `looks`-th look at it.

    `answers` gives the text of a reply. `habits` gives the lines of the results of a batch, and its status, by its
    number from 0: by default all are answered. `refuses` gives an answer (status, body) to a request of HTTP before it
    is looked at; `after` is called once a batch is there, and before its submission is answered.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Provided)
        self.looks = 1
        self.answers: Callable[[dict[str, Any]], str] = lambda body: "{}"
        self.habits: Callable[[int, list[dict[str, Any]]], tuple[str, list[Any], list[Any]]] = lambda n, asked: (
            "completed",
            [self.answered(one) for one in asked],
            [],
        )
        self.refuses: Callable[[str, str], tuple[int, bytes] | None] = lambda method, path: None
        self.after: Callable[[], None] = lambda: None
        self.batches: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.names: dict[str, str] = {}
        self.deleted: list[str] = []
        self.paths: list[str] = []
        self.keys: set[str] = set()
        self.more: dict[str, Any] = {}
        self._looked: Counter[str] = Counter()
        self._names = iter(range(1, 10**6))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def asked(self, n: int | None = None) -> list[dict[str, Any]]:
        """The requests of a batch, or of all."""
        found = self.batches if n is None else [self.batches[n]]
        return [one for batch in found for one in batch["asked"]]

    def bought(self) -> Counter[str]:
        """How often each request was in a batch."""
        return Counter(one["custom_id"] for one in self.asked())

    def answered(self, one: dict[str, Any]) -> dict[str, Any]:
        return result(one["custom_id"], completed(self.answers(one["body"])))

    def keep(self, lines: list[Any]) -> str:
        """A new file; a line is an object, or bytes as they are."""
        name = f"file-{next(self._names)}"
        self.files[name] = b"".join(
            line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines
        )
        return name

    def submitted(self, said: dict[str, Any]) -> dict[str, Any]:
        asked = [json.loads(line) for line in self.files[said["input_file_id"]].splitlines()]
        batch = {
            "id": f"batch_{len(self.batches) + 1}",
            "object": "batch",
            "status": "validating",
            **said,
            "asked": asked,
        }
        self.batches.append(batch)
        self.after()
        return batch

    def looked_at(self, batch: dict[str, Any]) -> dict[str, Any]:
        self._looked[batch["id"]] += 1
        if self._looked[batch["id"]] >= self.looks and "output_file_id" not in batch:
            status, lines, errors = self.habits(self.batches.index(batch), batch["asked"])
            batch["status"] = status
            if status in ("completed", "expired", "cancelled"):
                batch["output_file_id"] = self.keep(lines) if lines else None
                batch["error_file_id"] = self.keep(errors) if errors else None
        counts = {"total": len(batch["asked"]), "completed": 0, "failed": 0}
        told = {name: value for name, value in batch.items() if name != "asked"}
        return {**told, "request_counts": counts, **self.more}


class _Provided(BaseHTTPRequestHandler):
    server: Provider
    protocol_version = "HTTP/1.1"

    def log_message(self, *words: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def _answer(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        path = self.path.partition("?")[0].removeprefix("/v1")
        one = self.server
        one.paths.append(f"{method} {path}")
        one.keys.add(self.headers.get("authorization", ""))
        status, answer = one.refuses(method, path) or self._found(method, path, body)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        try:
            self.wfile.write(answer)
        except OSError:
            self.close_connection = True

    def _found(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        one, parts = self.server, path.strip("/").split("/")
        if (method, path) == ("POST", "/files"):
            lines = re.search(rb'name="file".*?\r\n\r\n(.*?)\r\n--', body, re.DOTALL)[1]
            assert b'name="purpose"' in body
            assert b"batch" in body
            name = one.keep([lines])
            one.names[name] = re.search(rb'filename="([^"]*)"', body)[1].decode()
            return _told({"id": name, "object": "file"})
        if (method, path) == ("POST", "/batches"):
            return _told({name: value for name, value in one.submitted(json.loads(body)).items() if name != "asked"})
        if (method, path) == ("GET", "/batches"):
            listed = [{name: value for name, value in batch.items() if name != "asked"} for batch in one.batches]
            return _told({"object": "list", "data": listed[::-1], "has_more": False})
        batch = next((batch for batch in one.batches if batch["id"] == parts[-1]), None)
        if method == "GET" and parts[0] == "batches" and batch:
            return _told(one.looked_at(batch))
        if method == "GET" and parts[-1] == "content" and parts[1] in one.files:
            return 200, one.files[parts[1]]
        if method == "GET" and parts[0] == "files" and parts[1] in one.files:
            return _told({"id": parts[1], "filename": one.names.get(parts[1], ""), "purpose": "batch"})
        if method == "DELETE" and parts[1] in one.files:
            one.deleted.append(parts[1])
            del one.files[parts[1]]
            return _told({"id": parts[1], "deleted": True})
        return 404, b'{"error": {"message": "no such thing", "code": "not_found"}}'


def _told(data: Any) -> tuple[int, bytes]:
    return 200, json.dumps(data).encode()


@contextmanager
def providing() -> Iterator[Provider]:
    one = Provider()
    threading.Thread(target=one.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield one
    finally:
        one.shutdown()
        one.server_close()


def wait_for(what: Callable[[], Any], seconds: float = 60.0) -> None:
    """Return once it is so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)
