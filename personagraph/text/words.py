"""What a word is in every script: the words of a text, their runs and repeats, and how alike two texts are by them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence, Set
from fractions import Fraction
from functools import lru_cache

_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0966-\u0ddf"
    "\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ecd\u0f71-\u0f84\u0f90-\u0fbc\u102b-\u103e\u1056-\u1074\u17b4-\u17d3"
)
"""Vowel signs and other combining marks: part of a word, though `\\w` leaves them out."""
_WORD = re.compile(rf"[\w{_MARKS}]+")
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u3005-\u3007\u3040-\u30ff\u3400-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Tai, kana and Chinese characters. These and the marks decide which personas are merged."""
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_RUN = re.compile(f"([{_UNSPACED}]+)|[^{_UNSPACED}]+")
_APOSTROPHES = str.maketrans("", "", "'`\u2018\u2019\u02bc")


def fold(text: str) -> str:
    """`text` composed (NFC), case-folded, with straight apostrophes."""
    return unicodedata.normalize("NFC", text).casefold().replace("\u2019", "'")


def words(text: str, *, cut: int = 0) -> list[str]:
    """The words in order: case-folded, compatibility forms unified (NFKC), apostrophes left out.

    A word holds letters with their vowel signs and other marks, digits and underscores. A run of a script that puts no
    space between words is one word, or, with `cut`, its overlapping pieces of so many characters.
    """
    unified = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(_APOSTROPHES)
    found = _WORD.findall(unified)
    if not cut or unified.isascii() or not _HAS_UNSPACED.search(unified):
        return found
    return [piece for word in found for piece in _pieces(word, cut)]


@lru_cache(maxsize=4096)
def word_set(text: str) -> frozenset[str]:
    """The different words of a text; those of scripts without spaces as pieces of two characters."""
    return frozenset(words(text, cut=2))


def jaccard(a: Set[str], b: Set[str]) -> float:
    """|A ∩ B| / |A ∪ B|; 0 when both are empty."""
    union = len(a | b)
    return len(a & b) / union if union else 0.0


def is_alike(a: Set[str], b: Set[str], threshold: Fraction) -> bool:
    """Whether the Jaccard similarity is at least `threshold`, compared in whole numbers: exactly at it is alike.

    An empty set is like nothing.
    """
    common = len(a & b)
    return common > 0 and common * threshold.denominator >= (len(a) + len(b) - common) * threshold.numerator


def ngrams(found: Sequence[str], n: int) -> list[tuple[str, ...]]:
    """Every n words in a row, in order."""
    return list(zip(*(found[i:] for i in range(n)), strict=False))


def repeated(found: Sequence[str], n: int = 3) -> float:
    """The share of the runs of n words that came before in the text; 0 when it has none."""
    grams = ngrams(found, n)
    return (len(grams) - len(set(grams))) / len(grams) if grams else 0.0


def shares_run(found: Sequence[str], others: Sequence[str], n: int) -> bool:
    """Whether both texts have the same n words in a row."""
    return not set(ngrams(found, n)).isdisjoint(ngrams(others, n))


def _pieces(word: str, size: int) -> Iterator[str]:
    for run in _RUN.finditer(word):
        if run[1] is None:
            yield run[0]
        else:
            yield from (run[0][i : i + size] for i in range(max(len(run[0]) - size + 1, 1)))
