"""Views of a large ledger look by an index at what they are about, and at nothing else; older ledgers get the index."""

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from personagraph.ledger import Ledger, calls
from personagraph.ledger import ledger as module
from personagraph.ledger.calls import Entry, Failed, Received, Sent
from personagraph.storage.database import Database, Kind
from personagraph.types import ChatReply, Step

SOME = {"run": "r2", "model": "m1", "prompt": "p1", "outcome": "failed"}
FILTERS = [{name: SOME[name] for name in names} for size in (1, 2, 4) for names in combinations(SOME, size)]
FILTERS += [{"outcome": "uncertain"}, {"run": "r1", "outcome": "replied"}]


def entries(runs: int, steps: int) -> list[Entry]:
    """Attempts of every kind: replied, failed, never heard of, and sent again after each of these."""
    made: list[Entry] = []
    for attempt in range(1, runs * steps + 1):
        n = attempt - 1
        run, step = f"r{n // steps + 1}", n % steps
        key = f"k{n - n % 3 if n % 7 == 1 else n}"
        made.append(Sent(attempt, key, run, step, 0.5))
        if n % 5 == 0:
            made.append(Failed(attempt, "went away", 0.25))
        elif n % 11:
            reply = ChatReply("text", prompt_tokens=n, completion_tokens=1, cost=0.125 * n, latency=0.5)
            made.append(Received(attempt, key, run, step, f"p{n % 2}", f"m{n % 3}", reply))
    return made


def filled(path: Path, *, runs: int = 4, steps: int = 50) -> Ledger:
    from personagraph.ledger.steps import Planned

    ledger = Ledger(path)
    for run in range(runs):
        ledger.runs.start("expand", {}, {}, model=f"m{run % 2}")
        plan = (Planned(Step(n, "s", f"p{n % 2}"), "ask", f"c{run}.{n}") for n in range(steps))
        ledger.steps.plan(f"r{run + 1}", plan)
    for entry in entries(runs, steps):
        ledger.calls.enter([entry])
    return ledger


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return filled(tmp_path_factory.mktemp("plans") / "ledger.sqlite3")


@pytest.mark.parametrize("filters", [{}, *FILTERS], ids=str)
def test_what_a_filter_leaves_is_what_of_all_calls_it_says_and_their_sum(ledger, filters):
    everything = ledger.calls.listed(limit=1000)
    fit = [call for call in everything if all(call[name] == value for name, value in filters.items())]
    assert ledger.calls.listed(limit=1000, **filters) == fit
    assert ledger.calls.listed(limit=2, **filters) == fit[:2]
    totals = ledger.calls.totals(**filters)
    assert sum(t.calls for t in totals) == len(fit)
    for name, column in (("attempts", "attempts"), ("prompt_tokens", "prompt_tokens"), ("cost", "cost")):
        assert sum(getattr(t, name) for t in totals) == pytest.approx(sum(call[column] for call in fit))
    assert sum(t.perhaps_billed for t in totals) == pytest.approx(sum(call["perhaps_billed"] for call in fit))
    assert [(t.run, t.model, t.prompt) for t in totals] == sorted({(c["run"], c["model"], c["prompt"]) for c in fit})


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_calls_that_are_filtered_are_found_by_an_index(ledger, filters, monkeypatch):
    for ask in (lambda: ledger.calls.listed(**filters), lambda: ledger.calls.totals(**filters)):
        for plan in plans(ledger, monkeypatch, ask):
            scanned = [line for line in plan if re.match(r"SCAN (attempt|call|last|one|step)\b", line)]
            few = r"SCAN attempt USING (COVERING )?INDEX attempt_(failed|uncertain)$"
            assert not [line for line in scanned if not re.match(few, line)], plan


def test_the_newest_calls_are_found_from_the_last_attempt_backwards(ledger, monkeypatch):
    [plan] = plans(ledger, monkeypatch, lambda: ledger.calls.listed())
    assert "SCAN last" in plan
    assert not [line for line in plan if re.match(r"SCAN (attempt|call)\b", line)], plan


def test_the_report_of_a_run_looks_at_that_run_alone(ledger, tmp_path, monkeypatch):
    from personagraph.runs.report import report
    from tests.stored import open_graph

    store = open_graph(tmp_path)
    for plan in plans(ledger, monkeypatch, lambda: report(ledger, store, "r2")):
        scanned = [line for line in plan if re.match(r"SCAN (?!asked|\(subquery|CONSTANT)", line)]
        assert not [line for line in scanned if "attempt_failed" not in line and "attempt_uncertain" not in line], plan


def plans(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, ask: Any) -> list[list[str]]:
    """The plans of the questions that are put to the ledger's database."""
    asked = []
    plain = Database.rows

    def rows(self: Database, sql: str, parameters: Any = ()) -> Any:
        asked.append((self, sql, parameters))
        return plain(self, sql, parameters)

    with monkeypatch.context() as patch:
        patch.setattr(Database, "rows", rows)
        ask()
    ours = [(sql, parameters) for database, sql, parameters in asked if database is ledger._database]
    return [[row["detail"] for row in plain(ledger._database, f"EXPLAIN QUERY PLAN {s}", p)] for s, p in ours]


OLDER = 13
"""Columns of a call in the first versions."""


def test_a_ledger_of_an_older_version_is_migrated_and_tells_the_same(tmp_path, monkeypatch):
    older, row = tmp_path / "schema", calls._row
    older.mkdir()
    for file in sorted(module.KIND.schema.glob("*.sql"))[:2]:
        (older / file.name).write_bytes(file.read_bytes())
    with monkeypatch.context() as patch:
        patch.setattr(module, "KIND", Kind(module.KIND.name, module.KIND.application, older))
        patch.setattr(calls, "_RECEIVED", f"INSERT OR IGNORE INTO call VALUES ({', '.join('?' * OLDER)})")
        patch.setattr(calls, "_row", lambda entry, now: row(entry, now)[:OLDER])
        old = filled(tmp_path / "ledger.sqlite3", runs=2)
        before = (old.calls.listed(run="r2"), old.calls.totals())
        old.close()
    new = Ledger(tmp_path / "ledger.sqlite3")
    assert [row["version"] for row in new._database.rows("SELECT version FROM migration")] == [1, 2, 3, 4, 5, 6, 7]
    assert (new.calls.listed(run="r2"), new.calls.totals()) == before
    assert {reply.tops == {} for reply in new.calls.replies().values()} == {True}
