"""Reads the head of a GGUF file: what it says of its model, and how far its tensors reach. The tensors are not read.

The file may be anybody's, and what reads all of it is written in C++: every count is held to a bound before it is
believed, and what is not as the format has it is refused here.
"""

import struct
from collections.abc import Mapping
from math import prod
from typing import BinaryIO, NamedTuple

Value = str | int | float | bool | tuple[int | float, ...]

MAGIC = b"GGUF"
VERSIONS = (2, 3)
MOST_ENTRIES = 4_096
MOST_TENSORS = 65_536
MOST_ITEMS = 4_000_000
"""Of all arrays together; the largest vocabularies have some 260,000 words, and twice as many merges."""
MOST_DIMENSIONS = 8
LONGEST_KEY = 65_535
LONGEST_TEXT, MOST_TEXT = 4_000_000, 64_000_000
"""Bytes of one text, and of all that are kept."""
LONGEST_KEPT = 4_096
"""Items of an array of numbers that is kept; of a longer one only the length, under its name and "#"."""
LARGEST = 1 << 62
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
"""The types of numbers, as `struct` calls them."""
_TEXT, _ARRAY = 8, 9
_BLOCKS = {
    **{0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36)},
    **{10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292)},
    **{16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82)},
    **{23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2)},
    **{34: (256, 54), 35: (256, 66), 39: (32, 17)},
}
"""How many weights make a block, and its bytes, by the type of a tensor. A type that is newer counts as empty."""


class NoGGUFError(ValueError):
    """The file is no GGUF file, or not as the format has it; the text says what it is, in a few words."""


class Head(NamedTuple):
    """What a file says: the entries by key, the number of its weights, and where the last tensor ends, in bytes."""

    entries: Mapping[str, Value]
    parameters: int
    end: int


def read_head(file: BinaryIO) -> Head:
    """The head of an open file, from its beginning. Raises NoGGUFError."""
    reader = _Reader(file)
    magic = file.read(4)
    if magic != MAGIC:
        raise NoGGUFError("is no GGUF file" if magic else "is empty")
    version = reader.number("I")
    if version not in VERSIONS:
        swapped = int.from_bytes(version.to_bytes(4, "little"), "big")
        kind = "a GGUF file for big-endian machines" if swapped in VERSIONS else f"a GGUF file of version {version}"
        raise NoGGUFError(f"is {kind}, which is not read here")
    tensors, entries = reader.count(MOST_TENSORS, "tensors"), reader.count(MOST_ENTRIES, "entries")
    held: dict[str, Value] = {}
    for _ in range(entries):
        key = reader.text(LONGEST_KEY)
        length, value = reader.value(reader.number("I"))
        held[key if length is None else f"{key}#"] = value if length is None else length
    shapes = [reader.tensor() for _ in range(tensors)]
    alignment = held.get("general.alignment", 32)
    if not isinstance(alignment, int) or not 0 < alignment <= 1 << 16:
        raise NoGGUFError(f"is damaged: it aligns its tensors to {alignment!r} bytes")
    begin = -(-file.tell() // alignment) * alignment
    end = max((offset + size for _, offset, size in shapes), default=0)
    return Head(held, sum(weights for weights, _, _ in shapes), begin + end)


class _Reader:
    """Reads one thing after the other, each within its bounds. Raises NoGGUFError."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._items = self._kept = 0

    def number(self, kind: str) -> int:
        size = struct.calcsize(kind)
        return int(struct.unpack(f"<{kind}", self._bytes(size))[0])

    def count(self, most: int, what: str) -> int:
        count = self.number("Q")
        if count > most:
            raise NoGGUFError(f"is damaged, or no model: it says that it has {count:,} {what}")
        return count

    def text(self, most: int) -> str:
        length = self.count(most, "bytes in one text")
        self._kept += length
        if self._kept > MOST_TEXT:
            raise NoGGUFError(f"is damaged, or no model: its texts have more than {MOST_TEXT:,} bytes")
        return self._bytes(length).decode("utf-8", "replace")

    def value(self, kind: int) -> tuple[int | None, Value]:
        """A value; of an array of texts, or of very many numbers, only its length, which comes first."""
        if kind in _NUMBERS:
            (number,) = struct.unpack(f"<{_NUMBERS[kind]}", self._bytes(struct.calcsize(f"<{_NUMBERS[kind]}")))
            return None, number
        if kind == _TEXT:
            return None, self.text(LONGEST_TEXT)
        if kind != _ARRAY:
            raise NoGGUFError(f"is damaged: it has a value of the unknown type {kind}")
        return self._array(self.number("I"), self.count(MOST_ITEMS, "values in one list"))

    def tensor(self) -> tuple[int, int, int]:
        """The number of weights of a tensor, where it begins behind the head, and its bytes."""
        self.text(LONGEST_KEY)
        dimensions = self.number("I")
        if dimensions > MOST_DIMENSIONS:
            raise NoGGUFError(f"is damaged: it has a tensor of {dimensions:,} dimensions")
        weights = prod([self.number("Q") for _ in range(dimensions)])
        block, size = _BLOCKS.get(self.number("I"), (1, 0))
        offset = self.number("Q")
        if max(weights, offset) > LARGEST:
            raise NoGGUFError("is damaged: it has a tensor that is larger than any file")
        return weights, offset, weights // block * size

    def _array(self, kind: int, length: int) -> tuple[int | None, Value]:
        self._items += length
        if self._items > MOST_ITEMS:
            raise NoGGUFError(f"is damaged, or no model: it has more than {MOST_ITEMS:,} values")
        if kind == _TEXT:
            for _ in range(length):
                self._bytes(self.count(LONGEST_TEXT, "bytes in one text"))
            return length, 0
        if kind not in _NUMBERS:
            raise NoGGUFError(f"is damaged: it has a list of the type {kind}")
        size = struct.calcsize(f"<{_NUMBERS[kind]}")
        data = self._bytes(size * length)
        if length > LONGEST_KEPT:
            return length, 0
        return None, struct.unpack(f"<{length}{_NUMBERS[kind]}", data)

    def _bytes(self, length: int) -> bytes:
        data = self._file.read(length)
        if len(data) < length:
            raise NoGGUFError("ends in the middle of its head: it was cut off")
        return data
