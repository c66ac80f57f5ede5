"""Known descriptions by their signatures: what is found near another description, and read of it."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from personagraph.arrays.columns import Saved, part_of, saved_under
from personagraph.arrays.compiled import compiled
from personagraph.dedup.arrays.chunk import MOST_READ, Chunk
from personagraph.dedup.arrays.deciding import decide_rows, enter_row
from personagraph.dedup.arrays.entries import Entries, sizes_of
from personagraph.dedup.arrays.reading import Reader, Readings, ReadRow
from personagraph.dedup.arrays.table import Signatures, SignatureTable
from personagraph.dedup.arrays.texts import Texts
from personagraph.dedup.index import Method
from personagraph.types import normalise

_AT_ONCE = 1 << 12
"""Known descriptions that are read again together."""
_MOST_OF_ONE = 4
"""Descriptions of one persona, with what says the same in them, under which it is found."""


@compiled
def _enter_rows(rows, by_text, number, own, heads, nodes, count):  # type: ignore[no-untyped-def]
    """Enter rows, numbered from `number`, under all that they have, or their text only; how many nodes there are."""
    for index in range(len(rows)):
        count = enter_row(rows[index], by_text[index], number + index, own, heads, nodes, count)
    return count


class _Arrival(NamedTuple):
    """Who is to be entered, and whether he is found by his text only."""

    id: str
    description: str
    row: int
    by_text: bool


class Near:
    """Who is near a description; what is not asked for is not looked up."""

    def __init__(self, lookup: "Lookup", description: str, chunk: Chunk, row: int) -> None:
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
        self._known: Readings | None = None
        """What is read of those near the chunk."""
        self._waiting: list[_Arrival] = []
        """Descriptions of the chunk, entered all at once before the next; the first `_found` are in the table."""
        self._found = 0
        self._first: dict[str, int] = {}
        """Of each persona the first who waits."""
        self._last: Near | None = None
        """What was found near the description that was asked for last: mostly it is the next to be added."""

    def saved(self) -> Saved:
        """All that is known, as it can be written to a file; of a look-up in memory from which nothing was removed."""
        self._enter_waiting()
        return {
            **saved_under("entries.", self._entries.saved()),
            **saved_under("table.", self._table.saved()),
            **saved_under("met.", self._reader.vocabulary.saved()),
        }

    def take(self, saved: Saved) -> None:
        """Know what was saved, where it lies, instead of what is known. Raises ValueError when it is no look-up."""
        self._entries.take(part_of(saved, "entries."))
        self._table.take(part_of(saved, "table."), len(self._entries))
        self._reader.vocabulary.take(part_of(saved, "met."))
        self._chunk = self._read([])

    def ids(self) -> npt.NDArray[np.bytes_] | None:
        """The ids of the personas in the order in which they came (S32), where all of them are hashes; else None."""
        self._enter_waiting()
        return self._entries.ids()

    def prepare(self, descriptions: Sequence[str]) -> None:
        """Read descriptions together."""
        self._enter_waiting()
        self._chunk, self._known = self._read(descriptions), None

    def numbers(self, ids: Sequence[str]) -> npt.NDArray[np.int32]:
        """The numbers of personas, as `decide` takes them."""
        return self._entries.numbers(ids)

    def decide(
        self, row: int, personas: npt.NDArray[np.int32], *, is_certain: bool
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
        """Decide and enter what was prepared, from a row on, up to the first where somebody has to be asked.

        The entry that each is, -1 for nobody, and whether as the same text. With `is_certain`, who shares a key is
        alike.
        """
        self._enter_waiting()
        chunk, read, entries = self._chunk, self._chunk.readings, self._entries
        into, is_text = np.empty(len(personas), np.int32), np.empty(len(personas), np.bool_)
        known = self._known_readings()
        entered = chunk.entered.reserve(len(personas))
        heads, nodes = self._table.reserve(2 * len(read.text) + len(chunk.signatures) + len(read.open))
        end, count, self._table.nodes.size = decide_rows(
            *(row, personas, read.flat(), chunk.own(), known.flat(), chunk.near, chunk.base, entered),
            *(len(entries), entries.reserve(len(personas)), heads, nodes, self._table.nodes.size),
            *(self._reader.vocabulary.spoken(), is_certain, into, is_text),
        )
        first, chunk.entered.size = chunk.entered.size, count - chunk.base
        rows = chunk.entered.rows()[first:]
        chunk.taken[rows] = True
        entries.grown_to(count)
        entries.texts.extend_by(read.data, read.ends, rows)
        return into[row:end], is_text[row:end]

    def _known_readings(self) -> Readings:
        if self._known is None:
            self._known = self._reader.read([self.text(key) for key in self._chunk.near.tolist()])
        return self._known

    def add(self, id: str, description: str) -> int | None:
        """Enter a description of a persona; its number, or None if it is known already."""
        row = self._chunk.rows.get(description)
        by_text = False
        if self._is_last(description) or row is None or not self._chunk.is_new(row):
            near = self.all_near(description)
            if near.same is not None:
                return None
            by_text = self._is_known_as(id, near)
            row = self._chunk.rows.get(description)
            if row is None:  # nobody prepared it; and now others of the chunk may be near
                self._enter_waiting()
                self._chunk, self._known, row = self._read([description]), None, 0
        return self._wait(_Arrival(id, description, row, by_text))

    def _wait(self, arrival: _Arrival) -> int:
        self._chunk.enter(arrival.row)
        self._last = None
        self._waiting.append(arrival)
        key = len(self._entries) + len(self._waiting) - 1
        self._first.setdefault(arrival.id, key)
        return key

    def near(self, description: str) -> Near | None:
        """Who is near a description; None for nobody."""
        row = self._chunk.rows.get(description)
        return None if row is not None and self._chunk.is_new(row) else self.all_near(description)

    def all_near(self, description: str) -> Near:
        """The same where somebody may be."""
        if self._last and self._is_last(description):
            return self._last
        chunk, row = self._chunk, self._chunk.rows.get(description)
        if row is None:
            self._enter_found()
            chunk, row = self._read([description]), 0
        elif self._found < len(self._waiting) and (chunk.taken[row] or chunk.is_near_other[row]):
            self._enter_found()
        self._last = Near(self, description, chunk, row)
        return self._last

    def _is_last(self, description: str) -> bool:
        return self._last is not None and self._last.description == description

    def under(self, signatures: Signatures) -> list[int]:
        """The known descriptions under any of the signatures, in ascending order."""
        return self._table.near(signatures)

    def rows(self, keys: Sequence[int]) -> list[ReadRow]:
        """What is read of some known descriptions."""
        if len(self._rows) > MOST_READ:
            self._rows.clear()
        for key in keys:
            if key not in self._rows and (row := self._prepared_row(key)):
                self._rows[key] = row
        if missing := [key for key in keys if key not in self._rows]:
            readings = self._reader.read([self.text(key) for key in missing])
            self._rows |= {key: ReadRow(readings, row, self._reader.vocabulary) for row, key in enumerate(missing)}
        return [self._rows[key] for key in keys]

    def _prepared_row(self, key: int) -> ReadRow | None:
        """What was read of a known description with the chunk, and still holds."""
        chunk = self._chunk
        if not chunk.rows:
            return None
        if key >= chunk.base:
            return self.row_of(chunk, int(chunk.entered.data[key - chunk.base]))
        place = chunk.place_in_near.get(key)
        return None if place is None else ReadRow(self._known_readings(), place, self._reader.vocabulary)

    def row_of(self, chunk: Chunk, row: int) -> ReadRow:
        """What is read of a description."""
        return ReadRow(chunk.readings, row, self._reader.vocabulary)

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

    def _read(self, descriptions: Sequence[str]) -> Chunk:
        chunk = Chunk(descriptions, self._reader, self._method, self._table)
        chunk.base = len(self._entries)
        return chunk

    def _enter_found(self) -> None:
        """See that those who wait are found."""
        if self._found == len(self._waiting):
            return
        new, chunk = self._waiting[self._found :], self._chunk
        read = chunk.readings
        heads, nodes = self._table.reserve(2 * len(read.text) + len(chunk.signatures) + len(read.open))
        rows, by_text = (np.array([arrival[field] for arrival in new], np.int64) for field in (2, 3))
        number = len(self._entries) + self._found
        count = self._table.nodes.size
        self._table.nodes.size = _enter_rows(rows, by_text, number, chunk.own(), heads, nodes, count)
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
