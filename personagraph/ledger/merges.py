"""The merges of a ledger: which descriptions were taken for which personas, and which of these were taken back."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from personagraph.ledger.losses import LOST
from personagraph.storage.database import Database


class Merged(NamedTuple):
    """A description, by its id `alias`, that was taken for the persona; `detail` is what the verdict kept."""

    key: str
    persona: str
    alias: str
    detail: Mapping[str, Any]


class Undone(NamedTuple):
    """The run that took a merge back, and the persona that the merged description became."""

    run: str
    persona: str


class MergeLog:
    """What the tables of steps and verdicts say of merges; reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def standing(self) -> list[Merged]:
        """Every merge that was decided and not taken back, in order of run, step and item."""
        return [Merged(row[0], row[1], row[2], json.loads(row[3])) for row in self._database.rows(_STANDING)]

    def undone(self, key: str) -> Undone | None:
        """How the merge with this key (run.step.item) was taken back; None when it was not."""
        rows = self._database.rows(f"SELECT verdict.run, verdict.persona {_TAKEN_BACK} AND merge.value = ?", (key,))
        return Undone(*rows[0]) if rows else None


_TAKEN_BACK = f"""
    FROM run JOIN step ON step.run = run.id AND step.n < run.decided
      JOIN verdict ON verdict.run = step.run AND verdict.step = step.n, json_each(step.context, '$.merges') AS merge
    WHERE verdict.outcome = 'undone' AND (run.command = 'undo' OR run.status = '{LOST}' AND step.n < 0)"""

_STANDING = f"""
    SELECT key, persona, json_extract(detail, '$.alias'), detail FROM (
      SELECT verdict.run || '.' || step || '.' || item AS key, persona, detail, run.number, step, item
        FROM verdict JOIN run ON run.id = verdict.run
        WHERE outcome = 'merged' AND step < run.decided AND json_extract(detail, '$.alias') != '')
    WHERE key NOT IN (SELECT merge.value {_TAKEN_BACK}) ORDER BY number, step, item"""
