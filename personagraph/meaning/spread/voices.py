"""Distinct voices: how many are left when those who are alike count once."""

from personagraph.meaning.embedded.frame import Frame
from personagraph.meaning.embedded.population import Population
from personagraph.meaning.groups.voices import voices_of
from personagraph.meaning.spread.measure import Spread, SpreadMeasure

COUNTED = 20_000
"""So many rows, at most: a share of voices falls as a population grows, so sizes are compared with care."""


def _measure(people: Population, frame: Frame) -> Spread:
    """The number of voices, at the frame's cosine, by that of personas."""
    some = people.drawn(COUNTED)
    found = voices_of(some.rows, frame.alike)
    count = int(found.max()) + 1
    return Spread(count / len(some), len(some), len(people), {"voices": count, "cosine": frame.alike})


MEASURE = SpreadMeasure(_measure, "how many personas have a voice of their own", "voices a persona", wider=1)
