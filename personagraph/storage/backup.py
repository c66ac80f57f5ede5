"""Copies databases while others write them: the state of several files at one moment, each a file of its own."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from hashlib import sha256
from pathlib import Path

from personagraph.errors import StoreError
from personagraph.storage.damage.integrity import reading
from personagraph.storage.damage.wal import refuse_broken_wal
from personagraph.storage.database import told

STEP = 512
"""So many pages are copied at once, between looks at whether to stop; nobody is kept from writing meanwhile."""
PATIENCE = 60.0


@contextmanager
def at_one_moment(paths: Sequence[Path]) -> Iterator[list[sqlite3.Connection]]:
    """Connections to databases, each of which sees the state that it had at a moment that is the same for all.

    So a crash at that moment would have left them. Raises StoreError when they change so fast that none is found, or
    somebody changes what cannot be locked.
    """
    for path in paths:
        refuse_broken_wal(path)
    with ExitStack() as opened:
        with _translated(paths[0]):
            files = [opened.enter_context(reading(path)) for path in paths]
            looks = [opened.enter_context(reading(path)) for path in paths]
            deadline = time.monotonic() + PATIENCE
            while not _begin(files, looks):
                if time.monotonic() > deadline:
                    raise StoreError(f"{paths[0]} and the file beside it never stood still; try again later.")
        yield files


def _begin(files: Sequence[sqlite3.Connection], looks: Sequence[sqlite3.Connection]) -> bool:
    """Begin to read all files, in order; whether none of them changed between its own beginning and that of the last.

    What a connection sees stays the same from its first read on; the other one to the same file sees a change since.
    """
    before = []
    for file, look in zip(files, looks, strict=True):
        if file.in_transaction:
            file.execute("ROLLBACK")
        before.append(_version(look))
        file.execute("BEGIN")
        file.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return before == [_version(look) for look in looks]


def _version(look: sqlite3.Connection) -> object:
    """A number that is another one when somebody else has committed since."""
    return look.execute("PRAGMA data_version").fetchone()[0]


def copy_database(
    source: sqlite3.Connection,
    target: Path,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Write what a connection sees into a new file that needs no other beside it; `progress` may raise to stop it.

    Raises StoreError when the source cannot be read, or the disk is full.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with _translated(target), closing(sqlite3.connect(target)) as file:
        source.backup(file, pages=STEP, progress=lambda status, left, total: progress(total - left, total))
        file.execute("PRAGMA journal_mode = DELETE")


def hash_of(path: Path) -> str:
    """The SHA-256 of a file."""
    hashed = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            hashed.update(block)
    return hashed.hexdigest()


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(told(path, error)) from error
