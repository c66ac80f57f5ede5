"""An import is written while the next rows are judged: the graph is the same, whatever fails, and whenever."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from personagraph.dedup.index import THRESHOLD
from personagraph.dedup.rules import METHODS, Deduplicator
from personagraph.errors import StoreError
from personagraph.importing import personas
from personagraph.importing.personas import AHEAD, CHUNK, Importing
from personagraph.ledger import Ledger
from personagraph.runs.growth import Growth, know
from personagraph.runs.session import BATCH, LONGEST, Session
from personagraph.stores.graph_store import GraphStore
from personagraph.text.descriptions import DescribedRow
from tests.crashes import Bomb, mined
from tests.worlds import Crash, Crashing, growth, open_workspace, picture

ROWS = [
    DescribedRow(n, f"A {('baker', 'smith', 'weaver')[n % 3]} who sold {n // 2 % 700} loaves and nothing else", "")
    for n in range(1, 10 * CHUNK + 20)
]


@contextmanager
def opened(folder: Path) -> Iterator[tuple[GraphStore, Ledger]]:
    store, ledger = open_workspace(folder)
    with closing(store), closing(ledger):
        yield store, ledger


def imported(store: GraphStore, ledger: Ledger, **options: Any) -> str:
    """Import the rows, or go on with it, in as many batches as there are steps; how the run stands."""
    run = next(iter(ledger.runs.all()), None) or ledger.runs.start("import", {}, {})
    work = Importing(ROWS, growth(store, ledger), run=run.id)
    seconds = count(step=2 * LONGEST)
    options = {"beside": True, "clock": lambda: next(seconds), **options}
    Session(work, run, ledger=ledger, store=store, **options).carry_out()
    return ledger.runs.get(run.id).status


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    with opened(tmp_path_factory.mktemp("reference")) as (store, ledger):
        assert imported(store, ledger, beside=False, clock=lambda: 0.0) == "done"
        return picture(store)


def test_the_graph_is_the_same_however_many_rows_are_read_together_or_written_at_once(tmp_path, reference, monkeypatch):
    assert reference["stats"].merges == 0 < len(ROWS) - reference["stats"].personas
    for ahead in (1, 7, CHUNK + 1, 20 * CHUNK):
        monkeypatch.setattr(personas, "AHEAD", ahead)
        (tmp_path / str(ahead)).mkdir()
        with opened(tmp_path / str(ahead)) as (store, ledger):
            assert imported(store, ledger) == "done"
            assert picture(store) == reference


@pytest.mark.slow
def test_crashes_around_any_commit_lose_nothing(tmp_path, reference):
    for fuse in range(3, 48, 3):
        folder, bomb = tmp_path / str(fuse), Bomb(fuse)
        folder.mkdir()
        with opened(folder) as (store, ledger), suppress(Crash), mined(bomb):
            imported(store, ledger)
        assert bomb.fired
        with opened(folder) as (store, ledger):
            assert ledger.runs.get("r1").decided >= store.applied("r1")
            assert imported(store, ledger) == "done"
            assert picture(store) == reference


def test_a_store_that_refuses_a_batch_fails_the_run_which_then_goes_on_from_there(tmp_path, reference):
    writes = count()

    def refuse() -> None:
        if next(writes) == 5:
            raise StoreError("the disk is full")

    with opened(tmp_path) as (store, ledger):
        with pytest.raises(StoreError, match="the disk is full"):
            imported(Crashing(store, refuse), ledger)
        run = ledger.runs.get("r1")
        assert (run.status, run.reason, store.applied("r1")) == ("failed", "the disk is full", 3)
        assert run.decided == 3
        assert imported(store, ledger) == "done"
        assert picture(store) == reference


def test_what_an_earlier_session_judged_and_the_store_lacks_is_read_together_when_the_run_goes_on(tmp_path, reference):
    prepared: list[str] = []
    added: list[str] = []

    class Noting(Deduplicator):
        def prepare(self, descriptions: Sequence[str]) -> None:
            prepared.extend(descriptions)
            super().prepare(descriptions)

        def add(self, id: str, description: str) -> None:
            added.append(description)
            assert description in prepared[-AHEAD:]
            super().add(id, description)

    moments = count()

    def die() -> None:
        if next(moments) == 4:
            raise Crash

    with opened(tmp_path) as (store, ledger):
        with pytest.raises(Crash):
            imported(Crashing(store, die), ledger)
        assert (ledger.runs.get("r1").decided, store.applied("r1")) == (3, 2)
        finder = Noting(METHODS["partition"].make(THRESHOLD), lambda a, b: None)
        know(finder, store.scan_personas())
        grown = Growth(finder, set(), store.snapshot())
        run = ledger.runs.get("r1")
        Session(Importing(ROWS, grown, run=run.id), run, ledger=ledger, store=store).carry_out()
        assert len(added) == reference["stats"].personas
        assert picture(store) == reference


def test_what_is_being_written_is_written_when_something_else_fails_meanwhile(tmp_path, reference):
    told: list[int] = []

    def fail(tick: Any) -> None:
        told.append(tick.done)
        if told[-2:] == [3, 3]:  # once when they are judged, and once when they are on their way
            raise KeyError("the progress cannot be shown")

    with opened(tmp_path) as (store, ledger):
        with pytest.raises(KeyError):
            imported(store, ledger, progress=fail)
        assert (ledger.runs.get("r1").decided, store.applied("r1")) == (3, 3)
        assert imported(store, ledger) == "done"
        assert picture(store) == reference


def test_an_import_says_how_it_stands_while_rows_are_judged_and_commits_after_a_time_however_few_there_are(tmp_path):
    ticks: list[int] = []
    seconds = count()
    with opened(tmp_path) as (store, ledger):
        imported(store, ledger, progress=lambda tick: ticks.append(tick.done), clock=lambda: float(next(seconds)))
        assert set(ticks) == set(range(1, 12))
        assert store.steps_at_once > BATCH > 11, "by their number alone, all steps would be one batch"
        assert next(seconds) > LONGEST
