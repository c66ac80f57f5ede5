"""Remembers which large databases were found whole, so that a run does not read all of them that nobody has touched.

What is remembered is which file it was, its size and its times, as they were when the last run had written all. It
holds as long as none of these changes and no log lies beside the file, for LASTING seconds from when the whole file was
read. It cannot see a disk that gives back other bytes than were written, nor what was written past SQLite while a run
wrote: these are seen within LASTING seconds, and by who looks in full.
"""

import json
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from personagraph.errors import ConfigError
from personagraph.storage.atomic_files import make_folder, replacing
from personagraph.storage.damage.integrity import refuse_damaged
from personagraph.storage.plain_files import read_plain
from personagraph.storage.workspace_files import no_link

FILE = "whole"
LASTING = 24 * 3600
"""Seconds."""
LEAST = 32 << 20
"""Bytes: what is smaller is read in no time."""
_SECOND = 10**9
_TICK = _SECOND // 20
"""Nanoseconds: two changes of a file that are so far apart have different times."""


class _WholeFile(NamedTuple):
    """A file as it was when all in it had been written, and when all of it was last read, in seconds."""

    device: int
    inode: int
    size: int
    written: int
    changed: int
    read: float


@contextmanager
def whole(folder: Path, databases: Mapping[Path, bool]) -> Iterator[list[Path]]:
    """A block in which databases are written, whose files are whole when it begins; raises StoreError for others.

    Of each it is said whether it is to be looked at in full. Those that the folder's note says were whole are not read;
    gives those that were. The note is written when the block ends well.
    """
    known, read, new = _noted(folder), dict[Path, float](), list[Path]()
    for path, full in databases.items():
        found, now = known.get(path.name), time.time()
        if found and _stands(path, found) and now - LASTING < found.read <= now:
            read[path] = found.read
        else:
            refuse_damaged(path, full=full)
            read[path] = now
            new.append(path)
    yield new
    standing = {path.name: found for path, when in read.items() if (found := _standing(path, when))}
    # Without a note the next run reads all: nothing is lost.
    with suppress(ConfigError):
        if standing:
            make_folder(folder)
            with replacing([folder / FILE]) as (file,):
                os.fchmod(file.fileno(), 0o600)
                file.write(json.dumps(standing).encode())


def _noted(folder: Path) -> dict[str, _WholeFile]:
    """What the note says; nothing where it is missing, or anything else than what is written here."""
    try:
        told = json.loads(read_plain(folder / FILE, linked=False))
        return {name: _WholeFile(*map(_number, values)) for name, values in told.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _number(told: object) -> int:
    if type(told) not in (int, float):
        raise TypeError(f"{told!r:.40} is no number")
    return told  # type: ignore[return-value]


def _stands(path: Path, found: _WholeFile) -> bool:
    """Whether a file is as it was found, and nothing waits beside it to be moved into it."""
    now = _looked(path, found.read)
    return now == found and not _log(path)


def _standing(path: Path, read: float) -> _WholeFile | None:
    """How a file stands once its log is moved into it; None where that cannot be told apart from what comes later."""
    try:
        if path.stat().st_size + _log(path) < LEAST:
            return None
        with no_link(path):
            connection = sqlite3.connect(path, 0, isolation_level=None)
        with closing(connection):
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except (OSError, ConfigError, sqlite3.Error):
        return None
    time.sleep(_TICK / _SECOND)
    found = _looked(path, read)
    if found is None or _log(path) or not (found.written % _SECOND or found.changed % _SECOND):
        return None
    return found if max(found.written, found.changed) <= time.time_ns() - _TICK else None


def _looked(path: Path, read: float) -> _WholeFile | None:
    try:
        at = path.lstat()
    except OSError:
        return None
    return _WholeFile(at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns, read)


def _log(path: Path) -> int:
    """The bytes of a database's log."""
    try:
        return path.with_name(f"{path.name}-wal").lstat().st_size
    except OSError:
        return 0
