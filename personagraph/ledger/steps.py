"""The steps of a ledger's runs as they were planned, and the verdicts on what was answered."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from sqlite3 import Row
from typing import NamedTuple

from personagraph.database import Database
from personagraph.types import Step, Verdict


class Planned(NamedTuple):
    """A step with the hash of what it asks and the key of its call; both are empty when it needs none."""

    step: Step
    ask: str
    call: str


class Decided(NamedTuple):
    """The verdicts on one step, in order of item, and the key of the reply that they judge."""

    n: int
    call: str
    verdicts: tuple[Verdict, ...]


class StepLog:
    """The tables of steps and verdicts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def plan(self, run: str, planned: Iterable[Planned]) -> None:
        """Enter steps. A step that is there already raises StoreError."""
        rows = [
            (run, s.n, s.subject, s.prompt, _json(s.fields), _json(s.context), s.steering, ask, call)
            for s, ask, call in planned
        ]
        with self._database.transaction():
            self._database.execute_many("INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def planned(self, run: str, *, first: int = 0) -> list[Planned]:
        """The planned steps from number `first` on, in order."""
        rows = self._database.rows("SELECT * FROM step WHERE run = ? AND n >= ? ORDER BY n", (run, first))
        return [Planned(_step(row), row["ask"], row["call"]) for row in rows]

    def subjects(self, command: str, *, before: str) -> Counter[str]:
        """How often runs of this command, the run `before` excepted, carried out a step on each subject."""
        rows = self._database.rows(
            "SELECT step.subject, count(*) FROM run JOIN step ON step.run = run.id AND step.n < run.decided"
            " WHERE run.command = ? AND run.id != ? GROUP BY step.subject",
            (command, before),
        )
        return Counter({row[0]: row[1] for row in rows})

    def decide(self, run: str, decided: Iterable[Decided]) -> None:
        """Enter the verdicts on the next steps, and how far the run has come."""
        with self._database.transaction():
            for n, call, verdicts in decided:
                self._database.execute_many(
                    "INSERT INTO verdict VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    [(run, n, v.item, call, v.outcome, v.reason, v.persona, _json(v.detail)) for v in verdicts],
                )
                self._database.execute("UPDATE run SET decided = ? WHERE id = ?", (n + 1, run))

    def decided(self, run: str, *, first: int, last: int) -> Iterator[Decided]:
        """What was decided on the steps first ≤ n < last, in order; a step without items has no verdicts."""
        rows = self._database.rows(
            "SELECT * FROM verdict WHERE run = ? AND step >= ? AND step < ? ORDER BY step, item", (run, first, last)
        )
        by_step: dict[int, list[Row]] = {}
        for row in rows:
            by_step.setdefault(row["step"], []).append(row)
        for n in range(first, last):
            found = by_step.get(n, [])
            yield Decided(n, found[0]["call"] if found else "", tuple(_verdict(row) for row in found))

    def outcomes(self, run: str) -> Counter[tuple[str, str]]:
        """How many verdicts of the run have each (outcome, reason)."""
        rows = self._database.rows(
            "SELECT outcome, reason, count(*) FROM verdict WHERE run = ? GROUP BY outcome, reason", (run,)
        )
        return Counter({(row[0], row[1]): row[2] for row in rows})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _step(row: Row) -> Step:
    return Step(
        n=row["n"],
        subject=row["subject"],
        prompt=row["prompt"],
        fields=json.loads(row["fields"]),
        context=json.loads(row["context"]),
        steering=row["steering"],
    )


def _verdict(row: Row) -> Verdict:
    return Verdict(row["item"], row["outcome"], row["reason"], row["persona"], json.loads(row["detail"]))
