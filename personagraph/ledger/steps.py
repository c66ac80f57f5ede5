"""The steps of a ledger's runs as they were planned, and the verdicts on what was answered."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from sqlite3 import Row
from typing import Any, NamedTuple

from personagraph.errors import StoreError
from personagraph.ledger.cells import object_in
from personagraph.ledger.merges import IS_TAKEN_BACK, WITH_THEIR_MERGES
from personagraph.storage.database import Database
from personagraph.types import Step, Verdict

_PAGE = 10_000


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


class DeadLetter(NamedTuple):
    """A reply that stayed unusable: whom the step was about, what was wrong with it, and the last raw reply.

    `retries` is the dead letter, as run.step, that the step had asked again.
    """

    run: str
    step: int
    subject: str
    prompt: str
    error: str
    call: str
    reply: str | None
    retries: str = ""

    @property
    def key(self) -> str:
        """The letter's name: run.step."""
        return f"{self.run}.{self.step}"


class Attempt(NamedTuple):
    """One sending of a request; `ended` and `outcome` are None as long as nothing came back."""

    call: str
    sent: str
    ended: str | None
    outcome: str | None
    error: str
    cost: float


class RejectedItem(NamedTuple):
    """An item that a guard turned down: whom the step was about, the guard, and the text that it saw.

    `detail` is all that the verdict kept.
    """

    step: int
    item: int
    subject: str
    reason: str
    call: str
    text: str
    detail: Mapping[str, Any]


class Answered(NamedTuple):
    """A call that was answered, with a reply or with a `refusal`, and what the step that asked it was asked with."""

    run: str
    step: int
    key: str
    model: str
    prompt: str
    refusal: str
    fields: Mapping[str, Any]


