"""The paper's index for Jaccard ≥ a threshold: datasketch's MinHash-LSH, with every candidate verified."""

from fractions import Fraction

from personagraph.dedup.index import Candidate, IndexKind, alike

_BANDS, _ROWS = 16, 8
"""A pair at Jaccard 0.9 becomes a candidate with probability 0.9999; with datasketch's own choice it is 0.31."""


class MinHashIndex:
    """Finds almost every entry whose Jaccard similarity to a word set is at least `threshold`, and no other.

    Needs datasketch. The permutations are fixed, so that the same entries give the same answers on every machine.
    """

    def __init__(self, threshold: Fraction = Fraction(9, 10)) -> None:
        from datasketch import MinHash, MinHashLSH

        self._threshold = threshold
        self._empty = MinHash(num_perm=_BANDS * _ROWS, seed=1)
        self._buckets = MinHashLSH(num_perm=_BANDS * _ROWS, params=(_BANDS, _ROWS))
        self._sets: dict[int, frozenset[str]] = {}

    def add(self, key: int, words: frozenset[str]) -> None:
        """Enter a word set under a number that is not yet in use."""
        self._sets[key] = words
        self._buckets.insert(key, self._sketch(words))

    def remove(self, key: int) -> None:
        """Forget the entry."""
        del self._sets[key]
        self._buckets.remove(key)

    def matches(self, words: frozenset[str]) -> list[Candidate]:
        """The entries alike enough, best first, then by key. An empty set is like nothing."""
        near = self._buckets.query(self._sketch(words))
        return alike(words, ((key, self._sets[key]) for key in near), self._threshold)

    def _sketch(self, words: frozenset[str]):  # type: ignore[no-untyped-def]
        sketch = self._empty.copy()
        sketch.update_batch([word.encode() for word in words])
        return sketch


INDEX = IndexKind(MinHashIndex, "the paper's, nearly exact")
