"""Reads attributes from the words of a description."""

from personagraph.types import Attributes
from personagraph.vocabulary.ages import read_age
from personagraph.vocabulary.occupations import read_activity
from personagraph.vocabulary.places import read_region
from personagraph.vocabulary.sexes import read_sex


def read(description: str) -> Attributes:
    """What the words say; "unknown" where they do not."""
    return Attributes(
        activity=read_activity(description),
        age=read_age(description),
        sex=read_sex(description),
        region=read_region(description),
    )
