"""A server that says nothing is given up in the time that a query may take, wherever it falls silent."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from personagraph.errors import StoreError, StoreUnavailableError
from personagraph.stores.neo4j.connection import Server, address_of
from personagraph.stores.neo4j.silence import answered_within
from personagraph.stores.neo4j.store import Neo4jStore
from tests.commands import ROOT
from tests.servers import OwnServer, SilentServer

SILENT = {"nothing": None, "after the handshake": 0, "after hello": 1, "after the login": 2, "within a question": 3}
NESTED = f"RETURN {'EXISTS { MATCH (a)-->(b) WHERE ' * 90}true{' }' * 90} AS x"
"""A short query that a server plans for minutes."""


@contextmanager
def silent(answers: int | None) -> Iterator[SilentServer]:
    server = SilentServer(answers)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def soon(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


@pytest.mark.parametrize("answers", SILENT.values(), ids=SILENT)
def test_a_query_of_a_silent_server_is_given_up_in_time(answers):
    with silent(answers) as server:
        graph = Neo4jStore(Server(address_of(server.url), "password"), "w")
        with soon(5), pytest.raises(StoreError, match=r"took longer than 0\.3 s|cannot be reached"):
            graph.query("RETURN 1 AS x", {}, limit=1, seconds=0.3)
        with soon(1):
            graph.close()
    time.sleep(0.3)
    assert not [thread for thread in threading.enumerate() if "neo4j-answer" in thread.name]


@pytest.mark.parametrize("answers", SILENT.values(), ids=SILENT)
def test_a_store_of_a_silent_server_is_not_waited_for_longer_than_is_said(answers):
    with silent(answers) as server, soon(5), pytest.raises(StoreUnavailableError), answered_within(0.3):
        Neo4jStore.open(server.url, "password", "w", new=False)


@pytest.mark.slow
@pytest.mark.parametrize("ask", ["query('RETURN 1', {}, limit=1, seconds=60)", "stats()"])
def test_a_key_that_is_pressed_ends_the_wait(ask):
    program = (
        "import signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell may have turned off\n"
        "from personagraph.stores.neo4j.connection import Server, address_of\n"
        "from personagraph.stores.neo4j.store import Neo4jStore\n"
        "print('asking', flush=True)\n"
        f"Neo4jStore(Server(address_of(sys.argv[1]), 'p'), 'w').{ask}\n"
    )
    with silent(3) as server:
        waiting = subprocess.Popen(
            [sys.executable, "-c", program, server.url], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert waiting.stdout is not None
        waiting.stdout.readline()
        assert server.silent.wait(60)
        time.sleep(0.5)
        waiting.send_signal(signal.SIGINT)
        with soon(20):
            _, said = waiting.communicate(timeout=60)
        assert b"KeyboardInterrupt" in said


@pytest.mark.neo4j
@pytest.mark.timeout(600)
def test_a_query_that_is_planned_for_minutes_is_given_up_in_time(neo4j_url, tmp_path):
    own = OwnServer(tmp_path / "home")
    own.start()
    try:
        graph = Neo4jStore.open(own.url, own.password, "w")
        with soon(8), pytest.raises(StoreError, match="took longer than"):
            graph.query(NESTED, {}, limit=1, seconds=2)
        with soon(60):
            assert graph.query("RETURN 1 AS x", {}, limit=1, seconds=60).rows == ((1,),)
        graph.close()
    finally:
        own.kill()  # it would think on
