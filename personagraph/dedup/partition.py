"""An exact, incremental index for Jaccard ≥ a threshold: PartEnum (Arasu, Ganti, Kaushik 2006)."""

from collections.abc import Iterator
from fractions import Fraction
from hashlib import blake2b
from math import ceil, floor
from zlib import crc32

from personagraph.protocols import Candidate

_Part = tuple[int, int, bytes]


class PartitionIndex:
    """Finds every entry whose Jaccard similarity to a word set is at least `threshold`.

    Two sets of sizes a and b that are so alike differ in at most d = (a + b)(1 - t)/(1 + t) words. Split each by a hash
    of the word into d + 1 parts: some part is equal in both. As d depends on both sizes, a set is entered, and looked
    up, under every d that a partner of a possible size (from t·a to a/t) can bring, so that each such pair meets.
    """

    def __init__(self, threshold: Fraction = Fraction(9, 10)) -> None:
        self._threshold = threshold
        self._sets: dict[int, frozenset[str]] = {}
        self._parts: dict[_Part, list[int]] = {}

    def add(self, key: int, words: frozenset[str]) -> None:
        """Enter a word set under a number that is not yet in use."""
        self._sets[key] = words
        for part in self._keys(words):
            self._parts.setdefault(part, []).append(key)

    def remove(self, key: int) -> None:
        """Forget the entry."""
        for part in self._keys(self._sets.pop(key)):
            self._parts[part].remove(key)

    def matches(self, words: frozenset[str]) -> list[Candidate]:
        """The entries alike enough, best first, then by key. An empty set is like nothing."""
        near = {key for part in self._keys(words) for key in self._parts.get(part, ())} if words else set()
        found = []
        for key in near:
            other = self._sets[key]
            common = len(words & other)
            score = Fraction(common, len(words) + len(other) - common)
            if score >= self._threshold:
                found.append(Candidate(key, float(score)))
        return sorted(found, key=lambda c: (-c.score, c.key))

    def _keys(self, words: frozenset[str]) -> Iterator[_Part]:
        size, t = len(words), self._threshold
        bound = (1 - t) / (1 + t)
        smallest, largest = ceil(t * size), floor(size / t)
        for d in range(floor((size + smallest) * bound), floor((size + largest) * bound) + 1):
            parts: list[list[str]] = [[] for _ in range(d + 1)]
            for word in sorted(words):
                parts[crc32(word.encode()) % (d + 1)].append(word)
            for number, part in enumerate(parts):
                yield d, number, blake2b("\x1f".join(part).encode(), digest_size=8).digest()
