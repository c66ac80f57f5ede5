"""The languages beside English that descriptions are read in: how one is told, and its words for what people are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from personagraph.vocabulary.places import cities, region_names
from personagraph.vocabulary.reference import english_words, table

SPACED: Final = ("es", "fr", "de", "pt", "it", "ru", "ar")
_LATIN: Final = ("es", "fr", "de", "pt", "it")
UNSPACED: Final = ("zh", "ja")
LONGEST: Final = 4
"""As many words has the longest title or name of a place that is looked for."""

LONGEST_ENDING: Final = 5
"""As many letters may follow the stem of an adjective."""

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
    """The words of a language, in lower case, by what they tell.

    `activities` are by the title, in its forms for men and women; `women` are those that
    only women have, `starts` the first words of all. `sexes` and
    `ages` are by the word, `places` regions of the language's own names for them, `peoples` of stems of adjectives.
    `words` are the small ones, by their kind in the table.
    """

    code: str
    activities: Mapping[str, str]
    starts: frozenset[str]
    women: frozenset[str]
    sexes: Mapping[str, str]
    ages: Mapping[str, str]
    places: Mapping[str, str]
    peoples: Mapping[str, str]
    words: Mapping[str, frozenset[str]]

    def region_of(self, name: str) -> str | None:
        """The world region of a country, a province or a city, by its name in this language."""
        return self.places.get(name) or region_names().get(name) or cities().get(name)

    def of_people(self, word: str) -> str | None:
        """The world region of the people that an adjective names, in any of its forms."""
        for end in range(len(word), max(2, len(word) - LONGEST_ENDING - 1), -1):
            if region := self.peoples.get(word[:end]):
                return region
        return None


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
    scores = {code: len(_small_words(code) & said) for code in SPACED if code in _LATIN}
    best = max(scores, key=lambda code: (scores[code], _titled(code, said)))
    found = scores[best] + _titled(best, said)
    shared = scores[best] == 1 and bool(tongue(best).activities.keys() & said)
    return tongue(best) if found >= 2 or shared else None


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
    stems = {stem: regions[row["country"]] for row in table("peoples") for stem in row["stems"].split(";")}
    return Tongue(
        code,
        activities,
        frozenset(title.partition(" ")[0] for title in activities),
        frozenset(women),
        by_kind.get("sex", {}),
        by_kind.get("age", {}),
        _places(code, by_kind.get("place", {}), regions),
        stems | {word: regions[country] for word, country in by_kind.get("people", {}).items()},
        {kind: frozenset(found) for kind, found in by_kind.items()},
    )


def _places(code: str, own: Mapping[str, str], regions: Mapping[str, str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for row in table("country_names"):
        if row["tongue"] == code and row["country"] in regions:
            found.update({" ".join(words_of(name)): regions[row["country"]] for name in row["names"].split(";")})
    found.update({name: regions[country] for name, country in own.items()})
    if code == "ru":
        cyrillic = [(name, region) for name, region in (*cities().items(), *found.items()) if name[0] > "\u03ff"]
        found.update({without_ending(name): region for name, region in cyrillic})
    return found


def without_ending(word: str) -> str:
    """A Russian noun without the ending of its case: "Омска" → "омск", "Кении" → "кен"."""
    return word.rstrip("аеёиоуыьэюяй") if len(word) > 3 else word


@lru_cache
def _small_words(code: str) -> frozenset[str]:
    kinds = ("article", "break", "from", "woman", "lives", "neutral", "sex", "institution")
    rows = [row for row in table("tongues") if row["tongue"] == code and row["kind"] in kinds]
    found = frozenset(word for row in rows for entry in row["words"].split(";") for word in words_of(entry))
    return found - _SHARED


def _titled(code: str, said: set[str]) -> int:
    """1 where a title of the language is among the words, unless English has the word, too; else 0."""
    titles = tongue(code).activities
    return int(any(word not in english_words() for word in titles.keys() & said))
