"""The batches of a ledger: which requests were submitted to a provider together, and what it calls them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from sqlite3 import Row
from typing import NamedTuple

from personagraph.ledger.calls import CallLog, Sent
from personagraph.storage.database import Database


class SubmittedBatch(NamedTuple):
    """A batch: the attempts `first` to `last`, in the uploaded `file`, which the provider at `place` calls `remote`.

    `remote` is empty while it is not known whether the provider has it; `token` is what we call it. `submitted` are
    seconds since 1970.
    """

    id: int
    run: str
    model: str
    place: str
    token: str
    first: int
    last: int
    file: str
    remote: str
    submitted: float

    @property
    def size(self) -> int:
        """How many requests it holds."""
        return self.last - self.first + 1


class BatchedRequest(NamedTuple):
    """A request of a batch that was not heard of yet: attempt, key, run, step and prompt, and its reserve in USD."""

    attempt: int
    key: str
    run: str
    step: int
    prompt: str
    reserve: float


class BatchLog:
    """The table of batches. One is entered before it is submitted, and is open until all of it is in the ledger."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock
        self._calls = CallLog(database, clock)

    def begin(self, run: str, model: str, place: str, token: str, file: str, sent: Sequence[Sent]) -> SubmittedBatch:
        """Enter a batch that is about to be submitted, with its attempts, whose numbers follow each other."""
        row = (run, model, place, token, sent[0].attempt, sent[-1].attempt, file)
        with self._database.transaction():
            self._calls.enter(sent)
            self._database.execute(
                "INSERT INTO batch (run, model, place, token, first, last, file, submitted)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, self._now()),
            )
            id = self._database.number("SELECT max(id) FROM batch")
        return next(batch for batch in self.open() if batch.id == id)

    def named(self, id: int, remote: str) -> None:
        """The provider has it, under this name."""
        self._set(id, "remote = ?", remote)

    def end(self, id: int, outcome: str) -> None:
        """All that comes of it is in the ledger."""
        self._set(id, "is_open = 0, outcome = ?, ended = ?", outcome, self._now())

    def deleted(self, id: int) -> None:
        """Its file is no longer at the provider."""
        self._set(id, "file = ''")

    def open(self, run: str | None = None) -> list[SubmittedBatch]:
        """The batches that go on at their providers, the earliest first; of one run, if it is named."""
        sql = f"SELECT {_COLUMNS} FROM batch WHERE is_open AND (?1 IS NULL OR run = ?1) ORDER BY id"
        return [_batch(row) for row in self._database.rows(sql, (run,))]

    def left_files(self, place: str) -> list[SubmittedBatch]:
        """The batches that are over, and whose files the provider at this place may still have."""
        sql = f"SELECT {_COLUMNS} FROM batch WHERE NOT is_open AND file != '' AND place = ? ORDER BY id"
        return [_batch(row) for row in self._database.rows(sql, (place,))]

    def unheard(self, batch: SubmittedBatch) -> list[BatchedRequest]:
        """The requests of a batch of which nothing came yet, in order."""
        rows = self._database.rows(
            "SELECT id, attempt.call, attempt.run, step, coalesce(step.prompt, ''), reserve FROM attempt"
            " LEFT JOIN step ON step.run = attempt.run AND step.n = attempt.step"
            " WHERE id BETWEEN ? AND ? AND outcome IS NULL ORDER BY id",
            (batch.first, batch.last),
        )
        return [BatchedRequest(*row) for row in rows]

    def keys(self, batch: SubmittedBatch) -> set[str]:
        """The keys of all that a batch holds."""
        rows = self._database.rows("SELECT call FROM attempt WHERE id BETWEEN ? AND ?", (batch.first, batch.last))
        return {row[0] for row in rows}

    def _set(self, id: int, what: str, *values: str) -> None:
        with self._database.transaction():
            self._database.execute(f"UPDATE batch SET {what} WHERE id = ?", (*values, id))

    def _now(self) -> str:
        return self._clock().isoformat(timespec="milliseconds")


_COLUMNS = "id, run, model, place, token, first, last, file, remote, submitted"


def _batch(row: Row) -> SubmittedBatch:
    try:
        at = datetime.fromisoformat(row["submitted"])
    except (TypeError, ValueError):  # a damaged row: as if it had been submitted long ago
        at = datetime.fromtimestamp(0, UTC)
    id, run, model, place, token, first, last, file, remote, _ = row
    return SubmittedBatch(id, run, model, place, token, first, last, file, remote, at.timestamp())
