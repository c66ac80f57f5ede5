"""Distinct voices: how many are left when those who are alike count once."""

from personagraph.meaning.groups.voices import voices_of
from personagraph.meaning.spread.frame import Frame
from personagraph.meaning.spread.measure import Spread, SpreadMeasure
from personagraph.meaning.spread.space import Space

COUNTED = 20_000
"""So many rows, at most: a share of voices falls as a population grows, so sizes are compared with care."""


def _measure(space: Space, frame: Frame) -> Spread:
    """The number of voices, at the frame's cosine, by that of personas."""
    some = space.drawn(COUNTED)
    found = voices_of(some.rows, frame.alike)
    count = int(found.max()) + 1
    return Spread(count / len(some), len(some), len(space), {"voices": count, "cosine": frame.alike})


MEASURE = SpreadMeasure(_measure, "how many personas have a voice of their own", "voices a persona", wider=1)
