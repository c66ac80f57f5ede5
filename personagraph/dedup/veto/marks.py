"""Cuts a description into words and phrases, each with what it says of the persona."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from personagraph.dedup.veto.lexicon import LONGEST, Sense, american, plain, senses

_INITIALS = re.compile(r"\b[A-Za-z](?:\.[A-Za-z]\b)+\.?")
_POSSESSIVE = re.compile(r"['\u2019](?:s\b)?", re.IGNORECASE)
_TOKEN = re.compile(
    r"\d+(?:[.,]\d+)*\w*|[^\W_]+[+#]+|[^\W_]+(?:['\u2019][^\W_]+)*|[.!?]|[,;:/&()\u2013\u2014]|[^\x00-\x7f]"
)
_SHORTEST_TYPO, _SHORTEST_TYPO_IN_A_NAME = 4, 6
_LINKS = frozenset({"and", "or", "&"})
_NEGATIONS = ("un", "in", "im", "il", "ir", "dis", "non", "anti", "mis", "a")


class Token(NamedTuple):
    """A word, plain and in lower case, or a mark of punctuation."""

    word: str
    capital: bool = False
    """Whether it has a capital that no start of a sentence explains."""

    @property
    def is_word(self) -> bool:
        return self.word[0].isalnum()


class Unit(NamedTuple):
    """A word or phrase and what it says; None if it is not in the lexicon."""

    text: str
    senses: tuple[Sense, ...] | None
    capital: bool

    def values(self, category: str) -> list[str]:
        """What it says in a category."""
        return [sense.value for sense in self.senses or () if sense.category == category]


def tokens(description: str) -> list[Token]:
    """The words and punctuation of a description, in order. In a text in title case nothing counts as a capital."""
    text = unicodedata.normalize("NFKC", description)
    text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    spelled = [word for word in _TOKEN.findall(text) if word[0].isalnum() or word.isascii()]
    shown = [word[0].isupper() for word in spelled if word[0].isalpha()]
    mixed = sum(shown) <= len(shown) / 2
    starts = {0} | {index + 1 for index, word in enumerate(spelled) if word in ".!?"}
    return [
        Token(_fold(word), mixed and index not in starts and word[0].isupper())
        for index, word in enumerate(spelled)
        if word not in ".!?"
    ]


def units(found: Sequence[Token]) -> list[Unit]:
    """The longest phrases of the lexicon, from the left, and the single words and punctuation between them."""
    result: list[Unit] = []
    index = 0
    while index < len(found):
        unit, length = _unit_at(found, index)
        result.append(unit)
        index += length
    return result


def one_spelling(a: Sequence[Token], b: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """Both, with words that differ by a slip or by British spelling made the same; of the two, the known word stays."""
    by_word = [{token.word: token for token in side if token.is_word} for side in (a, b)]
    only_a = [token for word, token in by_word[0].items() if word not in by_word[1]]
    only_b = [token for word, token in by_word[1].items() if word not in by_word[0]]
    change: dict[str, str] = {}
    for one in only_a:
        other = next((other for other in only_b if other.word not in change and _is_slip(one, other)), None)
        if other:
            kept = one.word if senses((one.word,)) is not None else other.word
            change |= {one.word: kept, other.word: kept}
    return _changed(a, change), _changed(b, change)


def one_order(a: Sequence[Token], b: Sequence[Token]) -> list[Token]:
    """`b`, with each pair of single words that `a` has the other way round ("cooking and hiking") put as in `a`."""
    pairs = {(x.word, y.word) for x, link, y in zip(a, a[1:], a[2:], strict=False) if link.word in _LINKS}
    result = list(b)
    for index in range(len(result) - 2):
        x, link, y = result[index : index + 3]
        if link.word in _LINKS and (x.word, y.word) not in pairs and (y.word, x.word) in pairs:
            result[index], result[index + 2] = y, x
    return result


def negates(one: str, other: str) -> bool:
    """Whether one word is the other with a negating prefix."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) > 3 and any(longer == prefix + shorter for prefix in _NEGATIONS)


def _fold(word: str) -> str:
    folded = plain(_POSSESSIVE.sub("", word).casefold())
    return folded.replace(",", "") if folded[:1].isdigit() and len(folded) > 1 else folded or word


def _unit_at(found: Sequence[Token], index: int) -> tuple[Unit, int]:
    span = [token.word for token in found[index : index + LONGEST]]
    for length in range(len(span), 0, -1):
        known = senses(tuple(span[:length]))
        if known is not None:
            return Unit(" ".join(span[:length]), known, any(t.capital for t in found[index : index + length])), length
    digits = any(c.isdigit() for c in span[0])
    number = (Sense("number", span[0]),) if digits or span[0][-1] in "+#" else None
    return Unit(span[0], number, found[index].capital), 1


def _changed(side: Sequence[Token], change: Mapping[str, str]) -> list[Token]:
    return [token._replace(word=change.get(token.word, token.word)) for token in side]


def _is_slip(one: Token, other: Token) -> bool:
    """Whether two words are likely one: neither both known, nor numbers, nor the negation of each other."""
    a, b = one.word, other.word
    if american(a) == american(b):
        return True
    both_known = senses((a,)) is not None and senses((b,)) is not None
    shortest = _SHORTEST_TYPO_IN_A_NAME if one.capital and other.capital else _SHORTEST_TYPO
    if both_known or not (a + b).isalpha() or min(len(a), len(b)) < shortest or negates(a, b):
        return False
    return _is_one_edit(a, b)


def _is_one_edit(a: str, b: str) -> bool:
    """Whether one letter inserted, left out or changed, or two neighbours swapped, make `b` of `a`."""
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    x, y = a[start:], b[start:]
    return x[1:] == y[1:] or x[1:] == y or x == y[1:] or (x[:2] == y[1::-1] and x[2:] == y[2:])
