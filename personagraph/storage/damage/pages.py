"""Reads the pages of a SQLite file by themselves, without SQLite, and takes nothing that they say on trust.

The format is that of https://www.sqlite.org/fileformat2.html.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from personagraph.storage.damage.wal import frames

INDEX_INSIDE, TABLE_INSIDE, INDEX_LEAF, TABLE_LEAF = 2, 5, 10, 13
INDEXES, INSIDES = (INDEX_INSIDE, INDEX_LEAF), (INDEX_INSIDE, TABLE_INSIDE)
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_DEPTH = 40


class PageRow(NamedTuple):
    """A row of a table or an entry of an index: the rowid (None in an index), and its values."""

    rowid: int | None
    values: tuple[Any, ...]


class DamagedPageError(Exception):
    """A page, or a place in it, cannot be what it should be."""


@dataclass(slots=True)
class Pages:
    """The pages of a database: those of its file, under those in its log."""

    path: Path
    size: int = 4096
    count: int = 0
    _newer: dict[int, bytes] = field(default_factory=dict)
    _overflow: set[int] = field(default_factory=set)
    trees: set[int] = field(default_factory=set)
    """The pages that belong to a table or an index, which hold no part of a long row."""
    _file: BinaryIO = field(init=False)

    def __post_init__(self) -> None:
        self._file = self.path.open("rb")
        log = self.path.with_name(self.path.name + "-wal")
        written = frames(log.read_bytes()) if log.is_file() else []
        self._newer = {frame.page: frame.content for frame in written}
        self.size = len(written[0].content) if written else self._page_size()
        largest = max((page for page in self._newer if page < 1 << 24), default=0)
        self.count = max(self.path.stat().st_size // self.size, largest)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def page(self, number: int) -> bytes:
        """A page by its number, from 1. Raises DamagedPageError when there is none."""
        if not 1 <= number <= self.count:
            raise DamagedPageError(f"there is no page {number}")
        content = self._newer.get(number)
        if content is None:
            self._file.seek((number - 1) * self.size)
            content = self._file.read(self.size)
        if len(content) < self.size:
            raise DamagedPageError(f"page {number} is cut off")
        return content

    def kind(self, number: int) -> int:
        """The kind of a page of a tree, or another number."""
        return self.page(number)[100 if number == 1 else 0]

    def children(self, number: int, kind: int) -> Iterator[int]:
        """The pages below one that is inside of a tree."""
        page, start = self.page(number), 100 if number == 1 else 0
        for place in self._cells(number, kind):
            yield int(struct.unpack(">I", page[place : place + 4])[0])
        yield int(struct.unpack(">I", page[start + 8 : start + 12])[0])

    def records(self, number: int, kind: int) -> Iterator[PageRow | None]:
        """What a page of this kind holds, in order; None for what cannot be read."""
        if kind == TABLE_INSIDE:
            return
        page = self.page(number)
        for place in self._cells(number, kind):
            try:
                yield self._record(page, place, kind)
            except (DamagedPageError, struct.error, IndexError, UnicodeDecodeError, OverflowError):
                yield None

    def tree(self, root: int, kind: int) -> Iterator[tuple[int, int]]:
        """The pages of a tree as far as they can be reached, each once with its kind; `kind` is that of its leaves.

        A page whose kind is none that the tree can have is left out: it is another's, or damaged.
        """
        inside = TABLE_INSIDE if kind == TABLE_LEAF else INDEX_INSIDE
        waiting, seen = [(root, 0)], set[int]()
        while waiting:
            number, depth = waiting.pop()
            if number in seen or depth > _DEPTH:
                continue
            seen.add(number)
            try:
                found = self.kind(number)
                if found in (kind, inside):
                    yield number, found
                if found == inside:
                    waiting += [(child, depth + 1) for child in reversed(list(self.children(number, found)))]
            except (DamagedPageError, struct.error, IndexError):
                continue

    def free(self) -> set[int]:
        """The pages that the file keeps for later, as far as the list of them can be read."""
        found: set[int] = set()
        try:
            trunk = struct.unpack(">I", self.page(1)[32:36])[0]
            while trunk and trunk not in found:
                page = self.page(trunk)
                found.add(trunk)
                trunk, count = struct.unpack(">2I", page[:8])
                count = min(count, self.size // 4 - 2)
                found |= set(struct.unpack(f">{count}I", page[8 : 8 + 4 * count]))
        except DamagedPageError:
            pass
        return found

    def _page_size(self) -> int:
        header = self._file.read(18)
        size = struct.unpack(">H", header[16:18])[0] if len(header) == 18 else 0
        size = 65536 if size == 1 else size
        return size if size >= 512 and not size & (size - 1) else 4096

    def _cells(self, number: int, kind: int) -> Iterator[int]:
        page, start = self.page(number), 100 if number == 1 else 0
        count = struct.unpack(">H", page[start + 3 : start + 5])[0]
        first = start + (12 if kind in INSIDES else 8)
        for place in range(first, min(first + 2 * count, self.size - 1), 2):
            cell = struct.unpack(">H", page[place : place + 2])[0]
            if first <= cell < self.size - 3:
                yield cell

    def _record(self, page: bytes, place: int, kind: int) -> PageRow:
        place += 4 if kind == INDEX_INSIDE else 0
        length, place = _varint(page, place)
        rowid = None
        if kind == TABLE_LEAF:
            rowid, place = _varint(page, place)
            rowid -= (1 << 64) if rowid >= 1 << 63 else 0
        return PageRow(rowid, _values(self._payload(page, place, length, kind)))

    def _payload(self, page: bytes, place: int, length: int, kind: int) -> bytes:
        """A row's bytes: those on the page, and those on the chain of pages that hold the rest."""
        if length > self.count * self.size:
            raise DamagedPageError("a row is longer than the file")
        most = self.size - 35 if kind == TABLE_LEAF else (self.size - 12) * 64 // 255 - 23
        least = (self.size - 12) * 32 // 255 - 23
        local = length
        if length > most:
            local = least + (length - least) % (self.size - 4)
            local = local if local <= most else least
        parts, left = [page[place : place + local]], length - local
        if len(parts[0]) < local:
            raise DamagedPageError("a row goes beyond its page")
        chain: list[int] = []
        following = struct.unpack(">I", page[place + local : place + local + 4])[0] if left else 0
        while left:
            if following in self.trees or following in self._overflow or following in chain:
                raise DamagedPageError("a row goes on where another one is")
            chain.append(following)
            more = self.page(following)
            following = struct.unpack(">I", more[:4])[0]
            parts.append(more[4 : 4 + min(left, self.size - 4)])
            left -= len(parts[-1])
        self._overflow |= set(chain)
        return b"".join(parts)


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for n in range(8):
        byte = data[place + n]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, place + n + 1
    return value << 8 | data[place + 8], place + 9


def _values(payload: bytes) -> tuple[Any, ...]:
    header, place = _varint(payload, 0)
    if header > len(payload):
        raise DamagedPageError("the header of a row is longer than the row")
    values, body = [], header
    while place < header:
        serial, place = _varint(payload, place)
        value, size = _value(payload, body, serial)
        body += size
        values.append(value)
    if place != header or body != len(payload):
        raise DamagedPageError("a row is not as long as its values")
    return tuple(values)


def _value(payload: bytes, place: int, serial: int) -> tuple[Any, int]:
    if serial >= 12:
        size = (serial - 12) // 2
        data = payload[place : place + size]
        if len(data) < size:
            raise DamagedPageError("a value goes beyond its row")
        return (data.decode() if serial % 2 else data), size
    if serial in (0, 8, 9):
        return {0: None, 8: 0, 9: 1}[serial], 0
    size = 8 if serial == 7 else _INTEGERS.get(serial, 0)
    data = payload[place : place + size]
    if not size or len(data) < size:
        raise DamagedPageError("a value is of no kind that there is")
    return (struct.unpack(">d", data)[0] if serial == 7 else int.from_bytes(data, "big", signed=True)), size
