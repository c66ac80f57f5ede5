"""Keys and passwords appear nowhere: not in what is printed, kept, written, or raised."""

import json
import os
import re
import threading
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from personagraph.errors import ChatError, ConfigError
from personagraph.prompts import load
from personagraph.workspace import Workspace, init_workspace, open_workspace
from tests.injected import Said, command

pytestmark = pytest.mark.slow

KEY = "sk-proj-Zq7marker4key"
PASSWORD = "Vx9markerpassword"
ALTER = load("expand-large", before=True).examples[0][1]["alters"][0]


class Server(ThreadingHTTPServer):
    """Says the key that it was sent back, in whatever way `says` tells."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Echoing)
        self.says = "reply"
        self.keys: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Echoing(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        key = self.headers["Authorization"].removeprefix("Bearer ")
        self.server.keys.append(key)
        status, data = answers(key)[self.server.says]
        body = json.dumps(data).encode() if not isinstance(data, bytes) else data
        self.send_response(status, f"No {key}")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Request-Id", key)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Be quiet."""


def answers(key: str) -> dict[str, tuple[int, Any]]:
    error = {"error": {"message": f"Incorrect API key provided: {key}", "type": key, "code": key}}
    described = {**ALTER, "description": f"A locksmith who collects old keys and found {key} in a drawer"}
    return {
        "reply": (200, completion(json.dumps({"alters": [described, ALTER]}))),
        "prose": (200, completion(f"I will not say {key} again.")),
        "refusal": (200, completion(None, refusal=f"Not with {key}.")),
        "denied": (401, error),
        "forbidden": (403, error),
        "unanswerable": (400, error),
        "busy": (429, error),
        "broken": (200, f"<html>{key}</html>".encode()),
    }


def completion(content: str | None, **more: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, **more}
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "message": message}],
    }


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    threading.Thread(target=one.serve_forever, daemon=True).start()
    yield one
    one.shutdown()
    one.server_close()


@pytest.fixture
def workspace(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """One with a seed, a key and a password in the environment, and temporary files of its own."""
    for name in [name for name in os.environ if name.startswith(("PERSONAGRAPH_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", PASSWORD)
    monkeypatch.setenv("PERSONAGRAPH_BASE_URL", server.url)
    monkeypatch.setenv("PERSONAGRAPH_PATIENCE", "0")
    monkeypatch.setattr("personagraph.llm.client.client.random.random", lambda: 0.0)
    (tmp_path / "seeds.csv").write_text("persona\n" + "".join(f"A keeper of lighthouse number {n}\n" for n in range(3)))
    with init_workspace(tmp_path / "w") as opened:
        opened.import_personas(tmp_path / "seeds.csv")
        yield opened


def hidden(text: str) -> str:
    """The text, once it is known to hold no secret."""
    assert KEY not in text
    assert PASSWORD not in text
    return text


def told(said: Said) -> Said:
    hidden(said.out)
    hidden(said.err)
    return said


def kept(folder: Path) -> bytes:
    """All bytes of all files below the folder."""
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


@pytest.mark.parametrize("says", answers(KEY))
def test_a_server_that_says_the_key_back_brings_it_nowhere(workspace, server, tmp_path, says):
    server.says = says
    for json_ in ([], ["--json"]):
        told(command(workspace.folder, "expand", "--model", "openai:m", "--max-calls", "2", *json_))
    assert KEY in server.keys, "it was sent"
    for words in (
        "runs list",
        "runs show r2",
        "calls",
        "dead-letters list --json",
        "config show --json",
        "search locksmith",
    ):
        told(command(workspace.folder, *words.split()))
    workspace.export(tmp_path / "graph.json", format="json")
    hidden(kept(tmp_path).decode("latin-1"))


def test_a_reply_is_kept_without_the_key_and_otherwise_as_it_came(workspace, server):
    command(workspace.folder, "expand", "--model", "openai:m", "--max-calls", "1")
    [call] = workspace.calls()
    assert "A locksmith who collects old keys and found [key] in a drawer" in call["reply"]
    assert ALTER["description"] in call["reply"]


@pytest.mark.parametrize("says", ["denied", "forbidden", "busy", "broken"])
def test_an_error_holds_the_key_neither_itself_nor_in_its_causes(workspace, server, says):
    server.says = says
    with pytest.raises(ChatError) as caught:
        workspace.expand(model="openai:m", max_calls=2)
    error: BaseException | None = caught.value
    hidden("".join(traceback.format_exception(caught.value)))
    while error is not None:
        hidden(f"{error!r} {error} {error.args} {vars(error)} {getattr(error, 'body', '')}")
        error = error.__cause__ or error.__context__


def test_a_crash_leaves_no_key_behind(workspace, server, tmp_path):
    def die(tick: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        workspace.expand(model="openai:m", max_calls=2, progress=die)
    hidden("".join(traceback.format_exception(caught.value)))
    hidden(kept(tmp_path).decode("latin-1"))


def test_settings_and_objects_show_only_that_a_secret_is_set(workspace):
    hidden(f"{workspace.settings!r} {workspace.settings} {workspace.settings.model_dump()}")
    hidden(f"{workspace!r} {vars(workspace.ledger)} {vars(workspace.store)}")
    said = told(command(workspace.folder, "config", "show"))
    assert re.search(r"^openai_api_key +set$", said.out, re.MULTILINE)
    told(command(workspace.folder, "doctor"))
    told(command(workspace.folder, "doctor", "--json"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PERSONAGRAPH_STORE", f"neo4j://neo4j:{PASSWORD}@127.0.0.1"),
        ("PERSONAGRAPH_STORE", f"neo4j://127.0.0.1:9?password={PASSWORD}"),
        ("PERSONAGRAPH_STORE", f"neo4j://127.0.0.1:9/neo4j#{PASSWORD}"),
        ("PERSONAGRAPH_BASE_URL", f"http://{PASSWORD}@127.0.0.1:9/v1"),
        ("PERSONAGRAPH_BASE_URL", f"http://127.0.0.1:9/v1?api_key={PASSWORD}"),
        ("OPENAI_API_KEY", f"{PASSWORD}\nX-Other: 1"),
        ("OPENAI_API_KEY", f"{PASSWORD}é"),
    ],
)
def test_a_secret_in_the_wrong_place_is_refused_and_not_shown(workspace, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        open_workspace(workspace.folder)
    hidden("".join(traceback.format_exception(caught.value)))
    said = told(command(workspace.folder, "stats"))
    assert said.code == 1
    assert name.removeprefix("PERSONAGRAPH_").lower() in said.err.lower()


def test_a_line_break_after_a_key_is_dropped(workspace, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", f" {KEY}\n")
    with open_workspace(workspace.folder) as opened:
        assert opened.settings.secret("openai_api_key") == KEY


def test_a_store_that_cannot_be_reached_is_told_without_the_password(workspace):
    said = told(command(workspace.folder, "stats", "--store", "neo4j://neo4j@127.0.0.1:9"))
    assert said.code == 5
    with pytest.raises(Exception, match="cannot be reached") as caught:
        open_workspace(workspace.folder, store="neo4j://neo4j@127.0.0.1:9")
    hidden("".join(traceback.format_exception(caught.value)))


@pytest.mark.neo4j
def test_a_store_that_lets_nobody_in_is_told_without_the_password(workspace, neo4j_url):
    said = told(command(workspace.folder, "stats", "--store", neo4j_url))
    assert said.code == 5
    assert "does not let the user" in said.err
