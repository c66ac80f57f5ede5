"""Which words that nobody knows may be slips of spelling of known ones, found without comparing all with all.

A word has one edit at most against another: then the first half of one of them, or the second, is in both, unless two
letters changed places in the middle. Words are looked for by their halves, and by the word with those two exchanged.
"""

import numpy as np
import numpy.typing as npt

from personagraph.arrays.compiled import compiled
from personagraph.arrays.strings import Strings, hash_of, number_of
from personagraph.dedup.arrays.table import SignatureTable

SHORTEST, LONGEST = 4, 40
"""Letters of a word in which slips are looked for."""
Pairs = list[tuple[int, int]]


@compiled
def _half(kept, start, end, is_second):  # type: ignore[no-untyped-def]
    found = hash_of(kept, start, end) + np.uint64(is_second)
    return np.uint32(found ^ (found >> np.uint64(32)))


@compiled
def _halves(numbers, kept, starts, found):  # type: ignore[no-untyped-def]
    """The signatures of the two halves of each word."""
    for index in range(len(numbers)):
        start, end = starts[numbers[index]], starts[numbers[index] + 1]
        middle = start + (end - start) // 2
        found[2 * index] = _half(kept, start, middle, False)
        found[2 * index + 1] = _half(kept, middle, end, True)


@compiled
def _wanted(number, kept, starts, found):  # type: ignore[no-untyped-def]
    """The signatures of the halves that a word one edit away may have."""
    start, end = starts[number], starts[number + 1]
    length = end - start
    for index in range(3):
        other = length - 1 + index
        found[2 * index] = _half(kept, start, start + other // 2, False)
        found[2 * index + 1] = _half(kept, end - (other - other // 2), end, True)


@compiled
def _is_one_edit(kept, a, a_end, b, b_end):  # type: ignore[no-untyped-def]
    """Whether one letter is replaced, left out, or put in, or two neighbours have changed places."""
    while a < a_end and b < b_end and kept[a] == kept[b]:
        a, b = a + 1, b + 1
    last_a, last_b = a_end, b_end
    while last_a > a and last_b > b and kept[last_a - 1] == kept[last_b - 1]:
        last_a, last_b = last_a - 1, last_b - 1
    x, y = last_a - a, last_b - b
    if x <= 1 and y <= 1:
        return True
    return x == 2 and y == 2 and kept[a] == kept[b + 1] and kept[a + 1] == kept[b]


@compiled
def _exchanged(number, kept, starts, slots):  # type: ignore[no-untyped-def]
    """The word with the two letters in its middle exchanged; -1 where there is none."""
    start, end = starts[number], starts[number + 1]
    word = kept[start:end].copy()
    middle = (end - start) // 2
    word[middle - 1], word[middle] = word[middle], word[middle - 1]
    return number_of(word, 0, len(word), kept, starts, slots, 0, False)


@compiled
def _meet(numbers, known, kept, starts, slots, heads, nodes, pairs):  # type: ignore[no-untyped-def]
    """How many pairs there are of a word and one that is one edit away, known where this one is not or the reverse.

    So many as there is room for are put into `pairs`, the unknown one first; some of them twice.
    """
    wanted, mask, count = np.empty(6, np.uint32), np.uint32(len(heads) - 1), 0
    for number in numbers:
        _wanted(number, kept, starts, wanted)
        exchanged = _exchanged(number, kept, starts, slots)
        for index in range(7):
            node = heads[wanted[index] & mask] if index < 6 else 0
            other = exchanged if index == 6 else -1
            while node or other >= 0:
                if node:
                    other = nodes[node - 1, 1] if nodes[node - 1, 0] == np.int32(wanted[index]) else -1
                    node = nodes[node - 1, 2]
                if (
                    other >= 0
                    and known[other] != known[number]
                    and _is_one_edit(kept, starts[number], starts[number + 1], starts[other], starts[other + 1])
                ):
                    if count < len(pairs):
                        pairs[count, 0] = other if known[number] else number
                        pairs[count, 1] = number if known[number] else other
                    count += 1
                other = -1
    return count


class Slips:
    """The words in which slips are looked for, by their halves."""

    def __init__(self) -> None:
        self.halves = SignatureTable()

    def meet(self, numbers: npt.NDArray[np.int32], known: npt.NDArray[np.uint8], strings: Strings) -> Pairs:
        """The pairs (unknown, known) of a new word and one that is there, or of two new ones; each once."""
        kept, starts = strings.kept.data, strings.starts.data
        signatures = np.empty(2 * len(numbers), np.uint32)
        _halves(numbers, kept, starts, signatures)
        self.halves.add(signatures, np.repeat(numbers, 2))
        pairs, needed = np.empty((0, 2), np.int64), 4 * len(numbers) + 64
        while needed > len(pairs):
            pairs = np.empty((needed, 2), np.int64)
            needed = _meet(numbers, known, kept, starts, strings.slots, *self.halves.reserve(0), pairs)
        return sorted(set(map(tuple, pairs[:needed].tolist())))
