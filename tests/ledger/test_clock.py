"""A clock that jumps: the graph does not depend on it, and no figure that is told goes wrong with it."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from personagraph.ledger import Ledger
from personagraph.llm.scripted import ScriptedBackend
from personagraph.runs.report import RunReport, report
from tests.stored import open_graph
from tests.worlds import answer, expansion, import_seeds, picture


class Clock:
    """Goes on by a second each time it is read; it jumps by so many seconds at these readings."""

    def __init__(self, jumps: dict[int, float]) -> None:
        self._now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self._jumps = jumps
        self._readings = 0

    def __call__(self) -> datetime:
        self._readings += 1
        self._now += timedelta(seconds=1 + self._jumps.get(self._readings, 0))
        return self._now


def told(folder: Path, jumps: dict[int, float]) -> tuple[dict[str, Any], RunReport]:
    """The graph, and the report of an expansion in two sessions, one call at a time."""
    folder.mkdir()
    ledger = Ledger(folder / "ledger.sqlite3", clock=Clock(jumps))
    store = open_graph(folder, workspace=ledger.workspace)
    import_seeds(store, ledger)
    backend = ScriptedBackend(answer)
    expansion(store, ledger, backend, concurrency=1, stopping=lambda: len(backend.requests) >= 20)
    run = expansion(store, ledger, ScriptedBackend(answer), concurrency=1)
    return picture(store), report(ledger, store, run.id)


JUMPS = [
    pytest.param({90: -3600.0}, id="back an hour"),
    pytest.param({90: -80.0}, id="back within the run"),
    pytest.param(dict.fromkeys(range(30, 150, 15), -20.0), id="back again and again"),
    pytest.param({90: 604_800.0}, id="ahead a week"),
]


@pytest.mark.parametrize("jumps", JUMPS)
def test_a_clock_that_jumps_changes_neither_the_graph_nor_the_report(tmp_path, jumps):
    graph, steady = told(tmp_path / "steady", {})
    other, jumped = told(tmp_path / "jumped", jumps)
    assert other == graph
    left_out = {"run", "pace", "sessions"}
    assert {k: v for k, v in asdict(jumped).items() if k not in left_out} == {
        k: v for k, v in asdict(steady).items() if k not in left_out
    }
    assert steady.pace
    assert jumped.pace == pytest.approx(steady.pace, rel=0.3)
