"""Age bands: which they are, the one of a number of years, and the one that words tell of."""

import re
from typing import Final

from personagraph.text.english import NUMBER, TENS, number
from personagraph.text.words import fold
from personagraph.types import UNKNOWN

AGES: Final = ("0-14", "15-24", "25-44", "45-64", "65+")
OLDEST = 125

_STARTS = (15, 25, 45, 65)
_DECADES = {ten[:-1] + "ies": 10 * tens for tens, ten in enumerate(TENS, 2)}
_STATED = (
    re.compile(rf"\b({NUMBER})[\s-]*(?:years?|yrs?)[\s-]*(?:old|of age)\b"),
    re.compile(rf"\b({NUMBER})[\s-]*(?:yo|y/o)\b"),
    re.compile(rf"\b(?:aged|age)[\s:]*({NUMBER})(?![\d+-])\b"),
)
_DECADE = re.compile(rf"\b(?:(early|mid|late)[\s-]+(?:to[\s-]+late[\s-]+)?)?(?:([1-9]0)'?s|({'|'.join(_DECADES)}))\b")
_LIFE_STAGES = (
    ("0-14", re.compile(r"\b(?:newborn|baby|infant|toddler|preschooler|kindergartner|schoolchild|months?[\s-]old)\b")),
    ("15-24", re.compile(r"\b(?:teenager|teenage|teen|adolescent)\b")),
    ("45-64", re.compile(r"\bmiddle[\s-]aged\b")),
    ("65+", re.compile(r"\b(?:elderly|septuagenarian|octogenarian|nonagenarian|centenarian|senior citizen)\b")),
)
_YEARS = re.compile(r"(?:an?|the)? ?(\d{1,3})[- ]years?[- ]old\b", re.IGNORECASE)


def band(years: int) -> str:
    """The age band of a number of years; "unknown" above OLDEST and below 0."""
    return AGES[sum(years >= start for start in _STARTS)] if 0 <= years <= OLDEST else UNKNOWN


def read_age(value: int | str | None) -> str:
    """The age band of a number of years, or of words such as "44-year-old", "aged 44", "in her 40s", "middle-aged".

    A decade that two bands share counts for the younger ("in her 40s" is 25-44, "late 40s" 45-64). Numbers that are not
    plainly an age, and ages above OLDEST, are "unknown".
    """
    if value is None or isinstance(value, bool):
        return UNKNOWN
    if isinstance(value, int):
        return band(value)
    text = fold(value).strip()
    if text in AGES:
        return text
    stated = (found[1] for pattern in _STATED if (found := pattern.search(text)))
    if (years := number(next(stated, text))) is not None:
        return band(years)
    if found := _DECADE.search(text):
        decade = int(found[2]) if found[2] else _DECADES[found[3]]
        return band(decade + {"early": 2, "late": 8}.get(found[1] or "", 4))
    return next((stage for stage, pattern in _LIFE_STAGES if pattern.search(text)), UNKNOWN)


def years_in(description: str) -> int | None:
    """The age in years that a description states of its subject, such as "A 34-year-old …"."""
    found = _YEARS.match(description)
    return int(found[1]) if found else None
