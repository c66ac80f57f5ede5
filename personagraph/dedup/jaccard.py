"""Jaccard ≥ a threshold, exactly: as a method for descriptions, and as an index of word sets on their own."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import compress
from typing import TYPE_CHECKING

from personagraph.dedup.index import THRESHOLD, Candidate, MethodKind, by_keys
from personagraph.text.words import is_alike, jaccard, unaccented, word_set, words

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from personagraph.dedup.arrays.reading import Readings
    from personagraph.dedup.arrays.table import Signatures


_AT_ONCE = 1 << 13
"""Descriptions that are read together."""


class AlikeWords:
    """Finds every description of the same content whose words have a Jaccard similarity of at least `threshold`.

    Where more than a few known ones have the same content it looks at the first few, and at the first few that say it
    in the same order.
    Those of other content, however alike their words, the veto keeps apart; they are not even looked at.
    """

    recorded = "jaccard"
    is_certain = False

    def __init__(self, threshold: Fraction) -> None:
        self._threshold = threshold

    def signatures(
        self, descriptions: Sequence[str], readings: "Readings"
    ) -> "tuple[Signatures, npt.NDArray[np.int64]]":
        """The keys."""
        return by_keys(readings)

    def score(self, description: str, other: str) -> float:
        """The Jaccard similarity, or 0 below the threshold."""
        return similarity(word_set(description), word_set(other), self._threshold)


def similarity(one: frozenset[str], other: frozenset[str], threshold: Fraction) -> float:
    """The Jaccard similarity; 0 below the threshold."""
    return jaccard(one, other) if is_alike(one, other, threshold) else 0.0


def _spaced(text: str) -> str:
    """A text whose words, cut at spaces and at what ASCII has between words, are those of the word set."""
    plain = unaccented(text)
    return plain if plain.isascii() else " ".join(words(plain, cut=2))


class PartitionIndex:
    """Finds every entry whose Jaccard similarity to a word set is at least `threshold`, in 1/2 ≤ threshold ≤ 1.

    Incremental and deterministic; nothing is missed, and nothing else is found. An empty set is like nothing.
    """

    def __init__(self, threshold: Fraction = THRESHOLD) -> None:
        from personagraph.arrays.strings import Strings
        from personagraph.dedup.arrays.partitions import NumberSets

        self._words = Strings()
        self._sets = NumberSets(threshold)
        self._keys: list[int] = []
        self._rows: dict[int, int] = {}
        """The sets of the first `_placed` keys: they are looked up only when one is removed."""
        self._placed = 0

    def add(self, key: int, words: Iterable[str]) -> None:
        """Enter a word set under a number that is not yet in use."""
        self.add_all([key], [words])

    def add_all(self, keys: Sequence[int], sets: Sequence[Iterable[str]]) -> list[list[int]]:
        """Enter word sets under numbers that are not yet in use; of each, the keys of the alike before it, ascending.

        What is read and compared is then in compiled loops; words are looked up in one pass.
        """
        import numpy as np

        ordered = [sorted(one) for one in sets]
        ends = np.cumsum(np.fromiter(map(len, ordered), np.int64, len(ordered)))
        numbers = self._words.numbers([word.encode("utf-8", "surrogatepass") for one in ordered for word in one])
        pairs = self._sets.add_all(numbers, ends)
        self._keys += keys
        found = [list[int]() for _ in ordered]
        for row, other in pairs.tolist():
            found[row].append(self._keys[other])
        return [sorted(each) for each in found]

    def add_new(self, keys: Sequence[int], descriptions: Sequence[str]) -> list[int | None]:
        """Enter the words of each description under its number, one after another, unless an entry is alike enough.

        Of each that was not entered, the number of such an entry; None of the others. From texts to verdicts, all is in
        compiled loops but what is not ASCII.
        """
        found = list[int | None]()
        for start in range(0, len(descriptions), _AT_ONCE):
            found += self._added_new(keys[start : start + _AT_ONCE], descriptions[start : start + _AT_ONCE])
        return found

    def _added_new(self, keys: Sequence[int], descriptions: Sequence[str]) -> list[int | None]:
        from personagraph.arrays.words import words_in
        from personagraph.dedup.arrays.reading import KINDS, joined

        is_ascii = all(map(str.isascii, descriptions))
        texts = descriptions if is_ascii else [text if text.isascii() else _spaced(text) for text in descriptions]
        pairs = self._sets.add_all(*words_in(self._words, *joined(texts), KINDS), only_new=True).tolist()
        found, is_new = list[int | None]([None]) * len(keys), [True] * len(keys)
        for row, _ in pairs:
            is_new[row] = False
        self._keys += compress(keys, is_new)
        for row, other in pairs:
            found[row] = self._keys[other]
        return found

    def remove(self, key: int) -> None:
        """Forget the entry."""
        self._rows.update(zip(self._keys[self._placed :], range(self._placed, len(self._keys)), strict=True))
        self._placed = len(self._keys)
        self._sets.remove(self._rows.pop(key))

    def matches(self, words: Iterable[str]) -> list[Candidate]:
        """The entries alike enough, best first, then by key."""
        encoded = [self._words.find(word.encode("utf-8", "surrogatepass")) for word in set(words)]
        found = [Candidate(self._keys[entry], score) for entry, score in self._sets.near(encoded)]
        return sorted(found, key=lambda candidate: (-candidate.score, candidate.key))


METHOD = MethodKind(
    AlikeWords, "the same content, and words with a Jaccard similarity of at least the threshold, exact"
)
