"""An exact, incremental index for Jaccard ≥ a threshold: PartEnum (Arasu, Ganti, Kaushik 2006)."""

from fractions import Fraction
from functools import lru_cache
from hashlib import blake2b
from math import ceil, floor
from sys import intern
from zlib import crc32

from personagraph.dedup.index import Candidate, IndexKind, alike


class PartitionIndex:
    """Finds every entry whose Jaccard similarity to a word set is at least `threshold`, in 0 < threshold ≤ 1.

    Two sets of sizes a and b that are so alike differ in at most d = ⌊(a + b)(1 - t)/(1 + t)⌋ words: from
    |A ∩ B| ≥ t·|A ∪ B| and |A| + |B| = |A ∩ B| + |A ∪ B| follows |A ∪ B| ≤ (a + b)/(1 + t), and |A △ B| is at most
    (1 - t) of that. Split each by a hash of the word into d + 1 parts: each differing word spoils one part, so one
    is equal in both. As d depends on both sizes, a set is entered, and looked up, under every d that a partner of a
    possible size (from t·a to a/t) can bring: both sides use the d of their own pair, so each such pair meets.
    """

    def __init__(self, threshold: Fraction = Fraction(9, 10)) -> None:
        self._threshold = threshold
        self._sets: dict[int, tuple[str, ...]] = {}
        self._holders: dict[int, int | list[int]] = {}
        """Who has a part, by its hash: mostly one, whose number stands alone, since a list is ten times as large."""

    def add(self, key: int, words: frozenset[str]) -> None:
        """Enter a word set under a number that is not yet in use."""
        self._sets[key] = tuple(map(intern, words))
        for part in _parts_of(words, self._threshold):
            holders = self._holders.setdefault(part, key)
            if isinstance(holders, list):
                holders.append(key)
            elif holders != key:
                self._holders[part] = [holders, key]

    def remove(self, key: int) -> None:
        """Forget the entry."""
        for part in _parts_of(frozenset(self._sets.pop(key)), self._threshold):
            holders = self._holders[part]
            if isinstance(holders, list):
                holders.remove(key)
                if holders:
                    continue
            del self._holders[part]

    def matches(self, words: frozenset[str]) -> list[Candidate]:
        """The entries alike enough, best first, then by key. An empty set is like nothing."""
        near: set[int] = set()
        for part in _parts_of(words, self._threshold):
            holders = self._holders.get(part)
            if isinstance(holders, list):
                near.update(holders)
            elif holders is not None:
                near.add(holders)
        return alike(words, ((key, frozenset(self._sets[key])) for key in near), self._threshold)


@lru_cache(maxsize=256)
def _parts_of(words: frozenset[str], threshold: Fraction) -> frozenset[int]:
    """Under which hashes a word set is entered and looked up; asked twice in a row for whoever is new.

    Two parts that share a hash by chance cost a comparison, and nothing else.
    """
    hashed = sorted((crc32(word.encode()), word) for word in words)
    found = set()
    for d in _differences(len(words), threshold):
        parts: list[list[str]] = [[f"{d} {number}"] for number in range(d + 1)]
        for number, word in hashed:
            parts[number % (d + 1)].append(word)
        for part in parts:
            found.add(int.from_bytes(blake2b("\x1f".join(part).encode(), digest_size=8).digest(), "big"))
    return frozenset(found)


@lru_cache(maxsize=4096)
def _differences(size: int, threshold: Fraction) -> range:
    """How many words such a set and one that is alike enough can differ in at most, over the sizes of the other."""
    bound = (1 - threshold) / (1 + threshold)
    smallest, largest = ceil(threshold * size), floor(size / threshold)
    return range(floor((size + smallest) * bound), floor((size + largest) * bound) + 1)


INDEX = IndexKind(PartitionIndex, "exact")
