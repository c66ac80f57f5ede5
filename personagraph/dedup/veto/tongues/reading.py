"""Reads a description in one of the languages that can be read: what each word says, part by part."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from personagraph.dedup.veto.tongues.tongue import Entry, Language, without_elision
from personagraph.text.words import folded, is_symbol, unaccented

_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_ENDS = frozenset(".!?")
_BOUNDARIES = frozenset(",;:()")
_SKIPPED = frozenset("/&")
_PARTICLE = "的"
_BEGIN = frozenset("一我他她作身担擔从從有拥擁")
"""Characters with which silent words of several characters begin that no longer word has."""
_SHORTEST_REST = 3
_OF_VERBS = ("ي", "ت")


class Said(NamedTuple):
    """A word or phrase that says something."""

    value: str
    """What it says; for a word in no list, its stem without accents."""
    exact: str
    """As it is written, in lower case."""
    category: str = ""
    is_name: bool = False
    """Whether it has a capital that no start of a sentence explains."""
    before: tuple[str, ...] = ()
    """The words before it that say nothing."""
    is_joined: bool = False
    """Whether nothing but a comma or "and" stands between it and the unit before it."""


class TongueReading(NamedTuple):
    """What a description says. The last unit of the last part is its end, which says nothing."""

    parts: tuple[tuple[Said, ...], ...]
    relatives: int
    accented: int
    """How many words have an accent."""

    def units(self) -> Iterator[Said]:
        """All that is said, in order."""
        return (unit for part in self.parts for unit in part)


def read(printed_words: Sequence[str], tongue: Language) -> TongueReading:
    """What the `printed` words of a description say, in parts that commas, relatives and conjunctions divide."""
    words = list(_written(printed_words, tongue))
    exact = [word for word, _ in words]
    parts: list[list[Said]] = [[]]
    before: list[str] = []
    joins = False
    relatives = index = 0
    joint = "" if tongue.system == "CJK" else " "
    while index < len(words):
        entry, length = _entry_at(exact, index, tongue)
        written = joint.join(exact[index : index + length])
        if (
            not joint
            and (entry.is_silent or entry.category == "link")
            and not _stands_alone(exact, index, length, tongue)
        ):
            entry = Entry(written, "")
        capital = any(is_capital for _, is_capital in words[index : index + length])
        index += length
        relatives += entry.category == "relative"
        if written in _BOUNDARIES or entry.category in ("relative", "link"):
            joins = entry.category != "relative" and (joins or not before)
            parts += [[]] if parts[-1] else []
        elif entry.is_silent:
            joins = False
        if written in _SKIPPED or written in _BOUNDARIES:
            continue
        if entry.is_silent:
            before.append(written)
        else:
            is_name = capital and not entry.category
            parts[-1].append(Said(entry.value, written, entry.category, is_name, tuple(before), joins))
            before, joins = [], False
    parts[-1].append(Said("", "", "end", before=tuple(before)))
    return TongueReading(tuple(map(tuple, parts)), relatives, sum(word != unaccented(word) for word in exact))


def _written(found: Sequence[str], tongue: Language) -> Iterator[tuple[str, bool]]:
    """The words and marks, folded, and whether each has a capital that says that it is a name."""
    shown = [word[0].isupper() for word in found if word[0].isalpha()]
    mixed = sum(shown) <= len(shown) / 2 and not tongue.has_capital_nouns
    starts = True
    for word in found:
        if word not in _ENDS:
            pieces = list(without_elision(folded(word), tongue.elided))
            for piece in pieces:
                for part in _without_article(piece, tongue):
                    yield part, mixed and not starts and piece == pieces[-1] and word[0].isupper()
        starts = word in _ENDS


def _without_article(word: str, tongue: Language) -> Iterator[str]:
    """The word without the article that is written together with it, and "and" before it on its own, as in Arabic."""
    if not tongue.prefixes or (word,) in tongue.entries:
        yield word
        return
    prefix = next((p for p in tongue.prefixes if word.startswith(p) and len(word) >= len(p) + _SHORTEST_REST), "")
    if prefix:
        if prefix[0] == "و":
            yield "و"
        yield word.removeprefix(prefix)
        return
    first, rest = word[:1], word[1:]
    is_parted = first in tongue.attached and len(rest) >= _SHORTEST_REST
    if is_parted and (tongue.entry((rest,)) or (first == "و" and rest.startswith(_OF_VERBS))):
        if first == "و":
            yield first
        yield rest
    else:
        yield word


def _stands_alone(words: Sequence[str], index: int, length: int, tongue: Language) -> bool:
    """Whether characters that say nothing are surely no part of a longer word: by the known word that follows.

    Also those that end in a particle, and those of two characters with which a description begins ("一位").
    """
    following = index + length
    if words[following - 1] == _PARTICLE or following == len(words) or not words[following].isalpha():
        return True
    _, its_length = _entry_at(words, following, tongue)
    is_known = tongue.entry(tuple(words[following : following + its_length])) is not None
    if is_known and (its_length > 1 or words[following] == _PARTICLE):
        return True
    return length > 1 and words[index] in _BEGIN


def _entry_at(words: Sequence[str], index: int, tongue: Language) -> tuple[Entry, int]:
    """What the longest phrase says that begins here, and of how many words it is."""
    word = words[index]
    for length in range(min(tongue.longest.get(word, 1), len(words) - index), 0, -1):
        if entry := tongue.entry(tuple(words[index : index + length])):
            return entry, length
    if word[0].isdigit():
        return Entry(re.sub("[.,]", "", word) if _THOUSANDS.fullmatch(word) else word, "number"), 1
    if is_symbol(word):
        return Entry(word, "symbol"), 1
    return tongue.entry_of_form(word) or Entry(tongue.stem(word), ""), 1
