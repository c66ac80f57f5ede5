"""Opening the SQLite file of a graph: connections for each thread, schema, workspace, and errors in our words."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from personagraph.errors import ConfigError, StoreError
from personagraph.stores.migrations import Migration, load_migrations, pending

APPLICATION_ID = 0x50474752
"""Written into the header of the file (PGGR): what tells a graph from any other SQLite database."""
WAIT_SECONDS = 30.0

_REMEDIES = {
    sqlite3.SQLITE_FULL: "The disk is full: free some space and go on; nothing was half written.",
    sqlite3.SQLITE_BUSY: "Another process is writing to it: wait for it to end, then try again.",
    sqlite3.SQLITE_LOCKED: "Another process is writing to it: wait for it to end, then try again.",
    sqlite3.SQLITE_READONLY: "It cannot be written to: check the permissions of the file and its folder.",
    sqlite3.SQLITE_PERM: "It cannot be opened: check the permissions of the file and its folder.",
    sqlite3.SQLITE_CANTOPEN: "It cannot be opened: check that its folder exists and may be written to.",
    sqlite3.SQLITE_CORRUPT: "It is damaged: restore it from a backup, or project the ledger into a new store.",
    sqlite3.SQLITE_NOTADB: "It is not a SQLite database: name another file, or move this one away.",
    sqlite3.SQLITE_IOERR: "The disk failed to read or write it: check the disk.",
    sqlite3.SQLITE_CONSTRAINT: "A row names a persona or a source that the graph does not hold, or another row's key.",
}


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns the errors of sqlite3 into StoreError, naming the file and what to do."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise StoreError(f"{path}: {error}. {_REMEDIES.get(code, '')}".rstrip()) from error
    except UnicodeEncodeError as error:
        raise StoreError(f"{path}: a text is not valid Unicode ({error.reason}): it holds half a character.") from error


class Connections:
    """One connection a thread, and as many more as are asked for; `close` closes them all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._open: set[sqlite3.Connection] = set()
        self._closed = False
        self._lock = threading.Lock()

    def own(self) -> sqlite3.Connection:
        """The connection of this thread."""
        if self._closed:
            raise StoreError(f"{self.path}: the store is closed.")
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
        return connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own that sees the graph as it is now, whatever is written meanwhile."""
        if self._closed:
            raise StoreError(f"{self.path}: the store is closed.")
        connection = self._connect()
        try:
            connection.execute("BEGIN")
            yield connection
        finally:
            self._open.discard(connection)
            connection.close()

    def close(self) -> None:
        self._closed = True
        with self._lock:
            while self._open:
                self._open.pop().close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -65536")
        with self._lock:
            self._open.add(connection)
        return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; waits for another writer to end."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def prepare(path: Path, workspace: str) -> None:
    """Creates or migrates the file, and makes sure that it is a graph of this workspace.

    Raises ConfigError when it is something else, SchemaVersionError when it is newer.
    """
    _refuse_other_files(path)
    connection = sqlite3.connect(path, WAIT_SECONDS, isolation_level=None)
    with contextlib.closing(connection):
        _refuse_other_databases(connection, path)
        known = load_migrations(Path(__file__).parent / "schema")
        if pending(known, _recorded(connection), database=str(path)):
            connection.execute("PRAGMA journal_mode = WAL")
            with transaction(connection):
                _migrate(connection, pending(known, _recorded(connection), database=str(path)), workspace)
        (owner,) = connection.execute("SELECT id FROM workspace").fetchone()
    if owner != workspace:
        raise ConfigError(
            f"{path} is the graph of workspace {owner}, not of {workspace}: keep a graph and its ledger together."
        )


def _refuse_other_files(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}. Check the path and its permissions.") from error
    if head and head != b"SQLite format 3\0":
        raise ConfigError(f"{path} is not a SQLite database: name another file, or move this one away.")


def _refuse_other_databases(connection: sqlite3.Connection, path: Path) -> None:
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if tables and application != APPLICATION_ID:
        raise ConfigError(f"{path} is a SQLite database, but not a graph of personagraph: name another file.")


def _recorded(connection: sqlite3.Connection) -> list[Migration]:
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'migration'").fetchone():
        return []
    return [Migration(*row) for row in connection.execute("SELECT version, name, checksum FROM migration")]


def _migrate(connection: sqlite3.Connection, migrations: Sequence[Migration], workspace: str) -> None:
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, name TEXT, checksum TEXT)")
    for migration in migrations:
        for statement in _statements(migration.text):
            connection.execute(statement)
        connection.execute("INSERT INTO migration VALUES (?, ?, ?)", migration[:3])
    connection.execute("INSERT INTO workspace SELECT ? WHERE NOT EXISTS (SELECT 1 FROM workspace)", (workspace,))


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
