"""What a word or phrase says that keeps two descriptions apart: the tables of `lexicon.toml` and of the reference."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from personagraph.text import english
from personagraph.vocabulary.reference import table

Phrase = tuple[str, ...]


class Sense(NamedTuple):
    """A category ("place") and a value in it ("kenya"); synonyms have the same value."""

    category: str
    value: str


_NEUTRAL = "none"
_AS_WRITTEN = frozenset({"negation", "former"})
"""Categories whose words have no other forms."""
_VERBS = frozenset({"stance", "commerce", "lending", "learning", "winning", "amount", "direction"})
"""Categories whose words are verbs, too."""
_ALSO_WORDS = frozenset(
    {"nice", "man", "reading", "mobile", "of", "male", "buffalo", "orange", "hull", "bath", "split"}
)
"""Names of places that are rather ordinary words, whatever their case."""
_BEFORE_ES = ("s", "x", "z", "ch", "sh", "o")
"""What takes "es" where others take "s"."""
_OF_A_PEOPLE = ("shman", "chman", "tsman")
"""Endings of the name of a people where it names a man."""
_NOT_A_SEX = frozenset({"other", "m", "f", "ms"})
_NEGATIONS = ("un", "in", "im", "il", "ir", "dis", "non", "anti", "mis", "a")
_SPELLINGS = tuple(
    (re.compile(british), other)
    for british, other in (
        *(("yse", "yze"), ("is", "iz"), ("(?<=[a-z]{2})our", "or"), ("tre(?=s?$)", "ter"), ("ogue", "og"), ("ae", "e")),
        ("(?<=[aeiou][b-df-hj-np-tv-z])([aeiou])ll|(?<=[aeiou][b-df-hj-np-tv-z]{2})([aeiou])ll", r"\1\2l"),
    )
)
_MAY_BE_BRITISH = re.compile("yse|is|our|tre|ogue|ae|ll")
_ENDINGS = ("s", "d", "g", "men", "people", "children", "woman", "person")
"""How words end that may be an inflection of another one."""


@lru_cache(maxsize=1 << 16)
def senses(phrase: Phrase) -> tuple[Sense, ...] | None:
    """What the phrase says, in any of its forms; () if it is known to say nothing, None if it is not known."""
    *stem, last = phrase
    for form, is_verb in forms(last):
        usable = [
            sense
            for sense in _phrases().get((*stem, form), ())
            if form == last or (sense.category in _VERBS if is_verb else sense.category not in _AS_WRITTEN)
        ]
        if usable:
            return tuple(sense for sense in usable if sense.value != _NEUTRAL)
    return None


def longest_from(word: str) -> int:
    """How many words the longest phrase has that begins with this one; 1 if there is none."""
    return _longest().get(word, 1)


def known_phrases() -> Iterable[Phrase]:
    """All words and phrases of the lexicon."""
    return _phrases().keys()


def negated(word: str) -> Iterator[str]:
    """The word with each negating prefix; most of them are no words."""
    return (prefix + word for prefix in _NEGATIONS if len(word) > 3)


def negates(one: str, other: str) -> bool:
    """Whether one word is the other with a negating prefix."""
    shorter, longer = sorted((one, other), key=len)
    return longer in negated(shorter)


def plain(word: str) -> str:
    """The word without accents."""
    if word.isascii():
        return word
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not "\u0300" <= char <= "\u036f")


def american(word: str) -> str:
    """The word with the spellings that differ across the Atlantic made the same; some results are no words."""
    if not _MAY_BE_BRITISH.search(word):
        return word
    for british, other in _SPELLINGS:
        word = british.sub(other, word)
    return word


def forms(word: str) -> Iterator[tuple[str, bool]]:
    """The word and what it may be an inflection of, and whether as a verb; some of them are no words."""
    if not word.endswith(_ENDINGS):
        yield word, False
        return
    if word.endswith(("woman", "women")):
        yield from ((form, False) for form in dict.fromkeys((word, word[:-2] + "an")))
        return
    singulars = english.singulars(word)
    kept = [form for form in singulars if form == word or not (word.endswith("ss") or _drops_e(word, form))]
    yield from ((form, False) for form in kept)
    for ending in ("ed", "ing", "d", "s", "es"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word[: -len(ending)]
            if not _drops_e(word, stem) and (ending != "d" or stem.endswith("e")):
                yield stem, True
            if ending in ("ed", "ing"):
                yield stem + "e", True
            if stem[-1] == stem[-2] and ending not in ("d", "s"):
                yield stem[:-1], True


def _drops_e(word: str, stem: str) -> bool:
    """Whether an "es" is taken off where the e is the word's own: "hopes" is of "hope", not of "hop"."""
    return word == stem + "es" and not stem.endswith(_BEFORE_ES)


