"""Examines the files of a workspace: whether each is whole, and whether the ledger's tables agree; changes nothing."""

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from personagraph.doctor.finding import Finding, failed
from personagraph.errors import StoreError
from personagraph.ledger.ledger import KIND
from personagraph.ledger.rescue.forms import has_key
from personagraph.ledger.rescue.rescued import RESCUED
from personagraph.storage.damage.integrity import RESCUE, damage, reading
from personagraph.storage.database import Kind
from personagraph.types import persona_id


def file(name: str, path: Path, *, full: bool, kind: Kind | None = None) -> Finding:
    """Whether a database file is whole; in full its indexes and what its rows name are compared, too."""
    try:
        reasons = damage(path, full=full, texts=full, kind=kind)
    except StoreError as error:
        return failed(name, error)
    if reasons:
        return Finding(name, False, f"{path}: {'; '.join(reasons)}", RESCUE)
    return Finding(name, True, f"{path} is whole")


def ledger(path: Path) -> list[Finding]:
    """The ledger's file in full, and whether its tables say the same of each other."""
    found = file("ledger", path, full=True, kind=KIND)
    if not found.ok:
        return [found]
    try:
        with reading(path) as opened:
            if not opened.execute("SELECT 1 FROM sqlite_schema WHERE name = 'verdict'").fetchone():
                return [found]
            return [found, _entries(opened)]
    except sqlite3.Error as error:
        return [found, Finding("entries", False, f"{path} cannot be read: {error}", RESCUE)]


def _entries(opened: sqlite3.Connection) -> Finding:
    """Whether what one table names is in the other, and each text is what it must be."""
    note = opened.execute("SELECT value FROM meta WHERE name = ?", (RESCUED,)).fetchone()
    lost: Mapping[str, int] = json.loads(note[0]) if note else {}
    found = lacking(opened)
    wrong = [f"{count} {what}" for what, count in found.items() if count > lost.get(what, 0)]
    if wrong:
        return Finding("entries", False, "; ".join(wrong), RESCUE)
    told = ", ".join(f"{count} {what}" for what, count in found.items())
    return Finding("entries", True, f"the tables of the ledger agree{told and f', but for what a rescue lost: {told}'}")


def lacking(opened: sqlite3.Connection) -> dict[str, int]:
    """What one table of a ledger says and another does not bear out: how many rows, by what is the matter."""
    opened.create_function("is_json", 1, _is_json, deterministic=True)
    opened.create_function("persona_id", 1, persona_id, deterministic=True)
    opened.create_function("has_key", 5, _has_key, deterministic=True)
    counted = {what: int(opened.execute(sql).fetchone()[0]) for what, sql in _QUESTIONS.items()}
    return {what: count for what, count in counted.items() if count}


def _no_object(column: str) -> str:
    """The condition that a text is no object of JSON; SQLite reads the usual ones, and Python what SQLite may not."""
    usual = f"length({column}) < 1000 AND json_valid({column})"
    return f"CASE WHEN {usual} THEN json_type({column}) <> 'object' ELSE NOT is_json({column}) END"


_QUESTIONS: Mapping[str, str] = {
    "runs have more steps applied than decided": "SELECT count(*) FROM run WHERE applied > decided",
    "decided steps were never planned": (
        "SELECT coalesce(sum(missing), 0) FROM (SELECT decided - (SELECT count(*) FROM step"
        " WHERE step.run = run.id AND n BETWEEN 0 AND run.decided - 1) AS missing FROM run WHERE status != 'lost')"
    ),
    "verdicts judge a reply that is not there": (
        "SELECT count(*) FROM verdict WHERE outcome != 'dead' AND call != ''"
        " AND NOT EXISTS (SELECT 1 FROM call WHERE call.key = verdict.call)"
    ),
    "replies that were booked are not there": (
        "SELECT count(DISTINCT call) FROM attempt WHERE outcome = 'replied'"
        " AND NOT EXISTS (SELECT 1 FROM call WHERE call.key = attempt.call)"
    ),
    "rows are of runs that are not there": (
        "SELECT count(*) FROM (SELECT run FROM step UNION SELECT run FROM call UNION SELECT run FROM verdict"
        " UNION SELECT run FROM assertion) WHERE run NOT IN (SELECT id FROM run)"
    ),
    "verdicts or steps hold what is no JSON": " ".join(
        (
            *("SELECT (SELECT count(*) FROM verdict WHERE", _no_object("detail")),
            *(") + (SELECT count(*) FROM step WHERE", _no_object("fields"), "OR", _no_object("context"), ")"),
        )
    ),
    "new personas have another description than they came with": (
        "SELECT count(*) FROM verdict WHERE outcome = 'new' AND is_json(detail)"
        " AND persona != persona_id(json_extract(detail, '$.description'))"
    ),
    "accepted items name others than their keys stand for": (
        "SELECT count(*) FROM assertion WHERE NOT has_key(key, source, type, target, label)"
        " OR NOT ((ego = source AND persona = target) OR (ego = target AND persona = source))"
    ),
}
"""What must not be, and the query that counts it."""


def _has_key(*values: str) -> bool:
    return has_key(dict(zip(("key", "source", "type", "target", "label"), values, strict=True)))


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, TypeError):
        return False
