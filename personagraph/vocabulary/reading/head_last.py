"""Reads descriptions in languages that put the noun for a person at the end of a phrase: Japanese, Hindi, Turkish."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.ages import band
from personagraph.vocabulary.reading.tongues import TongueWords, lowered, tongue

_MARKS: Final = "[，。；、,.;!！?？।۔،؛]+"
_CLAUSES: Final = 4
"""As many clauses are searched for what somebody does: later ones tell of others."""

_LONGEST_NAME: Final = 24
_NUMERALS: Final = {char: value for value, char in enumerate("一二三四五六七八九", 1)}
_YEARS: Final = re.compile(
    r"(\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:[岁歲歳]|세(?!기)|살|yaş|वर्षीय|साल क[ीेा] (?!अनुभव)|سالہ|বছর বয়স|வயது)"
)
_OPENING: Final = re.compile(r"\W*(?:一?[个個位名])?")
_BEFORE_WORDS: Final = frozenset(" -'’\"(“«")


class _Patterns(NamedTuple):
    """The small words of a language, compiled: what divides clauses, leads to and follows a place, links a title."""

    division: re.Pattern[str]
    leads: tuple[str, ...]
    follows: tuple[str, ...]
    topics: tuple[str, ...]
    said: re.Pattern[str] | None
    works: re.Pattern[str] | None
    ends: tuple[str, ...]
    joined: bool
    longest: int
    nearest: int


@lru_cache
def _patterns(code: str) -> _Patterns:
    known = tongue(code)
    kinds = {kind: tuple(sorted(words, key=lambda word: (-len(word), word))) for kind, words in known.words.items()}
    joined = "joined" in kinds
    divides = "|".join([_MARKS, *(r"\s+" for _ in kinds.get("undivided", ())), *map(re.escape, kinds.get("break", ()))])
    return _Patterns(
        re.compile(divides),
        kinds.get("lead", ()),
        kinds.get("follow", ()),
        kinds.get("topic", ()),
        _any_of(kinds.get("said", ())),
        _any_of(kinds.get("works", ())),
        kinds.get("end", ()),
        joined,
        max(map(len, known.activities)),
        8 if "undivided" in kinds else 30,
    )


def _any_of(words: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(re.escape, words))) if words else None


def read_head_last(text: str, tongue: TongueWords) -> Attributes:
    """What the words say of each attribute; unknown where they do not."""
    text, patterns = lowered(text), _patterns(tongue.code)
    clauses = [clause for part in patterns.division.split(text) if (clause := part.strip())][:_CLAUSES]
    first = clauses[0] if clauses else ""
    activity, title = _activity(clauses, tongue, patterns)
    return Attributes(
        activity=activity,
        age=_age(text, first, tongue),
        sex=_sex(first, title, tongue, patterns),
        region=_region(text, first, tongue, patterns),
    )


def _activity(clauses: list[str], tongue: TongueWords, patterns: _Patterns) -> tuple[str, str]:
    """The activity and the title that tells it: at the end of a clause, after a copula, before a verb for working."""
    for clause in clauses:
        for kind in ("retired", "unemployed"):
            if any(word in clause for word in tongue.words.get(kind, ())):
                return kind, ""
        for before, title in _titles(clause, tongue, patterns):
            if not _is_past(before, tongue) and not _is_wished(before, tongue, patterns):
                return tongue.activities[title], title
    return UNKNOWN, ""


def _titles(clause: str, tongue: TongueWords, patterns: _Patterns) -> list[tuple[str, str]]:
    """What stands before each title that may be the subject's in a clause, and the title."""
    ends = [(clause, 0)]
    ends += [(clause[: found.start()], 0) for found in (patterns.works.finditer(clause) if patterns.works else ())]
    ends += [(clause, found.end()) for found in (patterns.said.finditer(clause) if patterns.said else ())]
    found = [(part, _title(part[begin:], tongue, patterns)) for part, begin in ends]
    return [(part[: part.rindex(title)], title) for part, title in found if title]


