"""Enters what a ledger has lost and its graph still knows, so that no number of a run or an attempt is used twice."""

from collections.abc import Callable
from datetime import datetime

from personagraph.ledger.calls import LAST_LOST
from personagraph.storage.database import Database

LOST = "lost"
"""The status of a run of which the graph knows more than the ledger, and the command of one that is lost altogether."""


class LossLog:
    """Marks runs and attempts as lost. What the graph tells of a lost run stands in steps below number 0."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def run(self, id: str, *, decided: int, reason: str, model: str = "", simulated: bool = False) -> None:
        """End a run of which the graph holds so many steps, more than the ledger; it is entered when it is not there.

        `model` and `simulated` are for one that is entered.
        """
        now = self._clock().isoformat(timespec="seconds")
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO run (number, id, command, settings, limits, model, simulated, status, started)"
                " SELECT ?1, ?2, ?3, '{}', '{}', ?4, ?5, ?3, ?6 WHERE NOT EXISTS (SELECT 1 FROM run WHERE id = ?2)",
                (int(id[1:]), id, LOST, model, simulated, now),
            )
            self._database.execute(
                "UPDATE run SET decided = ?, applied = ?, status = ?, reason = ?, ended = ? WHERE id = ?",
                (decided, decided, LOST, reason, now, id),
            )

    def attempts(self, last: int) -> None:
        """Leave the numbers up to this one to attempts that were lost."""
        with self._database.transaction():
            self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (LAST_LOST, str(last)))

    def first_step(self, run: str) -> int:
        """The first step with verdicts of a run, below 0 where the graph told of what was lost; otherwise 0."""
        return self._database.number("SELECT min(0, coalesce(min(step), 0)) FROM verdict WHERE run = ?", (run,))

    def personas(self) -> set[str]:
        """Everyone of whom a verdict says that they entered the graph."""
        rows = self._database.rows("SELECT persona FROM verdict WHERE outcome IN ('new', 'undone')")
        return {row[0] for row in rows}
