"""The calls of a ledger: every reply that was bought, and every attempt to buy one."""

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row
from typing import Any, NamedTuple

from personagraph.ledger.cells import object_in
from personagraph.storage.database import Database
from personagraph.types import ChatReply

PAUSE = 60.0
LAST_LOST = "last lost attempt"
"""Under this name the ledger remembers up to which number attempts are known to have been lost."""


@dataclass(frozen=True, slots=True)
class CallTotals:
    """What the calls of one run, model and prompt add up to; `seconds` as the model took.

    `cost` is all that is booked in USD, `perhaps_billed` the part of it for attempts that brought no reply.
    """

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
    perhaps_billed: float


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

IN_BATCH = "EXISTS (SELECT 1 FROM batch WHERE is_open AND attempt.id BETWEEN batch.first AND batch.last)"
"""That an attempt is part of a batch that goes on at its provider."""
_SENT = "INSERT INTO attempt (id, call, run, step, sent, reserve) VALUES (?, ?, ?, ?, ?, ?)"
_ENDED = "UPDATE attempt SET ended = ?, outcome = ?, error = ?, cost = ? WHERE id = ?"
_RECEIVED = "INSERT OR IGNORE INTO call VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


class CallLog:
    """The tables of calls and attempts. A reply is entered before anybody looks at it, and never changed."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._taken, self._taking = 0, threading.Lock()

    def reply(self, key: str) -> ChatReply | None:
        """The reply that the ledger holds for a request, or None."""
        return self.known([key]).get(key)

    def known(self, keys: Sequence[str]) -> dict[str, ChatReply]:
        """The replies that the ledger holds for some requests, by key."""
        rows = self._database.rows(f"SELECT * FROM call WHERE key IN ({','.join('?' * len(keys))})", keys)
        return {row["key"]: _reply(row) for row in rows}

    def bought(self, run: str, keys: Sequence[str]) -> int:
        """How many of some requests the run has a reply to that it bought itself."""
        sql = f"SELECT count(*) FROM call WHERE run = ? AND key IN ({','.join('?' * len(keys))})"
        return self._database.number(sql, (run, *keys))

    def next_attempt(self) -> int:
        """The number that the next attempt has, unless one is entered before; those that were lost have theirs."""
        lost = f"(SELECT CAST(value AS INTEGER) FROM meta WHERE name = '{LAST_LOST}')"
        return self._database.number(f"SELECT max(coalesce(max(id), 0), coalesce({lost}, 0)) + 1 FROM attempt")

    def take_attempt(self, count: int = 1) -> int:
        """The number of an attempt that is about to be made, given to nobody else who asks this log, by any thread.

        Or the first of `count` numbers in a row.
        """
        with self._taking:
            first = self._taken + 1 if self._taken else self.next_attempt()
            self._taken = first + count - 1
            return first

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
        can have cost, in USD. `in_batches` are those that wait in batches which go on at their provider, if there are.
        """
        marks = ",".join("?" * len(calls))
        replied = self._database.value(f"SELECT count(*) FROM call WHERE key IN ({marks})", calls)
        lost = (
            "SELECT count(DISTINCT call), total(reserve) FROM attempt WHERE run = ? AND outcome IS NULL"
            f" AND NOT EXISTS (SELECT 1 FROM call WHERE key = attempt.call) AND NOT {IN_BATCH}"
        )
        [(uncertain, reserved)] = self._database.rows(lost, (run,))
        waiting = self.in_batches(run)
        found = {"replied": replied, "uncertain": uncertain, "reserved": reserved}
        return {**found, "in_batches": waiting} if waiting else found

    def in_batches(self, run: str) -> int:
        """How many attempts of the run are in batches that go on at their provider."""
        sql = f"SELECT count(*) FROM attempt WHERE run = ? AND outcome IS NULL AND {IN_BATCH}"
        return self._database.number(sql, (run,))

    def uncertain(self, run: str) -> int:
        """How many attempts of the run were sent and never heard of again; what waits in a batch will be."""
        sql = f"SELECT count(*) FROM attempt WHERE run = ? AND outcome IS NULL AND NOT {IN_BATCH}"
        return self._database.number(sql, (run,))

    def listed(self, *, limit: int = 100, **filters: str | None) -> list[dict[str, Any]]:
        """Calls with what they asked, took and brought, newest first: one entry a request, however often it was sent.

        The filters are `run`, `model`, `prompt` and `outcome`: replied, failed or uncertain (never heard of).
        What never brought a reply has the `reply` None, and the last `error`.
        """
        fits = [_among(filters, "last.call"), *(_FITS[name] for name in _given(filters))]
        newest = _NEWEST.format(" AND ".join(fits))
        sql = f"{_ASKED.format(f'attempt.call IN ({newest})')} ORDER BY last DESC"
        rows = self._database.rows(sql, {**filters, "limit": limit})
        return [{name: row[name] for name in row.keys() if name != "last"} for row in rows]  # noqa: SIM118

    def totals(self, **filters: str | None) -> list[CallTotals]:
        """What the calls add up to, by run (none, then oldest first), model and prompt. Filters as in `listed`."""
        asked = _ASKED.format(_among(filters, "attempt.call"))
        fits = " AND ".join(f"asked.{name} = :{name}" for name in _given(filters)) or "TRUE"
        rows = self._database.rows(
            "SELECT asked.run, asked.model, prompt, count(*), sum(attempts), sum(failed), sum(uncertain),"
            " sum(prompt_tokens), sum(completion_tokens), sum(cached_tokens), sum(cost), sum(latency),"
            " sum(perhaps_billed)"
            f" FROM ({asked}) AS asked LEFT JOIN run ON run.id = asked.run WHERE {fits}"
            " GROUP BY 1, 2, 3 ORDER BY run.number, 2, 3",
            filters,
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
        """All that is booked for the run, in USD; for an attempt never heard of, the most that it can have cost."""
        booked = "SELECT total(CASE WHEN outcome IS NULL THEN reserve ELSE cost END) FROM attempt WHERE run = ?"
        return float(self._database.value(booked, (run,)))

    def used(self, run: str) -> tuple[int, int, int]:
        """The tokens of the prompts, the completions and the cached parts of prompts that the run's replies used."""
        tokens = "total(prompt_tokens), total(completion_tokens), total(cached_tokens)"
        prompt, completion, cached = self._database.rows(f"SELECT {tokens} FROM call WHERE run = ?", (run,))[0]
        return int(prompt), int(completion), int(cached)

    def latest(self, run: str, prompt: str, *, limit: int) -> list[Used]:
        """What the latest replies that the run bought with a prompt used, by step; those without usage do not count."""
        return [Used(object_in(row[0]), *tuple(row)[1:]) for row in self._database.rows(_LATEST, (run, prompt, limit))]

    def count(self) -> int:
        """How many replies there are."""
        return self._database.number("SELECT count(*) FROM call")

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
      total(CASE attempt.outcome WHEN 'replied' THEN 0 WHEN 'failed' THEN attempt.cost ELSE attempt.reserve END)
        AS perhaps_billed,
      coalesce(call.latency, 0.0) AS latency, call.received
    FROM attempt LEFT JOIN call ON call.key = attempt.call LEFT JOIN run ON run.id = attempt.run
      LEFT JOIN step ON step.run = attempt.run AND step.n = attempt.step
    WHERE {}
    GROUP BY attempt.call"""
"""A row for each request that was sent and that a condition leaves; bare columns of an attempt are the last one's."""

_NEWEST = """
    SELECT last.call FROM attempt AS last LEFT JOIN call ON call.key = last.call LEFT JOIN run ON run.id = last.run
      LEFT JOIN step ON step.run = last.run AND step.n = last.step
    WHERE NOT EXISTS (SELECT 1 FROM attempt AS later WHERE later.call = last.call AND later.id > last.id) AND {}
    ORDER BY last.id DESC LIMIT :limit"""
"""The requests that were sent last and that a condition leaves, each looked at by its last attempt."""

_FITS = {
    "run": "coalesce(call.run, last.run) = :run",
    "model": "coalesce(call.model, run.model) = :model",
    "prompt": "coalesce(call.prompt, step.prompt) = :prompt",
    "outcome": """:outcome = CASE WHEN call.key IS NOT NULL THEN 'replied'
      WHEN EXISTS (SELECT 1 FROM attempt AS lost WHERE lost.call = last.call AND lost.outcome IS NULL) THEN 'uncertain'
      ELSE 'failed' END""",
}
"""What each filter says of a request, in terms of _NEWEST."""


def _either(replied: str, unanswered: str, joined: str = "") -> str:
    """Requests whose reply fits a condition, or an attempt of which that brought none, by an index for each."""
    attempts = f"SELECT attempt.call FROM attempt {joined} WHERE {unanswered} AND attempt.outcome"
    return f"SELECT key FROM call WHERE {replied} UNION {attempts} IS NULL UNION {attempts} = 'failed'"


_CANDIDATES = {
    "run": _either("run = :run", "run = :run"),
    "failed": "SELECT call FROM attempt WHERE outcome = 'failed'",
    "uncertain": "SELECT call FROM attempt WHERE outcome IS NULL",
    "prompt": _either(
        "prompt = :prompt",
        "step.prompt = :prompt",
        "JOIN step ON step.run = attempt.run AND step.n = attempt.step",
    ),
    "model": _either("model = :model", "run IN (SELECT id FROM run WHERE model = :model)"),
}
"""Requests among which are all that a filter leaves, by the filter or the outcome; what leaves fewest comes first."""


def _given(filters: Mapping[str, str | None]) -> list[str]:
    """The filters that have a value. Raises TypeError for one that is not known."""
    if unknown := filters.keys() - _FITS.keys():
        raise TypeError(f"calls cannot be filtered by {', '.join(sorted(unknown))}")
    return [name for name, value in filters.items() if value is not None]


def _among(filters: Mapping[str, str | None], key: str) -> str:
    """That a request is one of those which the index of one filter finds, so that no other is looked at."""
    named = {*_given(filters), filters.get("outcome")}
    keys = next((keys for name, keys in _CANDIDATES.items() if name in named), None)
    return f"{key} IN ({keys})" if keys else "TRUE"


def _row(entry: Received, now: str) -> tuple[Any, ...]:
    """The row of a call."""
    reply = entry.reply
    used = (reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens, reply.cost, reply.latency)
    text = reply.text.encode("utf-8", "replace").decode()
    tops = json.dumps(dict(reply.tops)) if reply.tops else ""
    return (entry.key, entry.prompt, entry.model, entry.run, entry.step, text, reply.finish, *used, now, tops)


def _reply(row: Row) -> ChatReply:
    return ChatReply(
        text=row["reply"],
        finish=row["finish"],
        prompt_tokens=row["prompt_tokens"],
        completion_tokens=row["completion_tokens"],
        cached_tokens=row["cached_tokens"],
        cost=row["cost"],
        latency=row["latency"],
        tops=object_in(row["tops"]) if row["tops"] else {},
    )
