"""Opens an SQLite file that may not be written to, and never reads what somebody else is changing past the locks."""

import os
import sqlite3
from pathlib import Path
from typing import NamedTuple

from personagraph.errors import StoreError
from personagraph.storage.workspace_files import no_link


class Stand(NamedTuple):
    """Which file is at a path, and when it was last written to."""

    inode: int
    size: int
    written: int


def is_writable(path: Path) -> bool:
    """Whether this process may write the file, and make those beside it that SQLite needs for that."""
    as_now = os.access in os.supports_effective_ids
    return all(os.access(place, os.W_OK, effective_ids=as_now) for place in (path, path.parent))


def connect_reading(path: Path, seconds: float) -> tuple[sqlite3.Connection, Stand | None]:
    """A connection that only reads; and how the file stands, when SQLite must be told that nobody writes to it.

    Where there is a file beside it that ends in -shm, SQLite sees what others write, as ever. Where there is none and
    none can be made, it reads only what it is told never changes (`immutable`): then it neither locks nor looks at the
    -wal file, so there must be none, and the caller must look with `check_still`, after it read, whether it was true.
    Raises StoreError when the latest changes are in a -wal file that cannot be read.
    """
    connection = _connected(path, seconds)
    try:
        tables_of(connection)
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        if not os.access(path, os.R_OK):
            raise
        check_no_changes(path)
        stand = stand_of(path)
        return connect_frozen(path, seconds), stand
    return connection, None


def tables_of(connection: sqlite3.Connection) -> int:
    """How many tables, indexes, views and triggers the database holds. Raises sqlite3.Error when it is damaged."""
    try:
        return int(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    except UnicodeDecodeError as error:
        # What SQLite says quotes the schema, whose damaged letters Python cannot read.
        malformed = sqlite3.DatabaseError("malformed database schema")
        malformed.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise malformed from error


def connect_frozen(path: Path, seconds: float) -> sqlite3.Connection:
    """A connection to a file of which SQLite is told that nobody writes to it; no file beside it is read or made."""
    return _connected(path, seconds, "&immutable=1")


def check_no_changes(path: Path) -> None:
    """Raises StoreError when changes lie beside a file that can only be read without them."""
    beside = path.with_name(f"{path.name}-wal")
    if beside.exists() and beside.stat().st_size:
        raise StoreError(
            f"{path}: the latest changes are in {beside.name}, which cannot be read in a folder that cannot be written"
            " to; copy all files of the workspace to where they can be written, and read them there"
        )


def check_still(path: Path, stand: Stand) -> None:
    """Raises StoreError when a file was written to that SQLite was told is never: what it read may be of two states."""
    beside = path.with_name(f"{path.name}-wal")
    if stand_of(path) != stand or (beside.exists() and beside.stat().st_size):
        raise StoreError(f"{path}: somebody wrote to it while it was read; read it again when they have finished")


def stand_of(path: Path) -> Stand:
    """How the file stands now."""
    found = path.stat()
    return Stand(found.st_ino, found.st_size, found.st_mtime_ns)


def _connected(path: Path, seconds: float, more: str = "") -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode=ro{more}"
    with no_link(path):
        return sqlite3.connect(uri, seconds, isolation_level=None, check_same_thread=False, uri=True)
