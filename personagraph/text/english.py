"""What is particular to English: whether a text is in it, phrases, their heads, singulars, articles, number words."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from personagraph.text.scripts import main_system
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

_SHARED_WORDS = "a i an as at be by do for had has have he her him his in is it its me my no of on or so to us was we"
_ENGLISH_WORDS = """the and who with that from which whose their she they had were been into about where when than this
these those there because through while after before between during without within whom what how you
your our them but not if then some any other another many much very just only even still should
could would such each every both until against under over out own too across around using based
working looking seeking"""
_OTHER_WORDS = """e y u w s da de di du el en es et il ja je la le lo mi na ne os se si su te tu un va vi za al av
bo co com como das dal dem den der des det dos een ei ein eine einem einen einer er esta est ett fra för fyr gli hij
het hun im ist jak jako jest kao kad ki kot koji koja která který które któ która który les los lui mais mit må nad
nas nel nella nos ob och oder og ok olan op oraz ou où para pas pe per plus po pod pour pro przez que qui qu és egy
aki hogy nem van az ez und uma um una une unos ve veya için bir bu ile çok daha gibi yang dan untuk dengan dari pada
adalah ini itu dalam sebagai oleh của là và một người cho được trong với có những các ở ng mga sa ang ay ni kay nang
ya wa kwa katika cha wake ambaye anaye mwenye ku hej hon som till med på inte har ikke til jeg eit sem að það við hann
hún ook maar voor aan uit door naar wordt zijn haar dat deze ze joka että hän mutta kun kes ning oma kuris kuri ir iš
apie yra ar kas par kurš kura și care cu din sau este sunt îi jo që dhe në për nga një ta wanda cikin kuma ti ó tí
àwọn náà sí fún lan ing karo nincs sich auf aus bei nach über zum zur seine seiner ihre dei della delle degli che chi
con sono suo sua nei alla por seu ao mas não são uno del más pero sin sobre sus dans avec sur son ses aux ce ils elle
od iz bez pre kteří kdo při pri ktorý ale gdy gdzie się do nie"""
_SHARED = frozenset(_SHARED_WORDS.split())
_ENGLISH = frozenset(_ENGLISH_WORDS.split()) - _SHARED
_OTHERS = frozenset(_OTHER_WORDS.split()) - _ENGLISH - _SHARED


@lru_cache(maxsize=4096)
def is_english(text: str) -> bool:
    """Whether the text is plainly English, by its small words: one that only English has, or two that others share."""
    return _lead(text) >= 2


@lru_cache(maxsize=4096)
def may_be_english(text: str) -> bool:
    """Whether the text is not plainly in another language; one without any small words may be English."""
    return _lead(text) >= 0


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


def _lead(text: str) -> int:
    """How far small words of English outweigh those of other languages, and words with letters that it has not.

    Words that only some languages have count two.
    """
    if not text.isascii() and main_system(text) not in (None, "LATIN"):
        return -1
    lead = 0
    for word in words(text):
        lead += (
            2 * (word in _ENGLISH)
            + (word in _SHARED)
            - 2 * (word in _OTHERS)
            - (word[0].isalpha() and not word.isascii())
        )
    return lead
