"""Servers that give nothing for the money: the run stops unfinished, says why, and books no more than it must."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from personagraph.errors import ChatUnavailableError
from personagraph.ledger import Ledger, Run
from personagraph.llm.client.prices import Price
from personagraph.llm.client.retries import Retries
from personagraph.llm.openai.backend import OpenAIBackend
from personagraph.progress import Tick
from tests.llm.answering import KEY, Server, answer, completion, error, serving
from tests.sessions import Said, Started
from tests.worlds import SEEDS, expansion, import_seeds, open_workspace

PRICE = Price(1.0, 10.0, 1.0)
WORTHLESS = {
    "a web page": answer(200, b"<!doctype html><title>Log in</title>", Content_Type="text/html"),
    "nothing": answer(200, b""),
    "bytes": answer(200, bytes(range(256))),
    "a packed bomb": answer(200, gzip.compress(b" " * 50_000_000, 9), Content_Encoding="gzip"),
    "white space": answer(200, b" " * 5_000_000),
    "other JSON": answer(200, b'{"status": "ok"}'),
    "no choices": answer(200, b'{"choices": null, "usage": {"prompt_tokens": 3, "completion_tokens": 1}}'),
    "nested JSON": answer(200, b'{"choices": ' + b"[" * 100_000),
    "a stream": answer(200, b'data: {"choices": []}\n\n', Content_Type="text/event-stream"),
    "an error": answer(200, error("the engine is gone")),
    "another protocol": b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
    "a lie about the length": b"HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n{}",
}


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


def expand(folder: Path, url: str, **options: Any) -> tuple[Ledger, Run]:
    """The ledger and the run after an expansion that the server does not let come to its end."""
    store, ledger = open_workspace(folder)
    import_seeds(store, ledger)
    backend = OpenAIBackend("m", api_key=KEY, base_url=url, timeout=options.pop("timeout", 5.0))
    retries = Retries(pause=0.001, patience=0.0)
    with pytest.raises(ChatUnavailableError):
        expansion(store, ledger, backend, **{"price": PRICE, "retries": retries, **options})
    run = ledger.runs.all()[-1]
    assert run.status == "failed"
    return ledger, run


@pytest.mark.parametrize("kind", WORTHLESS)
def test_a_run_stops_after_sixteen_answers_that_are_no_completions_and_says_what_came(kind, server, tmp_path):
    server.sends(WORTHLESS[kind])
    ledger, run = expand(tmp_path, server.url, max_cost=100.0)
    assert run.reason.startswith("the first 16 answers were no completions: ")
    assert run.reason.endswith("then resume")
    assert 16 <= len(server.asked) < 32
    assert ledger.accounts.booked(run.id).answered == 0
    assert ledger.accounts.last_failure(run.id).partition(";")[0] in run.reason


@pytest.mark.parametrize("kind", WORTHLESS)
def test_a_small_budget_is_not_reached_by_it_but_the_run_stops_for_it(kind, server, tmp_path):
    server.sends(WORTHLESS[kind])
    ledger, run = expand(tmp_path, server.url, max_cost=0.2)
    assert "resume with a higher --max-cost" in run.reason
    assert ledger.accounts.last_failure(run.id).partition(";")[0] in run.reason
    assert 0 < ledger.calls.cost(run.id) <= 0.2


def test_a_server_that_garbles_most_answers_stops_the_run_which_keeps_what_it_bought(server, tmp_path):
    whole = answer(200, completion({"prompt_tokens": 70, "completion_tokens": 6}, content='{"alters": []}'))
    server.answers = lambda body: whole if len(server.asked) % 5 < 1 else WORTHLESS["a web page"]
    patient = Retries(pause=0.001, patience=60.0, alone=1000)
    ledger, run = expand(tmp_path, server.url, max_cost=1000.0, max_calls=None, retries=patient)
    assert "of the last" in run.reason
    assert ledger.accounts.booked(run.id).answered > 0
    assert ledger.calls.replies()


def test_a_server_that_closes_at_once_is_asked_a_few_times_only_and_perhaps_bills_these(server, tmp_path):
    server.closing = True
    server.sends(b"")
    ticks: list[Tick] = []
    ledger, run = expand(tmp_path, server.url, concurrency=8, progress=ticks.append)
    assert "it closed the connection" in run.reason
    assert len(server.asked) < 24
    booked = ledger.accounts.booked(run.id)
    assert (booked.answered, booked.uncertain) == (0, 0)
    assert booked.failed == pytest.approx(sum(c["perhaps_billed"] for c in ledger.calls.listed(run=run.id)))


def test_a_server_that_is_silent_stops_the_run_when_the_budget_is_booked_for_it(server, tmp_path):
    server.answers = lambda body: time.sleep(0.5) or b""
    ledger, run = expand(tmp_path, server.url, timeout=0.1, max_cost=0.1, concurrency=8)
    assert "it did not answer in time" in run.reason
    assert "resume with a higher --max-cost" in run.reason
    assert 0 < ledger.calls.cost(run.id) <= 0.1


def test_an_outage_is_told_while_it_lasts_and_the_run_goes_on_by_itself(server, tmp_path):
    whole = answer(200, completion({"prompt_tokens": 70, "completion_tokens": 6}, content='{"alters": []}'))
    server.answers = lambda body: whole if time.monotonic() > began + 1.5 else answer(502, b"bad gateway")
    store, ledger = open_workspace(tmp_path)
    import_seeds(store, ledger)
    ticks: list[Tick] = []
    backend, began = OpenAIBackend("m", api_key=KEY, base_url=server.url), time.monotonic()
    retries = Retries(attempts=1000, pause=0.05, longest=0.2, patience=30.0)
    run = expansion(store, ledger, backend, max_calls=5, price=PRICE, retries=retries, progress=ticks.append)
    assert (run.status, ledger.accounts.booked(run.id).perhaps_billed) == ("done", 0)
    troubles = [tick.trouble for tick in ticks]
    assert any("502: bad gateway" in trouble for trouble in troubles)
    assert troubles[-1] == ""


@pytest.fixture
def priced(tmp_path: Path) -> Path:
    """A workspace with seeds, and a price for the model m."""
    rows = tmp_path / "seeds.jsonl"
    rows.write_text("".join(json.dumps({"persona": f"{seed}, number {n}"}) + "\n" for n in range(3) for seed in SEEDS))
    assert Started("init", tmp_path, folder=tmp_path).end().code == 0
    assert Started("import", rows, folder=tmp_path).end().code == 0
    with (tmp_path / "personagraph.toml").open("a") as settings:
        settings.write('\n[prices."m"]\ninput = 1.0\noutput = 10.0\n')
    assert Started("trust", "--yes", folder=tmp_path).end().code == 0
    return tmp_path


def commanded(folder: Path, url: str, *words: object) -> tuple[dict[str, Any], Said]:
    """What the command tells of a run that stopped for want of answers, and all that it said."""
    command = ("expand", "--model", "openai:m", "--base-url", url, "--json", *words)
    said = Started(*command, folder=folder, OPENAI_API_KEY=KEY).end(120)
    assert said.code == 5, said
    told: dict[str, Any] = json.loads(said.out)
    assert told["status"] == "failed"
    assert told["last_failure"].partition(";")[0] in said.err.splitlines()[-1]
    return told, said


@pytest.mark.slow
def test_a_command_tells_why_and_what_is_perhaps_billed_wherever_a_run_is_told(server, priced):
    server.sends(WORTHLESS["a web page"])
    told, said = commanded(priced, server.url, "--max-cost", 0.05)
    assert "max-cost reached" not in said.out + said.err
    assert 0 < told["cost_usd"] == told["perhaps_billed_usd"] <= 0.05
    told, _ = commanded(priced, server.url, "--max-cost", 5)
    for words in (("runs", "list"), ("runs", "show", "r2"), ("calls", "--run", "r2")):
        assert "perhaps" in Started(*words, folder=priced).end().out
    listed, shown, called = (
        json.loads(Started(*words, "--json", folder=priced).end().out)
        for words in (("runs", "list"), ("runs", "show", "r2"), ("calls", "--run", "r2"))
    )
    booked = pytest.approx(told["perhaps_billed_usd"])
    assert listed["runs"][1]["perhaps_billed_usd"] == booked
    assert shown["perhaps_billed_usd"] == booked
    assert called["totals"][0]["perhaps_billed"] == booked
    assert shown["cost_usd"] == booked
    assert called["totals"][0]["cost"] == booked


@pytest.mark.slow
def test_a_command_has_the_reason_of_an_outage_on_the_screen(server, priced):
    server.closing = True
    server.sends(b"")
    _, said = commanded(priced, server.url, "--max-cost", 5, "--log-json")
    events = [json.loads(line) for line in said.err.splitlines()]
    assert any("it closed the connection" in event.get("trouble", "") for event in events)


@contextmanager
def nobody(kind: str) -> Iterator[str]:
    """The address of a server that no request reaches: nobody listens, nobody has the name, or no TLS comes about."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        if kind == "a server without TLS":
            listening.listen()
            threading.Thread(target=_talk, args=(listening,), daemon=True).start()
        yield f"https://127.0.0.1:{port}/v1" if "TLS" in kind else f"http://{HOSTS.get(kind, '127.0.0.1')}:{port}/v1"


