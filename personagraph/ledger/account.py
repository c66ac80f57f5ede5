"""Accounts for runs: how far steps have come, what failed or was never heard of again, and how the personas came."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from personagraph.ledger.calls import IN_BATCH
from personagraph.ledger.cells import object_in
from personagraph.storage.database import Database

STATES = ("planned", "sent", "replied", "decided", "applied", "dead")
"""How far a step can have come, as the view `step_state` has it."""


class Uncertain(NamedTuple):
    """An attempt that was sent and never heard of: its call, its step, when it left (UTC), its reserve in USD.

    `answered` says that the call was answered all the same, by another attempt.
    """

    call: str
    step: int
    sent: str
    reserve: float
    answered: bool


class Booked(NamedTuple):
    """What is booked for a run, in USD: for attempts that were answered, and for those that may be on the bill.

    `failed` ones were given up without a whole answer, `uncertain` ones never heard of.
    """

    answered: float
    failed: float
    uncertain: float

    @property
    def total(self) -> float:
        """All of it, which is what counts against a limit."""
        return self.answered + self.failed + self.uncertain

    @property
    def perhaps_billed(self) -> float:
        """What was booked for attempts that brought no reply."""
        return self.failed + self.uncertain


class Accounts:
    """What the tables of runs, steps, calls, attempts and verdicts say together; reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def states(self, run: str, *, applied: int) -> dict[str, int]:
        """How many steps of the run are in each of STATES; `applied` is how many the store holds."""
        counts = Counter(dict.fromkeys(STATES, 0))
        rows = self._database.rows(f"SELECT state, count(*) FROM {_OPEN} GROUP BY state", (run,))
        counts.update({row[0]: row[1] for row in rows})
        dead = "SELECT total(step < ?), count(*) FROM verdict WHERE run = ? AND outcome = 'dead'"
        dead_applied, dead_decided = map(int, self._database.rows(dead, (applied, run))[0])
        counts["dead"] = dead_decided
        counts["applied"] = applied - dead_applied
        # Where the ledger lost its latest part, the graph holds more than was decided.
        counts["decided"] = max(0, self._decided(run) - applied - (dead_decided - dead_applied))
        return dict(counts)

    def uncertain(self, run: str) -> list[Uncertain]:
        """The attempts of the run that were never heard of, and wait in no batch, oldest first."""
        rows = self._database.rows(
            "SELECT call, step, sent, reserve, EXISTS (SELECT 1 FROM call WHERE call.key = attempt.call)"
            f" FROM attempt WHERE run = ? AND outcome IS NULL AND NOT {IN_BATCH} ORDER BY id",
            (run,),
        )
        return [Uncertain(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]

    def booked(self, run: str) -> Booked:
        """What is booked for the run's attempts. What failed before it was sent, or was refused, is booked with 0."""
        return Booked(*self._database.rows(_BOOKED, (run,))[0])

    def latest(self, run: str, most: int) -> tuple[int, int]:
        """Of the latest attempts of the run that cost something: how many were answered, and how many were not."""
        answered, failed = self._database.rows(_LATEST, (run, most))[0]
        return int(answered), int(failed)

    def last_failure(self, run: str) -> str:
        """Why the last attempt failed at a request of the run that has no reply to this day; "" when there is none."""
        return str(self._database.value(_LAST_FAILURE, (run,)))

    def failures(self, run: str) -> dict[str, int]:
        """How many attempts of the run failed, by kind of error, the most frequent first.

        A kind is what the error says before its remedy, with the numbers in it left out; a status is kept.
        """
        kinds: Counter[str] = Counter()
        for row in self._database.rows(
            "SELECT error, count(*) FROM attempt WHERE run = ? AND outcome = 'failed' GROUP BY error", (run,)
        ):
            kinds[_kind(row[0])] += row[1]
        return dict(kinds.most_common())

    def _decided(self, run: str) -> int:
        return self._database.number("SELECT decided FROM run WHERE id = ?", (run,))


_OPEN = "step_state WHERE run = ?1 AND n >= (SELECT decided FROM run WHERE id = ?1)"
"""The steps that have no verdicts yet: few, however long the run."""


_BOOKED = """
    SELECT total(CASE WHEN outcome = 'replied' THEN cost END), total(CASE WHEN outcome = 'failed' THEN cost END),
      total(CASE WHEN outcome IS NULL THEN reserve END)
    FROM attempt WHERE run = ?"""
_LATEST = """
    SELECT total(outcome = 'replied'), total(outcome = 'failed')
    FROM (SELECT outcome FROM attempt WHERE run = ? AND cost > 0 ORDER BY id DESC LIMIT ?)"""
_LAST_FAILURE = """
    SELECT coalesce((SELECT error FROM attempt WHERE run = ? AND outcome = 'failed'
      AND NOT EXISTS (SELECT 1 FROM call WHERE key = attempt.call) ORDER BY id DESC LIMIT 1), '')"""


def _kind(error: str) -> str:
    said = " ".join(error.partition(";")[0].split())
    return re.sub(r"(?<![\w:.])(?![1-5]\d\d\b)\d+(\.\d+)?", "…", said)[:120] or "no reason given"


class Brought(NamedTuple):
    """What an item of a reply brought: a persona who is new, or one who was there; whom the step was about, the tie.

    `claims` is what became of what it stated of attributes, as an object in JSON, or empty.
    """

    is_new: bool
    subject: str
    persona: str
    steering: int
    type: str
    claims: str
    step: int


class WishedFor(NamedTuple):
    """A decided step that hinted at somebody, with one of the verdicts on it (none: `item` is -1).

    `hints` and `aims` are lists, an element for each of the first alters; `narrow` says that the reply allowed nothing
    else. `known` is what the verdict says of the attributes of whoever it lets in.
    """

    step: int
    steering: int
    narrow: bool
    hints: Sequence[Mapping[str, Any]]
    aims: Sequence[Sequence[str]]
    item: int
    outcome: str
    persona: str
    known: Mapping[str, str]


class TurnedDown(NamedTuple):
    """An item that a guard turned down: the reason, what the verdict kept, its number in the reply."""

    reason: str
    detail: Mapping[str, Any]
    item: int


class OutcomeLog:
    """What the tables of steps and verdicts say of what runs brought, and whom guards turned down; reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def brought(self, run: str) -> Iterator[Brought]:
        """What a run's replies brought, in their order; an import asks nobody, and brings nothing here."""
        rows = self._database.rows(
            "SELECT outcome = 'new', step.subject, verdict.persona, step.steering,"
            " coalesce(json_extract(detail, '$.link.type'), ''), coalesce(json_extract(detail, '$.claims'), ''),"
            " verdict.step"
            f" FROM {_STEPS} WHERE verdict.run = ? AND outcome IN ('new', 'merged') AND step.prompt != ''"
            " ORDER BY verdict.step, item",
            (run,),
        )
        return (Brought(*row) for row in rows)

    def wished(self, run: str) -> Iterator[WishedFor]:
        """What became of the hints of a run's decided steps, in order of step and item."""
        rows = self._database.rows(_WISHED, (run,))
        for step, steering, narrow, hints, hint, aims, item, outcome, persona, known in rows:
            wishes = object_in(hints) or [object_in(hint)] * bool(hint)
            yield WishedFor(
                step, steering, bool(narrow), wishes, object_in(aims), item, outcome, persona, object_in(known)
            )

    def asked(self) -> dict[str, int]:
        """How many decided steps that asked a model were about each subject, a persona or a text."""
        rows = self._database.rows(
            "SELECT step.subject, count(*) FROM run JOIN step ON step.run = run.id AND step.n < run.decided"
            " WHERE step.prompt != '' GROUP BY step.subject"
        )
        return {row[0]: row[1] for row in rows}

    def tried(self, run: str, *, last: int) -> set[str]:
        """The personas on whom the model of a run was tried, in its steps before `last`."""
        sql = "SELECT persona FROM verdict WHERE run = ? AND step >= 0 AND step < ? AND outcome = 'tried'"
        return {row[0] for row in self._database.rows(sql, (run, last))}

    def counts(self) -> dict[tuple[str, str, str], int]:
        """How many verdicts there are of each (run, outcome, reason)."""
        sql = "SELECT run, outcome, reason, count(*) FROM verdict GROUP BY run, outcome, reason"
        return {(row[0], row[1], row[2]): row[3] for row in self._database.rows(sql)}

    def turned_down(self, run: str, *, most: int) -> list[TurnedDown]:
        """The last items of a run's replies that guards turned down, at most so many, the last first."""
        rows = self._database.rows(
            f"SELECT verdict.reason, detail, item FROM {_STEPS}"
            " WHERE verdict.run = ? AND outcome = 'rejected' AND step.prompt != ''"
            " ORDER BY verdict.step DESC, item DESC LIMIT ?",
            (run, most),
        )
        return [TurnedDown(row[0], object_in(row[1]), row[2]) for row in rows]


_WISHED = """
    SELECT n, steering, json_extract(fields, '$.narrow'), coalesce(json_extract(fields, '$.hints'), '[]'),
      coalesce(json_extract(fields, '$.hint'), ''), coalesce(json_extract(context, '$.aims'), '[]'),
      coalesce(item, -1), coalesce(outcome, ''), coalesce(persona, ''), coalesce(json_extract(detail, '$.known'), '{}')
    FROM step LEFT JOIN verdict ON verdict.run = step.run AND verdict.step = step.n
    WHERE step.run = ?1 AND step.steering >= 2 AND step.prompt != '' AND n < (SELECT decided FROM run WHERE id = ?1)
    ORDER BY n, item"""
"""Only what hints at somebody; a reply that named nobody has no verdict."""
_STEPS = "verdict JOIN step ON step.run = verdict.run AND step.n = verdict.step"
