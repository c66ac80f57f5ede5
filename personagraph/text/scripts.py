"""Tells writing systems apart by the letters of a text, and counts words in each, also where no space parts them."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from math import ceil
from types import MappingProxyType
from typing import Final

from personagraph.text.words import ngrams, words

_ONE_SYSTEM = {
    "HIRAGANA": "CJK",
    "KATAKANA": "CJK",
    "KATAKANA-HIRAGANA": "CJK",
    "IDEOGRAPHIC": "CJK",
    "HALFWIDTH": "CJK",
    "FULLWIDTH": "LATIN",
}
LETTERS_A_WORD: Final[Mapping[str, int]] = MappingProxyType(
    {"CJK": 2, "MYANMAR": 2, "THAI": 3, "LAO": 3, "TAI": 3, "KHMER": 3, "JAVANESE": 3}
)
"""Writing systems that put no space between words, and how many letters make one: an estimate, by sentences of persona
descriptions. Vowel signs and other marks are no letters."""
_DENSE = frozenset({*LETTERS_A_WORD, "HANGUL", "ETHIOPIC"})


def systems(text: str) -> set[str]:
    """The writing systems of the letters in a text, by the first words of their Unicode names: "LATIN", "CJK"."""
    return set(_counted(text))


def main_system(text: str) -> str | None:
    """The writing system that most letters of a text belong to; None when it has no letter."""
    return next((name for name, _ in _counted(text).most_common(1)), None)


def share_of(text: str, among: Iterable[str]) -> float:
    """The share of the letters of a text that are of these writing systems; 0 when it has no letter."""
    counted = _counted(text)
    return sum(counted[name] for name in among) / counted.total() if counted else 0.0


def is_dense(word: str) -> bool:
    """Whether a word of two letters says something: in scripts whose letters are syllables or words."""
    return len(word) > 1 and _system(word[0]) in _DENSE


def tokens(text: str) -> list[str]:
    """The words of a text in order; where no space parts them, single letters, each with its marks."""
    return words(text) if text.isascii() else [piece for word in words(text) for piece in _parted(word)]


def word_count(text: str) -> int:
    """How many words a text has: where no space parts them, an estimate by LETTERS_A_WORD."""
    return ceil(sum(Fraction(1, _letters_a_word(token)) for token in tokens(text)))


def runs(text: str, n: int, *, like: str | None = None) -> list[tuple[str, ...]]:
    """Every n words in a row, in order; where no space parts them, as many letters as n words have.

    `like` is a text that the runs are to be compared with: its writing system says how long they are.
    """
    measure, size = (text if like is None else like), 1
    if not measure.isascii():
        [(size, _)] = Counter(map(_letters_a_word, tokens(measure))).most_common(1) or [(1, 0)]
    return ngrams(tokens(text), n * size)


def stutters(found: Sequence[str]) -> bool:
    """Whether a word stands three times in a row, as in no language; numbers and symbols may."""
    return any(a == b == c and a[0].isalpha() for a, b, c in zip(found, found[1:], found[2:], strict=False))


def word_pieces(text: str) -> list[str]:
    """The words of a text in order; where no space parts them, overlapping pieces as long as words are."""
    if text.isascii():
        return words(text)
    found: list[str] = []
    for word in words(text):
        for size, run in groupby(_parted(word), _letters_a_word):
            parts = list(run)
            found += ["".join(parts[i : i + size]) for i in range(max(len(parts) - size + 1, 1))]
    return found


def _parted(word: str) -> list[str]:
    """The letters of a word, where its writing system puts no space between words; other parts of it are whole."""
    if word.isascii():
        return [word]
    parts: list[str] = []
    open_letter = False
    for character in word:
        unspaced = _letters_a_word(character) > 1
        is_mark = unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf")
        if parts and (is_mark or not (unspaced or open_letter)):
            parts[-1] += character
        else:
            parts.append(character)
        if not is_mark:
            open_letter = unspaced
    return parts


def _letters_a_word(piece: str) -> int:
    """How many letters like the first of the piece make a word: 1 where the piece is one itself."""
    first = piece[0]
    return 1 if first.isascii() or not first.isalpha() else LETTERS_A_WORD.get(_system(first), 1)


def _counted(text: str) -> Counter[str]:
    return Counter(_system(letter) for letter in text if letter.isalpha())


@lru_cache(maxsize=8192)
def _system(letter: str) -> str:
    name = unicodedata.name(letter, "").partition(" ")[0]
    return _ONE_SYSTEM.get(name, name)
