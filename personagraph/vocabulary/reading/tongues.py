"""The languages beside English that descriptions are read in: how one is told, and its words for what people are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from personagraph.vocabulary.places import cities, region_names
from personagraph.vocabulary.reference import english_words, table

HEAD_FIRST: Final = ("es", "fr", "de", "pt", "it", "nl", "pl", "sv", "id", "vi", "ru", "uk", "ar", "fa", "el", "th")
"""Languages in which the noun for a person stands at the beginning of their phrase, or soon after."""
HEAD_LAST: Final = ("zh", "ja", "ko", "hi", "ur", "bn", "tr")
"""Languages in which it ends the phrase."""
_LATIN: Final = ("es", "fr", "de", "pt", "it", "nl", "pl", "sv", "id", "vi", "tr")
SLAVIC: Final = ("ru", "uk")
"""Languages whose places are known by their stems."""
LONGEST: Final = 4
"""As many words has the longest title or name of a place that is looked for."""

LONGEST_ENDING: Final = 5
"""As many letters may follow the stem of an adjective."""

_SCRIPTS = (
    ("ja", re.compile(r"[\u3041-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("bn", re.compile(r"[\u0980-\u09ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
)
_WITHIN_SCRIPTS = {
    "ru": (("uk", re.compile("[іїєґ]")),),
    "ar": (("ur", re.compile("[ٹڈڑںےہھ]")), ("fa", re.compile("[پچژگکی]"))),
}
"""Letters that only one language of a script has."""
_WORD = re.compile(r"[^\W_\u0e00-\u0e7f]+|[\u0e00-\u0e7f]+|[,.;:!?،]")
_ASCII_LETTERS = re.compile(r"[A-Za-z]")
_ONLY_ENGLISH_WORDS = "the who with and of for from that whose is to which at by"
_ONLY_ENGLISH: Final = frozenset(_ONLY_ENGLISH_WORDS.split())
_SHARED_WORDS = """a i in an as am me no on come per o e d l al y en pastor chef guide manager ex la is die was man van
met over op of to do so at den dam men pan era ten far had be he me we us or if it by my up go ever ma z w u te ta di"""
_SHARED: Final = frozenset(_SHARED_WORDS.split())


@dataclass(frozen=True, slots=True)
class TongueWords:
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


def lowered(text: str) -> str:
    """A text in lower case, with one letter for the two of Turkish that are written alike."""
    return text.replace("İ", "i").lower().replace("ı", "i")


def words_of(text: str) -> list[str]:
    """The words and marks of punctuation of a text, in lower case; apostrophes and hyphens divide."""
    return _WORD.findall(lowered(text))


def names_in(text: str) -> list[bool]:
    """For each of the words of a text whether it may be a name: it has a capital, or is of a script without them."""
    return [word[0].isupper() or word[0].lower() == word[0].upper() for word in _WORD.findall(text)]


def tongue_of(text: str) -> TongueWords | None:
    """The language of a text that is not English, where it is one of these; None for English and all others."""
    if not text.isascii():
        for code, script in _SCRIPTS:
            found = len(script.findall(text))
            if found and found * (3 if code in HEAD_LAST else 1) > len(_ASCII_LETTERS.findall(text)):
                within = _WITHIN_SCRIPTS.get(code, ())
                return tongue(next((other for other, letters in within if letters.search(text)), code))
    said = set(words_of(text))
    if not _ONLY_ENGLISH.isdisjoint(said):
        return None
    scores = {code: len(_small_words(code) & said) for code in _LATIN}
    best = max(scores, key=lambda code: (scores[code], _titled(code, said)))
    found = scores[best] + _titled(best, said)
    shared = scores[best] == 1 and bool(tongue(best).activities.keys() & said)
    return tongue(best) if found >= 2 or shared else None


@lru_cache
def tongue(code: str) -> TongueWords:
    """The language of this code, read from the tables."""
    rows = [row for row in table("tongues") if row["tongue"] == code]
    activities: dict[str, str] = {}
    women: set[str] = set()
    by_kind: dict[str, dict[str, str]] = {}
    for row in rows:
        for entry in row["words"].split(";"):
            forms = [_form(form, code) for form in entry.split("|")]
            if row["kind"] == "activity":
                activities.update(dict.fromkeys(forms, row["value"]))
                women.update(forms[1:])
            else:
                by_kind.setdefault(row["kind"], {}).update(dict.fromkeys(forms, row["value"]))
    regions = {row["code"]: row["region"] for row in table("countries")}
    stems = {stem: regions[row["country"]] for row in table("peoples") for stem in row["stems"].split(";")}
    return TongueWords(
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


def _form(written: str, code: str) -> str:
    """A form of the table as it is looked for; "_" is a space at its beginning or end."""
    return lowered(written).replace("_", " ") if code in HEAD_LAST else " ".join(words_of(written))


def _places(code: str, own: Mapping[str, str], regions: Mapping[str, str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for row in table("country_names"):
        if row["tongue"] == code and row["country"] in regions:
            found.update({_form(name, code): regions[row["country"]] for name in row["names"].split(";")})
    found.update({name: regions[country] for name, country in own.items()})
    if code in SLAVIC:
        cyrillic = [(name, region) for name, region in (*cities().items(), *found.items()) if name[0] > "\u03ff"]
        found.update({without_ending(name): region for name, region in cyrillic})
    return found


def without_ending(word: str) -> str:
    """A Russian noun without the ending of its case: "Омска" → "омск", "Кении" → "кен"."""
    return word.rstrip("аеёиіїєоуыьэюяй") if len(word) > 3 else word


@lru_cache
def _small_words(code: str) -> frozenset[str]:
    kinds = ("article", "break", "from", "woman", "lives", "neutral", "sex", "institution", "small", "fan")
    rows = [row for row in table("tongues") if row["tongue"] == code and row["kind"] in kinds]
    found = frozenset(word for row in rows for entry in row["words"].split(";") for word in words_of(entry))
    return found - _SHARED


def _titled(code: str, said: set[str]) -> int:
    """1 where a title of the language is among the words, unless English has the word, too; else 0."""
    titles = tongue(code).activities
    return int(any(word not in english_words() for word in titles.keys() & said))
