"""Which word sets are alike enough to be one persona's."""

from collections.abc import Iterable
from fractions import Fraction

from personagraph.protocols import Candidate
from personagraph.text.words import is_alike, jaccard


def alike(words: frozenset[str], near: Iterable[tuple[int, frozenset[str]]], threshold: Fraction) -> list[Candidate]:
    """Those of the numbered word sets whose Jaccard similarity is at least `threshold`, best first, then by number."""
    found = [Candidate(key, jaccard(words, other)) for key, other in near if is_alike(words, other, threshold)]
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.key))
