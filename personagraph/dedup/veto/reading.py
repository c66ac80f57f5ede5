"""A description as it is compared: what its words say, in order, and what stands between them. Each is read once."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from personagraph.dedup.veto.canonical import canonical_spans, may_slip
from personagraph.dedup.veto.english import ARTICLES, among_english, reads_as_english
from personagraph.dedup.veto.marks import Mark, Unit, is_letters, knows, marked, marks, units
from personagraph.text.words import words


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


class Reading:
    """What is compared of a description."""

    def __init__(self, found: Sequence[Mark], exact: tuple[str, ...]) -> None:
        self.marks = found
        self.exact = exact
        """The words, in order, as they must be the same in other languages."""

    @cached_property
    def is_english(self) -> bool:
        """Whether it can be read."""
        return reads_as_english(self.words)

    @cached_property
    def words(self) -> list[str]:
        """The words, in order."""
        return [mark.word for mark in self.marks if mark.is_word]

    @cached_property
    def items(self) -> list[Item]:
        """What is said, in order."""
        return _items(self.marks)

    @cached_property
    def said(self) -> Counter[str]:
        """What is said, and how often."""
        return Counter(item.said for item in self.items)

    @cached_property
    def units(self) -> list[Unit]:
        """The phrases and words, with what the lexicon says of them."""
        return units(self.marks)

    @cached_property
    def unread(self) -> list[str]:
        """The words that are not English and stand among others that are not, in order."""
        return [mark.exact for mark, known, english, _ in self._among_others() if not (known or english)]

    @cached_property
    def may_be_slips(self) -> list[str]:
        """The unknown words right between known ones."""
        return [m.word for m, known, english, beside in self._among_others() if not known and english and beside]

    def _among_others(self) -> Iterator[tuple[Mark, bool, bool, bool]]:
        """Each word of letters; whether it is known, stands among English words, and right between two."""
        phrases = {word for item in self.items if " " in item.text for word in item.text.split()}
        letters = [mark for mark in self.marks if is_letters(mark.word)]
        known = [knows(mark) or mark.word in phrases for mark in letters]
        around = among_english(known)
        return ((mark, is_known, *near) for mark, is_known, near in zip(letters, known, around, strict=True))

    def corrected(self, slip: str, known: str) -> "Reading":
        """The same with one word replaced by the one that was meant."""
        changed = [mark._replace(word=known, exact=known) if mark.word == slip else mark for mark in self.marks]
        return Reading(changed, self.exact)


@lru_cache(maxsize=1 << 12)
def read(description: str) -> Reading:
    """The reading of a description."""
    text = marked(description)
    return Reading(marks(text), tuple(words(text, cut=1)))


def corrections(one: Reading, two: Reading) -> list[tuple[str, str]]:
    """The words of the first that may be slips of words that only the second has, each with that word."""
    others = [word for word in dict.fromkeys(two.words) if word not in one.words]
    mine = [word for word in one.may_be_slips if word not in two.words]
    return [(word, other) for word in mine for other in others if may_slip(word, other)]


def _items(found: Sequence[Mark]) -> list[Item]:
    result: list[Item] = []
    places = [index for index, mark in enumerate(found) if mark.is_word]
    position, last = 0, 0
    for said, length in canonical_spans([found[index].word for index in places]):
        first, end = places[position], places[position + length - 1] + 1
        if said:
            between = tuple(m.word for m in found[last:first] if m.word not in ARTICLES)
            span = found[first:end]
            accents = " ".join(m.exact for m in span) if not all(m.exact.isascii() for m in span) else ""
            text = " ".join(m.exact if m.exact.isascii() else m.word for m in span)
            result.append(Item(said, text, between, any(m.capital for m in span), accents))
            last = end
        position += length
    return result
