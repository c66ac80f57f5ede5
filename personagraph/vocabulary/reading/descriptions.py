"""Reads a whole description as attributes, in English and in the languages of the table of tongues."""

from typing import Final
from unicodedata import normalize

from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.reading.activities import activity_of
from personagraph.vocabulary.reading.ages import age_of
from personagraph.vocabulary.reading.head_first import read_head_first
from personagraph.vocabulary.reading.head_last import read_head_last
from personagraph.vocabulary.reading.regions import region_of
from personagraph.vocabulary.reading.sentence import LONGEST, Sentence
from personagraph.vocabulary.reading.sexes import sex_of
from personagraph.vocabulary.reading.tongues import HEAD_LAST, tongue_of

_PLAINLY_ENGLISH_WORDS = "the who with and of for from that whose is to which at by"
_PLAINLY_ENGLISH: Final = frozenset(_PLAINLY_ENGLISH_WORDS.split())


def read_description(description: str) -> Attributes:
    """The activity, age band, sex and world region that the words say of the person whom they describe.

    What they do not say is unknown, and so is what they say of others, of what the person likes, was or wants to be.
    Only the first thousand characters are read, in time that grows with them. Never raises.
    """
    text = normalize("NFC", description[:LONGEST])
    if text.isascii():
        sentence = Sentence(text)
        tongue = tongue_of(text) if _PLAINLY_ENGLISH.isdisjoint(sentence.words) else None
    elif (tongue := tongue_of(text)) is None:
        sentence = Sentence(text)
    if tongue is not None:
        return read_head_last(text, tongue) if tongue.code in HEAD_LAST else read_head_first(text, tongue)
    activity, age = activity_of(sentence), age_of(sentence)
    if activity == UNKNOWN and age == "0-14":
        activity = "child"
    return Attributes(activity=activity, age=age, sex=sex_of(sentence), region=region_of(sentence))
