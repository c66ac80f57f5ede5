"""Cuts a description into words and phrases, each with what it says of the persona."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from personagraph.dedup.veto.english import among_english, is_known
from personagraph.dedup.veto.lexicon import Sense, american, longest_from, plain, senses
from personagraph.text.words import LETTER, folded, is_symbol, pieces, unified

_INITIALS = re.compile(r"\b[A-Za-z](?:\.[A-Za-z]\b)+\.?")
_MINUS = re.compile(r"(?<![\w.,)\]'])(?<!\d )[-\u2010-\u2013\u2212](?=\d)")
"""A sign before a number, which no hyphen within a word or a range of numbers is."""
_POSSESSIVE = re.compile(r"'(?:s\b)?", re.IGNORECASE)
_S_POSSESSIVE = re.compile(r"s's\b")
_DECIMAL = re.compile(r"(?<=\d)[.:/](?=\d)")
_SHARP = re.compile(r"(?<=[a-z])#")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_TOKEN = re.compile(
    rf"\d+(?:[.,]\d+)*[{LETTER}_]*|[{LETTER}]+[+#]+|[{LETTER}]+(?:'[{LETTER}]+)*|[.!?]|[,;:/&()]|\++|[$<=>%]"
)
_PUNCTUATION = frozenset(",;:/&()")
_SHORTEST_TYPO = 4
_LINKS = frozenset({"and", "or", "&"})
_NEGATIONS = ("un", "in", "im", "il", "ir", "dis", "non", "anti", "mis", "a")


class Token(NamedTuple):
    """A word or symbol, or a mark of punctuation; of a script without spaces, a character."""

    word: str
    """As it is read in English: in lower case, without accents and possessive."""
    exact: str = ""
    """As it is compared in other languages: in lower case."""
    capital: bool = False
    """Whether it has a capital that no start of a sentence explains."""
    known: bool = True
    """Whether it is in the lexicon, alone or in a phrase, or an English word."""
    english: bool = True
    """Whether the words around it are those of English."""
    beside_known: bool = True
    """Whether the words right beside it are known."""

    @property
    def is_word(self) -> bool:
        return self.word not in _PUNCTUATION

    @property
    def is_letters(self) -> bool:
        return unicodedata.category(self.word[0])[0] in "LM"

    @property
    def may_slip(self) -> bool:
        """Whether it is plainly a word of English, rightly spelled or not."""
        return self.is_letters and self.english and self.beside_known


class Unit(NamedTuple):
    """A word or phrase and what it says; None if it is not in the lexicon."""

    text: str
    senses: tuple[Sense, ...] | None
    capital: bool
    exact: str = ""
    english: bool = True

    @property
    def is_word(self) -> bool:
        return self.text not in _PUNCTUATION

    @property
    def is_known(self) -> bool:
        """Whether it is in the lexicon, or an English word; with accents, one that has them in English."""
        return self.senses is not None or is_known(self.text if self.exact.isascii() else self.exact)

    def values(self, category: str) -> list[str]:
        """What it says in a category."""
        return [sense.value for sense in self.senses or () if sense.category == category]


def in_one_spelling(description: str) -> str:
    """The text with initials joined ("US"), numbers and languages of programs as one word, and without accents."""
    text = _INITIALS.sub(lambda found: found[0].replace(".", ""), unified(_MINUS.sub(" minus ", folded(description))))
    text = _THOUSANDS.sub(lambda found: found[0].replace(",", ""), _S_POSSESSIVE.sub("s", text))
    return plain(_SHARP.sub("_sharp", _DECIMAL.sub("_", text)))


def tokens(description: str) -> list[Token]:
    """The words and punctuation of a description, in order. In a text in title case nothing counts as a capital."""
    text = _INITIALS.sub(lambda found: found[0].replace(".", ""), unified(_MINUS.sub(" \u2212 ", description)))
    spelled = [piece for word in _TOKEN.findall(text) for piece in pieces(word, 1)]
    shown = [word[0].isupper() for word in spelled if word[0].isalpha()]
    mixed = sum(shown) <= len(shown) / 2
    starts = {0} | {index + 1 for index, word in enumerate(spelled) if word in ".!?"}
    found = [
        Token(*_fold(word), mixed and index not in starts and word[0].isupper())
        for index, word in enumerate(spelled)
        if word not in ".!?"
    ]
    return _among_others(found)


def units(found: Sequence[Token]) -> list[Unit]:
    """The longest phrases of the lexicon, from the left, and the single words and punctuation between them."""
    return [unit for unit, _ in _phrases_of(found)]


def one_spelling(a: Sequence[Token], b: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """Both, with words that differ by a slip or by British spelling made the same; of the two, the known word stays.

    Only words among English words are changed.
    """
    by_word = [{token.word: token for token in side if token.may_slip} for side in (a, b)]
    only_a = [token for word, token in by_word[0].items() if word not in by_word[1]]
    only_b = [token for word, token in by_word[1].items() if word not in by_word[0]]
    change: dict[str, str] = {}
    for one in only_a:
        other = next((other for other in only_b if other.word not in change and _is_slip(one, other)), None)
        if other:
            kept = one.word if one.known else other.word
            change |= {one.word: kept, other.word: kept}
    return (_among_others(_changed(a, change)), _among_others(_changed(b, change))) if change else (list(a), list(b))


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


def _fold(word: str) -> tuple[str, str]:
    """The word as it is read in English, and as it is compared in other languages."""
    exact = folded(word)
    if _THOUSANDS.fullmatch(exact):
        exact = exact.replace(",", "")
    return plain(_POSSESSIVE.sub("", exact)) or exact, exact.replace("'", "")


def _phrases_of(found: Sequence[Token]) -> Iterator[tuple[Unit, int]]:
    """The units, and of how many tokens each is."""
    index = 0
    while index < len(found):
        unit, length = _unit_at(found, index)
        yield unit, length
        index += length


def _unit_at(found: Sequence[Token], index: int) -> tuple[Unit, int]:
    span = [token.word for token in found[index : index + longest_from(found[index].word)]]
    for length in range(len(span), 0, -1):
        if (known := senses(tuple(span[:length]))) is not None:
            return _joined(found[index : index + length], known), length
    return _joined(found[index : index + 1], _signs(span[0])), 1


def _joined(found: Sequence[Token], known: tuple[Sense, ...] | None) -> Unit:
    return Unit(
        " ".join(token.word for token in found),
        known,
        any(token.capital for token in found),
        " ".join(token.exact for token in found),
        all(token.english for token in found),
    )


def _signs(word: str) -> tuple[Sense, ...] | None:
    """What numbers and symbols say: themselves."""
    if any(char.isdigit() for char in word) or (len(word) > 1 and word[0].isalnum() and word[-1] in "+#"):
        return (Sense("number", word),)
    return (Sense("symbol", word),) if is_symbol(word) else None


def _among_others(found: Sequence[Token]) -> list[Token]:
    """The same, with what is said of the words around each."""
    known = [unit.is_known for unit, length in _phrases_of(found) for _ in range(length)]
    letters = [index for index, token in enumerate(found) if token.is_letters]
    result = list(found)
    for index, (english, beside) in zip(letters, among_english([known[index] for index in letters]), strict=True):
        result[index] = found[index]._replace(known=known[index], english=english, beside_known=beside)
    return result


def _changed(side: Sequence[Token], change: Mapping[str, str]) -> list[Token]:
    return [
        token._replace(word=change[token.word], exact=change[token.word])
        if token.word in change and token.may_slip
        else token
        for token in side
    ]


def _is_slip(one: Token, other: Token) -> bool:
    """Whether two words are likely one: of the same word in another form or spelling, or with a slip in one of them.

    A slip makes of a known word one that nobody knows. It leaves its first and last letter, or changes their order:
    other words for her or him differ in the last ("maestro", "maestra"), or in one e more ("employé", "employée"). Nor
    is it one where a single consonant makes another person ("planner", "planer").
    """
    a, b = one.word, other.word
    is_name = one.capital and other.capital
    known = [senses((token.word,)) is not None if is_name else token.known for token in (one, other)]
    if any(known) and american(a) == american(b):
        return True
    if sum(known) != 1 or not (a + b).isalpha() or min(len(a), len(b)) < _SHORTEST_TYPO or negates(a, b):
        return False
    if _is_feminine(a, b) or _doubles_away(a, b):
        return False
    ends = a[0] == b[0] and (a[-1] == b[-1] or sorted(a) == sorted(b))
    return ends and _is_one_edit(a, b)


def _is_feminine(a: str, b: str) -> bool:
    """Whether one is the other with one e more at its end, as of French words for her."""
    shorter, longer = sorted((a.removesuffix("s"), b.removesuffix("s")), key=len)
    return longer == shorter + "e" and longer.endswith("ee")


def _doubles_away(a: str, b: str) -> bool:
    """Whether a consonant, doubled in one, is of another word in the other, though that is in no list ("planer")."""
    shorter, longer = sorted((a.removesuffix("s"), b.removesuffix("s")), key=len)
    return longer == f"{shorter[:-2]}{shorter[-3]}er" and shorter.endswith("er") and is_known(shorter[:-1])


def _is_one_edit(a: str, b: str) -> bool:
    """Whether one letter inserted, left out or changed, or two neighbours swapped, make `b` of `a`."""
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    x, y = a[start:], b[start:]
    return x[1:] == y[1:] or x[1:] == y or x == y[1:] or (x[:2] == y[1::-1] and x[2:] == y[2:])
