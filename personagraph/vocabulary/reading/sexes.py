"""The sex that a sentence gives the person it describes."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from personagraph.types import UNKNOWN
from personagraph.vocabulary.places import region_names
from personagraph.vocabulary.reading.sentence import PAUSE, PERSON, TITLE, Phrase, Sentence
from personagraph.vocabulary.reference import table

_BEFORE_A_NOUN: Final = {"female": "female", "male": "male", "womens": "female", "mens": "male", "lady": "female",
    "woman": "female", "women": "female", "nonbinary": "other", "genderqueer": "other", "agender": "other",
    "genderfluid": "other", "intersex": "other", "girl": "female", "boy": "male"}  # fmt: skip
"""What tells the sex of a person before the noun for them."""
_MODIFIERS: Final = frozenset((*_BEFORE_A_NOUN, "non"))
_TEAMS_WORDS = "player coach athlete swimmer wrestler boxer golfer runner footballer captain"
_TEAMS: Final = frozenset(_TEAMS_WORDS.split())
_TOWARDS_WORDS = """admires admired respects respected supports supported adores adored idolizes idolized appreciates worships follows
followed knows knew helps helped encourages praises defends criticizes criticises trusts believes understands
envies mentors mentored taught teaches coaches coached advises inspired inspires guides guided challenges studies
disagrees met hired assists questions"""
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
            word = words[index]
            if word == "non" and words[index + 1] == "binary":
                return "other"
            if (found := _BEFORE_A_NOUN.get(word)) and (
                word[-1] != "s" or words[head] in _TEAMS or words[head].rstrip("s") in _TEAMS
            ):
                if (
                    word not in ("woman", "women", "girl", "boy", "lady", "female", "male")
                    or index + 1 == head
                    or (word in ("female", "male"))
                ):
                    return found
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
