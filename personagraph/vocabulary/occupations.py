"""Reads an activity from the words for an occupation, and names titles of an activity for hints."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from personagraph.text.english import head_end, phrase, singulars
from personagraph.text.words import fold
from personagraph.types import UNKNOWN
from personagraph.vocabulary.reference import table

EMPLOYED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "managers": "Managers",
        "professionals": "Professionals",
        "technicians": "Technicians and associate professionals",
        "clerks": "Clerical support workers",
        "service": "Service and sales workers",
        "agriculture": "Skilled agricultural, forestry and fishery workers",
        "craft": "Craft and related trades workers",
        "operators": "Plant and machine operators, and assemblers",
        "elementary": "Elementary occupations",
        "armed_forces": "Armed forces occupations",
    }
)
ACTIVITIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **EMPLOYED,
        "student": "Students and pupils",
        "carer": "Homemakers and unpaid carers",
        "retired": "Retired people",
        "unemployed": "Unemployed people",
        "child": "Children",
    }
)
"""Activity → title. The employed come in ISCO-08's order: its major groups 1 to 9, then 0."""

ISCO_MAJOR_GROUPS: Final[Mapping[str, str]] = MappingProxyType(dict(zip("1234567890", EMPLOYED, strict=True)))

_LONGEST_TITLE = 6
_SEPARATORS = re.compile(r"[,;:/|()\u2013\u2014]|\band\b|\bor\b|\s[-&]\s|\bturned\b")
_NOT_IN_THE_JOB = frozenset({"former", "ex", "aspiring", "amateur", "hobbyist", "wannabe", "deceased", "late", "would"})
_RETIRED = frozenset({"retired", "pensioned"})
_UNEMPLOYED = frozenset({"unemployed", "jobless", "redundant"})


def read_activity(occupation: str) -> str:
    """The activity that an occupation or a short description of one names; "unknown" if no title is recognised.

    The longest known title that holds the head noun decides ("chemistry teacher at a rural school" by "teacher"), then
    an ending ("-ologist"). Of several occupations the first readable one counts. "Retired" and "unemployed" come before
    the occupation that they qualify; a former or would-be occupation is none.
    """
    if (whole := " ".join(phrase(occupation))) in _known_titles():
        return _known_titles()[whole]
    parts = [phrase(part) for part in _SEPARATORS.split(fold(occupation))]
    if any(part in (("retired",), ("unemployed",)) for part in parts):
        return "retired" if ("retired",) in parts else "unemployed"
    return next((activity for activity in map(_activity_of, parts) if activity != UNKNOWN), UNKNOWN)


def titles(activity: str) -> tuple[str, ...]:
    """Titles of an activity that can be named in a prompt: concrete, gender-neutral, in the order of the table.

    Raises ValueError for what is not an activity.
    """
    if activity not in ACTIVITIES:
        raise ValueError(f"no activity is called {activity!r}; there are {', '.join(ACTIVITIES)}")
    return tuple(row["title"] for row in table("occupations") if row["activity"] == activity and row["role"] == "hint")


def _activity_of(words: Sequence[str]) -> str:
    if not words or words[0] in _NOT_IN_THE_JOB:
        return UNKNOWN
    end = head_end(words)
    if _RETIRED & set(words[:end]) and "semi" not in words[:end]:
        return "retired"
    if _UNEMPLOYED & set(words[:end]):
        return "unemployed"
    return _by_title(words, end) or _by_ending(words[end - 1])


def _by_title(words: Sequence[str], end: int) -> str | None:
    """The activity of the longest known title that holds the word before `end`; the first of two as long."""
    known = _known_titles()
    for length in range(min(_LONGEST_TITLE, len(words)), 0, -1):
        for start in range(max(0, end - length), min(end, len(words) - length + 1)):
            *stem, last = words[start : start + length]
            for title in (" ".join([*stem, form]) for form in singulars(last)):
                if title in known and (length == len(words) or title not in _only_alone()):
                    return known[title]
    return None


def _by_ending(word: str) -> str:
    return next(
        (activity for ending, activity in _endings() for form in singulars(word) if form.endswith(ending)), UNKNOWN
    )


@lru_cache
def _known_titles() -> Mapping[str, str]:
    return {" ".join(phrase(row["title"])): row["activity"] for row in table("occupations") if row["role"] != "ending"}


@lru_cache
def _only_alone() -> frozenset[str]:
    return frozenset(row["title"] for row in table("occupations") if row["role"] == "whole")


@lru_cache
def _endings() -> tuple[tuple[str, str], ...]:
    return tuple((row["title"], row["activity"]) for row in table("occupations") if row["role"] == "ending")
