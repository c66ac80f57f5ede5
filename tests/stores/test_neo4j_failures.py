"""What a run does when its Neo4j server goes away, refuses, or has others at work: nothing is lost, nothing doubled."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import neo4j
import pytest

from personagraph.cli.terminal.exit_codes import exit_code
from personagraph.errors import StoreError, StoreUnavailableError
from personagraph.ledger import Ledger
from personagraph.llm.scripted import ScriptedBackend
from personagraph.stores.neo4j.connection import address_of
from personagraph.stores.neo4j.store import Neo4jStore
from personagraph.stores.neo4j.waiting import Patience
from personagraph.types import Batch, ChatRequest
from personagraph.workspace import init_workspace
from tests.graphs import persona, tie
from tests.runs.test_disk_full import can_mount, disk
from tests.servers import CutWire, OwnServer
from tests.stored import empty, fill, people
from tests.worlds import answer, expansion, import_seeds, open_workspace, picture

pytestmark = [pytest.mark.neo4j, pytest.mark.timeout(900)]  # servers are started again and waited for

CALLS = 60
LITTLE = "db.memory.transaction.max=16m\n"
"""Enough for what is written at once in a run, and not for tens of thousands of rows."""


@pytest.fixture(scope="module")
def server(neo4j_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServer]:
    with running(tmp_path_factory.mktemp("server") / "home") as own:
        yield own


@contextmanager
def running(home: Path) -> Iterator[OwnServer]:
    """A server of a test's own, which is gone afterwards."""
    own = OwnServer(home)
    own.start(LITTLE)
    try:
        yield own
    finally:
        own.stop()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    store, ledger = open_workspace(tmp_path_factory.mktemp("undisturbed"))
    import_seeds(store, ledger)
    expansion(store, ledger, ScriptedBackend(answer), max_calls=CALLS)
    return picture(store)


@contextmanager
def session(server: OwnServer) -> Iterator[neo4j.Session]:
    """Another client."""
    address = address_of(server.url)
    login = (address.user, server.password)
    with (
        neo4j.GraphDatabase.driver(address.uri, auth=login) as driver,
        driver.session(database=address.database) as other,
    ):
        yield other


def emptied(server: OwnServer) -> None:
    """Take everything out of the server's database; its schema stays."""
    with session(server) as other:
        other.run("MATCH (n) DETACH DELETE n").consume()


class Workplace:
    """An empty graph on the server, its ledger, and an expansion whose calls take a moment."""

    def __init__(self, server: OwnServer, folder: Path) -> None:
        emptied(server)
        self.ledger, self.patience, self.notes = Ledger(folder / "ledger.sqlite3"), Patience(), list[str]()
        self.store = Neo4jStore.open(server.url, server.password, self.ledger.workspace, self.patience)
        import_seeds(self.store, self.ledger)
        self.backend = ScriptedBackend(self._answer, delay=lambda request: 0.05)
        self._answered: Callable[[int], None] = lambda count: None

    def _answer(self, request: ChatRequest) -> str:
        self._answered(len(self.backend.requests))
        return answer(request)

    def expand(self, seconds: float, *, answered: Callable[[int], None] = lambda count: None, **options: Any) -> None:
        """Grow the graph; `answered` hears how many calls were made, before each is answered."""
        self._answered = answered
        with self.patience.lasting(seconds, note=self.notes.append):
            expansion(self.store, self.ledger, self.backend, max_calls=CALLS, **options)

    def nothing_was_bought_twice(self) -> bool:
        return len(self.backend.requests) == len(set(self.backend.requests)) >= CALLS


@pytest.fixture
def place(server: OwnServer, tmp_path: Path) -> Iterator[Workplace]:
    server.start(LITTLE)
    made = Workplace(server, tmp_path)
    yield made
    made.store.close()
    made.ledger.close()


