"""Which descriptions are known, and for which persona each stands."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from personagraph.arrays.columns import GrowingColumn, Saved, check_range, part_of, saved_under
from personagraph.arrays.compiled import compiled
from personagraph.arrays.strings import Strings
from personagraph.dedup.arrays.texts import CODE, Texts

_HEX = 32
_HASH = re.compile("[0-9a-f]{32}")
_HASHES = re.compile("[0-9a-f]*")
_DIGITS = np.array([f"{byte:02x}" for byte in range(256)], "S2")
"""What each byte is in hexadecimal digits."""


@compiled
def enter_persona(entry, persona, personas, first, after):  # type: ignore[no-untyped-def]
    """Put an entry behind the first of its persona."""
    personas[entry] = persona
    if first[persona]:
        after[entry] = after[first[persona] - 1]
        after[first[persona] - 1] = entry + 1
    else:
        first[persona] = entry + 1
        after[entry] = 0


@compiled
def _enter_personas(numbers, entry, personas, first, after):  # type: ignore[no-untyped-def]
    for index in range(len(numbers)):
        enter_persona(entry + index, numbers[index], personas, first, after)


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

    def saved(self) -> Saved:
        """All of it, as it can be written to a file; entries that are in no file, and of which none was removed."""
        columns = {"persona": self._persona, "first": self._first, "after": self._after}
        return {
            **{name: column.saved() for name, column in columns.items()},
            **saved_under("texts.", self.texts.saved()),
            **saved_under("ids.", self._ids.saved()),
        }

    def take(self, saved: Saved) -> None:
        """Hold what was saved, where it lies. Raises ValueError when that is not such entries."""
        columns = {"persona": self._persona, "first": self._first, "after": self._after}
        for name, column in columns.items():
            column.take(saved[name])
        self.texts.take(part_of(saved, "texts."))
        self._ids.take(part_of(saved, "ids."))
        persona, first, after = (column.rows() for column in columns.values())
        count = len(persona)
        if not len(after) == len(self.texts) == count or len(first) != len(self._ids):
            raise ValueError("entries have columns of several lengths")
        check_range(persona, 0, len(first), "personas of entries")
        check_range(first, 0, count + 1, "first entries")
        check_range(after, 0, count + 1, "further entries")
        is_first, entered = np.zeros(count, np.bool_), np.flatnonzero(first)
        is_first[first[entered] - 1] = True
        # From the first a chain leads to the last, and from there back, and so comes to an end.
        if (persona[first[entered] - 1] != entered).any() or is_first[after[after > 0] - 1].any():
            raise ValueError("first entries are of others")
        if not first[persona].all():
            raise ValueError("an entry is of a persona that has none")
        if (after[~is_first] > np.flatnonzero(~is_first)).any():
            raise ValueError("further entries lead astray")

    def ids(self) -> npt.NDArray[np.bytes_] | None:
        """The ids of all personas in the order in which they came (S32), where all of them are hashes; else None.

        Who has a number and no entry is none: a description that was looked for under its own id, and is somebody's.
        """
        starts, size = self._ids.starts.rows(), _HEX // 2 + 1
        packed = self._ids.kept.rows()
        if len(packed) != size * len(self._ids) or (np.diff(starts) != size).any():
            return None
        first = self._first.rows()
        entered = np.flatnonzero(first)
        rows = packed.reshape(-1, size)[entered[np.argsort(first[entered], kind="stable")]]
        return None if rows[:, 0].any() else _DIGITS[rows[:, 1:]].reshape(-1).view("S32")

    def numbers(self, ids: Sequence[str]) -> npt.NDArray[np.int32]:
        """The number of each persona, known or not yet."""
        found = self._ids.numbers_of(*_all_packed(ids))
        self._first.extend(np.zeros(len(self._ids) - self._first.size, np.int32))
        return found

    def add_all(self, ids: Sequence[str], descriptions: Sequence[str]) -> int:
        """Enter descriptions of the personas beside them; the number of the first."""
        entry, numbers = len(self), self.numbers(ids)
        _enter_personas(numbers, entry, *self.reserve(len(ids)))
        self.grown_to(entry + len(ids))
        self.texts.extend(descriptions)
        return entry

    def reserve(self, more: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """The columns in which `enter_persona` enters, with room for so many entries more."""
        return self._persona.reserve(more), self._first.data, self._after.reserve(more)

    def grown_to(self, count: int) -> None:
        """Say how many there are, after a compiled loop has entered some; their texts are to be added."""
        self._persona.size = self._after.size = count

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


def _all_packed(ids: Sequence[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """What `_packed` gives of each, one after another, and where each ends."""
    sizes = np.fromiter(map(len, ids), np.int64, len(ids))
    if not (sizes == _HEX).any() and (whole := "\1".join(["", *ids])).isascii():
        return np.frombuffer(whole.encode(), np.uint8), np.cumsum(sizes + 1)
    if (sizes == _HEX).all() and _HASHES.fullmatch(whole := "".join(ids)):
        bare = np.frombuffer(bytes.fromhex(whole), np.uint8).reshape(len(ids), -1)
        data = np.zeros((len(ids), bare.shape[1] + 1), np.uint8)
        data[:, 1:] = bare
        return data.reshape(-1), data.shape[1] * np.arange(1, len(ids) + 1)
    packed = [_packed(id) for id in ids]
    return np.frombuffer(b"".join(packed), np.uint8), np.cumsum(np.fromiter(map(len, packed), np.int64, len(ids)))


def _packed(id: str) -> bytes:
    """An id in few bytes: a hash, of which most are, as what its digits say."""
    return b"\0" + bytes.fromhex(id) if len(id) == _HEX and _HASH.fullmatch(id) else b"\1" + id.encode(*CODE)


def _unpacked(packed: bytes) -> str:
    return packed[1:].hex() if packed[0] == 0 else packed[1:].decode(*CODE)


def sizes_of(ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """How long the part of each row is."""
    sizes = ends.copy()
    sizes[1:] -= ends[:-1]
    return sizes
