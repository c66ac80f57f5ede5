"""Reads attributes from words, and names titles and countries for hints.

Every reader gives "unknown" rather than a guess, and knows nothing of what was asked for.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from personagraph.cells import AGES, SEXES, UNKNOWN, Cell, cell_of, cells
from personagraph.occupations import read_activity, titles
from personagraph.places import countries, country_name, read_region
from personagraph.reference import fold, head_end, table, words

__all__ = [
    "Cell",
    "cell_of",
    "cells",
    "countries",
    "country_name",
    "read_activity",
    "read_age",
    "read_language",
    "read_region",
    "read_sex",
    "titles",
]

_ONES_WORDS = "one two three four five six seven eight nine"
_TEENS_WORDS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: number for number, word in enumerate(f"{_ONES_WORDS} {_TEENS_WORDS}".split(), 1)}
_TENS = {word: 10 * ten for ten, word in enumerate(_TENS_WORDS.split(), 2)}
_ONE_OF_ONES = "|".join(_ONES_WORDS.split())
_NUMBER = rf"(?:\d{{1,3}}|(?:{'|'.join(_TENS)})(?:[- ](?:{_ONE_OF_ONES}))?|{'|'.join(reversed(_SMALL))})"
_DECADES = {word[:-1] + "ies": ten for word, ten in _TENS.items()}
_AGE_PATTERNS = (
    re.compile(rf"\b({_NUMBER})[\s-]*(?:years?|yrs?)[\s-]*(?:old|of age)\b"),
    re.compile(rf"\b({_NUMBER})[\s-]*(?:yo|y/o)\b"),
    re.compile(rf"\b(?:aged|age)[\s:]*({_NUMBER})(?![\d+-])\b"),
)
_DECADE = re.compile(rf"\b(?:(early|mid|late)[\s-]+(?:to[\s-]+late[\s-]+)?)?(?:([1-9]0)'?s|({'|'.join(_DECADES)}))\b")
_LIFE_STAGES = (
    ("0-14", re.compile(r"\b(?:newborn|baby|infant|toddler|preschooler|kindergartner|schoolchild|months?[\s-]old)\b")),
    ("15-24", re.compile(r"\b(?:teenager|teenage|teen|adolescent)\b")),
    ("45-64", re.compile(r"\bmiddle[\s-]aged\b")),
    ("65+", re.compile(r"\b(?:elderly|septuagenarian|octogenarian|nonagenarian|centenarian|senior citizen)\b")),
)


def read_age(value: int | str | None) -> str:
    """The age band of a number of years, or of words such as "44-year-old", "aged 44", "in her 40s", "middle-aged".

    A decade that two bands share counts for the younger ("in her 40s" is 25-44, "late 40s" 45-64). Numbers that are not
    plainly an age, and ages above 125, are "unknown".
    """
    if value is None or isinstance(value, bool):
        return UNKNOWN
    if isinstance(value, int):
        return _band(value)
    text = fold(value).strip()
    if text in AGES:
        return text
    if re.fullmatch(_NUMBER, text):
        return _band(_number(text))
    for pattern in _AGE_PATTERNS:
        if found := pattern.search(text):
            return _band(_number(found[1]))
    if found := _DECADE.search(text):
        decade = int(found[2]) if found[2] else _DECADES[found[3]]
        return _band(decade + {"early": 2, "late": 8}.get(found[1] or "", 4))
    return next((band for band, stage in _LIFE_STAGES if stage.search(text)), UNKNOWN)


def read_sex(text: str) -> str:
    """The sex that a description gives its subject: by a noun in its head phrase ("mother of two"), else by pronouns.

    "unknown" if neither says, or if pronouns of both sexes occur.
    """
    phrase = words(text, articles=True)
    head = f" {' '.join(phrase[: head_end(phrase)])} "
    for sex in ("other", "female", "male"):
        if any(f" {noun} " in head for noun in _sex_words()["noun", sex]) or (
            sex == "female" and re.search("wom[ae]n ", head)
        ):
            return sex
    pronouns = [sex for sex in SEXES if _sex_words()["pronoun", sex] & set(phrase)]
    return pronouns[0] if len(pronouns) == 1 else UNKNOWN


def read_language(text: str) -> str:
    """The primary code of a language by its English name or BCP 47 tag ("Swahili", "pt-BR"); "unknown" if unlisted."""
    name = fold(text).strip()
    return _languages().get(name) or _languages().get(re.split(r"[-_]", name)[0], UNKNOWN)


def _band(years: int) -> str:
    if not 0 <= years <= 125:
        return UNKNOWN
    return AGES[sum(years >= lowest for lowest in (15, 25, 45, 65))]


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    return sum(_TENS.get(word) or _SMALL[word] for word in re.split(r"[- ]", text))


@lru_cache
def _languages() -> Mapping[str, str]:
    rows = table("languages")
    return {row["code"]: row["code"] for row in rows} | {
        fold(name): row["code"] for row in rows for name in row["names"].split(";")
    }


@lru_cache
def _sex_words() -> Mapping[tuple[str, str], frozenset[str]]:
    rows = table("sexes")
    return {
        (kind, sex): frozenset(row["word"] for row in rows if row["kind"] == kind and row["sex"] == sex)
        for kind in ("noun", "pronoun")
        for sex in SEXES
    }
