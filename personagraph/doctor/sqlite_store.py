"""Examines the SQLite file that is the store of a workspace; changes nothing."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from personagraph.doctor import database_files
from personagraph.doctor.finding import Finding, failed
from personagraph.errors import SchemaVersionError, StoreError
from personagraph.storage.damage.integrity import RESCUE, reading
from personagraph.storage.database import told
from personagraph.storage.migrations import Migration, load_migrations, pending
from personagraph.storage.workspace_files import look
from personagraph.stores.sqlite.kind import missing
from personagraph.stores.sqlite.store import KIND
from personagraph.types import persona_id

_COUNTED = {"persona": "personas", "relationship": "relationships", "source": "sources", "merge": "merges"}
RESTORE = (
    "put it back from a copy (`personagraph store copy --from`) or from a backup (`personagraph restore FROM`), or"
    " build it again from the ledger (`personagraph store rescue TO`)"
)


def findings(path: Path, workspace: str, runs: Mapping[str, int]) -> list[Finding]:
    """The file, whose it is, its schema, and whether it holds what the ledger says.

    `runs` has how many steps of each run the ledger knows to be in the graph. Raises ConfigError for a link.
    """
    if gone := missing(path):
        return [Finding("file", False, f"{path} {gone}", RESTORE)]
    try:
        with reading(path) as file:
            return _examined(file, path, workspace, runs)
    except sqlite3.Error as error:
        return [Finding("file", False, f"{path} cannot be read: {error}", RESTORE)]


def due(path: Path) -> list[Migration]:
    """The migrations that the file lacks: all when it is not there. Raises StoreError as opening it does."""
    recorded: list[Migration] = []
    if look(path):
        try:
            with reading(path) as file:
                recorded = _recorded(file)
        except sqlite3.Error as error:
            raise StoreError(told(path, error)) from error
    return pending(load_migrations(KIND.schema), recorded, database=str(path))


def applied(runs: Mapping[str, int], held: Mapping[str, int]) -> Finding:
    """Whether the graph holds every step that the ledger says it does."""
    behind = [
        f"{held.get(run, 0)} of {steps} steps of {run}" for run, steps in runs.items() if held.get(run, 0) < steps
    ]
    if behind:
        remedy = f"name the store that this workspace was grown in, or {RESTORE}"
        return Finding("applied", False, f"the graph holds {', '.join(behind)}", remedy)
    return Finding("applied", True, f"all steps of {len(runs)} run{'s' * (len(runs) != 1)} that the ledger knows of")


def _examined(file: sqlite3.Connection, path: Path, workspace: str, runs: Mapping[str, int]) -> list[Finding]:
    found = [database_files.file("file", path, full=True, kind=KIND)]
    if not found[0].ok:
        return found
    try:
        lacking = pending(load_migrations(KIND.schema), _recorded(file), database=str(path))
    except SchemaVersionError as error:
        return [*found, failed("schema", error)]
    if lacking:
        versions = ", ".join(str(migration.version) for migration in lacking)
        remedy = "`personagraph store migrate` carries them out"
        return [*found, Finding("schema", False, f"migrations {versions} are missing", remedy)]
    found += [_schema(file), _owner(file, workspace), _descriptions(file)]
    counts = [
        f"{file.execute(f'SELECT count(*) FROM {table}').fetchone()[0]} {name}" for table, name in _COUNTED.items()
    ]
    held = dict(file.execute("SELECT id, applied FROM run"))
    return [*found, Finding("counts", True, ", ".join(counts)), applied(runs, held)]


def _descriptions(file: sqlite3.Connection) -> Finding:
    """Whether every persona has the description that its id stands for: a changed letter is no damage to SQLite."""
    altered = sum(id != persona_id(text) for id, text in file.execute("SELECT id, description FROM persona"))
    if altered:
        return Finding("descriptions", False, f"{altered} personas have another description than they had", RESCUE)
    return Finding("descriptions", True, "every persona has the description that its id stands for")


def _schema(file: sqlite3.Connection) -> Finding:
    """Whether every table, index and trigger that the migrations make is there."""
    migrations = load_migrations(KIND.schema)
    with closing(sqlite3.connect(":memory:")) as fresh:
        for migration in migrations:
            fresh.executescript(migration.text)
        missing = sorted(_made(fresh) - _made(file))
    if missing:
        return Finding("schema", False, f"missing: {', '.join(name for _, name in missing)}", RESTORE)
    return Finding("schema", True, f"version {migrations[-1].version}, as it was made")


def _made(file: sqlite3.Connection) -> set[tuple[str, str]]:
    return set(file.execute("SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"))


def _owner(file: sqlite3.Connection, workspace: str) -> Finding:
    owner = (file.execute("SELECT id FROM workspace").fetchone() or ("nobody's",))[0]
    if owner == workspace:
        return Finding("workspace", True, f"it is that of this one, {workspace}")
    return Finding(
        "workspace", False, f"it is that of {owner}, not {workspace}", "keep a graph and its ledger together"
    )


def _recorded(file: sqlite3.Connection) -> list[Migration]:
    if not file.execute("SELECT 1 FROM sqlite_schema WHERE name = 'migration' AND rootpage > 0").fetchone():
        return []
    return [Migration(*row) for row in file.execute("SELECT version, name, checksum FROM migration")]
