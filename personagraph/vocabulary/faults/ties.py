"""Which ties the ages of two people rule out."""

from typing import Final

from personagraph.vocabulary.faults.ages import OLDEST, Years

PARENT_GAP: Final = 14
"""Years by which a parent is older, at the least."""
ADULT: Final = 18
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


def cannot_be_tied(type: str, source: Years | None, target: Years | None) -> bool:
    """Whether no two people of such years stand in a relationship of this type, from the source to the target.

    The source is the parent, the one who teaches, treats, manages; of whom nothing is known may have any age.
    """
    any_age = Years(0, OLDEST)
    source, target = source or any_age, target or any_age
    if type == "PARENT_OF" and source.most - target.least < PARENT_GAP:
        return True
    if type == "PARTNER_OF" and min(source.most, target.most) < ADULT:
        return True
    return source.most < _LEAST.get(type, 0)
