"""Numbers strings of bytes in the order in which they are first met, exactly."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from personagraph.arrays.columns import GrowingColumn, Saved, check_slots
from personagraph.arrays.compiled import compiled

Numbers = npt.NDArray[np.int32]


NO_BYTES = np.uint64(14695981039346656037)


@compiled
def with_byte(found, byte):  # type: ignore[no-untyped-def]
    """What was hashed so far, from `NO_BYTES` on, with one byte more (FNV-1a)."""
    return (found ^ np.uint64(byte)) * np.uint64(1099511628211)


@compiled
def hash_of(data, start, end):  # type: ignore[no-untyped-def]
    """A 64-bit hash of some bytes."""
    found = NO_BYTES
    for index in range(start, end):
        found = with_byte(found, data[index])
    return ended(found)


@compiled
def ended(found):  # type: ignore[no-untyped-def]
    """The hash of all bytes (a last mixing)."""
    found = (found ^ (found >> np.uint64(32))) * np.uint64(0x9E3779B97F4A7C15)
    return found ^ (found >> np.uint64(29))


@compiled
def number_of(data, start, end, kept, starts, slots, count, add):  # type: ignore[no-untyped-def]
    """The number of data[start:end]; if it is not known, `count`, under which it is kept if `add`, or else -1."""
    return number_by(hash_of(data, start, end), data, start, end, kept, starts, slots, count, add)


@compiled
def number_by(hash, data, start, end, kept, starts, slots, count, add):  # type: ignore[no-untyped-def]
    """The same for bytes whose hash is known."""
    mask = np.uint64(len(slots) - 1)
    at = hash & mask
    length = end - start
    while slots[at]:
        number = slots[at] - 1
        first = starts[number]
        if starts[number + 1] - first == length:
            index = 0
            while index < length and kept[first + index] == data[start + index]:
                index += 1
            if index == length:
                return number
        at = (at + np.uint64(1)) & mask
    if not add:
        return -1
    slots[at] = count + 1
    first = starts[count]
    for index in range(length):
        kept[first + index] = data[start + index]
    starts[count + 1] = first + length
    return count


@compiled
def _number_all(data, ends, kept, starts, slots, count, found):  # type: ignore[no-untyped-def]
    start = 0
    for index in range(len(ends)):
        found[index] = number_of(data, start, ends[index], kept, starts, slots, count, True)
        count += found[index] == count
        start = ends[index]
    return count


@compiled
def _enter_slots(kept, starts, slots, count):  # type: ignore[no-untyped-def]
    mask = np.uint64(len(slots) - 1)
    for number in range(count):
        at = hash_of(kept, starts[number], starts[number + 1]) & mask
        while slots[at]:
            at = (at + np.uint64(1)) & mask
        slots[at] = number + 1


class Strings:
    """Different strings of bytes, numbered from 0; `kept`, `starts` and `slots` are for compiled loops."""

    def __init__(self) -> None:
        self.kept = GrowingColumn(np.uint8)
        self.starts = GrowingColumn(np.int64)
        self.starts.append(0)
        self.slots: Numbers = np.zeros(64, np.int32)

    def __len__(self) -> int:
        return self.starts.size - 1

    def __getitem__(self, number: int) -> bytes:
        first, end = self.starts.data[number : number + 2]
        return self.kept.data[first:end].tobytes()

    def saved(self) -> Saved:
        """All of it, as it can be written to a file."""
        return {
            "kept": self.kept.saved(),
            "starts": self.starts.saved(),
            "slots": (self.slots, len(self.slots)),
        }

    def take(self, saved: Saved) -> None:
        """Hold what was saved, where it lies. Raises ValueError when that is not such strings."""
        self.kept.take(saved["kept"])
        self.starts.take(saved["starts"])
        starts, slots = self.starts.rows(), saved["slots"][0]
        if not len(starts) or starts[0] != 0 or (np.diff(starts) < 0).any() or starts[-1] != self.kept.size:
            raise ValueError("strings do not follow each other")
        check_slots(slots, len(self), "strings")
        if int(np.count_nonzero(slots)) != len(self):
            raise ValueError("strings are not all in their table")
        self.slots = slots

    def reserve(self, count: int, length: int) -> None:
        """Make room for so many strings more, of so many bytes together."""
        self.kept.reserve(length)
        self.starts.reserve(count)
        wanted = 3 * (len(self) + count) // 2
        if wanted > len(self.slots):
            self.slots = np.zeros(1 << int(wanted).bit_length(), np.int32)
            _enter_slots(self.kept.data, self.starts.data, self.slots, len(self))

    def grown_to(self, count: int) -> None:
        """Say how many there are, after a compiled loop has entered some."""
        self.starts.size = count + 1
        self.kept.size = int(self.starts.data[count])

    def numbers(self, strings: Sequence[bytes]) -> Numbers:
        """The number of each, of which those that are not known get the next ones."""
        data = np.frombuffer(b"".join(strings), np.uint8)
        return self.numbers_of(data, np.cumsum(np.fromiter(map(len, strings), np.int64, len(strings))))

    def numbers_of(self, data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> Numbers:
        """The same for strings that stand one after another."""
        self.reserve(len(ends), len(data))
        found = np.empty(len(ends), np.int32)
        self.grown_to(_number_all(data, ends, self.kept.data, self.starts.data, self.slots, len(self), found))
        return found

    def find(self, string: bytes) -> int:
        """The number of a string, or -1."""
        data = np.frombuffer(string, np.uint8)
        return int(number_of(data, 0, len(data), self.kept.data, self.starts.data, self.slots, len(self), False))
