"""The calls of a ledger: every reply that was bought, and every attempt to buy one."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row
from typing import Any, NamedTuple

from personagraph.database import Database
from personagraph.types import ChatReply

PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class CallTotals:
    """What the calls of one run, model and prompt add up to; `cost` in USD, `seconds` as the model took."""

    run: str
    model: str
    prompt: str
    calls: int
    attempts: int
    failed: int
    uncertain: int
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    cost: float
    seconds: float


class Used(NamedTuple):
    """What a step's requests with one prompt used, the one that asked again included; `seconds` as the model took.

    `fields` are the step's, `call` is the key of its first request.
    """

    fields: Mapping[str, Any]
    call: str
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    seconds: float


class Sent(NamedTuple):
    """A request is about to leave. `attempt` is a number of its own, `reserve` the most that it can cost, in USD."""

    attempt: int
    key: str
    run: str
    step: int
    reserve: float = 0.0


class Received(NamedTuple):
    """The reply to an attempt, as it came."""

    attempt: int
    key: str
    run: str
    step: int
    prompt: str
    model: str
    reply: ChatReply


class Failed(NamedTuple):
    """An attempt brought an error instead of a reply. `cost` is booked, since it may be on the bill all the same."""

    attempt: int
    error: str
    cost: float = 0.0


Entry = Sent | Received | Failed

_SENT = "INSERT INTO attempt (id, call, run, step, sent, reserve) VALUES (?, ?, ?, ?, ?, ?)"
_ENDED = "UPDATE attempt SET ended = ?, outcome = ?, error = ?, cost = ? WHERE id = ?"
_RECEIVED = "INSERT OR IGNORE INTO call VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class CallLog:
    """The tables of calls and attempts. A reply is entered before anybody looks at it, and never changed."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def reply(self, key: str) -> ChatReply | None:
        """The reply that the ledger holds for a request, or None."""
        return self.known([key]).get(key)

    def known(self, keys: Sequence[str]) -> dict[str, ChatReply]:
        """The replies that the ledger holds for some requests, by key."""
        rows = self._database.rows(f"SELECT * FROM call WHERE key IN ({','.join('?' * len(keys))})", keys)
        return {row["key"]: _reply(row) for row in rows}

    def next_attempt(self) -> int:
        """The number that the next attempt has, unless one is entered before."""
        return int(self._database.value("SELECT coalesce(max(id), 0) + 1 FROM attempt"))

    def enter(self, entries: Iterable[Entry]) -> None:
        """Enter what happened, in one commit: what was sent, and then what came of it."""
        now = self._time()
        sent, ended, received = [], [], []
        for entry in entries:
            if isinstance(entry, Sent):
                sent.append((entry.attempt, entry.key, entry.run, entry.step, now, entry.reserve))
            elif isinstance(entry, Failed):
                ended.append((now, "failed", entry.error, entry.cost, entry.attempt))
            else:
                ended.append((now, "replied", "", entry.reply.cost, entry.attempt))
                received.append(_row(entry, now))
        with self._database.transaction():
            self._database.execute_many(_SENT, sent)
            self._database.execute_many(_ENDED, ended)
            self._database.execute_many(_RECEIVED, received)

    def standing(self, run: str, calls: Sequence[str]) -> dict[str, Any]:
        """How calls that a run has planned stand: how many are replied, and what is uncertain of the whole run.

        `uncertain` calls were sent and never heard of, and have no reply; `reserved` is the most that their attempts
        can have cost, in USD.
        """
        marks = ",".join("?" * len(calls))
        replied = self._database.value(f"SELECT count(*) FROM call WHERE key IN ({marks})", calls)
        lost = (
            "SELECT count(DISTINCT call), total(reserve) FROM attempt WHERE run = ? AND outcome IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM call WHERE key = attempt.call)"
        )
        [(uncertain, reserved)] = self._database.rows(lost, (run,))
        return {"replied": replied, "uncertain": uncertain, "reserved": reserved}

    def uncertain(self, run: str) -> int:
        """How many attempts of the run were sent and never heard of again."""
        return int(self._database.value("SELECT count(*) FROM attempt WHERE run = ? AND outcome IS NULL", (run,)))

    def listed(self, *, limit: int = 100, **filters: str | None) -> list[dict[str, Any]]:
        """Calls with what they asked, took and brought, newest first: one entry a request, however often it was sent.

        The filters are `run`, `model`, `prompt` and `outcome`: replied, failed or uncertain (never heard of).
        What never brought a reply has the `reply` None, and the last `error`.
        """
        asked, values = _asked(filters)
        rows = self._database.rows(f"SELECT * FROM ({asked}) ORDER BY last DESC LIMIT ?", (*values, limit))
        return [{name: row[name] for name in row.keys() if name != "last"} for row in rows]  # noqa: SIM118

    def totals(self, **filters: str | None) -> list[CallTotals]:
        """What the calls add up to, by run (oldest first), model and prompt. Filters as in `listed`."""
        asked, values = _asked(filters)
        rows = self._database.rows(
            "SELECT asked.run, asked.model, prompt, count(*), sum(attempts), sum(failed), sum(uncertain),"
            " sum(prompt_tokens), sum(completion_tokens), sum(cached_tokens), sum(cost), sum(latency)"
            f" FROM ({asked}) AS asked JOIN run ON run.id = asked.run GROUP BY 1, 2, 3 ORDER BY run.number, 2, 3",
            values,
        )
        return [CallTotals(*row) for row in rows]

    def reused(self, run: str) -> int:
        """How many replies that the run used had been bought by another run."""
        return int(
            self._database.value(
                "SELECT count(DISTINCT call.key) FROM verdict JOIN call ON call.key = verdict.call"
                " WHERE verdict.run = ? AND call.run != verdict.run",
                (run,),
            )
        )

    def pace(self, run: str) -> float | None:
        """Replies a second while the run was at work: pauses over PAUSE seconds are left out. None for one reply."""
        seconds = "(julianday(received) - julianday(lag(received) OVER (ORDER BY rowid))) * 86400"
        rows = self._database.rows(
            f"SELECT count(*), sum(gap) FROM (SELECT {seconds} AS gap FROM call WHERE run = ?)"
            " WHERE gap BETWEEN 0 AND ?",
            (run, PAUSE),
        )
        replies, busy = rows[0]
        return replies / busy if busy else None

    def cost(self, run: str) -> float:
        """What the attempts of the run cost, in USD; for one that was never heard of, the most that it can have."""
        booked = "SELECT total(CASE WHEN outcome IS NULL THEN reserve ELSE cost END) FROM attempt WHERE run = ?"
        return float(self._database.value(booked, (run,)))

    def used(self, run: str) -> tuple[int, int, int]:
        """The tokens of the prompts, the completions and the cached parts of prompts that the run's replies used."""
        tokens = "total(prompt_tokens), total(completion_tokens), total(cached_tokens)"
        prompt, completion, cached = self._database.rows(f"SELECT {tokens} FROM call WHERE run = ?", (run,))[0]
        return int(prompt), int(completion), int(cached)

    def latest(self, run: str, prompt: str, *, limit: int) -> list[Used]:
        """What the latest replies that the run bought with a prompt used, by step; those without usage do not count."""
        return [Used(json.loads(row[0]), *tuple(row)[1:]) for row in self._database.rows(_LATEST, (run, prompt, limit))]

    def replies(self) -> dict[str, ChatReply]:
        """Every reply by its key: what a recorded backend answers from."""
        return {row["key"]: _reply(row) for row in self._database.rows("SELECT * FROM call")}

    def _time(self) -> str:
        return self._clock().isoformat(timespec="milliseconds")


