"""Reads a write-ahead log, SQLite's file beside a database that ends in -wal, and says what SQLite will not read of it.

SQLite reads it up to the first frame whose checksum is wrong, and takes no notice of what comes behind, nor tells.
"""

import struct
import time
from collections.abc import Iterator, Sequence
from operator import mul
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
    """SQLite's checksum of the data, going on from the one before; of pairs of words, each sum is linear in all."""
    count = len(data) // 4
    values: Sequence[int] = (*before, *struct.unpack(f"{words}{count}I", data))
    first, second = _factors(count)
    return sum(map(mul, first, values)) & 0xFFFFFFFF, sum(map(mul, second, values)) & 0xFFFFFFFF


_known: dict[int, tuple[list[int], list[int]]] = {}


def _factors(count: int) -> tuple[list[int], list[int]]:
    """What each of the two sums before, and each of the words, counts in the first and the second sum after them."""
    if count not in _known:
        both = list(_factors_of(count))
        _known[count] = [one for one, _ in both], [other for _, other in both]
    return _known[count]


def _factors_of(count: int) -> Iterator[tuple[int, int]]:
    # A step makes of (s, t) and the words (x, y): s + t + x, and s + 2 t + x + y.
    a, b, d = 1, 0, 1
    powers = [(a, b, d)]
    for _ in range(count // 2):
        a, b, d = (a + b) & 0xFFFFFFFF, (a + 2 * b) & 0xFFFFFFFF, (b + 2 * d) & 0xFFFFFFFF
        powers.append((a, b, d))
    a, b, d = powers[-1]
    yield from ((a, b), (b, d))
    for a, b, d in reversed(powers[:-1]):
        yield from (((a + b) & 0xFFFFFFFF, (b + d) & 0xFFFFFFFF), (b, d))