def crowd(store: Neo4jStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """More personas than one answer of the server brings."""
    monkeypatch.setattr("personagraph.stores.neo4j.store.PAGE", 100)
    for part in range(0, 2200, 550):
        fill(store, *people(2200)[part : part + 550], run="r9")


def once(act: Callable[[], None], *, after: int, then: Callable[[], None] = lambda: None) -> Callable[[int], None]:
    """What hears of a run's calls: acts, once, before it lets one more than so many be answered.

    `then` is what a thread does meanwhile.
    """
    left = iter([threading.Thread(target=then)])

    def answered(count: int) -> None:
        if count >= after and (thread := next(left, None)):
            act()
            thread.start()

    return answered


def start_again(server: OwnServer, notes: list[str]) -> None:
    """Have a server run again when its absence was told: for some seconds the driver itself tries, and says nothing."""
    for _ in range(300):
        if notes:
            break
        time.sleep(0.1)
    server.start(LITTLE)


def test_a_server_that_is_killed_and_started_again_is_waited_for_and_the_graph_is_the_same(server, place, undisturbed):
    place.expand(120, answered=once(server.kill, after=20, then=lambda: start_again(server, place.notes)))
    assert picture(place.store) == undisturbed
    assert place.nothing_was_bought_twice()
    went, came = place.notes
    assert "cannot be reached" in went
    assert "waits up to 120 s" in went
    assert "the run goes on" in came


def test_an_import_of_a_network_waits_for_a_server_that_is_killed(server, tmp_path, monkeypatch):
    server.start(LITTLE)
    emptied(server)
    monkeypatch.setenv("PERSONAGRAPH_STORE_PASSWORD", server.password)
    monkeypatch.setattr("personagraph.importing.networks.work.CHUNK", 10)
    edges, notes = tmp_path / "chain.txt", list[str]()
    edges.write_text("".join(f"{n} {n + 1}\n" for n in range(1500)))
    killing = once(server.kill, after=64, then=lambda: start_again(server, notes))
    with init_workspace(tmp_path / "w", store=server.url) as graph:
        done = graph.import_graph([edges], progress=lambda tick: killing(tick.done), note=notes.append)
        assert (done.run.status, done.run.new, done.run.linked) == ("done", 1501, 1500)
        assert (graph.stats().personas, graph.stats().relationships) == (1501, 1500)
    went, came = (note for note in notes if "described" not in note)
    assert "cannot be reached" in went
    assert "the run goes on" in came


def test_a_server_that_stays_away_stops_the_run_with_exit_code_5_and_it_resumes(
    server, place, undisturbed, capsys: pytest.CaptureFixture[str]
):
    code = exit_code(lambda: place.expand(1, answered=once(server.kill, after=20)))
    assert code == 5
    told = capsys.readouterr().err
    assert "cannot be reached" in told
    assert told.count("\n") == 1
    assert place.ledger.runs.unfinished().status == "failed"
    server.start(LITTLE)
    place.expand(0)
    assert picture(place.store) == undisturbed
    assert place.nothing_was_bought_twice(), "replies that came while the server was away are in the ledger"


def test_transactions_that_somebody_ends_are_carried_out_again(server, place, undisturbed):
    done, ended = threading.Event(), 0

    def disturb() -> None:
        nonlocal ended
        with session(server) as other:
            while not done.is_set() and ended < 5:
                for row in other.run("SHOW TRANSACTIONS YIELD transactionId AS id, currentQuery AS query").data():
                    if not row["query"].startswith("SHOW"):
                        other.run("TERMINATE TRANSACTION $id", id=row["id"]).consume()
                        ended += 1

    disturber = threading.Thread(target=disturb)
    disturber.start()
    place.expand(60)
    done.set()
    disturber.join()
    assert ended
    assert picture(place.store) == undisturbed
    assert place.nothing_was_bought_twice()


def test_a_deadlock_with_another_writer_is_tried_again(server, place):
    a, b = people(2)
    fill(place.store, a, run="r9")
    with session(server) as other:
        theirs = other.begin_transaction()
        theirs.run("MATCH (p:Persona {id: $id}) SET p.seen = true", id=a.id).consume()
        ours = threading.Thread(target=fill, args=(place.store, a, b), kwargs={"run": "r9"})
        ours.start()
        time.sleep(1)
        with suppress(neo4j.exceptions.TransientError):
            theirs.run("MATCH (w:PersonagraphWorkspace) SET w.id = w.id").consume()
            theirs.commit()
        theirs.close()
    ours.join(timeout=30)
    assert place.store.applied("r9") == 2
    assert place.store.personas([b.id]) == [b]


def test_a_commit_whose_answer_was_lost_is_not_made_twice(neo4j_url, neo4j_password):
    empty(neo4j_url)
    wire = CutWire(address_of(neo4j_url).port, lost=0)
    patience, notes = Patience(), list[str]()
    store = Neo4jStore.open(f"bolt://neo4j@127.0.0.1:{wire.port}", neo4j_password, "w", patience)
    wire.lost = 2
    with patience.lasting(30, note=notes.append):
        fill(store, *people(2))
    assert wire.lost == 0
    assert store.applied("r1") == 1
    assert store.stats().personas == 2
    assert len(notes) == 2
    wire.lost = 1
    with pytest.raises(StoreUnavailableError, match="cannot be reached"):
        fill(store, *people(3)[2:])
    store.close()
    wire.close()


def test_a_batch_for_which_the_server_has_too_little_memory_is_refused_whole_and_names_the_setting(place):
    many = [persona(f"A maker of chair number {n}", n) for n in range(3000)]
    ties = [tie(a, b, calls=["c" * 64]) for a, b in itertools.pairwise(many)]
    batch = Batch("r9", 0, 1, tuple(many), relationships=tuple(ties))
    with place.patience.lasting(60), pytest.raises(StoreError, match=r"raise .*db\.memory\.transaction\.max"):
        place.store.write(batch)
    assert place.store.applied("r9") == 0


def test_a_scan_goes_on_where_the_server_broke_it_off(server, place, monkeypatch):
    crowd(place.store, monkeypatch)
    with session(server) as other, place.patience.lasting(60, note=place.notes.append):
        scan = place.store.scan_personas()
        found = [next(scan)]
        rows = other.run("SHOW TRANSACTIONS YIELD transactionId AS id, currentQuery AS query").data()
        for row in rows:
            if not row["query"].startswith("SHOW"):
                other.run("TERMINATE TRANSACTION $id", id=row["id"]).consume()
        found += scan
    assert "ended the transaction" in place.notes[0]
    assert found == list(place.store.scan_personas())
    assert len(found) == len({p.id for p in found}) == 2210


def test_a_password_that_was_changed_meanwhile_is_told_at_once(server, place, monkeypatch):
    crowd(place.store, monkeypatch)
    with session(server) as other:
        change = "ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED"
        other.run(change, password="another-password").consume()
        try:
            began = time.monotonic()
            scans = [place.store.scan_personas() for _ in range(5)]
            with place.patience.lasting(60), pytest.raises(StoreUnavailableError, match="PERSONAGRAPH_STORE_PASSWORD"):
                list(map(next, scans))
            assert time.monotonic() - began < 20
        finally:
            other.run(change, password=server.password).consume()


def test_a_database_that_takes_no_writes_is_told_in_one_sentence_and_can_still_be_read(server, place):
    server.start("server.databases.default_to_read_only=true\n")
    with place.patience.lasting(60), pytest.raises(StoreError, match="takes no writes") as caught:
        fill(place.store, *people(1))
    assert exit_code(lambda: fill(place.store, *people(1))) == 1
    assert "\n" not in str(caught.value)
    assert place.store.stats().personas == len(place.store.snapshot()) == 10


if can_mount():

    def test_a_server_whose_disk_is_full_stops_the_run_and_it_goes_on_when_there_is_room(
        tmp_path, neo4j_url, undisturbed, capsys: pytest.CaptureFixture[str]
    ):
        with disk(tmp_path / "disk", 600 * 2**20) as folder, running(folder / "home") as own:
            place = Workplace(own, tmp_path)
            code = exit_code(lambda: place.expand(1, answered=once(lambda: fill_up(folder / "filler"), after=20)))
            told = capsys.readouterr().err
            assert code == 5
            assert "restart the server" in told
            assert told.count("\n") == 1
            (folder / "filler").unlink()
            own.kill()
            own.start(LITTLE)
            place.expand(0)
            assert picture(place.store) == undisturbed
            assert place.nothing_was_bought_twice()
            place.store.close()
            place.ledger.close()


def fill_up(file: Path) -> None:
    """Leave no room on the disk of the file."""
    with suppress(OSError), file.open("wb", buffering=0) as filler:
        while filler.write(b"x" * 2**20):
            pass
