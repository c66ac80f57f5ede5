"""Known descriptions by their signatures: what is found near another description, and read of it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from personagraph.dedup.arrays.entries import Entries, gathered, sizes_of
from personagraph.dedup.arrays.reading import Keys, Reader, Readings
from personagraph.dedup.arrays.table import Signatures, SignatureTable
from personagraph.dedup.arrays.texts import Texts
from personagraph.dedup.index import Method
from personagraph.types import normalise

_MOST_READ = 1 << 16
"""Rows read before whose readings are kept."""


class ReadRow(NamedTuple):
    """What was read of one description."""

    keys: Keys
    exact: tuple[int, ...] | None
    """The numbers of its words in the forms in which those that are equal surely say the same; None: none do."""

    def shares_key(self, other: "ReadRow") -> bool:
        """Whether the two may say the same."""
        return not set(self.keys.tolist()).isdisjoint(other.keys.tolist())

    def says_the_same(self, other: "ReadRow") -> bool:
        """Whether the two surely say the same."""
        return self.exact is not None and self.exact == other.exact


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
        start, end = self.ends[row - 1] if row else 0, self.ends[row]
        found = np.empty(end - start + 1, np.uint32)
        found[:-1], found[-1] = self.signatures[start:end], self.readings.text[row]
        return found


class _Arrival(NamedTuple):
    """Who is to be entered, and whether he is found by his text only."""

    id: str
    description: str
    row: int
    by_text: bool


class Lookup:
    """Descriptions by number, with what was read of them."""

    def __init__(self, method: Method, texts: Path | None = None) -> None:
        self._method = method
        self._entries = Entries(Texts(texts))
        self._table = SignatureTable()
        self._reader = Reader(self._enter_again)
        self._rows: dict[int, ReadRow] = {}
        self._chunk = self._read([])
        self._waiting: list[_Arrival] = []
        """Entered all at once, when anybody wants to know."""
        self._last: tuple[str, ReadRow, list[int]] | None = None
        """What was found near the description that was asked for last: mostly it is the next to be added."""

    def prepare(self, descriptions: Sequence[str]) -> None:
        """Read descriptions together."""
        self._enter_waiting()
        self._chunk = self._read(list(dict.fromkeys(descriptions)))
        rows = np.flatnonzero(self._chunk.is_near_known)
        near = [gathered(self._chunk.signatures, self._chunk.ends, rows), self._chunk.readings.text[rows]]
        self._last = None
        self.rows(self._table.near(np.concatenate(near))[:_MOST_READ])

    def add(self, id: str, description: str) -> int | None:
        """Enter a description of a persona; its number, or None if it is known already."""
        row = self._chunk.rows.get(description)
        by_text = False
        if row is None or not self._chunk.is_new(row):
            mine, near = self._near(description)
            text = normalise(description)
            if any(normalise(self.text(key)) == text for key in near):
                return None
            by_text = self._is_known_as(id, description, mine, near)
            row = self._chunk.rows.get(description)
            if row is None:  # nobody prepared it; and now others of the chunk may be near
                self._enter_waiting()
                self._chunk, row = self._read([description]), 0
        self._chunk.taken.add(row)
        self._last = None
        self._waiting.append(_Arrival(id, description, row, by_text))
        return len(self._entries) + len(self._waiting) - 1

    def near(self, description: str) -> tuple[ReadRow, list[int]] | None:
        """What is read of a description, and the numbers of those that share a signature with it; None for nobody."""
        row = self._chunk.rows.get(description)
        if row is not None and self._chunk.is_new(row):
            return None
        mine, near = self._near(description)
        return (mine, near) if near else None

    def _near(self, description: str) -> tuple[ReadRow, list[int]]:
        if self._last and self._last[0] == description:
            return self._last[1:]
        chunk, row = self._chunk, self._chunk.rows.get(description)
        if row is None:
            self._enter_waiting()
            chunk, row = self._read([description]), 0
        elif chunk.is_near_other[row] or row in chunk.taken:
            self._enter_waiting()
        near = self._table.near(chunk.signatures_of(row))
        self._last = (description, _row_of(chunk.readings, row, self._reader), near)
        return self._last[1:]

    def rows(self, keys: Sequence[int]) -> list[ReadRow]:
        """What is read of some known descriptions."""
        if len(self._rows) > _MOST_READ:
            self._rows.clear()
        if missing := [key for key in keys if key not in self._rows]:
            readings = self._reader.read([self.text(key) for key in missing])
            self._rows |= {key: _row_of(readings, row, self._reader) for row, key in enumerate(missing)}
        return [self._rows[key] for key in keys]

    def text(self, key: int) -> str:
        """A known description."""
        return self._entries.texts[key]

    def persona(self, key: int) -> tuple[int, str]:
        """When the persona of a description came, as a number, and its id."""
        return self._entries.persona(key)

    def of(self, id: str) -> list[int]:
        """The descriptions of a persona, in the order in which they came."""
        self._enter_waiting()
        return self._entries.of(id)

    def description(self, id: str) -> str:
        """The first description of a persona. Raises KeyError where it is not known."""
        self._enter_waiting()
        return self.text(self._entries.first_of(id))

    def remove(self, key: int) -> None:
        """Forget a description. Those of the same persona that were found by it are found by themselves."""
        self._enter_waiting()
        self._last = None
        _, id = self.persona(key)
        self._table.remove(self._signatures(key), key)
        self._entries.remove(key)
        self._rows.pop(key, None)
        self._enter_missing(self._entries.of(id))

    def _read(self, descriptions: Sequence[str]) -> _Chunk:
        return _Chunk(descriptions, self._reader.read(descriptions), self._method, self._table)

    def _enter_waiting(self) -> None:
        if not self._waiting:
            return
        ids, descriptions, rows, by_text = zip(*self._waiting, strict=True)
        self._waiting, self._last = [], None
        first = self._entries.add_all(ids, descriptions)
        chunk, taken = self._chunk, np.array(rows, np.int64)
        numbers = np.arange(first, first + len(rows), dtype=np.int32)
        self._table.add(chunk.readings.text[taken], numbers)
        full = ~np.array(by_text)
        for flat, ends in ((chunk.signatures, chunk.ends), (chunk.readings.open, chunk.readings.open_ends)):
            self._table.add(gathered(flat, ends, taken[full]), np.repeat(numbers[full], sizes_of(ends)[taken[full]]))

    def _signatures(self, key: int) -> Signatures:
        """All under which a known description may be found."""
        chunk = self._read([self.text(key)])
        return np.concatenate([chunk.signatures_of(0), chunk.readings.open_of(0)])

    def _enter_again(self, signatures: Signatures) -> None:
        """Words turned out to be possible slips: those who have them have more keys than when they were read."""
        self._chunk.rows.clear()
        self._last = None
        self._enter_missing(self._table.near(signatures))

    def _enter_missing(self, keys: Iterable[int]) -> None:
        for key in keys:
            missing = [s for s in self._signatures(key) if key not in self._table.near(np.array([s], np.uint32))]
            self._table.add(np.array(missing, np.uint32), np.full(len(missing), key, np.int32))
            self._rows.pop(key, None)

    def _is_known_as(self, id: str, description: str, row: ReadRow, near: Sequence[int]) -> bool:
        """Whether another description of the persona has the same words, and is found whenever this one would be.

        Without this, a persona that a file repeats a hundred thousand times would be compared with each of its copies.
        """
        mine = [key for key in near if self._entries.persona(key)[1] == id]
        return any(
            row.says_the_same(other) and self._method.score(description, self.text(key)) == 1
            for key, other in zip(mine, self.rows(mine), strict=True)
        )


def _row_of(readings: Readings, row: int, reader: Reader) -> ReadRow:
    exact = reader.exact_words(readings.words_of(row)) if readings.plain[row] else None
    return ReadRow(readings.keys_of(row), exact)


def _marked(count: int, rows: npt.NDArray[np.int64]) -> list[bool]:
    found = np.zeros(count, np.bool_)
    found[rows] = True
    return list(found.tolist())