HOSTS = {"a name that nobody has": "nobody.invalid"}


def _talk(listening: socket.socket) -> None:
    try:
        while True:
            connection, _ = listening.accept()
            connection.sendall(b"HTTP/1.1 400 This is no TLS\r\n\r\n")
            connection.close()
    except OSError:
        return


@pytest.mark.parametrize("kind", ["nobody who listens", "a name that nobody has", "a server without TLS"])
def test_what_never_left_is_booked_with_nothing(kind, tmp_path):
    with nobody(kind) as url:
        ledger, run = expand(tmp_path, url, max_cost=0.1)
    assert "cannot be reached" in run.reason
    assert ledger.accounts.booked(run.id) == (0, 0, 0)


@pytest.mark.parametrize("said", [b"HTTP/1.1 407 Who are you?\r\n\r\n", b""])
def test_what_a_proxy_did_not_pass_on_is_booked_with_nothing(said, server, tmp_path, monkeypatch):
    server.closing = True
    server.sends(said)
    monkeypatch.setenv("HTTPS_PROXY", server.url.removesuffix("/v1"))
    ledger, run = expand(tmp_path, "https://nobody.invalid/v1", max_cost=0.1)
    assert "cannot be reached" in run.reason
    assert ledger.accounts.booked(run.id) == (0, 0, 0)
