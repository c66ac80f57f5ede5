"""Reads descriptions in Chinese and Japanese, which put no space between words and the person at the end of a phrase."""

import re
from typing import Final

from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.ages import band
from personagraph.vocabulary.reading.tongues import Tongue

_MARKS: Final = re.compile(r"[\uff0c\u3002\uff1b\u3001,.;!\uff01?\uff1f\s]+")
_LONGEST: Final = 8
_NUMERALS: Final = {char: value for value, char in enumerate("\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d", 1)}
_YEARS: Final = re.compile(r"(\d{1,3}|[\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341]{1,3})[\u5c81\u6b73]")
_SAID: Final = re.compile(r"(?:\u662f|\u4f5c\u4e3a|\u62c5\u4efb|\u6210\u4e3a)(?:\u4e86)?(?:\u4e00)?[\u4f4d\u540d\u4e2a]?|\u3067\u3042\u308b")
_NOT_NOW: Final = ("\u524d", "\u66fe\u662f", "\u5143", "\u60f3\u6210\u4e3a", "\u7acb\u5fd7", "\u672a\u6765\u7684", "\u5fd7\u671b")
"""Former, once was, ex-, wants to become, aspires, future."""
_LEADS: Final = ("\u6765\u81ea", "\u4f4f\u5728", "\u5c45\u4f4f\u5728", "\u751f\u6d3b\u5728", "\u51fa\u751f\u4e8e", "\u5b9a\u5c45", "\u5728")
_FOLLOWS: Final = re.compile(r"(?:[\u5e02\u7701\u53bf])?(?:\u7c4d|\u4eba|\u88d4|\u5de5\u4f5c|\u751f\u6d3b|\u306b\u4f4f|\u51fa\u8eab|\u5728\u4f4f|\u306b\u6697|\u3067\u50cd)")
_TOPICS: Final = re.compile(r"[\u83dc\u8bed\u8a9e\u6599\u6587\u7f8e\u97f3\u5f71\u5386\u6b77\u795e\u52a8\u98df\u5f0f\u653f\u80a1\u6587\u8336\u9152]")
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
    return at >= 0 and ("\u7684" not in clause[at:] or clause.startswith(word)) and clause[at + 1 : at + 2] != "\u6027\u4e3b"


def _activity(clauses: list[str], tongue: Tongue) -> str:
    for clause in clauses:
        if "\u9000\u4f11" in clause or "\u5b9a\u5e74\u9000\u8077" in clause:
            return "retired"
        if "\u5931\u4e1a" in clause or "\u5931\u696d" in clause:
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
    tens, ten, ones = digits.partition("\u5341")
    if not ten:
        return _NUMERALS.get(digits[-1:], 0)
    return 10 * _NUMERALS.get(tens[-1:], 1) + _NUMERALS.get(ones[:1], 0)


def _region(text: str, first: str, tongue: Tongue) -> str:
    """The region of the place that a word for living or coming from leads to, else of the first people named."""
    origin = UNKNOWN
    for index in range(len(text)):
        for length in range(min(7, len(text) - index), 1, -1):
            region = tongue.places.get(text[index : index + length])
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
