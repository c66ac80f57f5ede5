"""Examines Python, SQLite and the disk."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from personagraph.doctor.finding import Finding

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 24)
FREE_BYTES = 500_000_000
SQLITE_NEEDS: Mapping[str, str] = {
    "full-text search (FTS5)": "CREATE VIRTUAL TABLE temp.probe USING fts5(words, detail='none')",
    "JSON": "SELECT value FROM json_each('[1]')",
}
"""What the store uses that SQLite may be built without, and a statement that needs it."""


def python(version: tuple[int, ...]) -> Finding:
    """Whether this Python is new enough."""
    told, oldest = ".".join(map(str, version)), ".".join(map(str, OLDEST_PYTHON))
    if version[:2] >= OLDEST_PYTHON:
        return Finding("python", True, f"Python {told}")
    return Finding("python", False, f"Python {told} is too old", f"install Python {oldest} or newer")


def sqlite(oldest: tuple[int, ...] = OLDEST_SQLITE, needs: Mapping[str, str] = SQLITE_NEEDS) -> Finding:
    """Whether SQLite is there, new enough, and has all that the store uses."""
    remedy = "install a Python that was built with a current SQLite (python.org, uv python install)"
    try:
        import sqlite3
    except ImportError as error:
        return Finding("sqlite", False, f"this Python has no SQLite ({error})", remedy)
    told = f"SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < oldest:
        return Finding("sqlite", False, f"{told} is older than {'.'.join(map(str, oldest))}", remedy)
    connection = sqlite3.connect(":memory:")
    try:
        for what, sql in needs.items():
            try:
                connection.execute(sql)
            except sqlite3.Error as error:
                return Finding("sqlite", False, f"{told} lacks {what}: {error}", remedy)
    finally:
        connection.close()
    return Finding("sqlite", True, f"{told} with {' and '.join(needs)}")


def disk(folder: Path, needed: int = FREE_BYTES) -> Finding:
    """Whether the disk of the folder, or of the nearest one above that exists, has room."""
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    try:
        free = shutil.disk_usage(there).free
    except OSError as error:
        return Finding("disk", False, f"{there}: cannot be looked at ({error.strerror})", "name another folder")
    told = f"{free / 1e9:,.1f} GB free at {there}"
    if free >= needed:
        return Finding("disk", True, told)
    return Finding("disk", False, told, f"free some space: at least {needed / 1e9:,.1f} GB should be left")
