"""The runs of a ledger: what each was asked to do, with which settings, and how it stands."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row
from typing import Any

from personagraph.errors import UsageError
from personagraph.ledger.cells import object_in
from personagraph.ledger.losses import LOST
from personagraph.storage.database import Database

RUN = re.compile(r"r[1-9][0-9]{0,17}")
"""The id of a run; its number fits into a column."""
UNFINISHED = ("running", "interrupted", "failed")
"""A run in one of these is resumed, or abandoned, before another begins that grows the graph, or only reads it, too."""


@dataclass(frozen=True, slots=True)
class Run:
    """One piece of work, over all its resumptions. `settings` decide what its steps do, `limits` how far it gets."""

    id: str
    command: str
    settings: Mapping[str, Any]
    limits: Mapping[str, Any]
    model: str
    simulated: bool
    status: str
    reason: str
    decided: int
    started: str
    ended: str | None

    @classmethod
    def planned(cls, command: str, settings: Mapping[str, Any], limits: Mapping[str, Any], model: str) -> "Run":
        """A run that is in no ledger, to look at what it would do."""
        return cls("preview", command, settings, limits, model, False, "planned", "", 0, "", None)

    @property
    def unfinished(self) -> bool:
        return self.status in UNFINISHED

    @property
    def only_adds(self) -> bool:
        """Whether nothing that other runs said is taken back, moved or known otherwise by it."""
        return not {"undo", "annotate"} & {self.command, self.work} and self.status != LOST

    @property
    def work(self) -> str:
        """The command whose work it does: its own, or for a retry that of the letters."""
        return str(self.settings.get("command", self.command))


class RunLog:
    """The table of runs."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def start(
        self,
        command: str,
        settings: Mapping[str, Any],
        limits: Mapping[str, Any],
        *,
        model: str = "",
        simulated: bool = False,
    ) -> Run:
        """Enter a new run, r1, r2, …; its status is running."""
        with self._database.transaction():
            number = self.last + 1
            self._database.execute(
                "INSERT INTO run (number, id, command, settings, limits, model, simulated, status, started)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 'running', ?)",
                (
                    number,
                    f"r{number}",
                    command,
                    json.dumps(settings),
                    json.dumps(limits),
                    model,
                    simulated,
                    self._time(),
                ),
            )
        return self.get(f"r{number}")

    @property
    def last(self) -> int:
        """The number of the last run; 0 when there is none."""
        return self._database.number("SELECT max(number) FROM run")

    def get(self, id: str) -> Run:
        """The run with this id. Raises ConfigError when there is none."""
        found = self._database.rows("SELECT * FROM run WHERE id = ?", (id,))
        if not found:
            raise UsageError(f"there is no run {id!r}; `personagraph runs list` shows them")
        return _run(found[0])

    def all(self) -> list[Run]:
        """Every run, oldest first."""
        return [_run(row) for row in self._database.rows("SELECT * FROM run ORDER BY number")]

    def unfinished(self, like: Callable[[Run], bool] = lambda run: True) -> Run | None:
        """The oldest unfinished run, of those that are `like` this; None when there is none."""
        return next((run for run in self.all() if run.unfinished and like(run)), None)

    def resume(self, id: str, limits: Mapping[str, Any]) -> Run:
        """Set a run running again, with these limits."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE run SET status = 'running', reason = '', ended = NULL, limits = ? WHERE id = ?",
                (json.dumps(limits), id),
            )
        return self.get(id)

    def reach(self, id: str, *, applied: int) -> None:
        """Note how many steps of the run the store has; the store itself is the authority."""
        with self._database.transaction():
            self._database.execute("UPDATE run SET applied = ? WHERE id = ?", (applied, id))

    def applied(self) -> dict[str, int]:
        """How many steps of each run the store was seen to have."""
        return dict(map(tuple, self._database.rows("SELECT id, applied FROM run ORDER BY number")))

    def end(self, id: str, status: str, reason: str = "") -> None:
        """Record how a session of the run ended: done, interrupted, failed or abandoned."""
        with self._database.transaction():
            self._database.execute(
                "UPDATE run SET status = ?, reason = ?, ended = ? WHERE id = ?", (status, reason, self._time(), id)
            )

    def _time(self) -> str:
        return self._clock().isoformat(timespec="seconds")


def _run(row: Row) -> Run:
    return Run(
        id=row["id"],
        command=row["command"],
        settings=object_in(row["settings"]),
        limits=object_in(row["limits"]),
        model=row["model"],
        simulated=bool(row["simulated"]),
        status=row["status"],
        reason=row["reason"],
        decided=row["decided"],
        started=row["started"],
        ended=row["ended"],
    )
