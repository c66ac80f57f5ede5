"""What every index of word sets must do: find the entries that are alike."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, Protocol

from personagraph.text.words import is_alike, jaccard


class Candidate(NamedTuple):
    """An entry that an index found to be alike."""

    key: int
    score: float


class DuplicateIndex(Protocol):
    """Finds the entries whose word sets have a Jaccard similarity of at least a threshold. Incremental, exact."""

    def add(self, key: int, words: frozenset[str]) -> None:
        """Enter a word set under a number that is not yet in use."""

    def remove(self, key: int) -> None:
        """Forget the entry."""

    def matches(self, words: frozenset[str]) -> list[Candidate]:
        """The entries alike enough, best first, then by key."""


@dataclass(frozen=True, slots=True)
class IndexKind:
    """An index as it is registered: what makes an empty one, for a similarity of 0.9 or more, and what it is."""

    make: Callable[[], DuplicateIndex]
    about: str


def alike(words: frozenset[str], near: Iterable[tuple[int, frozenset[str]]], threshold: Fraction) -> list[Candidate]:
    """Those of the numbered word sets whose Jaccard similarity is at least `threshold`, best first, then by number."""
    found = [Candidate(key, jaccard(words, other)) for key, other in near if is_alike(words, other, threshold)]
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.key))