def _title(clause: str, tongue: TongueWords, patterns: _Patterns) -> str | None:
    """The longest title that a clause ends with, with or without an ending of the language."""
    for ending in ("", *patterns.ends):
        if ending and not clause.endswith(ending):
            continue
        part = clause[: len(clause) - len(ending)].rstrip()
        for length in range(min(patterns.longest, len(part)), 1, -1):
            if part[-length:] in tongue.activities and _begins(part, len(part) - length, patterns):
                return part[-length:]
    return None


def _begins(text: str, index: int, patterns: _Patterns) -> bool:
    return patterns.joined or not index or text[index - 1] in _BEFORE_WORDS


def _is_past(before: str, tongue: TongueWords) -> bool:
    return before.endswith(tuple(tongue.words.get("ex", ()))) or any(
        word in before for word in tongue.words.get("former", ())
    )


def _is_wished(before: str, tongue: TongueWords, patterns: _Patterns) -> bool:
    """Whether somebody only wants to be what follows; not where another title is wished: "想成为医生的高中生"."""
    wished = any(word in before for word in tongue.words.get("wish", ()))
    return wished and not _title(before.removesuffix("的"), tongue, patterns)


def _sex(first: str, title: str, tongue: TongueWords, patterns: _Patterns) -> str:
    if title in tongue.women:
        return "female"
    if "undivided" in tongue.words:
        return next((sex for word, sex in tongue.sexes.items() if _names(first, word)), UNKNOWN)
    last = first.split()[-4:]
    forms = {word.removesuffix(ending) for word in last for ending in ("", *patterns.ends)}
    return next((sex for word, sex in tongue.sexes.items() if word in forms), UNKNOWN)


def _names(clause: str, word: str) -> bool:
    """Whether the end of a clause, or its beginning after an article, calls the subject so."""
    if len(word) > 1:
        return clause.endswith(word)
    at = clause.rfind(word)
    return at >= 0 and ("的" not in clause[at:] or clause.startswith(word)) and clause[at + 1 : at + 2] != "性主"


def _age(text: str, first: str, tongue: TongueWords) -> str:
    if found := _YEARS.search(text):
        return band(_number(found[1]))
    return next((age for word, age in tongue.ages.items() if word in first[-12:]), UNKNOWN)


def _number(digits: str) -> int:
    """A number below a hundred in Chinese numerals, or in digits."""
    if digits.isdecimal():
        return int(digits)
    tens, ten, ones = digits.partition("十")
    if not ten:
        return _NUMERALS.get(digits[-1:], 0)
    return 10 * _NUMERALS.get(tens[-1:], 1) + _NUMERALS.get(ones[:1], 0)


def _region(text: str, first: str, tongue: TongueWords, patterns: _Patterns) -> str:
    """The region of the place that a word for living or coming from leads to, else of the first people named."""
    origin = UNKNOWN
    for index in range(len(text)):
        if not _begins(text, index, patterns):
            continue
        for length in range(min(_LONGEST_NAME, len(text) - index), 1, -1):
            name = text[index : index + length]
            people = None if name in tongue.places else tongue.peoples.get(name)
            region = people or tongue.region_of(name)
            if region is None:
                continue
            rest = text[index + length :]
            topical = rest.removeprefix("的").startswith(patterns.topics)
            if not people and text[:index].endswith(patterns.leads) and not topical:
                return region
            if not people and (rest.startswith(patterns.follows) or (_owns(text[:index], rest) and not topical)):
                return region
            ahead = first[index + length :] if index < len(first) else ""
            near = 0 < len(ahead) <= patterns.nearest and (patterns.joined or not ahead[0].isalnum())
            if origin == UNKNOWN and near and not topical and _is_somebody(first, tongue, patterns):
                origin = region
            break
    return origin


def _owns(before: str, rest: str) -> bool:
    """Whether a place, with this before and behind it, opens a text as whose the subject is: "一个中国的爱好者"."""
    return rest.startswith("的") and _OPENING.fullmatch(before) is not None


def _is_somebody(clause: str, tongue: TongueWords, patterns: _Patterns) -> bool:
    """Whether a clause ends with a title, or says that its subject is retired or out of work."""
    resting = (word for kind in ("retired", "unemployed") for word in tongue.words.get(kind, ()))
    return _title(clause, tongue, patterns) is not None or any(word in clause for word in resting)
