"""What a ledger knows of how personas came: who was asked for them, by whom, at what price, and who was turned down."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from personagraph.ledger.cells import object_in
from personagraph.storage.database import Database


class Brought(NamedTuple):
    """A persona that a model's reply brought: the run, whom the step was about, how far it was steered, the tie."""

    run: str
    subject: str
    persona: str
    steering: int
    type: str


class TurnedDown(NamedTuple):
    """An item that a guard turned down: the run, the reason, what the verdict kept, its number in the reply."""

    run: str
    reason: str
    detail: Mapping[str, Any]
    item: int


class OutcomeLog:
    """What the tables of runs, steps and verdicts say of all runs together; reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def brought(self) -> list[Brought]:
        """Everybody whom a reply brought, in the order in which they came; imports ask nobody, and bring none here."""
        rows = self._database.rows(
            "SELECT verdict.run, step.subject, verdict.persona, step.steering,"
            f" coalesce(json_extract(detail, '$.link.type'), '') FROM {_ASKED}"
            " WHERE outcome = 'new' AND step.prompt != '' ORDER BY run.number, verdict.step, item"
        )
        return [Brought(*row) for row in rows]

    def asked(self) -> dict[str, int]:
        """How many decided steps that asked a model were about each subject, a persona or a text."""
        rows = self._database.rows(
            "SELECT step.subject, count(*) FROM run JOIN step ON step.run = run.id AND step.n < run.decided"
            " WHERE step.prompt != '' GROUP BY step.subject"
        )
        return {row[0]: row[1] for row in rows}

    def counts(self) -> dict[tuple[str, str, str], int]:
        """How many verdicts there are of each (run, outcome, reason)."""
        sql = "SELECT run, outcome, reason, count(*) FROM verdict GROUP BY run, outcome, reason"
        return {(row[0], row[1], row[2]): row[3] for row in self._database.rows(sql)}

    def claims(self) -> Iterator[tuple[str, Mapping[str, str], int]]:
        """What became of what replies stated of attributes: the run, the claims of a reply, and how often."""
        rows = self._database.rows(
            "SELECT run, json_extract(detail, '$.claims') AS claims, count(*) FROM verdict"
            " WHERE step >= 0 AND claims IS NOT NULL GROUP BY run, claims"
        )
        return ((row[0], object_in(row[1]), int(row[2])) for row in rows)

    def turned_down(self, *, most: int) -> list[TurnedDown]:
        """The last items that guards turned down of what a model replied, at most so many."""
        rows = self._database.rows(
            f"SELECT verdict.run, verdict.reason, detail, item FROM {_ASKED}"
            " WHERE outcome = 'rejected' AND step.prompt != ''"
            " ORDER BY run.number DESC, verdict.step DESC, item DESC LIMIT ?",
            (most,),
        )
        return [TurnedDown(row[0], row[1], object_in(row[2]), row[3]) for row in rows]


_ASKED = "verdict JOIN run ON run.id = verdict.run JOIN step ON step.run = verdict.run AND step.n = verdict.step"
