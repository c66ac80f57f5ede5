"""The sex that a sentence gives the person it describes."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from personagraph.types import UNKNOWN
from personagraph.vocabulary.places import region_names
from personagraph.vocabulary.reading.sentence import PAUSE, PERSON, TITLE, Phrase, Sentence
from personagraph.vocabulary.reference import table

_ADJECTIVES: Final[Mapping[str, str]] = {"female": "female", "male": "male"} | dict.fromkeys(
    ("nonbinary", "genderqueer", "agender", "genderfluid", "intersex"), "other"
)
_NOUNS_BEFORE: Final[Mapping[str, str]] = dict.fromkeys(("woman", "women", "lady", "girl"), "female") | {"boy": "male"}
"""Nouns that tell the sex of the next one: "a lady doctor"."""
_OF_TEAMS: Final[Mapping[str, str]] = {"womens": "female", "mens": "male"}
_MODIFIERS: Final = _ADJECTIVES.keys() | _NOUNS_BEFORE.keys() | _OF_TEAMS.keys() | {"non"}
_TEAMS_WORDS = "player coach athlete swimmer wrestler boxer golfer runner footballer captain"
_TEAMS: Final = frozenset(_TEAMS_WORDS.split())
_TOWARDS_WORDS = """admires admired respects respected supports supported adores adored idolizes idolized
appreciates worships follows followed knows knew helps helped encourages praises defends criticizes criticises
trusts believes understands envies mentors mentored taught teaches coaches coached advises inspired inspires
guides guided challenges studies disagrees met hired assists questions"""
_TOWARDS: Final = frozenset(_TOWARDS_WORDS.split())
"""Verbs after which a pronoun means somebody else."""
_REFLEXIVE: Final = frozenset({"herself", "himself"})
_OWN: Final = {"she": "female", "her": "female", "herself": "female", "hers": "female"} | {
    "he": "male", "his": "male", "himself": "male", "him": "male"
}  # fmt: skip

_PRONOUNS: Final = frozenset(_OWN)


def sex_of(sentence: Sentence) -> str:
    """The sex by a noun for the subject, else by pronouns that can only mean them; or "unknown"."""
    if sentence.words and sentence.words[0] in ("she", "shes", "he", "hes"):
        return "female" if sentence.words[0][0] == "s" else "male"
    nouns = _nouns()
    for phrase in sentence.phrases:
        if (found := _called(sentence, phrase, nouns)) != UNKNOWN:
            return found
    return _by_pronouns(sentence)


def _called(sentence: Sentence, phrase: Phrase, nouns: Mapping[str, str]) -> str:
    words = sentence.words
    for start, head in phrase.parts:
        if found := nouns.get(words[head]):
            return found
        if head > start and (found := nouns.get(f"{words[head - 1]} {words[head]}")):
            return found
        if words[head].endswith(("woman", "women")):
            return "female"
        if _MODIFIERS.isdisjoint(words[start:head]):
            continue
        for index in range(start, head):
            found = _ADJECTIVES.get(words[index]) or (_NOUNS_BEFORE.get(words[index]) if index + 1 == head else None)
            if found or (words[index] in _OF_TEAMS and words[head].rstrip("s") in _TEAMS):
                return found or _OF_TEAMS[words[index]]
            if words[index] == "non" and words[index + 1] == "binary":
                return "other"
    return UNKNOWN


def _by_pronouns(sentence: Sentence) -> str:
    """The sex of the first pronoun, unless somebody else is named before it, or pronouns of both sexes occur."""
    words = sentence.words
    if _PRONOUNS.isdisjoint(words):
        return UNKNOWN
    said = {_OWN[word] for word in words if word in _OWN}
    if len(said) > 1:
        return UNKNOWN
    if not _REFLEXIVE.isdisjoint(words):
        return said.pop()
    first = next(index for index, word in enumerate(words) if word in _OWN)
    written, kinds, end, names = sentence.written, sentence.kinds, sentence.phrases[0].end, region_names()
    if first == sentence.verb + 1 and words[sentence.verb] in _TOWARDS:
        return UNKNOWN
    for index in range(end, first):
        named = written[index][0].isupper() and not kinds[index - 1] & PAUSE and words[index] not in names
        closed = index + 1 == len(words) or kinds[index + 1]
        someone = (
            kinds[index] & (PERSON | TITLE)
            and closed
            and not any(start <= index <= head for phrase in sentence.phrases for start, head in phrase.parts)
        )
        if named or someone:
            return UNKNOWN
    possessive = any(
        word.endswith("s") and written[i][:1].isupper() for i, word in enumerate(words[:end]) if i < end - 1
    )
    return UNKNOWN if possessive else said.pop()


@lru_cache
def _nouns() -> Mapping[str, str]:
    rows = [row for row in table("sexes") if row["kind"] == "noun" and len(row["word"]) > 2] + [*table("people")]
    return {row["word"]: row["sex"] for row in rows if row["sex"] != UNKNOWN}
