"""Reads descriptions in Chinese and Japanese: no spaces between words, and the person at the end of a phrase."""

import re
from typing import Final

from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.ages import band
from personagraph.vocabulary.reading.tongues import Tongue

_MARKS: Final = re.compile(r"[，。；、,.;!！?？\s]+")
_LONGEST: Final = 8
_NUMERALS: Final = {char: value for value, char in enumerate("一二三四五六七八九", 1)}
_YEARS: Final = re.compile(r"(\d{1,3}|[一二三四五六七八九十]{1,3})[岁歳]")
_SAID: Final = re.compile(r"(?:是|作为|担任|成为)(?:了)?(?:一)?[位名个]?|である")
_NOT_NOW: Final = (
    "前",
    "曾是",
    "退伍",
    "元",
    "想成为",
    "立志",
    "未来的",
    "志望",
)
"""Former, once was, ex-, wants to become, aspires, future."""
_LEADS: Final = (
    "来自",
    "住在",
    "居住在",
    "生活在",
    "出生于",
    "定居",
    "在",
)
_FOLLOWS: Final = re.compile(r"(?:[市省县])?(?:籍|人|裔|工作|生活|に住|出身|在住|に暗|で働)")
_TOPICS: Final = re.compile(r"[菜语語料文美音影历歷神动食式政股文茶酒]")
"""What follows a place that is no home: dishes, language, cuisine, culture, music, films, history, myths, politics."""


def read_unspaced(text: str, tongue: Tongue) -> Attributes:
    """What the words say of each attribute; unknown where they do not."""
    clauses = [clause for clause in _MARKS.split(text) if clause]
    first = clauses[0] if clauses else ""
    return Attributes(
        activity=_activity(clauses, tongue),
        age=_age(text, first, tongue),
        sex=next((sex for word, sex in tongue.sexes.items() if _names(first, word)), UNKNOWN),
        region=_region(text, first, tongue),
    )


def _names(clause: str, word: str) -> bool:
    """Whether the end of a clause, or its beginning after an article, calls the subject so."""
    if len(word) > 1:
        return clause.endswith(word)
    at = clause.rfind(word)
    return at >= 0 and ("的" not in clause[at:] or clause.startswith(word)) and clause[at + 1 : at + 2] != "性主"


def _activity(clauses: list[str], tongue: Tongue) -> str:
    for clause in clauses:
        if "退休" in clause or "定年退職" in clause:
            return "retired"
        if "失业" in clause or "失業" in clause:
            return "unemployed"
        title = _title(clause, tongue)
        if title and not _is_past(clause[: -len(title)]):
            return tongue.activities[title]
        for said in _SAID.finditer(clause):
            if not _is_past(clause[: said.start()]) and (title := _title(clause[said.end() :], tongue)):
                return tongue.activities[title]
    return UNKNOWN


def _title(clause: str, tongue: Tongue) -> str | None:
    """The longest title that a clause ends with."""
    ends = (clause[-length:] for length in range(min(_LONGEST, len(clause)), 1, -1))
    return next((end for end in ends if end in tongue.activities), None)


def _is_past(before: str) -> bool:
    return before.endswith(_NOT_NOW[0]) or any(word in before for word in _NOT_NOW[1:])


def _age(text: str, first: str, tongue: Tongue) -> str:
    if found := _YEARS.search(text):
        return band(_number(found[1]))
    return next((age for word, age in tongue.ages.items() if word in first[-6:]), UNKNOWN)


def _number(digits: str) -> int:
    """A number below a hundred in Chinese numerals, or in digits."""
    if digits.isdecimal():
        return int(digits)
    tens, ten, ones = digits.partition("十")
    if not ten:
        return _NUMERALS.get(digits[-1:], 0)
    return 10 * _NUMERALS.get(tens[-1:], 1) + _NUMERALS.get(ones[:1], 0)


def _region(text: str, first: str, tongue: Tongue) -> str:
    """The region of the place that a word for living or coming from leads to, else of the first people named."""
    origin = UNKNOWN
    for index in range(len(text)):
        for length in range(min(7, len(text) - index), 1, -1):
            region = tongue.region_of(text[index : index + length])
            if region is None:
                continue
            rest = text[index + length :]
            if text[:index].endswith(_LEADS) and not _TOPICS.match(rest):
                return region
            if _FOLLOWS.match(rest):
                return region
            ahead = first[index + length :] if index < len(first) else ""
            if origin == UNKNOWN and ahead and len(ahead) <= 6 and not _TOPICS.match(ahead) and _title(first, tongue):
                origin = region
            break
    return origin
