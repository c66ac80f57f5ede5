"""Which ties the ages and the words of two people rule out."""

import re
from typing import Final

from personagraph.text.english import is_english
from personagraph.text.words import fold
from personagraph.vocabulary.faults.ages import OLDEST, Years

PARENT_GAP: Final = 14
"""Years by which a parent is older, at the least."""
ADULT: Final = 18
TEENAGE: Final = 13
AMONG_TEENAGERS: Final = 3
"""Years between two who go out together, the younger of whom is not grown up, at the most."""
_LEAST: Final = {
    "TREATS": ADULT,
    "GOVERNS": ADULT,
    "MANAGES": 15,
    "SERVES": 15,
    "TEACHES": 12,
    "MENTORS": 12,
    "PARENT_OF": PARENT_GAP,
}
"""The age of who stands at the source, at the least."""


def is_ruled_out(type: str, source: str, target: str, *, years: tuple[Years | None, Years | None]) -> bool:
    """Whether two who are described so, and have such years, cannot be tied so: by these, or as nobody there heals."""
    if type == "TREATS" and is_english(source) and not heals(source):
        return True
    return cannot_be_tied(type, *years) or deny_the_tie(type, source, target)


def cannot_be_tied(type: str, source: Years | None, target: Years | None) -> bool:
    """Whether no two people of such years stand in a relationship of this type, from the source to the target.

    The source is the parent, the one who teaches, treats, manages; of whom nothing is known may have any age.
    """
    any_age = Years(0, OLDEST)
    source, target = source or any_age, target or any_age
    if type == "PARENT_OF" and source.most - target.least < PARENT_GAP:
        return True
    if type == "PARTNER_OF" and _cannot_be_partners(*sorted((source, target), key=lambda years: years.most)):
        return True
    return source.most < _LEAST.get(type, 0)


def _cannot_be_partners(younger: Years, older: Years) -> bool:
    """Children have none, and those who are not grown up none but of their own age."""
    return younger.most < TEENAGE or (younger.most < ADULT and older.least - younger.most > AMONG_TEENAGERS)


def deny_the_tie(type: str, source: str, target: str) -> bool:
    """Whether the words of one of two descriptions rule out such a relationship."""
    pattern = _DENIED.get(type)
    told = (source,) if type == "PARENT_OF" else (source, target)
    return pattern is not None and any(pattern.match(fold(description)) for description in told)


def heals(description: str) -> bool:
    """Whether the words of a description speak of health or care, so that its subject may treat somebody."""
    return bool(_HEALS.search(description))


_HEALS = re.compile(
    r"doctor|physician|surge|nurs|midwi|dental|dentist|psych|therap|medic|heal|herbal|acupunct|chiropra|optom|pharma|\bvet|clinic|"
    r"hospital|ologist|care|massage|osteo|shaman|diet|nutrit|counsel|first aid|veterin|patient|remed|treat|cure|"
    r"radiograph|ambulance|doula|podiatr|optician|birth",
    re.IGNORECASE,
)
_DENIED: Final = {
    "PARENT_OF": re.compile(r"(?:an? )?childless\b"),
    "SIBLING_OF": re.compile(r"(?:an? )?only child\b"),
    "PARTNER_OF": re.compile(r"(?:an? )?(?:lifelong (?:bachelor|single)|never[- ]married)\b"),
}
