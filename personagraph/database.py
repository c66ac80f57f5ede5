"""Opens an SQLite file the way we want every one: durable, migrated, safe between threads, errors told once."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from personagraph.errors import SchemaVersionError, StoreError


class Database:
    """One SQLite file: WAL, every commit on disk before it returns, one connection shared behind a lock.

    `migrations` is a folder of files `V001__what.sql`, run in order, each once, each in one transaction; `PRAGMA
    user_version` is the number of the last one. Raises SchemaVersionError for a file of a newer version, StoreError for
    whatever SQLite refuses, naming the file.
    """

    def __init__(self, path: Path, migrations: Traversable) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._depth = 0
        with self._translated():
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
        self._migrate(migrations)

    def rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._lock, self._translated():
            return self._connection.execute(sql, parameters).fetchall()

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None."""
        found = self.rows(sql, parameters)
        return found[0][0] if found else None

    def execute(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> int:
        """Run one statement inside `transaction`; the number of rows it changed."""
        with self._lock, self._translated():
            return self._connection.execute(sql, parameters).rowcount

    def insert(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row, inside `transaction`."""
        with self._lock, self._translated():
            self._connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, on disk when it ends; a transaction inside a transaction joins it."""
        with self._lock, self._translated():
            if not self._depth:
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

    def close(self) -> None:
        """Close the file; closing twice is no error."""
        with self._lock:
            self._connection.close()

    def _migrate(self, migrations: Traversable) -> None:
        files = sorted((f for f in migrations.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
        done = self.value("PRAGMA user_version")
        if done > len(files):
            raise SchemaVersionError(
                f"{self.path}: written by a newer personagraph (schema {done}, this one knows {len(files)}); "
                "upgrade personagraph"
            )
        if done == len(files):
            return
        with self.transaction():
            for file in files[self.value("PRAGMA user_version") :]:
                for statement in file.read_text(encoding="utf-8").split(";\n"):
                    self.execute(statement)
            self.execute(f"PRAGMA user_version = {len(files)}")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(f"{self.path}: {error}; {_remedy(error)}") from error


def _remedy(error: sqlite3.Error) -> str:
    text = str(error)
    if "full" in text:
        return "free some space and run the same command again"
    if "locked" in text or "busy" in text:
        return "another process is using it; wait for it to end"
    if "not a database" in text or "malformed" in text:
        return "the file is damaged or no database of personagraph; restore it from a backup"
    return "check that the folder exists and that you may write to it"
