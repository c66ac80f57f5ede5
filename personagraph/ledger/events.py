"""What runs met on their way: sessions, what a resumption found, changes of concurrency and why."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from personagraph.ledger.cells import object_in
from personagraph.storage.database import Database


class Event(NamedTuple):
    """Something that happened: when (UTC, ISO 8601), of which kind, and what is known of it.

    The kinds are began, resumed (what was found), concurrency (the new limit, and why), remark (a text about money) and
    ended (status, reason).
    """

    at: str
    kind: str
    detail: Mapping[str, Any]


class EventLog:
    """The table of events."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, run: str, kind: str, detail: Mapping[str, Any]) -> None:
        """Enter an event of a run."""
        row = (run, self._clock().isoformat(timespec="milliseconds"), kind, json.dumps(detail))
        with self._database.transaction():
            self._database.execute("INSERT INTO event (run, at, kind, detail) VALUES (?, ?, ?, ?)", row)

    def of(self, run: str) -> list[Event]:
        """The events of a run, oldest first."""
        rows = self._database.rows("SELECT at, kind, detail FROM event WHERE run = ? ORDER BY id", (run,))
        return [Event(row["at"], row["kind"], object_in(row["detail"])) for row in rows]
