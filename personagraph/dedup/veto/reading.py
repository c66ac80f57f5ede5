"""A description as it is compared: what its words say, in order, and what stands between them. Each is read once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from personagraph.dedup.veto.canonical import UNCOUNTED, canonical_spans, may_slip
from personagraph.dedup.veto.english import ARTICLES, among_english, reads_as_english
from personagraph.dedup.veto.lexicon import plain
from personagraph.dedup.veto.marks import PUNCTUATION, Token, Unit, is_letters, knows, marked, marks, shows_case, units
from personagraph.text.words import words

_LONG = 10_000
"""Characters."""
_MOST_UNKNOWN = 4


class Item(NamedTuple):
    """A word or phrase that says something."""

    said: str
    text: str
    """As it is written, in lower case."""
    before: tuple[str, ...]
    """The words that say nothing, and the punctuation, between it and the item before; articles left out."""
    capital: bool
    accents: str
    """As it is written, with its accents; "" if it has none."""
    between: tuple[Token, ...]
    """Like `before`, with articles; a phrase that says nothing is one."""


class Reading:
    """What is compared of a description."""

    def __init__(self, found: Sequence[Token], exact: tuple[str, ...], *, has_case: bool = False) -> None:
        self.tokens = found
        self.has_case = has_case
        """Whether its capitals are chosen: not in a text without any, nor in one that is mostly capitals."""
        self.exact = exact
        """The words, in order, as they must be the same in other languages."""

    @cached_property
    def is_english(self) -> bool:
        """Whether it can be read."""
        return reads_as_english(self.words)

    @cached_property
    def words(self) -> list[str]:
        """The words, in order."""
        return [token.word for token in self.tokens if token.is_word]

    @cached_property
    def word_set(self) -> frozenset[str]:
        """The different words."""
        return frozenset(self.words)

    @cached_property
    def items(self) -> list[Item]:
        """What is said, in order."""
        return self._items_and_end[:-1]

    @property
    def end(self) -> Item:
        """Nothing, after the words that say nothing at the end."""
        return self._items_and_end[-1]

    @cached_property
    def _items_and_end(self) -> list[Item]:
        return _items(self.tokens)

    @cached_property
    def counted(self) -> list[Item]:
        """The items, each that may be said again only once."""
        seen: set[str] = set()
        kept = []
        for item in self.items:
            if item.said not in UNCOUNTED or item.said not in seen:
                kept.append(item)
            seen.add(item.said)
        return kept

    @cached_property
    def capitals(self) -> frozenset[str]:
        """The words with a capital that no start of a sentence explains."""
        return frozenset(token.word for token in self.tokens if token.capital)

    @cached_property
    def said(self) -> Counter[str]:
        """What is said, and how often."""
        return Counter(item.said for item in self.items)

    @cached_property
    def units(self) -> list[Unit]:
        """The phrases and words, with what the lexicon says of them."""
        return units(self.tokens)

    @cached_property
    def unread(self) -> list[str]:
        """The words that are not English and stand among others that are not, in order."""
        return [token.exact for token, known, english in self._among_others() if not (known or english)]

    @cached_property
    def may_be_slips(self) -> list[str]:
        """The unknown words among English ones."""
        return [token.word for token, known, english in self._among_others() if not known and english]

    def _among_others(self) -> Iterator[tuple[Token, bool, bool]]:
        """Each word of letters; whether it is known, and whether it stands among English words and names."""
        phrases = {word for item in self.items if " " in item.text for word in item.text.split()}
        letters = [token for token in self.tokens if is_letters(token.word)]
        known = [knows(token) or token.word in phrases for token in letters]
        around = among_english([is_known or token.capital for token, is_known in zip(letters, known, strict=True)])
        return ((token, is_known, near) for token, is_known, (near, _) in zip(letters, known, around, strict=True))

    def corrected(self, slip: str, known: str) -> "Reading":
        """The same with one word replaced by the one that was meant."""
        changed = [token._replace(word=known, exact=known) if token.word == slip else token for token in self.tokens]
        return Reading(changed, self.exact, has_case=self.has_case)


def read(description: str) -> Reading:
    """The reading of a description; that of a long one is not kept."""
    return _read(description) if len(description) <= _LONG else _read.__wrapped__(description)


@lru_cache(maxsize=1 << 12)
def _read(description: str) -> Reading:
    text = marked(description)
    return Reading(marks(text), tuple(words(text, cut=1)), has_case=shows_case(text))


def corrections(one: Reading, two: Reading) -> list[tuple[str, str]]:
    """The words that only the first has and that may be slips of words of the second, each with that word.

    None where so many are unknown that no one slip explains it.
    """
    mine = [word for word in dict.fromkeys(one.may_be_slips) if word not in two.word_set]
    if len(mine) > _MOST_UNKNOWN:
        return []
    return [(word, other) for word in mine for other in dict.fromkeys(two.words) if may_slip(word, other)]


def _items(found: Sequence[Token]) -> list[Item]:
    """What is said, in order, and last what says nothing at the end."""
    result: list[Item] = []
    places = [index for index, token in enumerate(found) if token.word not in PUNCTUATION]
    position, last, done = 0, 0, 0
    between: list[Token] = []
    for said, length in canonical_spans([found[index].word for index in places]):
        first, end = places[position], places[position + length - 1] + 1
        between.extend(found[done:first])
        span, done = found[first:end], end
        position += length
        if said:
            before = tuple(t.word for t in found[last:first] if t.word not in ARTICLES) if last < first else ()
            result.append(_item(said, span, before, tuple(between)))
            between, last = [], end
        else:
            between.append(span[0] if length == 1 else _joined(span))
    return [*result, _item("", [], (), (*between, *found[done:]))]


def _joined(span: Sequence[Token]) -> Token:
    return Token(" ".join(token.word for token in span), "", any(token.capital for token in span))


def _item(said: str, span: Sequence[Token], before: tuple[str, ...], between: tuple[Token, ...]) -> Item:
    exact = " ".join([token.exact for token in span])
    capital = any(token.capital for token in span)
    if exact.isascii():
        return Item(said, exact, before, capital, "", between)
    return Item(said, " ".join([plain(token.exact) for token in span]), before, capital, exact, between)