class StepLog:
    """The tables of steps and verdicts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def plan(self, run: str, planned: Iterable[Planned]) -> None:
        """Enter steps. A step that is there already raises StoreError."""
        rows = [
            (run, s.n, s.subject, s.prompt, _json(s.fields), _json(s.context), s.steering, ask, call, s.retries)
            for s, ask, call in planned
        ]
        with self._database.transaction():
            self._database.execute_many("INSERT INTO step VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def has_any(self, run: str) -> bool:
        """Whether the run has planned anything."""
        return bool(self._database.value("SELECT 1 FROM step WHERE run = ? LIMIT 1", (run,)))

    def planned(self, run: str, *, first: int = 0) -> Iterator[Planned]:
        """The planned steps from number `first` on, in order, streamed."""
        select = "SELECT * FROM step WHERE run = ? AND n >= ? ORDER BY n LIMIT ?"
        while rows := self._database.rows(select, (run, first, _PAGE)):
            yield from (Planned(_step(row), row["ask"], row["call"]) for row in rows)
            first = rows[-1]["n"] + 1

    def step(self, run: str, n: int) -> Planned:
        """One planned step. Raises StoreError when it was lost."""
        row = self._one("step", "run = ? AND n = ?", (run, n))
        return Planned(_step(row), row["ask"], row["call"])

    def subjects(self, command: str, *, model: str, before: str) -> Counter[str]:
        """How often runs of this command with this model carried out a step of their own on each subject.

        The run `before` does not count. Steps that ask nobody have the subject "".
        """
        rows = self._database.rows(f"SELECT subject, count(*) {_ASKED}", (command, model, before))
        return Counter({row[0]: row[1] for row in rows})

    def asked(self, command: str, *, model: str, before: str, most: int | None = None) -> tuple[int, int]:
        """On how many subjects these runs carried out a step, and how many steps; of each subject `most` at most.

        Steps that ask nobody do not count.
        """
        counted = f"SELECT count(*) AS times {_ASKED} HAVING step.subject != ''"
        row = self._database.rows(
            f"SELECT count(*), coalesce(sum(min(times, ?)), 0) FROM ({counted})",
            (2**62 if most is None else most, command, model, before),
        )[0]
        return int(row[0]), int(row[1])

    def decide(self, run: str, decided: Iterable[Decided]) -> None:
        """Enter the verdicts on the next steps, and how far the run has come."""
        some = list(decided)
        if some:
            with self._database.transaction():
                self.enter(run, some)
                self._database.execute("UPDATE run SET decided = ? WHERE id = ?", (some[-1].n + 1, run))

    def enter(self, run: str, decided: Iterable[Decided]) -> None:
        """Enter verdicts, and nothing of how far the run has come."""
        rows = (
            (run, n, v.item, call, v.outcome, v.reason, v.persona, _json(v.detail))
            for n, call, verdicts in decided
            for v in verdicts
        )
        with self._database.transaction():
            self._database.insert("verdict", rows)

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

    def telling(self, run: str, *, first: int, last: int) -> list[Verdict]:
        """The verdicts on the steps first ≤ n < last by which something came in of which more was told than a text.

        Those are descriptions of which attributes were stated, and those that were merged, or parted again.
        """
        rows = self._database.rows(
            "SELECT * FROM verdict WHERE run = ? AND step >= ? AND step < ?"
            " AND (outcome IN ('merged', 'moved', 'undone')"
            "      OR (outcome = 'new' AND json_extract(detail, '$.stated') != '{}')) ORDER BY step, item",
            (run, first, last),
        )
        return [_verdict(row) for row in rows]

    def merged_into(self, run: str, *, first: int, last: int) -> set[str]:
        """The personas that the steps first ≤ n < last of the run merged a description into."""
        sql = "SELECT persona FROM verdict WHERE run = ? AND step >= ? AND step < ? AND outcome = 'merged'"
        return {row[0] for row in self._database.rows(sql, (run, first, last))}

    def verdict(self, key: str) -> Verdict | None:
        """The verdict on one item, named as run.step.item; None when the ledger has none."""
        where = "run = ? AND step = ? AND item = ?"
        found = self._database.rows(f"SELECT * FROM verdict WHERE {where}", key.rsplit(".", 2))
        return _verdict(found[0]) if found else None

    def _one(self, table: str, condition: str, key: tuple[str | int, ...]) -> Row:
        found = self._database.rows(f"SELECT * FROM {table} WHERE {condition}", key)
        if not found:
            named = ".".join(map(str, key))
            raise StoreError(f"the ledger has lost {table} {named}; `personagraph store check` says what else")
        return found[0]

    def answered(self) -> list[Answered]:
        """Every reply that was bought, and every request that a server would not take, in order of run and step.

        A request that was refused in one run can have been answered in a later one.
        """
        return [Answered(*row)._replace(fields=object_in(row["fields"])) for row in self._database.rows(_ANSWERED)]

    def seeds(self) -> set[str]:
        """Everyone who was extracted from a text or imported, also as a description merged into them.

        What was decided by a run that was abandoned, and never came into the graph, does not count; a merge that was
        undone counts for the persona that its description is now.
        """
        rows = self._database.rows(
            "SELECT verdict.persona, run || '.' || step || '.' || item FROM verdict JOIN run ON run.id = verdict.run"
            " WHERE outcome IN ('new', 'merged') AND json_extract(detail, '$.origin') IN ('text', 'import')"
            " AND step < run.decided"
        )
        undone = self._database.rows(
            "SELECT merge.value, verdict.run || '.' || verdict.step || '.' || item, verdict.persona"
            f" FROM verdict {WITH_THEIR_MERGES} WHERE {IS_TAKEN_BACK}"
        )
        moved = {row[0]: (row[1], row[2]) for row in undone}
        return {_now(row[1], row[0], moved) for row in rows}

    def forget(self, run: str, *, first: int) -> None:
        """Forget the verdicts on the steps from number `first` on: they are as if never decided."""
        with self._database.transaction():
            self._database.execute("DELETE FROM verdict WHERE run = ? AND step >= ?", (run, first))
            self._database.execute("UPDATE run SET decided = min(decided, ?) WHERE id = ?", (first, run))

    def outcomes(self, run: str) -> Counter[tuple[str, str]]:
        """How many verdicts of the run have each (outcome, reason)."""
        rows = self._database.rows(
            "SELECT outcome, reason, count(*) FROM verdict WHERE run = ? GROUP BY outcome, reason", (run,)
        )
        return Counter({(row[0], row[1]): row[2] for row in rows})

    def count(self, run: str, outcome: str, *, first: int, last: int) -> int:
        """How many verdicts on the steps first ≤ n < last have this outcome."""
        between = "run = ? AND step >= ? AND step < ? AND outcome = ?"
        return self._database.number(f"SELECT count(*) FROM verdict WHERE {between}", (run, first, last, outcome))

    def dead_letters(self, *, run: str | None = None, limit: int | None = 100) -> list[DeadLetter]:
        """Replies that stayed unusable after one more try, newest first; None is no limit.

        One that was retried is left out: if the retry died too, that one is a dead letter in its place.
        """
        rows = self._database.rows(
            f"{_LETTERS} AND ? IN (verdict.run, '') AND NOT EXISTS ({_RETRIED})"
            " ORDER BY run.number DESC, verdict.step DESC LIMIT ?",
            (run or "", -1 if limit is None else limit),
        )
        return [DeadLetter(*row) for row in rows]

    def dead_letter(self, run: str, step: int) -> DeadLetter | None:
        """The dead letter of a step, retried or not; None when it has none."""
        rows = self._database.rows(f"{_LETTERS} AND verdict.run = ? AND verdict.step = ?", (run, step))
        return DeadLetter(*rows[0]) if rows else None

    def retried_as(self, letter: str) -> str | None:
        """The newest decided step, as run.step, that asked this dead letter again."""
        rows = self._database.rows(
            f"SELECT again.run || '.' || again.n {_DECIDED_RETRIES} AND again.retries = ?"
            " ORDER BY later.number DESC LIMIT 1",
            (letter,),
        )
        return str(rows[0][0]) if rows else None

    def attempts(self, calls: Sequence[str]) -> list[Attempt]:
        """Every sending of these requests, by any run, oldest first."""
        rows = self._database.rows(
            "SELECT call, sent, ended, outcome, error, cost FROM attempt"
            f" WHERE call IN ({', '.join('?' * len(calls))}) ORDER BY id",
            calls,
        )
        return [Attempt(*row) for row in rows]

    def repaired(self, run: str) -> int:
        """How many replies of the run were used only after their JSON was mended."""
        return int(
            self._database.value(
                "SELECT count(DISTINCT step) FROM verdict WHERE run = ? AND json_extract(detail, '$.repaired')", (run,)
            )
        )

    def claims(self, run: str, *, last: int) -> Iterator[tuple[Mapping[str, str], int]]:
        """What became of what replies stated of attributes, in the steps of a run before `last`; how often each.

        Of items that were rejected it does not count, as it does not when they are decided.
        """
        rows = self._database.rows(
            "SELECT json_extract(detail, '$.claims') AS claims, count(*) FROM verdict"
            " WHERE run = ? AND step >= 0 AND step < ? AND outcome IN ('new', 'merged', 'tried')"
            " AND claims IS NOT NULL GROUP BY claims",
            (run, last),
        )
        return ((object_in(row[0]), int(row[1])) for row in rows)

    def rejected(self, run: str, *, reason: str | None = None, limit: int = 20) -> list[RejectedItem]:
        """Items of the run that a guard turned down (this one, or any), the last first."""
        rows = self._database.rows(
            "SELECT verdict.step, item, step.subject, verdict.reason, verdict.call, detail"
            f" FROM {_VERDICTS} WHERE verdict.run = ? AND outcome = 'rejected' AND ? IN (verdict.reason, '')"
            " ORDER BY verdict.step DESC, item DESC LIMIT ?",
            (run, reason or "", limit),
        )
        return [_rejected(row) for row in rows]


_OWN = (
    "(coalesce(json_extract(run.settings, '$.link'), 0) = 0"
    " OR coalesce(json_extract(step.fields, '$.asked'), run.command) IN (run.command, 'alone'))"
)
"""Whether a step asks what its command is for: an expansion may link besides."""
_ASKED = (
    "FROM run JOIN step ON step.run = run.id AND step.n < run.decided"
    f" WHERE run.command = ? AND run.model = ? AND run.id != ? AND {_OWN} GROUP BY step.subject"
)
"""Steps of earlier runs, by subject."""
_ANSWERED = """
    SELECT run, step, key, model, prompt, refusal, fields FROM (
      SELECT run.number, call.run, call.step, call.rowid AS place, key, call.model, call.prompt,
        '' AS refusal, step.fields
        FROM call JOIN run ON run.id = call.run JOIN step ON step.run = call.run AND step.n = call.step
      UNION ALL
      SELECT run.number, verdict.run, verdict.step, NULL, verdict.call, run.model, step.prompt,
        verdict.reason, step.fields
        FROM verdict JOIN run ON run.id = verdict.run JOIN step ON step.run = verdict.run AND step.n = verdict.step
          LEFT JOIN call ON call.key = verdict.call LEFT JOIN run AS later ON later.id = call.run
        WHERE verdict.outcome = 'dead' AND (call.key IS NULL OR later.number > run.number))
    ORDER BY number, step, place IS NULL, place"""
"""Replies in the order in which they came; a dead letter without a reply, or with one that came in a later run, was
refused, after whatever else its step was answered."""

_VERDICTS = "verdict JOIN run ON run.id = verdict.run JOIN step ON step.run = verdict.run AND step.n = verdict.step"

_LETTERS = (
    "SELECT verdict.run, verdict.step, step.subject, step.prompt, verdict.reason, verdict.call, call.reply, retries"
    f" FROM {_VERDICTS} LEFT JOIN call ON call.key = verdict.call WHERE outcome = 'dead'"
)
_DECIDED_RETRIES = (
    "FROM step AS again JOIN run AS later ON later.id = again.run WHERE again.retries != '' AND again.n < later.decided"
)
_RETRIED = f"SELECT 1 {_DECIDED_RETRIES} AND again.retries = verdict.run || '.' || verdict.step"


def _rejected(row: Row) -> RejectedItem:
    detail = object_in(row["detail"])
    text = detail.get("fault") or detail.get("description") or ""
    return RejectedItem(row["step"], row["item"], row["subject"], row["reason"], row["call"], text, detail)


def _now(key: str, persona: str, moved: Mapping[str, tuple[str, str]]) -> str:
    """Where a description is that was merged so, however often its merges were taken back."""
    while key in moved:
        key, persona = moved[key]
    return persona


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _step(row: Row) -> Step:
    return Step(
        n=row["n"],
        subject=row["subject"],
        prompt=row["prompt"],
        fields=object_in(row["fields"]),
        context=object_in(row["context"]),
        steering=row["steering"],
        retries=row["retries"],
    )


def _verdict(row: Row) -> Verdict:
    return Verdict(row["item"], row["outcome"], row["reason"], row["persona"], object_in(row["detail"]))
