"""Cuts a description into words and punctuation, and into phrases of the lexicon with what they say of the persona."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from personagraph.dedup.veto.english import is_known
from personagraph.dedup.veto.lexicon import Sense, longest_from, plain, senses
from personagraph.text.words import LETTER, MINUS, is_symbol, unified, without_points

PUNCTUATION = frozenset(".!?,;:/&()")
_ENDS = frozenset(".!?")
_MARKS = r"[-.,:/]\d|#|[A-Za-z]\.[A-Za-z]|[sS]'[sS]"
NOT_PLAIN = re.compile(rf"[^\x00-\x7f]|{_MARKS}")
"""What a text has of which `marked` makes another."""
_ANY_MARK = re.compile(_MARKS)
_LATIN = re.compile("[\x00-\x7f\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017e]*")
_POSSESSIVE = re.compile(r"'(?:s\b)?", re.IGNORECASE)
_S_POSSESSIVE = re.compile(r"(?<=s)'s\b", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<!\d)(?<!\d,)\d{1,3}(?:,\d{3})+(?![,\d])")
_DECIMAL = re.compile(r"(?<=\d)[.,:/](?=\d)")
_SHARP = re.compile(r"(?<=[A-Za-z])#")
_SHOWN = re.compile(rf"[{LETTER}_][{LETTER}_'`]*|\++|[$<=>%]|[.!?,;:/&()]")
_NO_APOSTROPHES = str.maketrans("", "", "'`")


class Token(NamedTuple):
    """A word or symbol, or a mark of punctuation."""

    word: str
    """As it is compared: in lower case, without accents and apostrophes."""
    exact: str
    """The same with accents, and without the ending of a possessive."""
    capital: bool = False
    """Whether it has a capital that no start of a sentence explains."""

    @property
    def is_word(self) -> bool:
        return self.word not in PUNCTUATION


class Unit(NamedTuple):
    """A word or phrase and what it says; None if it is not in the lexicon."""

    text: str
    senses: tuple[Sense, ...] | None
    capital: bool

    @property
    def is_word(self) -> bool:
        return self.text not in PUNCTUATION

    def values(self, category: str) -> list[str]:
        """What it says in a category."""
        return [sense.value for sense in self.senses or () if sense.category == category]


def marked(description: str) -> str:
    """The text in which what ASCII punctuation says has become words: initials, a minus, decimals, "C#"."""
    if NOT_PLAIN.search(description) is None:
        return description
    if _ANY_MARK.search(description) is None and _is_simple(description):
        return description
    text = without_points(MINUS.sub(" minus ", unified(description)))
    text = _THOUSANDS.sub(lambda found: found[0].replace(",", ""), text)
    return _SHARP.sub("_sharp", _DECIMAL.sub("_", _S_POSSESSIVE.sub("'", text)))


def _is_simple(text: str) -> bool:
    """Whether it has nothing outside of ASCII but Latin letters that are unified already."""
    return _LATIN.fullmatch(text) is not None and unicodedata.is_normalized("NFKC", text)


def marks(text: str) -> list[Token]:
    """The words and punctuation of a `marked` text. In a text in title case nothing counts as a capital."""
    shown = _SHOWN.findall(text)
    mixed = is_mixed(shown)
    capital = [
        mixed and w[0].isupper() and before not in _ENDS for before, w in zip((".", *shown), shown, strict=False)
    ]
    exact = [word.lower() if word.isascii() else word.casefold() for word in shown]
    return list(map(Token, map(_without_accents, exact), map(_without_possessive, exact), capital))


def is_mixed(shown: Sequence[str]) -> bool:
    """Whether at most half of the words, the first left out, begin with a capital."""
    begin = [word[0].isupper() for word in shown if word[0].isalpha()]
    return sum(begin[1:]) <= len(begin) / 2


def shows_case(text: str) -> bool:
    """Whether capitals are chosen in a `marked` text: there is one, and not everywhere."""
    return not text.islower() and is_mixed(_SHOWN.findall(text))


def _without_accents(word: str) -> str:
    """And without apostrophes."""
    if word.isascii():
        return word if "'" not in word and "`" not in word else word.translate(_NO_APOSTROPHES)
    return plain(word).translate(_NO_APOSTROPHES) or word


def _without_possessive(word: str) -> str:
    return _POSSESSIVE.sub("", word) if "'" in word else word


def units(found: Sequence[Token]) -> list[Unit]:
    """The longest phrases of the lexicon, from the left, and the single words and punctuation between them."""
    return list(_units(found))


def knows(word: Token) -> bool:
    """Whether it is an English word; with accents, one that has them in English."""
    return is_known(word.word if word.exact.isascii() else word.exact)


def _units(found: Sequence[Token]) -> Iterator[Unit]:
    index = 0
    while index < len(found):
        unit, length = _unit_at(found, index)
        yield unit
        index += length


def _unit_at(found: Sequence[Token], index: int) -> tuple[Unit, int]:
    first = plain(found[index].exact)
    span = [plain(token.exact) for token in found[index : index + longest_from(first)]]
    for length in range(len(span), 0, -1):
        if (known := senses(tuple(span[:length]))) is not None:
            return Unit(" ".join(span[:length]), known, any(m.capital for m in found[index : index + length])), length
    return Unit(first, _signs(first), found[index].capital), 1


@lru_cache(maxsize=1 << 14)
def _signs(word: str) -> tuple[Sense, ...] | None:
    """What numbers and symbols say: themselves."""
    if any(char.isdigit() for char in word) or word.endswith("_sharp"):
        return (Sense("number", word),)
    return (Sense("symbol", word),) if is_symbol(word) else None


def is_letters(word: str) -> bool:
    """Whether the word begins with a letter or a mark on one."""
    return unicodedata.category(word[0])[0] in "LM"
