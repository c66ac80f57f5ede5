"""Numbered schema changes, and how a database that has some of them is brought up to date; shared by every database."""

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import NamedTuple

from personagraph.errors import SchemaVersionError
from personagraph.types import digest

PROGRAMS = (
    "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'view') OR sql LIKE 'create%virtual%'"
    " ORDER BY name"
)
_FILE_NAME = re.compile(r"V(\d{3})__(\w+)\.(?:sql|cypher)")


class Migration(NamedTuple):
    """One file of statements, as it is recorded in the database once it is carried out."""

    version: int
    name: str
    checksum: str
    text: str = ""


def load_migrations(folder: Path) -> list[Migration]:
    """The migrations in a folder, by version; the checksum ignores how lines end."""
    found = []
    for file in folder.iterdir():
        if match := _FILE_NAME.fullmatch(file.name):
            text = file.read_text(encoding="utf-8")
            found.append(Migration(int(match[1]), match[2], digest(*text.splitlines()), text))
    return sorted(found)


def pending(known: Sequence[Migration], recorded: Sequence[Migration], *, database: str) -> list[Migration]:
    """The migrations that a database still lacks.

    Raises SchemaVersionError for a database that has one which is newer than this version, or altered.
    """
    ours = {migration.version: migration for migration in known}
    for theirs in recorded:
        if theirs.version not in ours:
            raise SchemaVersionError(
                f"{database} has schema version {theirs.version}, newer than {max(ours, default=0)}, the newest that"
                " this version of personagraph knows: install a newer personagraph, or use another workspace."
            )
        if theirs.checksum != ours[theirs.version].checksum:
            raise SchemaVersionError(
                f"{database} was made with another form of schema migration {theirs.version} ({theirs.name}): use the"
                " version of personagraph that made it, or copy the graph into a new workspace."
            )
    done = {theirs.version for theirs in recorded}
    return [migration for migration in known if migration.version not in done]


def foreign_program(file: sqlite3.Connection, known: Sequence[Migration]) -> str:
    """A trigger, view or virtual table that no version of personagraph made, in words; empty when there is none.

    Reading one runs what it says, which may never end: this is asked before anything is read of a table.
    """
    ours = _programs(tuple(known))
    strange = (row for row in file.execute(PROGRAMS) if tuple(row) not in ours)
    return next((f"a {row[0]}, {str(row[1])[:60]!r}, that personagraph did not make" for row in strange), "")


@cache
def _programs(migrations: tuple[Migration, ...]) -> frozenset[tuple[str, str, str]]:
    """The triggers, views and virtual tables of every version of a schema: type, name and statement of each."""
    ours: set[tuple[str, str, str]] = set()
    with closing(sqlite3.connect(":memory:")) as fresh:
        for migration in migrations:
            fresh.executescript(migration.text)
            ours |= set(fresh.execute(PROGRAMS))
    return frozenset(ours)
