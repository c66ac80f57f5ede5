"""The languages that can be read beside English, each with what its words say, by its file and Unicode's tables."""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import chain
from typing import Any, Final, NamedTuple

from personagraph.dedup.veto.tongues.tables import numbers_of
from personagraph.text.words import folded, printed, unaccented
from personagraph.vocabulary.reference import table

TONGUES: Final = ("arabic", "chinese", "french", "german", "italian", "portuguese", "russian", "spanish")
"""The languages that can be read, by the names of their files."""
_SILENT: Final = ("silent", "praise", "relative", "link")
_AS_WRITTEN: Final = ("number", "negation")
"""Categories whose words have no other forms."""
_LONGEST_WORD = 40


class Entry(NamedTuple):
    """What a word or phrase says: a value, the same for all that say the same, in a category."""

    value: str
    category: str

    @property
    def is_silent(self) -> bool:
        """Whether it says nothing of who somebody is."""
        return self.category in _SILENT


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Language:
    """A language: what its words and phrases say, and which forms of a word are one."""

    code: str
    system: str
    letters: frozenset[str]
    has_capital_nouns: bool
    elided: tuple[str, ...]
    prefixes: tuple[str, ...]
    attached: tuple[str, ...]
    entries: Mapping[tuple[str, ...], Entry]
    bare: Mapping[tuple[str, ...], Entry]
    """The same, without accents."""
    stems: Mapping[str, tuple[str, ...]]
    """Stem → the single words with an entry that have it."""
    longest: Mapping[str, int]
    small: frozenset[str]
    """The words, without accents, that a text in this language is known by."""
    alike: frozenset[frozenset[str]]
    pairs: frozenset[tuple[str, str]]
    genders: tuple[tuple[str, str], ...]
    disagree: tuple[tuple[str, str], ...]
    """A relative, and the ending of a participle of the other sex."""
    weighty: frozenset[str]
    """Silent words that say who does it: "par", "которого"."""
    opposed: frozenset[tuple[str, str]]
    """Silent words that say the opposite of each other: "à" and "de"."""
    relations: Mapping[str, int]
    """Preposition → the number of all that say the same."""
    objects: frozenset[str]
    """Silent words before whom something is done to."""
    verbs: tuple[str, ...]
    """The endings of verbs, where nouns have cases."""
    forms: tuple[tuple[str, ...], ...]
    stem: Callable[[str], str]

    def entry(self, words: tuple[str, ...]) -> Entry | None:
        """What the words say as a phrase; accents may be left out, and not be others."""
        return self.entries.get(words) or self.bare.get(words)

    def entry_of_form(self, word: str) -> Entry | None:
        """What a word says that is a form of another."""
        known = next((known for known in self.stems.get(self.stem(word), ()) if self.is_form(word, known)), None)
        return self.entries[known,] if known else None

    def is_form(self, one: str, other: str) -> bool:
        """Whether two words are one in two forms that differ in number, case or person, and not in sex or tense."""
        if self.stem(one) != self.stem(other):
            return False
        start = _common(one, other)
        for cut in range(start, max(start - 5, 0), -1):
            ends = {one[cut:], other[cut:]}
            if any(ends <= group for group in self.form_sets):
                return True
        return False

    @property
    def form_sets(self) -> tuple[frozenset[str], ...]:
        return _sets(self.forms)

    def are_sexes(self, one: str, other: str) -> bool:
        """Whether two words or phrases are of him and of her."""
        return any(
            (x, y) in self.pairs or (y, x) in self.pairs or self._are_genders(x, y) or self._are_genders(y, x)
            for x, y in zip(one.split(), other.split(), strict=False)
            if x != y
        )

    def disagrees(self, one: str, other: str) -> bool:
        """Whether one is a relative of him, and the other a participle of her, or the reverse."""
        return any(
            x == relative and y.endswith(ending)
            for x, y in ((one, other), (other, one))
            for relative, ending in self.disagree
        )

    def _are_genders(self, his: str, her: str) -> bool:
        return any(
            his.endswith(him) and her.endswith(hers) and his[: len(his) - len(him)] == her[: len(her) - len(hers)]
            for him, hers in self.genders
        )


