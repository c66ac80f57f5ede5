"""The calls of a ledger: every reply that was bought, and every attempt to buy one."""

from collections.abc import Callable
from datetime import datetime
from sqlite3 import Row
from typing import Any

from personagraph.database import Database
from personagraph.types import ChatReply


class CallLog:
    """The tables of calls and attempts. A reply is entered before anybody looks at it, and never changed."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def reply(self, key: str) -> ChatReply | None:
        """The reply that the ledger holds for a request, or None."""
        rows = self._database.rows("SELECT * FROM call WHERE key = ?", (key,))
        return _reply(rows[0]) if rows else None

    def sent(self, key: str, run: str, step: int, *, reserve: float = 0.0) -> int:
        """Enter that a request is about to leave; the attempt's number."""
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO attempt (call, run, step, sent, reserve) VALUES (?, ?, ?, ?, ?)",
                (key, run, step, self._time(), reserve),
            )
            return int(self._database.value("SELECT last_insert_rowid()"))

    def received(self, attempt: int, reply: ChatReply, *, prompt: str, model: str) -> None:
        """Enter the reply to an attempt, as it came."""
        with self._database.transaction():
            self._end(attempt, "replied", "", reply.cost)
            self._database.execute(
                "INSERT OR IGNORE INTO call SELECT call, ?, ?, run, step, ?, ?, ?, ?, ?, ?, ?, ?"
                " FROM attempt WHERE id = ?",
                (
                    prompt,
                    model,
                    reply.text,
                    reply.finish,
                    reply.prompt_tokens,
                    reply.completion_tokens,
                    reply.cached_tokens,
                    reply.cost,
                    reply.latency,
                    self._time(),
                    attempt,
                ),
            )

    def failed(self, attempt: int, error: str) -> None:
        """Enter that an attempt brought an error instead of a reply."""
        with self._database.transaction():
            self._end(attempt, "failed", error, 0.0)

    def uncertain(self, run: str) -> int:
        """How many attempts of the run were sent and never heard of again."""
        return int(self._database.value("SELECT count(*) FROM attempt WHERE run = ? AND outcome IS NULL", (run,)))

    def listed(self, *, run: str | None = None, limit: int = 100) -> list[dict[str, Any]]:
        """Calls with what they asked, took and brought, newest first."""
        rows = self._database.rows(
            "SELECT call.*, (SELECT count(*) FROM attempt WHERE attempt.call = call.key) AS attempts FROM call"
            " WHERE ? IS NULL OR run = ? ORDER BY rowid DESC LIMIT ?",
            (run, run, limit),
        )
        return [dict(row) for row in rows]

    def cost(self, run: str) -> float:
        """What the attempts of the run cost, in USD."""
        return float(self._database.value("SELECT coalesce(sum(cost), 0) FROM attempt WHERE run = ?", (run,)))

    def replies(self) -> dict[str, ChatReply]:
        """Every reply by its key: what a recorded backend answers from."""
        return {row["key"]: _reply(row) for row in self._database.rows("SELECT * FROM call")}

    def _end(self, attempt: int, outcome: str, error: str, cost: float) -> None:
        self._database.execute(
            "UPDATE attempt SET ended = ?, outcome = ?, error = ?, cost = ? WHERE id = ?",
            (self._time(), outcome, error, cost, attempt),
        )

    def _time(self) -> str:
        return self._clock().isoformat(timespec="milliseconds")


def _reply(row: Row) -> ChatReply:
    return ChatReply(
        text=row["reply"],
        finish=row["finish"],
        prompt_tokens=row["prompt_tokens"],
        completion_tokens=row["completion_tokens"],
        cached_tokens=row["cached_tokens"],
        cost=row["cost"],
        latency=row["latency"],
    )
