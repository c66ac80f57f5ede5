"""Exact Jaccard ≥ t: signatures of which two sets that are so alike share one, whatever their sizes.

Where such sets are nearly equal, by parts (PartEnum: Arasu, Ganti, Kaushik 2006). Sets of sizes a and b that are alike
differ in at most d = ⌊(a + b)(1 - t)/(1 + t)⌋ words: from |A ∩ B| ≥ t·|A ∪ B| and |A| + |B| = |A ∩ B| + |A ∪ B|
follows |A ∪ B| ≤ (a + b)/(1 + t), and |A △ B| is at most (1 - t) of that. Split each into d + 1 parts by a hash of the
word: a word that differs spoils one, so one is equal in both.

Where they may differ in more, by their rarest words (prefix filtering: Chaudhuri, Ganti, Kaushik 2006; of several words
together: Wang, Li, Feng 2012). Sets that are alike have at least s = ⌈t·|A|⌉ words in common. Put all words in one
order: of the common ones, the first k stand among the first |A| - s + k of A, since s - k come after them. So A and B
share k words of these. The order is that in which words are first met, reversed: later-met words are rarer, and the
order never changes while sets come in.

Which way is taken, d, and k follow from the sizes of both; so a set is entered, and looked up, under what each size
that an alike one can have asks for.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from personagraph.arrays.columns import GrowingColumn
from personagraph.arrays.compiled import compiled
from personagraph.dedup.arrays.content import folded_to_32, mixed
from personagraph.dedup.arrays.table import Signatures, SignatureTable, add_signatures

_MOST_PARTS = 9
_LEAST_IN_PART = 4
"""Words; parts of fewer are shared by too many."""
_MOST_PAIRS = 45
"""Of rare words, of one set; where there would be more, each word stands alone."""
_ROOM = 1 << 16


@compiled
def _way(smaller, larger, top, bottom):  # type: ignore[no-untyped-def]
    """The way for sets of these sizes: into how many parts (2 and more: by 0), or minus how many rare words."""
    parts = (smaller + larger) * (bottom - top) // (bottom + top) + 1
    # Decided by the smaller one and the threshold, of which both sides know enough.
    if parts <= _MOST_PARTS and _LEAST_IN_PART * 2 * (bottom - top) <= bottom + top:
        return parts
    shared = (smaller * top + bottom - 1) // bottom
    spare = smaller - shared
    return -2 if shared >= 2 and (spare + 2) * (spare + 1) <= 2 * _MOST_PAIRS else -1


@compiled
def _by_parts(words, size, parts, sums, found, count):  # type: ignore[no-untyped-def]
    for part in range(parts):
        sums[part] = mixed(np.uint64(16 * part + parts))
    for index in range(size):
        value = mixed(np.uint64(words[index]) + np.uint64(1))
        sums[((value >> np.uint64(32)) * np.uint64(parts)) >> np.uint64(32)] += value * np.uint64(0x9E3779B97F4A7C15)
    for part in range(parts):
        if count < len(found):
            found[count] = folded_to_32(mixed(sums[part]))
        count += 1
    return count


@compiled
def _by_rare_words(words, prefix, together, found, count):  # type: ignore[no-untyped-def]
    for one in range(prefix):
        value = mixed(np.uint64(words[one]) + np.uint64(1))
        if together == 1:
            if count < len(found):
                found[count] = folded_to_32(value)
            count += 1
        for other in range(one + 1, prefix if together == 2 else 0):
            if count < len(found):
                found[count] = folded_to_32(mixed(value + np.uint64(words[other]) + np.uint64(1)))
            count += 1
    return count


@compiled
def signatures_of(words, size, top, bottom, found):  # type: ignore[no-untyped-def]
    """Enter the signatures of a set, whose words are in descending order; how many there are, which may not all fit."""
    count, sums = 0, np.empty(_MOST_PARTS, np.uint64)
    if size == 0:
        return count
    shared = (size * top + bottom - 1) // bottom
    last = 0
    done_one, done_two = False, False
    for other in range(shared, size * bottom // top + 1):
        way = _way(min(size, other), max(size, other), top, bottom)
        if way > last:  # parts grow with the size
            last = way
            count = _by_parts(words, size, way, sums, found, count)
        elif way == -1 and not done_one:
            done_one = True
            count = _by_rare_words(words, size - shared + 1, 1, found, count)
        elif way == -2 and not done_two:
            done_two = True
            count = _by_rare_words(words, size - shared + 2, 2, found, count)
    return count


@compiled
def descending(words, count):  # type: ignore[no-untyped-def]
    """Sort the first numbers, the largest first, and leave each out but once; how many are left."""
    if count > 64:
        words[:count] = np.sort(words[:count])[::-1]
    else:
        for index in range(1, count):
            value, at = words[index], index
            while at and words[at - 1] < value:
                words[at] = words[at - 1]
                at -= 1
            words[at] = value
    left = min(count, 1)
    for index in range(1, count):
        if words[index] != words[left - 1]:
            words[left] = words[index]
            left += 1
    return left


@compiled
def _common(one, start, end, other, other_start, other_end, least):  # type: ignore[no-untyped-def]
    """How many numbers two descending runs share; anything below `least` where it is less."""
    common = 0
    while start < end and other_start < other_end:
        if common + min(end - start, other_end - other_start) < least:
            return common
        if one[start] == other[other_start]:
            common, start, other_start = common + 1, start + 1, other_start + 1
        elif one[start] > other[other_start]:
            start += 1
        else:
            other_start += 1
    return common


@compiled
def _add_sets(  # type: ignore[no-untyped-def]
    rows,
    row_ends,
    first_row,
    top,
    bottom,
    sets,
    set_ends,
    entries,
    heads,
    nodes,
    count,
    seen,
    stamp,
    found,
    pairs,
    only_new,
):
    """Enter sets one after another, and find for each those before it; stops where `found` or `pairs` have no room.

    With `only_new`, a set is not entered when one before it is alike, and its search ends with the first. The first row
    that is not done, the number of entries, nodes and pairs, the stamp, and how many nodes there was no room for.
    """
    mask, pair_count = np.uint32(len(heads) - 1), 0
    for row in range(first_row, len(row_ends)):
        start = row_ends[row - 1] if row else 0
        length = row_ends[row] - start
        set_start = set_ends[entries - 1] if entries else 0
        sets[set_start : set_start + length] = rows[start : row_ends[row]]
        size = descending(sets[set_start : set_start + length], length)
        words = sets[set_start : set_start + size]
        total = signatures_of(words, size, top, bottom, found)
        before = pair_count
        if total > len(found) or count + total > len(nodes) or count + total > len(heads):
            return row, entries, count, pair_count, stamp, total
        stamp += 1
        for index in range(total):
            node = heads[found[index] & mask]
            while node and not (only_new and pair_count > before):
                other = nodes[node - 1, 1]
                if nodes[node - 1, 0] == np.int32(found[index]) and seen[other] != stamp:
                    seen[other] = stamp
                    other_start = set_ends[other - 1] if other else 0
                    other_size = set_ends[other] - other_start
                    if other_size * bottom >= size * top and size * bottom >= other_size * top:
                        least = ((size + other_size) * top + top + bottom - 1) // (top + bottom)
                        common = _common(sets, set_start, set_start + size, sets, other_start, set_ends[other], least)
                        if common and common * bottom >= (size + other_size - common) * top:
                            if pair_count == len(pairs):
                                return row, entries, count, before, stamp, 0
                            pairs[pair_count, 0], pairs[pair_count, 1] = row, other
                            pair_count += 1
                node = nodes[node - 1, 2]
        if only_new and pair_count > before:
            continue
        count = add_signatures(found[:total], entries, heads, nodes, count)
        set_ends[entries] = set_start + size
        entries += 1
    return len(row_ends), entries, count, pair_count, stamp, 0


class NumberSets:
    """Sets of numbers, numbered from 0, and which of them have a Jaccard similarity of `threshold` or more."""

    def __init__(self, threshold: Fraction) -> None:
        self._ratio = threshold.as_integer_ratio()
        self._sets, self._ends, self._seen = GrowingColumn(np.int32), GrowingColumn(np.int64), GrowingColumn(np.int32)
        self._table = SignatureTable()
        self._stamp = 0

    def add_all(
        self, numbers: npt.NDArray[np.int32], ends: npt.NDArray[np.int64], *, only_new: bool = False
    ) -> npt.NDArray[np.int64]:
        """Enter sets, whose numbers stand one after another; the pairs (row, a set before it that is alike enough).

        With `only_new`, a row that has such a set is not entered, and one of them is enough.
        """
        return np.concatenate(list(self._added(numbers, ends, only_new)))

    def _added(
        self, numbers: npt.NDArray[np.int32], ends: npt.NDArray[np.int64], only_new: bool
    ) -> Iterator[npt.NDArray[np.int64]]:
        rows, row, needed = len(ends), 0, 2 * len(numbers) + 64
        self._seen.extend(np.zeros(rows, np.int32))
        sets, set_ends = self._sets.reserve(len(numbers)), self._ends.reserve(rows)
        pairs, found = np.empty((_ROOM, 2), np.int64), np.empty(1024, np.uint32)
        while row < rows:
            heads, nodes = self._table.reserve(needed)
            row, entries, nodes_now, count, self._stamp, needed = _add_sets(
                *(numbers, ends, row, *self._ratio, sets, set_ends, self._ends.size, heads, nodes),
                *(self._table.nodes.size, self._seen.data, self._stamp, found, pairs, only_new),
            )
            if needed > len(found):
                found = np.empty(needed, np.uint32)
            if row < rows and not count and not needed:
                pairs = np.empty((2 * len(pairs), 2), np.int64)
            needed = 2 * max(needed, 1024)
            self._ends.size, self._table.nodes.size = entries, nodes_now
            yield pairs[:count].copy()
        self._sets.size = int(set_ends[self._ends.size - 1]) if self._ends.size else 0
        yield np.empty((0, 2), np.int64)

    def near(self, numbers: Sequence[int]) -> Iterator[tuple[int, float]]:
        """The sets that are alike enough with one, and how alike; a number below 0 is one that no set has."""
        top, bottom = self._ratio
        largest = int(max((self._sets.data[: self._sets.size].max(initial=0), *numbers), default=0))
        words = sorted((number if number >= 0 else largest + 1 + at for at, number in enumerate(numbers)), reverse=True)
        one = set(words)
        for entry in self._table.near(self._signatures(np.array(words, np.int32))):
            other = self._set(entry)
            common = len(one.intersection(other.tolist()))
            union = len(one) + len(other) - common
            if common and common * bottom >= union * top:
                yield entry, common / union

    def remove(self, entry: int) -> None:
        """Forget a set."""
        self._table.remove(self._signatures(self._set(entry)), entry)

    def _set(self, entry: int) -> npt.NDArray[np.int32]:
        return self._sets.data[self._ends.data[entry - 1] if entry else 0 : self._ends.data[entry]]

    def _signatures(self, words: npt.NDArray[np.int32]) -> Signatures:
        found = np.empty(256, np.uint32)
        count = signatures_of(words, len(words), *self._ratio, found)
        if count > len(found):
            found = np.empty(count, np.uint32)
            signatures_of(words, len(words), *self._ratio, found)
        return found[:count]