@lru_cache
def tongue(name: str) -> Language:
    """The language whose file has this name."""
    data = tomllib.loads((files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))
    entries: dict[tuple[str, ...], Entry] = {}
    for text, entry in (*_words(data), *_numbers(data), *_countries(data["code"])):
        entries.setdefault(cut(text, _listed(data, "elided")), entry)
    bare: dict[tuple[str, ...], Entry] = {}
    for words, entry in entries.items():
        bare.setdefault(tuple(map(unaccented, words)), entry)
    stem = _stemmer(data["stemmer"], data.get("respelled", {}))
    stems: defaultdict[str, list[str]] = defaultdict(list)
    longest: defaultdict[str, int] = defaultdict(lambda: 1)
    for words, entry in chain(entries.items(), bare.items()):
        longest[words[0]] = max(longest[words[0]], len(words))
        if len(words) == 1 and not entry.is_silent and words in entries and entry.category not in _AS_WRITTEN:
            stems[stem(words[0])].append(words[0])
    return Language(
        code=data["code"],
        system=data["system"],
        letters=frozenset(data["letters"]),
        has_capital_nouns=data.get("capital_nouns", False),
        elided=_listed(data, "elided"),
        prefixes=_listed(data, "prefixes"),
        attached=_listed(data, "attached"),
        entries=entries,
        bare=bare,
        stems={key: tuple(words) for key, words in stems.items()},
        longest=dict(longest),
        small=frozenset(
            words[0]
            for words, entry in bare.items()
            if len(words) == 1 and (entry.category in ("silent", "relative", "link", "negation"))
        ),
        alike=frozenset(frozenset(pair.split("/")) for pair in _names(data, "alike")),
        pairs=frozenset((a, b) for a, _, b in (pair.partition("/") for pair in _names(data, "pairs"))),
        genders=tuple((his, hers) for his, hers in data["genders"]),
        disagree=tuple((relative, ending) for relative, ending in data.get("disagree", ())),
        weighty=frozenset(_names(data, "weighty")),
        opposed=frozenset((a, b) for a, _, b in (pair.partition("/") for pair in _names(data, "opposed"))),
        relations={word: n for n, line in enumerate(data.get("relations", ())) for word in line.split()},
        objects=frozenset(_names(data, "objects")),
        verbs=tuple(_names(data, "verbs")),
        forms=tuple(tuple(group) for group in data["forms"]),
        stem=stem,
    )


def cut(text: str, elided: tuple[str, ...]) -> tuple[str, ...]:
    """The words and marks of a text, folded, with elided articles as words of their own."""
    return tuple(word for printed_word in printed(text) for word in without_elision(folded(printed_word), elided))


def without_elision(word: str, elided: tuple[str, ...]) -> Iterator[str]:
    """The word, or the article and the word that an apostrophe joins ("l'ami")."""
    first, apostrophe, rest = word.partition("'")
    if apostrophe and first in elided and rest:
        yield first
        yield rest.replace("'", "")
    else:
        yield word.replace("'", "")


def _words(data: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    for category, names in (("silent", "silent"), ("relative", "relatives"), ("link", "links")):
        yield from ((name, Entry("", category)) for name in data[names].split(", "))
    for kind in ("words", "adjectives"):
        for category, names in data[kind].items():
            for name in names.split(", "):
                first, *_ = synonyms = name.split("/")
                entry = Entry("" if category == "praise" else f"={first}", category)
                for synonym in synonyms:
                    yield synonym, entry
                    if kind == "adjectives":
                        yield from ((form, entry) for form in _declined(synonym, data["declined"]))


def _declined(name: str, endings: Mapping[str, str]) -> Iterator[str]:
    """The other forms of an adjective; of a phrase, with its first word in each."""
    first, space, rest = name.partition(" ")
    end = next((end for end in sorted(endings, key=len, reverse=True) if first.endswith(end)), None)
    if end is not None:
        yield from (first.removesuffix(end) + other + space + rest for other in endings[end].split())


def _numbers(data: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    """Unicode's, and the forms that it does not have."""
    yield from ((words, Entry(number, "number")) for words, number in numbers_of(data["code"]).items())
    for number, names in data.get("numbers", {}).items():
        yield from ((name, Entry(number, "number")) for name in names.split(", "))


def _countries(code: str) -> Iterator[tuple[str, Entry]]:
    for row in table("country_names"):
        if row["tongue"] == code:
            yield from ((name, Entry(f"={row['country']}", "place")) for name in row["names"].split(";"))


def _names(data: Mapping[str, Any], name: str) -> list[str]:
    return [found for found in str(data.get(name, "")).split(", ") if found]


def _listed(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(str(data.get(name, "")).split())


def _stemmer(name: str, respelled: Mapping[str, str]) -> Callable[[str], str]:
    """From a word to its stem without accents, the same for the word without its accents."""
    if not name:
        return lambda word: word
    from snowballstemmer import stemmer

    stem = stemmer(name).stemWord

    @lru_cache(maxsize=1 << 14)
    def stemmed(word: str) -> str:
        bare = unaccented(word)
        end = next((end for end in respelled if bare.endswith(end)), "")
        if end:
            bare = bare.removesuffix(end) + respelled[end]
        return stem(bare) if len(bare) <= _LONGEST_WORD else bare

    return stemmed


def _common(one: str, other: str) -> int:
    return next((i for i, (x, y) in enumerate(zip(one, other, strict=False)) if x != y), min(len(one), len(other)))


@lru_cache
def _sets(forms: tuple[tuple[str, ...], ...]) -> tuple[frozenset[str], ...]:
    return tuple(map(frozenset, forms))
