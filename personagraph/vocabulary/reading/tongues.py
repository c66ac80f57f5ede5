"""The languages beside English that descriptions are read in: how one is told, and its words for what people are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from personagraph.vocabulary.places import cities
from personagraph.vocabulary.reference import english_words, table

SPACED: Final = ("es", "fr", "de", "pt", "it", "ru", "ar")
UNSPACED: Final = ("zh", "ja")
LONGEST: Final = 4
"""As many words has the longest title or name of a place that is looked for."""

_SCRIPTS = (
    ("ja", re.compile(r"[\u3041-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
)
_WORD = re.compile(r"[^\W_]+|[,.;:!?،]")
_ASCII_LETTERS = re.compile(r"[A-Za-z]")
_ONLY_ENGLISH_WORDS = "the who with and of for from that whose is to which at by"
_ONLY_ENGLISH: Final = frozenset(_ONLY_ENGLISH_WORDS.split())
_SHARED_WORDS = "a i in an as am me no on come per o e d l al y en pastor chef guide manager ex la"
_SHARED: Final = frozenset(_SHARED_WORDS.split())


@dataclass(frozen=True, slots=True)
class Tongue:
    """The words of a language, in lower case, by what they tell; titles with the form for women marked.

    `activities`, `sexes`, `ages` are by the word, `places` give regions, `peoples` stems of adjectives with theirs.
    `women` are forms of titles that only women have. `words` are the small ones, by their kind in the table.
    """

    code: str
    activities: Mapping[str, str]
    women: frozenset[str]
    sexes: Mapping[str, str]
    ages: Mapping[str, str]
    places: Mapping[str, str]
    peoples: re.Pattern[str]
    people_regions: tuple[str, ...]
    words: Mapping[str, frozenset[str]]

    def of_people(self, word: str) -> str | None:
        """The world region of the people that an adjective names."""
        found = self.peoples.match(word)
        return self.people_regions[found.lastindex - 1] if found and found.lastindex else None


def words_of(text: str) -> list[str]:
    """The words and marks of punctuation of a text, in lower case; apostrophes and hyphens divide."""
    return list(map(str.lower, _WORD.findall(text)))


def names_in(text: str) -> list[bool]:
    """For each of the words of a text whether it may be a name: it has a capital, or is of a script without them."""
    return [word[0].isupper() or word[0].lower() == word[0].upper() for word in _WORD.findall(text)]


def tongue_of(text: str) -> Tongue | None:
    """The language of a text that is not English, where it is one of these; None for English and all others."""
    if not text.isascii():
        for code, script in _SCRIPTS:
            found = len(script.findall(text))
            if found and found * (3 if code in UNSPACED else 1) > len(_ASCII_LETTERS.findall(text)):
                return tongue(code)
    said = set(words_of(text))
    if not _ONLY_ENGLISH.isdisjoint(said):
        return None
    scores = {code: len((_small_words(code) & said) - _SHARED) + _titled(code, said) for code in SPACED[:5]}
    best = max(scores, key=scores.__getitem__)
    return tongue(best) if scores[best] >= 2 else None


@lru_cache
def tongue(code: str) -> Tongue:
    """The language of this code, read from the tables."""
    rows = [row for row in table("tongues") if row["tongue"] == code]
    activities: dict[str, str] = {}
    women: set[str] = set()
    by_kind: dict[str, dict[str, str]] = {}
    for row in rows:
        for entry in row["words"].split(";"):
            forms = [" ".join(words_of(form)) for form in entry.split("|")]
            if row["kind"] == "activity":
                activities.update(dict.fromkeys(forms, row["value"]))
                women.update(forms[1:])
            else:
                by_kind.setdefault(row["kind"], {}).update(dict.fromkeys(forms, row["value"]))
    regions = {row["code"]: row["region"] for row in table("countries")}
    groups, people_regions = _peoples(by_kind.get("people", {}), regions)
    return Tongue(
        code,
        activities,
        frozenset(women),
        by_kind.get("sex", {}),
        by_kind.get("age", {}),
        _places(code, by_kind.get("place", {}), regions),
        re.compile("|".join(groups)),
        people_regions,
        {kind: frozenset(found) for kind, found in by_kind.items()},
    )


def _peoples(own: Mapping[str, str], regions: Mapping[str, str]) -> tuple[list[str], tuple[str, ...]]:
    """An alternative for each country of the stems of its adjectives, and the world regions in their order."""
    stems: dict[str, list[str]] = {row["country"]: row["stems"].split(";") for row in table("peoples")}
    for word, country in own.items():
        stems.setdefault(country, []).append(f"{word}$")
    groups = [f"((?:{'|'.join(found)})\\w{{0,5}}$)" for found in stems.values()]
    return groups, tuple(regions[country] for country in stems)


def _places(code: str, own: Mapping[str, str], regions: Mapping[str, str]) -> Mapping[str, str]:
    found = dict(cities())
    for row in table("country_names"):
        if row["tongue"] == code and row["country"] in regions:
            found.update({" ".join(words_of(name)): regions[row["country"]] for name in row["names"].split(";")})
    found.update({name: regions[country] for name, country in own.items()})
    if code == "ru":
        found.update({without_ending(name): region for name, region in list(found.items()) if name[0] > "Ͽ"})
    return found


def without_ending(word: str) -> str:
    """A Russian noun without the ending of its case: "Омска" → "омск", "Кении" → "кен"."""
    return word.rstrip("аеёиоуыьэюяй") if len(word) > 3 else word


@lru_cache
def _small_words(code: str) -> frozenset[str]:
    kinds = ("article", "break", "from", "woman", "lives", "neutral", "sex", "institution")
    rows = [row for row in table("tongues") if row["tongue"] == code and row["kind"] in kinds]
    return frozenset(word for row in rows for entry in row["words"].split(";") for word in words_of(entry))


def _titled(code: str, said: set[str]) -> int:
    """1 where a title of the language is among the words, unless English has the word, too; else 0."""
    titles = tongue(code).activities
    return int(any(word in titles and word not in english_words() for word in said))
