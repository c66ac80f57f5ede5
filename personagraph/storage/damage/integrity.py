"""Says whether a database file is whole, and if it is not, why: before anything is bought into it, or in full.

SQLite sees damage to the structure of a file. A changed letter in a text it does not see: that needs those who know
what the text must be.
"""

import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from personagraph.errors import StoreError
from personagraph.storage.damage.wal import TORN, lost_commits
from personagraph.storage.database import WAIT_SECONDS, Kind, told
from personagraph.storage.migrations import foreign_program, load_migrations
from personagraph.storage.read_only import check_still, connect_frozen, connect_reading

RESCUE = "`personagraph store rescue TO` saves what can be saved into a new workspace, or restore a backup"
MOST = 5
"""So many reasons are told."""
_CACHE = 1 << 18
"""KiB of pages that are kept in memory, at most: each entry of an index is looked up in its table, in no order."""
_NOT_THE_FILE = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_FULL,
)
"""What can keep SQLite from reading a file that is whole."""


def damage(path: Path, *, full: bool = True, texts: bool = False, kind: Kind | None = None) -> list[str]:
    """Why a database file is not whole, at most MOST reasons and how many more there are; empty when it is.

    Changes nothing, and sees what other processes have committed. Without `full` it is not compared whether indexes
    say what their tables do. With `texts` each is looked at, too: damage can leave one that is no text. `kind`
    is what the file must be, without a program that is not ours. Raises StoreError when it cannot be looked at.
    """
    if not path.is_file():
        return ["it is not there"]
    if (lost := lost_commits(path)) > TORN:
        return [f"{lost} commits in {path.name}-wal are behind a damaged place, and would be lost"]
    try:
        with reading(path) as file:
            return _reasons(file, full, kind) or (_bounded(_bad_texts(file)) if texts else [])
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NOT_THE_FILE:
            raise StoreError(told(path, error)) from error
        return [str(error)]


def refuse_damaged(path: Path, *, full: bool) -> None:
    """Raises StoreError for a database file that is not whole, so that nothing is bought or written into it."""
    if reasons := damage(path, full=full):
        raise StoreError(f"{path} is damaged ({'; '.join(reasons)}); nothing was sent or written. {RESCUE}.")


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write. Raises StoreError when somebody wrote what SQLite was told that nobody does."""
    connection, stand = connect_reading(path, WAIT_SECONDS)
    connection.text_factory = _text
    connection.execute(f"PRAGMA cache_size = -{_CACHE}")
    with closing(connection):
        yield connection
    if stand:
        check_still(path, stand)


def read_only(path: Path, *, frozen: bool = False) -> sqlite3.Connection:
    """A connection that cannot write; `frozen` promises that nobody else does, and makes no file beside it."""
    connection = connect_frozen(path, WAIT_SECONDS) if frozen else connect_reading(path, WAIT_SECONDS)[0]
    connection.text_factory = _text
    return connection


def _text(data: bytes) -> str:
    """In a damaged file a text may be none."""
    return data.decode("utf-8", "replace")


def _reasons(file: sqlite3.Connection, full: bool, kind: Kind | None) -> list[str]:
    (found,) = file.execute("PRAGMA application_id").fetchone()
    if kind and found != kind.application:
        return [f"its header has the number {found:#x}, and not {kind.application:#x}"]
    if kind and (program := foreign_program(file, load_migrations(kind.schema))):
        return [f"it has {program}"]
    said = list(_lines(row[0] for row in file.execute(f"PRAGMA {'integrity' if full else 'quick'}_check({MOST + 1})")))
    if said != ["ok"]:
        return _bounded(said)
    if not full:
        return []
    named = (f"row {row[1]} of {row[0]} names one in {row[2]} that is not there" for row in _foreign(file))
    return _bounded(list(named))


def _bad_texts(file: sqlite3.Connection) -> list[str]:
    """The tables with texts that are no UTF-8, and how many."""
    tables = [row[0] for row in file.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")]
    found = []
    for table in tables:
        bad = 0 if _are_texts(file, table) else _count_bad(file, table)
        found += [f"{bad} texts in {table} are none"] * bool(bad)
    return found


def _are_texts(file: sqlite3.Connection, table: str) -> bool:
    """Whether all texts of a table are UTF-8, as the module says that reads them, which takes no call for each."""
    file.text_factory = str
    try:
        deque(_rows(file, table), maxlen=0)
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) is not None:
            raise
        return False
    return True


def _count_bad(file: sqlite3.Connection, table: str) -> int:
    bad = 0

    def read(data: bytes) -> str:
        nonlocal bad
        try:
            return data.decode()
        except UnicodeDecodeError:
            bad += 1
            return ""

    file.text_factory = read
    deque(_rows(file, table), maxlen=0)
    return bad


def _rows(file: sqlite3.Connection, table: str) -> Iterable[tuple[object, ...]]:
    return file.execute(f'SELECT * FROM "{table.replace(chr(34), chr(34) * 2)}"')


def _foreign(file: sqlite3.Connection) -> Iterable[tuple[object, ...]]:
    return file.execute("PRAGMA foreign_key_check")


def _lines(said: Iterable[str]) -> Iterable[str]:
    for line in (line for text in said for line in str(text).splitlines()):
        if not line.startswith("*** in database"):
            yield line


def _bounded(reasons: list[str]) -> list[str]:
    more = len(reasons) - MOST
    return [*reasons[:MOST], *([f"and {more} more" if more > 1 else "and more"] if more > 0 else [])]
