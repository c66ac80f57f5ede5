"""Which descriptions are known, and for which persona each stands."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from personagraph.arrays.columns import GrowingColumn
from personagraph.arrays.compiled import compiled
from personagraph.arrays.strings import Strings
from personagraph.dedup.arrays.texts import CODE, Texts

_HEX = 32
_HASH = re.compile("[0-9a-f]{32}")


@compiled
def _chain(personas, entry, first, after):  # type: ignore[no-untyped-def]
    """Put each entry behind the first of its persona."""
    for index in range(len(personas)):
        persona = personas[index]
        if first[persona]:
            after[entry + index] = after[first[persona] - 1]
            after[first[persona] - 1] = entry + index + 1
        else:
            first[persona] = entry + index + 1
            after[entry + index] = 0


class Entries:
    """Descriptions, numbered in the order in which they are entered, by persona."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self._ids = Strings()
        self._persona = GrowingColumn(np.int32)
        """Of each entry; -1 where it is forgotten."""
        self._first, self._after = GrowingColumn(np.int32), GrowingColumn(np.int32)
        """The first entry of each persona, and for each entry another one of the same; both and 1, 0 for none."""

    def __len__(self) -> int:
        return self._persona.size

    def add_all(self, ids: Sequence[str], descriptions: Sequence[str]) -> int:
        """Enter descriptions of the personas beside them; the number of the first."""
        entry = len(self)
        personas = self._ids.numbers([_packed(id) for id in ids])
        self._first.extend(np.zeros(len(self._ids) - self._first.size, np.int32))
        self._persona.extend(personas)
        self._after.extend(np.zeros(len(ids), np.int32))
        _chain(personas, entry, self._first.data, self._after.data)
        self.texts.extend(descriptions)
        return entry

    def of(self, id: str) -> list[int]:
        """The entries of a persona, in order; empty where it is not known."""
        persona = self._ids.find(_packed(id))
        entry, found = int(self._first.data[persona]) if persona >= 0 else 0, list[int]()
        while entry:
            found.append(entry - 1)
            entry = int(self._after.data[entry - 1])
        return sorted(found)

    def first_of(self, id: str) -> int | None:
        """The first entry of a persona; None where it is not known."""
        persona = self._ids.find(_packed(id))
        return int(self._first.data[persona]) - 1 if persona >= 0 and self._first.data[persona] else None

    def persona(self, entry: int) -> tuple[int, str]:
        """The first entry of the persona of an entry, which says when it came, and its id."""
        persona = int(self._persona.data[entry])
        return int(self._first.data[persona]) - 1, _unpacked(self._ids[persona])

    def remove(self, entry: int) -> None:
        """Forget an entry."""
        persona = int(self._persona.data[entry])
        left = [other for other in self.of(_unpacked(self._ids[persona])) if other != entry]
        self._persona.data[entry] = -1
        for other, following in zip(left, [*left[1:], -1], strict=False):
            self._after.data[other] = following + 1
        self._first.data[persona] = left[0] + 1 if left else 0


def _packed(id: str) -> bytes:
    """An id in few bytes: a hash, of which most are, as what its digits say."""
    return b"\0" + bytes.fromhex(id) if len(id) == _HEX and _HASH.fullmatch(id) else b"\1" + id.encode(*CODE)


def _unpacked(packed: bytes) -> str:
    return packed[1:].hex() if packed[0] == 0 else packed[1:].decode(*CODE)


def gathered(flat: npt.NDArray[Any], ends: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> npt.NDArray[Any]:
    """The parts of some rows, one after another, of an array in which each row's part ends at `ends`."""
    sizes = sizes_of(ends)[rows]
    starts = ends[rows] - sizes
    return flat[np.repeat(starts - np.cumsum(sizes) + sizes, sizes) + np.arange(int(sizes.sum()))]


def sizes_of(ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """How long the part of each row is."""
    sizes = ends.copy()
    sizes[1:] -= ends[:-1]
    return sizes
