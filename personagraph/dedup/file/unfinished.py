"""The verdicts of a run over a file that has not ended: what the same command goes on from.

A line for each block of rows: its checksum, how many rows they are, a hash of all descriptions so far, and which of the
rows were merged. So a verdict is only taken over for rows that are, and follow, exactly those that it was made for,
whatever became of the file meanwhile; from the first block that is of other rows, or was cut, all is decided anew.
"""

import json
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from zlib import crc32

from personagraph.dedup.rules import Deduplicator
from personagraph.dedup.stream import Decision, deduplicate
from personagraph.errors import ConfigError
from personagraph.storage.atomic_files import translated
from personagraph.storage.workspace_files import open_plain

SUFFIX = ".unfinished"
BLOCK, PAUSE = 10_000, 5.0
"""Rows, and seconds, after which verdicts are written down."""
_BEGINS = b"personagraph dedup "
_LONGEST = 20_000_000
"""Bytes of a line."""


class _Block(NamedTuple):
    rows: int
    hash: str
    merges: list[tuple[int, int, str, float]]
    apart: dict[str, int]


class Unfinished:
    """The verdicts so far of a run; `resumed` is how many of them were taken over from one that was stopped."""

    def __init__(self, file: BinaryIO, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._file, self._clock = file, clock
        self._end = file.tell()
        self._hash = blake2b(digest_size=16)
        self._is_kept = bytearray()
        self._texts: list[str] = []
        self._merges: list[tuple[int, int, str, float]] = []
        self._since = clock()
        self.resumed = 0

    @property
    def is_worth_keeping(self) -> bool:
        """Whether there is anything to go on from."""
        return len(self._is_kept) > len(self._texts)

    def decided(self, rows: Iterable[tuple[int, str]], known: Deduplicator) -> Iterator[Decision]:
        """The decision for each description, numbered from zero: those that were made before, then those made now."""
        rows = iter(rows)
        while block := self._next():
            taken = list(islice(rows, block.rows))
            if not self._fits(block, taken):
                rows = chain(taken, rows)
                break
            self._end = self._file.tell()
            yield from self._again(block, taken, known)
        self._file.seek(self._end)
        self._file.truncate()
        waiting: deque[str] = deque()
        self._since = self._clock()
        for decision in deduplicate(_noted(rows, waiting), known):
            self._add(waiting.popleft(), decision, known.vetoes)
            yield decision

    def _next(self) -> _Block | None:
        """The next block, None where nothing follows that is whole."""
        line = self._file.readline(_LONGEST)
        try:
            sum, _, said = line.removesuffix(b"\n").partition(b" ")
            if line.endswith(b"\n") and int(sum, 16) == crc32(said):
                return _block(json.loads(said))
        except (ValueError, TypeError, AttributeError, RecursionError):
            pass
        return None

    def _fits(self, block: _Block, taken: list[tuple[int, str]]) -> bool:
        """Whether it is about these rows, and merges them into earlier ones that are kept."""
        hash, first = self._hash.copy(), len(self._is_kept)
        hash.update(_hashed(description for _, description in taken))
        if hash.hexdigest() != block.hash or len(taken) != block.rows:
            return False
        is_kept = bytearray(b"\1") * block.rows
        for row, into, _, _ in block.merges:
            if not first <= row < first + block.rows or not 0 <= into < row:
                return False
            is_kept[row - first] = 0
        self._hash = hash
        self._is_kept += is_kept
        if all(self._is_kept[into] for _, into, _, _ in block.merges):
            return True
        del self._is_kept[first:]
        return False

    def _again(self, block: _Block, taken: list[tuple[int, str]], known: Deduplicator) -> Iterator[Decision]:
        merges = {row: Decision(row, into, method, score) for row, into, method, score in block.merges}
        known.prepare([description for _, description in taken])
        for row, description in taken:
            decision = merges.get(row) or Decision(row, None, "", 0.0)
            known.add(str(row if decision.into is None else decision.into), description)
            yield decision
        known.vetoes = Counter(block.apart)
        self.resumed += block.rows

    def _add(self, description: str, decision: Decision, apart: Mapping[str, int]) -> None:
        self._texts.append(description)
        self._is_kept.append(decision.into is None)
        if decision.into is not None:
            self._merges.append((decision.row, decision.into, decision.method, decision.score))
        if len(self._texts) == BLOCK or self._clock() - self._since > PAUSE:
            self._write(apart)

    def _write(self, apart: Mapping[str, int]) -> None:
        self._hash.update(_hashed(self._texts))
        block = _Block(len(self._texts), self._hash.hexdigest(), self._merges, dict(apart))
        said = json.dumps(block._asdict(), separators=(",", ":")).encode()
        self._file.write(b"%08x %s\n" % (crc32(said), said))
        self._file.flush()
        self._texts, self._merges, self._since = [], [], self._clock()


def _block(said: Mapping[str, Any]) -> _Block:
    """The block that is told. Raises ValueError or TypeError where it is none, as one that somebody else wrote."""
    block = _Block(**said)
    numbers = [block.rows, *block.apart.values(), *(row for merge in block.merges for row in merge[:2])]
    if any(type(number) is not int or number < 0 for number in numbers) or not 0 < block.rows <= BLOCK:
        raise ValueError("a number is none")
    if any(not (isinstance(method, str) and isinstance(score, float | int)) for _, _, method, score in block.merges):
        raise ValueError("a merge is none")
    return block


@contextmanager
def unfinished(output: Path, said: Mapping[str, Any]) -> Iterator[Unfinished]:
    """What a run with the same output that was stopped has decided, if all is `said` as it was then; else nothing.

    It lies beside the output, and is gone when the block ends well, or nothing was decided. Raises ConfigError when it
    cannot be written, is written by another process, or is something else.
    """
    path = output.with_name(f"{output.name}{SUFFIX}")
    with translated(output):
        file = os.fdopen(open_plain(path, os.O_RDWR | os.O_CREAT, 0o666), "r+b")
    found: Unfinished | None = None
    try:
        with translated(output):
            _lock(file, path)
            _begin(file, path, _BEGINS + json.dumps(said, sort_keys=True).encode() + b"\n")
        found = Unfinished(file)
        yield found
        path.unlink()
    except BaseException:
        if found and not found.is_worth_keeping:
            with suppress(OSError):
                path.unlink()
        raise
    finally:
        with suppress(OSError):
            file.close()


def _begin(file: BinaryIO, path: Path, header: bytes) -> None:
    """Go to the first block; a file of other settings becomes empty."""
    first = file.readline(_LONGEST)
    if first == header:
        return
    if not first.startswith(_BEGINS) and not _BEGINS.startswith(first):
        raise ConfigError(f"{path} is not what a stopped run left; move it away, or name another --output")
    file.seek(0)
    file.truncate()
    file.write(header)
    file.flush()


def _lock(file: BinaryIO, path: Path) -> None:
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise ConfigError(f"{path} is written by another process; wait for it, or name another --output") from None
    except OSError:
        pass  # some file systems have no locks
    if not os.fstat(file.fileno()).st_nlink:
        raise ConfigError(f"{path} was taken away by a process that has just ended; try again")


def _noted(rows: Iterable[tuple[int, str]], waiting: deque[str]) -> Iterator[tuple[int, str]]:
    for row, description in rows:
        waiting.append(description)
        yield row, description


def _hashed(descriptions: Iterable[str]) -> bytes:
    return "".join(f"{description}\n" for description in descriptions).encode()
