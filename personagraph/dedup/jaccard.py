"""Exact methods for Jaccard ≥ a threshold: the numbers of a set's rarest words, so many that two alike sets share some."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from personagraph.dedup.index import THRESHOLD, Candidate, MethodKind

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from personagraph.dedup.arrays.reading import Readings
    from personagraph.dedup.arrays.table import Signatures


class AlikeWords:
    """Finds every description whose word set has a Jaccard similarity of at least `threshold`, and no other."""

    recorded = "jaccard"

    def __init__(self, threshold: Fraction) -> None:
        self._threshold = threshold

    def signatures(self, readings: "Readings") -> "tuple[Signatures, npt.NDArray[np.int64]]":
        """For each key, the signatures of the words: those with another key the aligner would keep apart anyway."""
        from personagraph.dedup.arrays.partitions import keyed_signatures

        return keyed_signatures(readings, self._threshold)

    def score(self, words: "npt.NDArray[np.int32]", others: "npt.NDArray[np.int32]") -> float:
        """The Jaccard similarity, or 0 below the threshold."""
        return similarity(words, others, self._threshold)


def similarity(words: "npt.NDArray[np.int32]", others: "npt.NDArray[np.int32]", threshold: Fraction) -> float:
    """The Jaccard similarity of the sets of some numbers; 0 below the threshold, compared in whole numbers."""
    one, other = set(words.tolist()), set(others.tolist())
    common = len(one & other)
    union = len(one) + len(other) - common
    return common / union if common and common * threshold.denominator >= union * threshold.numerator else 0.0


class PartitionIndex:
    """Finds every entry whose Jaccard similarity to a word set is at least `threshold`, in 1/2 ≤ threshold ≤ 1.

    Incremental and deterministic; nothing is missed, and nothing else is found. An empty set is like nothing.
    """

    def __init__(self, threshold: Fraction = THRESHOLD) -> None:
        from personagraph.dedup.arrays.partitions import NumberSets
        from personagraph.dedup.arrays.strings import Strings

        self._words = Strings()
        self._sets = NumberSets(threshold)
        self._rows: dict[int, int] = {}
        self._keys: list[int] = []

    def add(self, key: int, words: Iterable[str]) -> None:
        """Enter a word set under a number that is not yet in use."""
        self.add_all([key], [words])

    def add_all(self, keys: Sequence[int], sets: Sequence[Iterable[str]]) -> list[list[int]]:
        """Enter word sets under numbers that are not yet in use; of each, the keys of the alike before it, ascending.

        What is read and compared is then in compiled loops; words are looked up in one pass.
        """
        import numpy as np

        words = [sorted(one) for one in sets]
        ends = np.cumsum(np.fromiter(map(len, words), np.int64, len(words)))
        numbers = self._words.numbers([word.encode("utf-8", "surrogatepass") for one in words for word in one])
        found, first = [list[int]() for _ in words], len(self._keys)
        for row, (key, entry) in enumerate(zip(keys, range(first, first + len(keys)), strict=True)):
            self._rows[key] = entry
            del row
        self._keys += keys
        for row, other in self._sets.add_all(numbers, ends):
            found[row].append(self._keys[other])
        return [sorted(each) for each in found]

    def remove(self, key: int) -> None:
        """Forget the entry."""
        self._sets.remove(self._rows.pop(key))

    def matches(self, words: Iterable[str]) -> list[Candidate]:
        """The entries alike enough, best first, then by key."""
        encoded = [self._words.find(word.encode("utf-8", "surrogatepass")) for word in set(words)]
        found = [Candidate(self._keys[entry], score) for entry, score in self._sets.near(encoded)]
        return sorted(found, key=lambda candidate: (-candidate.score, candidate.key))


METHOD = MethodKind(AlikeWords, "word sets with a Jaccard similarity of at least the threshold, exact")
