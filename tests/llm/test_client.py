"""The client: what it buys is in the ledger first, it asks again once, and it owns the retries."""

import gc
import sys
import threading
import warnings
from pathlib import Path

import pytest

from personagraph.errors import ChatError, ChatUnavailableError
from personagraph.ledger import Ledger
from personagraph.llm.client.client import ChatClient
from personagraph.llm.client.retries import Retries
from personagraph.llm.scripted import ScriptedBackend
from personagraph.types import ChatRequest, Step
from tests.worlds import WorldDialogue


def ask(ledger: Ledger, backend: ScriptedBackend, key: str = "k", **options):
    retries = Retries(attempts=3, pause=0.001, patience=0.0)
    client = ChatClient(backend, ledger, retries=retries, **options)
    try:
        step = Step(0, "ego", "world", {"ego": "A baker"})
        [future] = client.submit("r1", [(step, key)], WorldDialogue())
        return future.result(timeout=10)
    finally:
        client.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite3")


def test_a_reply_in_the_ledger_is_not_bought_again(ledger):
    first, second = ScriptedBackend(lambda request: {"a": 1}), ScriptedBackend(lambda request: {"a": 2})
    assert ask(ledger, first).data == ask(ledger, second).data == {"a": 1}
    assert second.requests == []


def test_a_reply_that_does_not_fit_is_kept_and_asked_for_once_more_with_the_reason(ledger):
    seen: list[ChatRequest] = []

    def answer(request):
        seen.append(request)
        return "no" if len(seen) == 1 else {"a": 1}

    answered = ask(ledger, ScriptedBackend(answer))
    assert answered.data == {"a": 1}
    assert answered.call == seen[1].key != "k"
    assert "not JSON" in seen[1].messages[-1]["content"]
    assert ledger.calls.reply("k").text == "no"


def test_a_reply_that_stays_unusable_is_an_answer_without_data(ledger):
    answered = ask(ledger, ScriptedBackend(lambda request: "no"))
    assert (answered.data, answered.error) == (None, "not JSON")


def test_a_failing_server_is_tried_again_and_every_attempt_is_in_the_ledger(ledger):
    tries = iter([ChatUnavailableError("busy"), ChatUnavailableError("busy"), None])

    def answer(request):
        if error := next(tries):
            raise error
        return {"a": 1}

    assert ask(ledger, ScriptedBackend(answer)).data == {"a": 1}
    assert ledger.calls.listed()[0]["attempts"] == 3


def test_a_server_that_keeps_failing_or_refuses_raises(ledger):
    def unavailable(request):
        raise ChatUnavailableError("busy")

    def refused(request):
        raise ChatError("wrong key")

    with pytest.raises(ChatUnavailableError):
        ask(ledger, ScriptedBackend(unavailable))
    backend = ScriptedBackend(refused)
    with pytest.raises(ChatError, match="wrong key"):
        ask(ledger, backend)
    assert len(backend.requests) == 1
    assert ledger.calls.uncertain("r1") == 0


def test_a_server_that_is_asked_for_less_is_asked_at_once_and_that_is_no_failure(ledger):
    less = iter([True] * 5 + [False])

    def answer(request):
        if next(less):
            raise ChatUnavailableError("without the schema then", retry_after=0.0)
        return {"a": 1}

    assert ask(ledger, ScriptedBackend(answer)).data == {"a": 1}
    assert ledger.calls.listed()[0]["attempts"] == 6


def test_an_error_of_a_backend_that_is_none_of_ours_is_raised(ledger):
    def answer(request):
        raise TimeoutError("the backend's own")

    with pytest.raises(TimeoutError):
        ask(ledger, ScriptedBackend(answer))


def test_a_call_that_was_let_out_just_before_the_end_comes_back_too(ledger):
    backend = ScriptedBackend(
        lambda request: {"a": 1}, delay=lambda request: {"a": 0.0, "b": 0.1, "c": 0.3}[request.key]
    )
    client = ChatClient(backend, ledger, concurrency=2)
    leave, closing = client._gate.leave, []

    def leave_and_close(*args, **options):
        if not closing:
            closing.append(client._loop.create_task(client._finish(drain=True)))
        leave(*args, **options)

    client._gate.leave = leave_and_close
    steps = [(Step(n, "ego", "world", {"ego": "A baker"}), key) for n, key in enumerate("abc")]
    futures = client.submit("r1", steps, WorldDialogue())
    try:
        assert [future.result(timeout=10).data for future in futures] == [{"a": 1}] * 3
        assert ledger.calls.uncertain("r1") == 0
    finally:
        client.close()


def test_a_client_that_gets_no_thread_leaves_no_loop_open(ledger, monkeypatch):
    def refused(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    unraisable: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    monkeypatch.setattr(threading.Thread, "start", refused)
    with warnings.catch_warnings(action="error"):
        with pytest.raises(RuntimeError, match="start new thread"):
            ChatClient(ScriptedBackend({}), ledger)
        gc.collect()
    assert unraisable == []
