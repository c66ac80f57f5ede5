"""Opens an SQLite file the way we want every one: ours, durable, migrated, safe between threads, errors told once."""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from personagraph.errors import ConfigError, StoreError
from personagraph.storage.damage.wal import refuse_broken_wal
from personagraph.storage.drives import lockless, refuse_lockless
from personagraph.storage.migrations import Migration, foreign_program, load_migrations, pending
from personagraph.storage.read_only import Stand, check_still, connect_reading, is_writable, tables_of
from personagraph.storage.workspace_files import look, no_link

WAIT_SECONDS = 30.0
LARGEST_PAGE = 65_536
"""Bytes of a page, at most: a file without tables has one."""
_AT_ONCE = 500
"""Rows that one statement enters; SQLite takes 32,766 values in one."""

_REMEDIES = {
    sqlite3.SQLITE_FULL: "The disk is full: free some space and go on; nothing was half written.",
    sqlite3.SQLITE_BUSY: "Another process is writing to it: wait for it to end, then try again.",
    sqlite3.SQLITE_LOCKED: "Another process is writing to it: wait for it to end, then try again.",
    sqlite3.SQLITE_READONLY: "It cannot be written to: check the permissions of its folder, of the file, and of those "
    "beside it that end in -wal and -shm.",
    sqlite3.SQLITE_PERM: "It cannot be opened: check the permissions of the file and its folder.",
    sqlite3.SQLITE_CANTOPEN: "It cannot be opened: check that its folder exists and may be written to, and that the "
    "file may be read.",
    sqlite3.SQLITE_CORRUPT: "It is damaged: restore it from a backup (`personagraph restore FROM`), or save what can "
    "be read of it into a new workspace (`personagraph store rescue TO`).",
    sqlite3.SQLITE_NOTADB: "It is not a SQLite database, or damaged: restore it from a backup (`personagraph restore "
    "FROM`), or name another file.",
    sqlite3.SQLITE_IOERR: "The disk failed to read or write it: check the disk, its quota, and the limit on files "
    "(ulimit -f), and go on; nothing was half written.",
    sqlite3.SQLITE_CONSTRAINT: "A row names another that is not there, or has the key of one that is.",
}
_AS_WITHOUT_LOCKS = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_CANTOPEN)
"""What SQLite says where files cannot be locked, or where its shared memory cannot be had; of other faults, too."""


def _nothing(database: "Database") -> None:
    """Do nothing."""


class Kind(NamedTuple):
    """What a file is: its name for people, the number in its header that tells it from others, and its migrations.

    `complete` does what these cannot say in SQL, in their transaction; there is nothing left for it the second time.
    """

    name: str
    application: int
    schema: Path
    complete: "Callable[[Database], None]" = _nothing


