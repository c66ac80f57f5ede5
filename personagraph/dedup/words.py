"""The word set of a description, and the Jaccard similarity of two."""

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

from personagraph.protocols import Candidate

_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0966-\u0ddf"
    "\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ecd\u0f71-\u0f84\u0f90-\u0fbc\u102b-\u103e\u1056-\u1074\u17b4-\u17d3"
)
"""Vowel signs and other combining marks: part of a word, though `\\w` leaves them out."""
_WORD = re.compile(rf"[\w{_MARKS}]+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u3005-\u3007\u3040-\u30ff\u3400-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]+"
)
"""Thai, Lao, Burmese, Khmer, Tai, kana and Chinese characters."""
_APOSTROPHES = str.maketrans("", "", "'`\u2018\u2019\u02bc")


@lru_cache(maxsize=4096)
def word_set(description: str) -> frozenset[str]:
    """Case-folded words (NFKC, no apostrophes); scripts written without spaces are cut into character bigrams."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", description).casefold()).translate(_APOSTROPHES)
    words: set[str] = set()
    for word in _WORD.findall(text):
        for run in _UNSPACED.findall(word):
            words.update(run[i : i + 2] for i in range(max(len(run) - 1, 1)))
        words.update(_UNSPACED.sub(" ", word).split())
    return frozenset(words)


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """|A ∩ B| / |A ∪ B|; 0 when both are empty."""
    union = len(a | b)
    return len(a & b) / union if union else 0.0


def alike(words: frozenset[str], near: Iterable[tuple[int, frozenset[str]]], threshold: Fraction) -> list[Candidate]:
    """Those of the numbered word sets whose Jaccard similarity is at least `threshold`, best first, then by number.

    Compares whole numbers: a pair at exactly the threshold is alike. An empty set is like nothing.
    """
    found = []
    for key, other in near:
        common = len(words & other)
        union = len(words) + len(other) - common
        if common and common * threshold.denominator >= union * threshold.numerator:
            found.append(Candidate(key, common / union))
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.key))