@lru_cache
def _phrases() -> Mapping[Phrase, tuple[Sense, ...]]:
    """Phrase → senses, one a category; the lexicon's own before those of the reference tables."""
    found: dict[Phrase, dict[str, Sense]] = {}
    for name, sense in (*_own(), *_numbers(), *_places(), *_languages(), *_sexes(), *_roles()):
        if phrase := tuple(plain(word) for word in english.phrase(name, determiners=True)):
            found.setdefault(phrase, {}).setdefault(sense.category, sense)
    return {phrase: tuple(by_category.values()) for phrase, by_category in found.items()}


@lru_cache
def _longest() -> Mapping[str, int]:
    """First word → how many words its longest phrase has."""
    found: dict[str, int] = {}
    for phrase in _phrases():
        found[phrase[0]] = max(found.get(phrase[0], 1), len(phrase))
    return found


def _own() -> Iterator[tuple[str, Sense]]:
    lexicon = tomllib.loads((files(__package__) / "lexicon.toml").read_text(encoding="utf-8"))
    for category, values in lexicon.items():
        for value, names in values.items():
            yield from ((name, Sense(category, value)) for name in names.split(", "))


def _numbers() -> Iterator[tuple[str, Sense]]:
    """Numbers from two to ninety-nine; "one" is rather a pronoun."""
    yield from ((name, Sense("number", str(n))) for name, n in english.NUMBERS.items() if n > 1)


def _places() -> Iterator[tuple[str, Sense]]:
    """Countries with their peoples, world regions, and towns within them."""
    country_of = {row["code"]: row["name"].lower() for row in table("countries")}
    for row in table("countries"):
        for name in (row["name"], *row["aliases"].split(";"), *row["demonyms"].split(";")):
            if name.lower() not in _ALSO_WORDS:
                yield name, Sense("place", country_of[row["code"]])
            if name.endswith(_OF_A_PEOPLE):
                yield name, Sense("sex", "male")
            if name.endswith("woman"):
                yield name, Sense("sex", "female")
    for row in table("regions"):
        yield row["name"], Sense("place", row["region"])
    for row in table("places"):
        if row["place"].lower() not in _ALSO_WORDS:
            yield row["place"], Sense("place", country_of[row["country"]])
            yield row["place"], Sense("town", row["place"].lower())


def _languages() -> Iterator[tuple[str, Sense]]:
    """Languages that are not named as a people is."""
    named = {name for name, _ in _places()}
    for row in table("languages"):
        yield from ((name, Sense("language", row["code"])) for name in row["names"].split(";") if name not in named)


def _sexes() -> Iterator[tuple[str, Sense]]:
    yield from ((row["word"], Sense("sex", row["sex"])) for row in table("sexes") if row["word"] not in _NOT_A_SEX)


def _roles() -> Iterator[tuple[str, Sense]]:
    """The last words of occupational titles."""
    for row in table("occupations"):
        if row["role"] in ("hint", "title"):
            head = english.phrase(row["title"])[-1]
            yield head, Sense("role", american(head))