class Database:
    """One SQLite file: WAL, every commit on disk before it returns, one connection shared behind a lock.

    Made when it is not there, for its owner alone, and migrated when it is older. One that cannot be written to
    (`read_only`) is read all the same. Raises ConfigError for a file that is something else, or a link,
    SchemaVersionError for one of a newer version, StoreError for whatever SQLite refuses, naming the file.
    """

    def __init__(self, path: Path, kind: Kind) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._depth = 0
        self._readers: set[sqlite3.Connection] = set()
        self._closed = False
        self.read_only = path.exists() and not is_writable(path)
        if not self.read_only:
            refuse_lockless(path.parent)
        refuse_broken_wal(path)
        with self._translated():
            _refuse_others(path, kind)
            self._connection, self._stand = _opened(path)
            self._connection.row_factory = sqlite3.Row
        self._place = _place(path)
        try:
            known = load_migrations(kind.schema)
            lacking = pending(known, self._recorded(), database=str(self.path))
            self._refuse_programs(known)
            if lacking:
                self._migrate(kind, known)
        except BaseException:
            self.close()
            raise

    def rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock, self._translated():
            found = self._connection.execute(sql, parameters).fetchall()
            self._check_still(self._stand)
        return found

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None."""
        found = self.rows(sql, parameters)
        return found[0][0] if found else None

    def number(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """The first column of the first row as a number, 0 for none. Raises StoreError for what is no number."""
        found = self.value(sql, parameters)
        if not isinstance(found, int | None):
            raise StoreError(f"{self.path}: it holds {found!r:.40} for a number. {_REMEDIES[sqlite3.SQLITE_CORRUPT]}")
        return found or 0

    def execute(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> int:
        """Run one statement inside `transaction`; the number of rows it changed."""
        with self._lock, self._translated():
            return self._connection.execute(sql, parameters).rowcount

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        """Run one statement for each row, inside `transaction`; the number of rows changed in all."""
        many = list(rows)
        if not many:
            return 0
        with self._lock, self._translated():
            return max(0, self._connection.executemany(sql, many).rowcount)

    def insert(self, into: str, rows: Iterable[Sequence[Any]], *, otherwise: str = "") -> int:
        """Enter rows of one length into a table ("persona (id, description)"), inside `transaction`; how many it took.

        `otherwise` is the clause that says what becomes of a row which is there. A statement takes _AT_ONCE of them:
        SQLite lets other threads work while it carries one out, and between two it has to wait for them.
        """
        count, left = 0, iter(rows)
        while some := list(islice(left, _AT_ONCE)):
            marks = f"({', '.join('?' * len(some[0]))})"
            sql = " ".join(("INSERT INTO", into, "VALUES", ", ".join([marks] * len(some)), otherwise))
            count += self.execute(sql, tuple(chain.from_iterable(some)))
        return count

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, on disk when it ends; a transaction inside a transaction joins it."""
        with self._lock, self._translated():
            if not self._depth:
                self._check_place()
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
                if self._depth == 1:
                    self._connection.execute("COMMIT")
            except BaseException:
                if self._depth == 1 and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1

    def carry_out(self, migration: Migration) -> None:
        """Run the statements of a migration, inside `transaction`."""
        for statement in _statements(migration.text):
            self.execute(statement)

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own that sees one state of the file, whatever is written meanwhile."""
        with self._translated():
            if self._closed:
                raise StoreError(f"{self.path}: it is closed.")
            connection, stand = _opened(self.path)
            self._readers.add(connection)
            try:
                connection.execute("BEGIN")
                yield connection
                self._check_still(stand)
            finally:
                self._readers.discard(connection)
                connection.close()

    def close(self) -> None:
        """Close the file; closing twice is no error."""
        with self._lock:
            self._closed = True
            for connection in (*self._readers, self._connection):
                connection.close()

    def _check_place(self) -> None:
        """SQLite goes on writing into a file that was deleted: what it takes would be lost without a word."""
        if _place(self.path) != self._place:
            raise StoreError(f"{self.path}: it was moved or deleted while it was in use. Put it back, and go on.")

    def _check_still(self, stand: Stand | None) -> None:
        if stand is not None:
            check_still(self.path, stand)

    def _migrate(self, kind: Kind, known: Sequence[Migration]) -> None:
        if self.read_only:
            raise StoreError(
                f"{self.path} is of an older version of personagraph, and cannot be written to, as bringing it up to"
                " date needs; copy the workspace to where it can be written, and read it there"
            )
        with self.transaction():
            self.execute(f"PRAGMA application_id = {kind.application}")
            self.execute("CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, name TEXT, checksum TEXT)")
            # Looked at again, now that no other process can be migrating it.
            for migration in pending(known, self._recorded(), database=str(self.path)):
                self.carry_out(migration)
                self.execute("INSERT INTO migration VALUES (?, ?, ?)", migration[:3])
            kind.complete(self)

    def _refuse_programs(self, known: Sequence[Migration]) -> None:
        """Raises ConfigError for what is not ours and would run when we write or read."""
        with self._translated():
            found = foreign_program(self._connection, known)
        if found:
            raise ConfigError(
                f"{self.path} has {found}; drop it if it is yours, and do not use the file if it came from elsewhere"
            )

    def _recorded(self) -> list[Migration]:
        # A table, and no view or virtual one, which would run when it is read.
        if not self.value("SELECT 1 FROM sqlite_schema WHERE name = 'migration' AND type = 'table' AND rootpage > 0"):
            return []
        return [Migration(*row) for row in self.rows("SELECT version, name, checksum FROM migration")]

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(told(self.path, error)) from error
        except OverflowError as error:
            raise StoreError(f"{self.path}: a number is too large for a database.") from error
        except UnicodeEncodeError as error:
            reason = f"a text is not valid Unicode ({error.reason}): it holds half a character"
            raise StoreError(f"{self.path}: {reason}.") from error


def _place(path: Path) -> tuple[int, int] | None:
    """Which file is at the path; None when there is none."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _opened(path: Path) -> tuple[sqlite3.Connection, Stand | None]:
    """A connection, and how the file stands when SQLite was told that it never changes."""
    if look(path) and not is_writable(path):
        return connect_reading(path, WAIT_SECONDS)
    return _connect(path), None


def _connect(path: Path) -> sqlite3.Connection:
    with no_link(path, make=True):
        connection = sqlite3.connect(path, WAIT_SECONDS, isolation_level=None, check_same_thread=False)
    _use_wal(connection)
    for setting in ("synchronous = FULL", "foreign_keys = ON", "cache_size = -65536"):
        connection.execute(f"PRAGMA {setting}")
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL; here SQLite does not wait by itself while another process is making the same file."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def is_database(path: Path) -> bool:
    """Whether the file that is there is one of SQLite, or empty.

    It is asked through SQLite, as everything must be: when a file is opened and closed past it, POSIX takes away the
    locks of every connection that this process has to that file, and another process may then delete what they write.
    """
    try:
        _held(path)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_NOTADB:
            return False
        raise StoreError(told(path, error)) from error
    return True


def is_empty(path: Path) -> bool:
    """Whether the file that is there holds nothing: no byte, or no table. One that cannot be read is not empty."""
    try:
        size = path.stat().st_size
        return not size or (size <= LARGEST_PAGE and not _held(path)[0])
    except (OSError, sqlite3.Error, StoreError):
        return False


def _refuse_others(path: Path, kind: Kind) -> None:
    """Raises ConfigError for a file that is there and something else, and leaves it as it is."""
    if not look(path):
        return
    if not is_database(path):
        raise ConfigError(
            f"{path} is not a SQLite database, or it is damaged; restore it from a backup"
            " (`personagraph restore FROM`), or name another file"
        )
    tables, application = _held(path)
    if tables and application != kind.application:
        raise ConfigError(f"{path} is a SQLite database, but not a {kind.name} of personagraph: name another file.")


def _held(path: Path) -> tuple[int, int]:
    """How many tables and indexes the file holds, and which application it says that it belongs to."""
    if is_writable(path):
        with no_link(path):
            opened = sqlite3.connect(path, WAIT_SECONDS)
    else:
        opened = connect_reading(path, WAIT_SECONDS)[0]
    with contextlib.closing(opened) as connection:
        tables = tables_of(connection)
        (application,) = connection.execute("PRAGMA application_id").fetchone()
    return tables, application


def told(path: Path, error: sqlite3.Error) -> str:
    """What went wrong with the file, and what to do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _AS_WITHOUT_LOCKS and (fault := lockless(path.parent)):
        return fault
    return f"{path}: {error}. {_REMEDIES.get(code, '')}".rstrip()


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
