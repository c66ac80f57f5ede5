"""Reads a write-ahead log, SQLite's file beside a database that ends in -wal, and says what SQLite will not read of it.

SQLite reads it up to the first frame whose checksum is wrong, and takes no notice of what comes behind, nor tells.
"""

import struct
import time
from pathlib import Path
from typing import NamedTuple

from personagraph.errors import StoreError
from personagraph.storage.workspace_files import look

HEADER, FRAME = 32, 24
TORN = 1
"""A crash can leave so many commits unreadable: the one that it interrupted."""
_ENDS = {0x377F0682: "<", 0x377F0683: ">"}
_TRIES = 5


class WalFrame(NamedTuple):
    """A page as it was written. `commit` is the size of the database in pages where a commit ends, otherwise 0.

    `whole` says that it and all before it have the checksums that they were written with.
    """

    page: int
    commit: int
    whole: bool
    content: bytes


def frames(wal: bytes) -> list[WalFrame]:
    """The frames of the log that SQLite goes by, and those behind a damaged one up to the last commit."""
    if len(wal) < HEADER + FRAME:
        return []
    magic, _, size, _, *salts, first, second = struct.unpack(">8I", wal[:HEADER])
    words = _ENDS.get(magic, "<")
    whole = magic in _ENDS and _checksum(words, (0, 0), wal[: HEADER - 8]) == (first, second)
    if not whole:
        # The header is damaged: the frames know what it said.
        salts = list(struct.unpack(">2I", wal[HEADER + 8 : HEADER + 16]))
        size = size if 512 <= size <= 65536 and not size & (size - 1) else 4096
    found, behind, sums = [], 0, (first, second)
    for start in range(HEADER, len(wal) - FRAME - size + 1, FRAME + size):
        page, commit, *theirs = struct.unpack(">6I", wal[start : start + FRAME])
        content = wal[start + FRAME : start + FRAME + size]
        if whole:
            sums = _checksum(words, sums, wal[start : start + 8] + content)
            whole = theirs == [*salts, *sums]
        found.append(WalFrame(page, commit, whole, content))
        if whole or theirs[:2] == salts:
            behind = len(found) if commit else behind
    return found[:behind]


def lost_commits(database: Path) -> int:
    """How many commits in the log of a database SQLite will pass over, because something before them is damaged."""
    log, earlier = database.with_name(database.name + "-wal"), -1
    for attempt in range(_TRIES):
        found = frames(log.read_bytes()) if look(log) else []
        whole = sum(frame.whole for frame in found)
        lost = sum(frame.commit > 0 and not frame.whole for frame in found)
        # Another process may be writing it: then the place of the damage moves on, or is gone.
        if not lost or earlier == whole:
            return lost
        earlier = whole
        time.sleep(0.02 * (attempt + 1))
    return 0


def refuse_broken_wal(database: Path) -> None:
    """Raises StoreError when the log of a database is damaged: who opens it would lose what is behind the damage."""
    if (lost := lost_commits(database)) > TORN:
        raise StoreError(
            f"{database}-wal is damaged, and {lost} commits behind the damage would be lost: `personagraph store rescue"
            " TO` saves what can be saved into a new workspace, before anything else is done with this one."
        )


def _checksum(words: str, before: tuple[int, int], data: bytes) -> tuple[int, int]:
    """SQLite's checksum of the data, going on from the one before."""
    first, second = before
    values = iter(struct.unpack(f"{words}{len(data) // 4}I", data))
    for one, other in zip(values, values, strict=True):
        first = (first + second + one) & 0xFFFFFFFF
        second = (first + second + other) & 0xFFFFFFFF
    return first, second
