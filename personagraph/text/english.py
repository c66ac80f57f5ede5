"""What is particular to English: phrases in the form of the tables, their heads, singulars, articles, number words."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from personagraph.text.words import is_symbol, words

_PREPOSITIONS = "of at in for with from on to by about like as into n not nec"
_RELATIVES = "who whom whose which that"
_PARTICIPLES = (
    "specializing specialising working running living studying teaching based turned interested focused dedicated"
)
_ENDS_HEAD_PHRASE = frozenset(f"{_PREPOSITIONS} {_RELATIVES} {_PARTICIPLES}".split())
_DETERMINERS = frozenset({"a", "an", "the", "my", "your", "his", "her", "their"})
_SPELLED_OUT = str.maketrans({".": "", "&": " and ", "_": " "})

_ONES: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS: Final = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS: Final[Mapping[str, int]] = MappingProxyType(
    {word: number for number, word in enumerate(_ONES + _TEENS, 1)}
    | {ten: 10 * tens for tens, ten in enumerate(TENS, 2)}
    | {f"{ten}-{one}": 10 * tens + ones for tens, ten in enumerate(TENS, 2) for ones, one in enumerate(_ONES, 1)}
)
"""From "one" to "ninety-nine"."""
NUMBER: Final = (
    rf"(?:\d{{1,3}}|(?:{'|'.join(TENS)})(?:[- ](?:{'|'.join(_ONES)}))?|{'|'.join(reversed(_ONES + _TEENS))})"
)
"""A regular expression for what `number` reads in folded text: up to three digits, or a number word."""
_NUMBER = re.compile(NUMBER)

_CONSONANT_SOUND = re.compile(
    r"eu|ewe|onc?e\b|u(?:ni(?!n|m|d(?!i))|s[aeu]|k|ga|r[aeiou]|t[eio]|bi|[ivx]\b|fo\b|nesco)|(?-i:UN|US)\b",
    re.IGNORECASE,
)
"""What begins with a vowel, and is spoken like "you" or "won"."""
_VOWEL_SOUND = re.compile(
    r"[aeiou]|h(?:onest|onou?r|our|eir)|8|1[18](?![0-9])"
    r"|(?-i:(?!STEM|SWAT)[FHLMNRSX](?:[^a-zAEIOU\s][A-Z0-9&]{0,3})?\b|(?:HIV|LED|MIT|SEO)\b)",
    re.IGNORECASE,
)
"""Vowels, a silent h, "eight", "eleven", "eighteen", and letters that are spoken by name ("FBI", "NGO", "X-ray")."""


@lru_cache(maxsize=4096)
def phrase(text: str, *, determiners: bool = False) -> tuple[str, ...]:
    """The words in the form of the reference tables: "U.S." as one, "&" as "and", split at hyphens and underscores.

    Symbols are left out. Articles and possessives only if `determiners`.
    """
    found = [word for word in words(text.translate(_SPELLED_OUT)) if not is_symbol(word)]
    return tuple(found if determiners else (word for word in found if word not in _DETERMINERS))


def head_end(found: Sequence[str]) -> int:
    """Where the head phrase ends: before the first preposition, relative or participle that is not its first word."""
    return next((index for index, word in enumerate(found) if index and word in _ENDS_HEAD_PHRASE), len(found))


def singulars(word: str) -> list[str]:
    """`word` and all it may be a form of: "midwives" → "midwife", "firewomen" → "fireman"; some are no words."""
    forms = [word]
    for plural, singular in (
        ("ies", "y"),
        ("ves", "fe"),
        ("men", "man"),
        ("people", "person"),
        ("children", "child"),
        ("es", ""),
        ("s", ""),
    ):
        if word.endswith(plural) and len(word) > len(plural) + 2:
            forms.append(word[: -len(plural)] + singular)
    forms += [
        form.removesuffix(end) + "man" for form in forms for end in ("woman", "women", "person") if form.endswith(end)
    ]
    return forms


def article(phrase: str) -> str:
    """The indefinite article before a phrase, by how it sounds: "a baker", "an editor", "a university", "an 18"."""
    return "an" if _VOWEL_SOUND.match(phrase) and not _CONSONANT_SOUND.match(phrase) else "a"


def number(text: str) -> int | None:
    """The number that the whole of a folded text is ("44", "forty-four", "forty four"); None if it is none."""
    if not _NUMBER.fullmatch(text):
        return None
    return NUMBERS.get(text.replace(" ", "-")) or int(text)