_LATEST = """
    SELECT step.fields, step.call, sum(prompt_tokens), sum(completion_tokens), sum(cached_tokens), sum(latency)
    FROM (SELECT * FROM call WHERE run = ? AND prompt = ? AND prompt_tokens > 0 ORDER BY rowid DESC LIMIT ?) AS last
      JOIN step ON step.run = last.run AND step.n = last.step
    GROUP BY step.n ORDER BY step.n"""

_ASKED = """
    SELECT attempt.call AS key, max(attempt.id) AS last, coalesce(call.run, attempt.run) AS run,
      coalesce(call.step, attempt.step) AS step, coalesce(call.prompt, step.prompt) AS prompt,
      coalesce(call.model, run.model) AS model,
      CASE WHEN call.key IS NOT NULL THEN 'replied' WHEN total(attempt.outcome IS NULL) THEN 'uncertain'
        ELSE 'failed' END AS outcome,
      count(*) AS attempts, sum(attempt.outcome IS 'failed') AS failed, sum(attempt.outcome IS NULL) AS uncertain,
      attempt.sent, attempt.error, call.reply, call.finish, coalesce(call.prompt_tokens, 0) AS prompt_tokens,
      coalesce(call.completion_tokens, 0) AS completion_tokens, coalesce(call.cached_tokens, 0) AS cached_tokens,
      total(CASE WHEN attempt.outcome IS NULL THEN attempt.reserve ELSE attempt.cost END) AS cost,
      coalesce(call.latency, 0.0) AS latency, call.received
    FROM attempt LEFT JOIN call ON call.key = attempt.call LEFT JOIN run ON run.id = attempt.run
      LEFT JOIN step ON step.run = attempt.run AND step.n = attempt.step
    GROUP BY attempt.call"""
"""A row for each request that was ever sent; the bare columns of an attempt are those of the last one."""


def _asked(filters: Mapping[str, str | None]) -> tuple[str, list[str]]:
    """The requests that fit the filters, as SQL with its values. Raises TypeError for a filter that is not known."""
    given = {name: value for name, value in filters.items() if value is not None}
    unknown = filters.keys() - {"run", "model", "prompt", "outcome"}
    if unknown:
        raise TypeError(f"calls cannot be filtered by {', '.join(sorted(unknown))}")
    where = " AND ".join(f"{name} = ?" for name in given) or "TRUE"
    return f"SELECT * FROM ({_ASKED}) WHERE {where}", list(given.values())


def _row(entry: Received, now: str) -> tuple[Any, ...]:
    """The row of a call."""
    reply = entry.reply
    used = (reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens, reply.cost, reply.latency)
    text = reply.text.encode("utf-8", "replace").decode()
    return (entry.key, entry.prompt, entry.model, entry.run, entry.step, text, reply.finish, *used, now)


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
