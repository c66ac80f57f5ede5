"""The merges of a ledger: which descriptions were taken for which personas, and which of these were taken back.

Where a merge is taken back, its description becomes a persona (the outcome `undone`); one that was merged because the
first was there can then be merged into another (`moved`), which is a merge, too.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from personagraph.ledger.losses import LOST
from personagraph.storage.database import Database
from personagraph.types import Verdict

MERGED = ("merged", "moved")
"""The outcomes of a description that is merged into a persona."""
TAKEN_BACK = ("undone", "moved")
"""The outcomes of a description whose merge is taken back."""
IS_TAKEN_BACK = "verdict.outcome IN ('undone', 'moved')"
WITH_THEIR_MERGES = """
    JOIN step ON step.run = verdict.run AND step.n = verdict.step, json_each(
      iif(json_type(verdict.detail, '$.merges') = 'array', verdict.detail, step.context), '$.merges') AS merge"""
"""Verdicts that take merges back, with the keys of these; of an older version these are in the step alone."""


class Merged(NamedTuple):
    """A description, by its id `alias`, that was taken for the persona; `detail` is what the verdict kept."""

    key: str
    persona: str
    alias: str
    detail: Mapping[str, Any]


class Undone(NamedTuple):
    """The run that took a merge back, and the persona that the merged description became, or was merged into."""

    run: str
    persona: str


def parted(verdict: Verdict) -> tuple[str, str] | None:
    """The description, by its id, and the persona that a verdict keeps apart; None for most."""
    if verdict.outcome not in TAKEN_BACK:
        return None
    return verdict.detail.get("alias") or verdict.persona, verdict.detail["from"]


class MergeLog:
    """What the tables of steps and verdicts say of merges; reads only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def standing(self) -> list[Merged]:
        """Every merge that was decided and not taken back, in order of run, step and item."""
        return [Merged(row[0], row[1], row[2], json.loads(row[3])) for row in self._database.rows(_STANDING)]

    def followed(self) -> dict[str, str]:
        """Of each description that was merged, by the key of its merge, who had entered the graph last before.

        Those that came before anybody else are left out.
        """
        found, last = dict[str, str](), ""
        with self._database.reading() as connection:
            for run, decided in connection.execute("SELECT id, decided FROM run ORDER BY number").fetchall():
                for outcome, persona, step, item in connection.execute(_COMING, (run, decided)):
                    if outcome not in MERGED:
                        last = persona
                    elif last:
                        found[f"{run}.{step}.{item}"] = last
        return found

    def undone(self, key: str) -> Undone | None:
        """How the merge with this key (run.step.item) was taken back; None when it was not."""
        rows = self._database.rows(f"SELECT verdict.run, verdict.persona {_TAKEN_BACK} AND merge.value = ?", (key,))
        return Undone(*rows[0]) if rows else None


_TAKEN_BACK = f"""
    FROM run JOIN verdict ON verdict.run = run.id AND verdict.step < run.decided {WITH_THEIR_MERGES}
    WHERE {IS_TAKEN_BACK} AND (run.command = 'undo' OR run.status = '{LOST}')
      AND (run.command = 'undo' OR verdict.step < 0)"""

_COMING = """
    SELECT outcome, persona, step, item FROM verdict
    WHERE run = ? AND step >= 0 AND step < ? AND outcome IN ('new', 'undone', 'merged', 'moved') ORDER BY step, item"""
"""Who came into the graph by a run, and as which description."""

_STANDING = f"""
    SELECT key, persona, json_extract(detail, '$.alias'), detail FROM (
      SELECT verdict.run || '.' || step || '.' || item AS key, persona, detail, run.number, step, item
        FROM verdict JOIN run ON run.id = verdict.run
        WHERE outcome IN ('merged', 'moved') AND step BETWEEN 0 AND run.decided - 1
          AND json_extract(detail, '$.alias') != '')
    WHERE key NOT IN (SELECT merge.value {_TAKEN_BACK}) ORDER BY number, step, item"""
