"""Reads a write-ahead log, SQLite's file beside a database that ends in -wal, and says what SQLite will not read of it.

SQLite reads it up to the first frame whose checksum is wrong, and takes no notice of what comes behind, nor tells.
"""

import struct
import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from personagraph.errors import StoreError
from personagraph.storage.workspace_files import look

HEADER, FRAME = 32, 24
TORN = 1
"""A crash can leave so many commits unreadable: the one that it interrupted."""
_ENDS = {0x377F0682: "<", 0x377F0683: ">"}
_TRIES = 5
_MANY = 1_000
"""Frames from which on numpy is worth its import, which takes as long as reading so many without it."""
_AT_ONCE = 2_000
_WORD = 0xFFFFFFFF


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
    starts = range(HEADER, len(wal) - FRAME - size + 1, FRAME + size)
    power = _power(1 + size // 8)
    parts = iter(_parts(words, wal, starts, size))
    for start in starts:
        page, commit, *theirs = struct.unpack(">6I", wal[start : start + FRAME])
        if whole:
            sums = _after(sums, power, next(parts))
            whole = theirs == [*salts, *sums]
        found.append(WalFrame(page, commit, whole, wal[start + FRAME : start + FRAME + size]))
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


_Sums = tuple[int, int]
_Power = tuple[_Sums, _Sums]


def _checksum(words: str, before: _Sums, data: bytes) -> _Sums:
    """SQLite's checksum of the data, going on from the one before."""
    first, second = before
    values = iter(struct.unpack(f"{words}{len(data) // 4}I", data))
    for one, other in zip(values, values, strict=True):
        first = (first + second + one) & _WORD
        second = (first + second + other) & _WORD
    return first, second


def _after(before: _Sums, power: _Power, part: _Sums) -> _Sums:
    """The checksum of data whose own, from nothing, is `part`, going on from the one before: it is linear."""
    first, second = (
        (row[0] * before[0] + row[1] * before[1] + more) & _WORD for row, more in zip(power, part, strict=True)
    )
    return first, second


@cache
def _power(pairs: int) -> _Power:
    """What so many pairs of words make of the checksum before them."""
    (a, c), (b, d) = (_checksum("<", unit, bytes(8 * pairs)) for unit in ((1, 0), (0, 1)))
    return (a, b), (c, d)


def _parts(words: str, wal: bytes, starts: range, size: int) -> Iterable[_Sums]:
    """The checksum, from nothing, of each frame: of eight bytes of its header and of its page."""
    if len(starts) >= _MANY:
        return _parts_at_once(words, wal, starts, size)
    return (_checksum(words, (0, 0), wal[at : at + 8] + wal[at + FRAME : at + FRAME + size]) for at in starts)


def _parts_at_once(words: str, wal: bytes, starts: range, size: int) -> Iterator[_Sums]:
    """The same with numpy: what a word adds to the checksum depends on how many come behind it alone."""
    import numpy as np

    pairs = 1 + size // 8
    weights = np.empty((2 * pairs, 2), np.uint32)
    units = [struct.pack("<2I", *unit) for unit in ((1, 0), (0, 1))]
    now = [_checksum("<", (0, 0), unit) for unit in units]
    one = _power(1)
    for pair in reversed(range(pairs)):
        weights[2 * pair], weights[2 * pair + 1] = now
        now = [_after(each, one, (0, 0)) for each in now]
    for first in range(0, len(starts), _AT_ONCE):
        some = starts[first : first + _AT_ONCE]
        rows = np.frombuffer(wal, np.uint8, len(some) * (FRAME + size), some[0]).reshape(len(some), FRAME + size)
        read = np.concatenate([rows[:, :8], rows[:, FRAME:]], axis=1).view(f"{words}u4").astype(np.uint32)
        found = np.stack([(read * column).sum(1, dtype=np.uint32) for column in weights.T], axis=1)
        yield from map(tuple, found.tolist())
