"""Known descriptions by their signatures: what is found near another description, and read of it."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from personagraph.arrays.compiled import compiled
from personagraph.dedup.arrays.entries import Entries, gathered, sizes_of
from personagraph.dedup.arrays.reading import Reader, Readings, ReadRow
from personagraph.dedup.arrays.table import Signatures, SignatureTable, add_signatures, offer_signature
from personagraph.dedup.arrays.texts import Texts
from personagraph.dedup.index import Method
from personagraph.types import normalise

_MOST_READ = 1 << 16
"""Rows read before whose readings are kept."""
_AT_ONCE = 1 << 12
"""Known descriptions that are read again together."""
_MOST_OF_ONE = 4
"""Descriptions of one persona, with what says the same in them, under which it is found."""


@compiled
def _enter_rows(rows, by_text, number, text, signatures, ends, order, open_, open_ends, heads, nodes, count):  # type: ignore[no-untyped-def]
    """Enter rows, numbered from `number`, under all that they have, or their text only; how many nodes there are.

    Where too many are like a row, it is entered under the order of what it says, too.
    """
    for index in range(len(rows)):
        row = rows[index]
        count = add_signatures(text[row : row + 1], number + index, heads, nodes, count)
        if not by_text[index]:
            start, open_start = (ends[row - 1], open_ends[row - 1]) if row else (0, 0)
            is_crowded = False
            for signature in signatures[start : ends[row]]:
                count, left = offer_signature(signature, number + index, heads, nodes, count)
                is_crowded |= left >= 0
            if is_crowded:
                count, _ = offer_signature(order[row], number + index, heads, nodes, count)
            count = add_signatures(open_[open_start : open_ends[row]], number + index, heads, nodes, count)
    return count


class _Chunk:
    """Descriptions that were read together; `is_near` says which may be near what is known, or each other."""

    def __init__(self, descriptions: Sequence[str], readings: Readings, method: Method, table: SignatureTable) -> None:
        self.rows = {description: row for row, description in enumerate(descriptions)}
        self.readings = readings
        self.signatures, self.ends = method.signatures(descriptions, readings)
        all_of_them = np.concatenate([readings.text, self.signatures])
        rows = np.concatenate([np.arange(len(self.ends)), np.repeat(np.arange(len(self.ends)), sizes_of(self.ends))])
        self.is_near_known = _marked(len(self.ends), rows[table.are_known(all_of_them)])
        order = np.argsort(all_of_them, kind="stable")
        ordered, rows = all_of_them[order], rows[order]
        same = (ordered[1:] == ordered[:-1]) & (rows[1:] != rows[:-1])
        self.is_near_other = _marked(len(self.ends), np.concatenate([rows[1:][same], rows[:-1][same]]))
        self.taken: set[int] = set()
        """Rows that were entered since."""

    def is_new(self, row: int) -> bool:
        """Whether nobody can be near the row."""
        return not (self.is_near_known[row] or self.is_near_other[row] or row in self.taken)

    def signatures_of(self, row: int) -> Signatures:
        """Under which a row is looked up."""
        return self.signatures[self.ends[row - 1] if row else 0 : self.ends[row]]


class _Arrival(NamedTuple):
    """Who is to be entered, and whether he is found by his text only."""

    id: str
    description: str
    row: int
    by_text: bool


class Near:
    """Who is near a description; what is not asked for is not looked up."""

    def __init__(self, lookup: "Lookup", description: str, chunk: _Chunk, row: int) -> None:
        self.description = description
        self._lookup, self._chunk, self._row = lookup, chunk, row

    @cached_property
    def same(self) -> int | None:
        """The first that has the same text."""
        text = normalise(self.description)
        near = self._lookup.under(self._chunk.readings.text[self._row : self._row + 1])
        return next((key for key in near if normalise(self._lookup.text(key)) == text), None)

    @cached_property
    def read(self) -> ReadRow:
        """What the description says."""
        return self._lookup.row_of(self._chunk, self._row)

    @cached_property
    def alike(self) -> list[tuple[int, ReadRow]]:
        """Those that share a signature and a key, and what they say, in the order in which they were entered."""
        order = self._chunk.readings.order[self._row : self._row + 1]
        keys = self._lookup.under(np.concatenate([self._chunk.signatures_of(self._row), order]))
        return [(key, row) for key, row in zip(keys, self._lookup.rows(keys), strict=True) if self.read.shares_key(row)]


class Lookup:
    """Descriptions by number, with what was read of them.

    Of those that are alike the first few are found, and of those that say the same in the same order a few more: else
    a file of a thousand orders of the same words would be compared all with all. Which are found does not depend on
    what is read together.
    """

    def __init__(self, method: Method, texts: Path | None = None) -> None:
        self._method = method
        self._entries = Entries(Texts(texts))
        self._table = SignatureTable()
        self._reader = Reader(self._enter_again)
        self._rows: dict[int, ReadRow] = {}
        self._chunk = self._read([])
        self._waiting: list[_Arrival] = []
        """Descriptions of the chunk, entered all at once before the next; the first `_found` are in the table."""
        self._found = 0
        self._first: dict[str, int] = {}
        """Of each persona the first who waits."""
        self._last: Near | None = None
        """What was found near the description that was asked for last: mostly it is the next to be added."""

    def prepare(self, descriptions: Sequence[str]) -> None:
        """Read descriptions together."""
        self._enter_waiting()
        self._chunk = chunk = self._read(list(dict.fromkeys(descriptions)))
        # Of those whose text is known, nobody asks what others say.
        rows = np.flatnonzero(np.array(chunk.is_near_known, np.bool_) & ~self._table.are_known(chunk.readings.text))
        self.rows(self.under(gathered(chunk.signatures, chunk.ends, rows))[:_MOST_READ])

    def add(self, id: str, description: str) -> int | None:
        """Enter a description of a persona; its number, or None if it is known already."""
        row = self._chunk.rows.get(description)
        by_text = False
        if row is None or not self._chunk.is_new(row):
            near = self._near(description)
            if near.same is not None:
                return None
            by_text = self._is_known_as(id, near)
            row = self._chunk.rows.get(description)
            if row is None:  # nobody prepared it; and now others of the chunk may be near
                self._enter_waiting()
                self._chunk, row = self._read([description]), 0
        return self._wait(_Arrival(id, description, row, by_text))

    def add_new(self, id: str, description: str) -> bool:
        """Enter a description if it is seen at once that nobody is near; whether it was."""
        row = self._chunk.rows.get(description)
        if row is None or not self._chunk.is_new(row):
            return False
        self._wait(_Arrival(id, description, row, False))
        return True

    def _wait(self, arrival: _Arrival) -> int:
        self._chunk.taken.add(arrival.row)
        self._last = None
        self._waiting.append(arrival)
        key = len(self._entries) + len(self._waiting) - 1
        self._first.setdefault(arrival.id, key)
        return key

    def near(self, description: str) -> Near | None:
        """Who is near a description; None for nobody."""
        row = self._chunk.rows.get(description)
        return None if row is not None and self._chunk.is_new(row) else self._near(description)

    def _near(self, description: str) -> Near:
        if self._last and self._last.description == description:
            return self._last
        chunk, row = self._chunk, self._chunk.rows.get(description)
        if row is None:
            self._enter_found()
            chunk, row = self._read([description]), 0
        elif chunk.is_near_other[row] or row in chunk.taken:
            self._enter_found()
        self._last = Near(self, description, chunk, row)
        return self._last

    def under(self, signatures: Signatures) -> list[int]:
        """The known descriptions under any of the signatures, in ascending order."""
        return self._table.near(signatures)

    def rows(self, keys: Sequence[int]) -> list[ReadRow]:
        """What is read of some known descriptions."""
        if len(self._rows) > _MOST_READ:
            self._rows.clear()
        missing = [key for key in keys if key not in self._rows]
        if self._chunk.rows:  # what was read of it still holds
            waiting = [key for key in missing if key >= len(self._entries)]
            self._rows |= {
                key: self.row_of(self._chunk, self._waiting[key - len(self._entries)].row) for key in waiting
            }
            missing = missing[: len(missing) - len(waiting)]
        if missing:
            readings = self._reader.read([self.text(key) for key in missing])
            self._rows |= {key: ReadRow(readings, row, self._reader) for row, key in enumerate(missing)}
        return [self._rows[key] for key in keys]

    def row_of(self, chunk: _Chunk, row: int) -> ReadRow:
        """What is read of a description."""
        return ReadRow(chunk.readings, row, self._reader)

    def text(self, key: int) -> str:
        """A known description."""
        waiting = key - len(self._entries)
        return self._waiting[waiting].description if waiting >= 0 else self._entries.texts[key]

    def persona(self, key: int) -> tuple[int, str]:
        """When the persona of a description came, as a number, and its id."""
        waiting = key - len(self._entries)
        if waiting < 0:
            return self._entries.persona(key)
        id = self._waiting[waiting].id
        first = self._entries.first_of(id)
        return (self._first[id] if first is None else first), id

    def of(self, id: str) -> list[int]:
        """The descriptions of a persona, in the order in which they came."""
        self._enter_waiting()
        return self._entries.of(id)

    def description(self, id: str) -> str:
        """The first description of a persona. Raises KeyError where it is not known."""
        first = self._entries.first_of(id)
        return self.text(self._first[id] if first is None else first)

    def remove(self, key: int) -> None:
        """Forget a description. Those of the same persona that were found by it are found by themselves."""
        self._enter_waiting()
        self._last = None
        _, id = self.persona(key)
        self._table.remove(self._signatures(key), key)
        self._entries.remove(key)
        self._rows.pop(key, None)
        self._enter_missing(self._entries.of(id), is_open_missing=True)

    def _read(self, descriptions: Sequence[str]) -> _Chunk:
        return _Chunk(descriptions, self._reader.read(descriptions), self._method, self._table)

    def _enter_found(self) -> None:
        """See that those who wait are found."""
        if self._found == len(self._waiting):
            return
        new, chunk = self._waiting[self._found :], self._chunk
        read = chunk.readings
        flat = (read.text, chunk.signatures, chunk.ends, read.order, read.open, read.open_ends)
        heads, nodes = self._table.reserve(2 * len(read.text) + len(chunk.signatures) + len(read.open))
        rows, by_text = (np.array([arrival[field] for arrival in new], np.int64) for field in (2, 3))
        number = len(self._entries) + self._found
        self._table.nodes.size = _enter_rows(rows, by_text, number, *flat, heads, nodes, self._table.nodes.size)
        self._found = len(self._waiting)

    def _enter_waiting(self) -> None:
        self._enter_found()
        self._last = None
        if self._waiting:
            self._entries.add_all([each.id for each in self._waiting], [each.description for each in self._waiting])
            self._waiting, self._found, self._first = [], 0, {}

    def _signatures(self, key: int) -> Signatures:
        """All under which a known description may be found."""
        chunk = self._read([self.text(key)])
        read = chunk.readings
        return np.concatenate([chunk.signatures_of(0), read.order, read.text, read.open_of(0)])

    def _enter_again(self, signatures: Signatures) -> None:
        """Words turned out to be possible slips: those who have them have more keys than when they were read."""
        self._chunk.rows.clear()
        self._last = None
        self._enter_missing(self._table.near(signatures))

    def _enter_missing(self, keys: Sequence[int], *, is_open_missing: bool = False) -> None:
        """Enter known descriptions under what they are not yet found under."""
        for start in range(0, len(keys), _AT_ONCE):
            some = np.array(keys[start : start + _AT_ONCE], np.int32)
            texts = [self.text(key) for key in some.tolist()]
            readings = self._reader.read(texts)
            signatures, ends = self._method.signatures(texts, readings)
            left = self._table.offer(signatures, np.repeat(some, sizes_of(ends)))
            self._table.offer(self._reader.read([self.text(key) for key in left]).order, np.array(left, np.int32))
            for row, key in enumerate(some.tolist()):
                self._rows.pop(key, None)
                for signature in readings.open_of(row).tolist() if is_open_missing else ():
                    self._enter_open(np.array([signature], np.uint32), key)

    def _enter_open(self, signature: Signatures, key: int) -> None:
        if key not in self._table.near(signature):
            self._table.add(signature, np.array([key], np.int32))

    def _is_known_as(self, id: str, near: Near) -> bool:
        """Whether descriptions of the persona are found whenever this one would be.

        One that surely says the same, or a few that may. Without this, a persona that a file words in a hundred
        thousand ways would leave no place for others under what its descriptions share.
        """
        mine = [(key, row) for key, row in near.alike if self.persona(key)[1] == id]
        return sum(near.read.has_own_key(row) for _, row in mine) >= _MOST_OF_ONE or any(
            near.read.says_the_same(row) and self._method.score(near.description, self.text(key)) == 1
            for key, row in mine
        )


def _marked(count: int, rows: npt.NDArray[np.int64]) -> list[bool]:
    found = np.zeros(count, np.bool_)
    found[rows] = True
    return list(found.tolist())
