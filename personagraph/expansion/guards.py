"""Guards: what turns down an alter that a model invented, by looking at the alter and at the ego that it was asked of.

They refuse what cannot be used or cannot be, never what is only unusual: a filter for the usual would bring back the
model's bias. What a guard missed can be undone later; so in doubt a guard lets pass: echoes and repeats are told in any
script, what takes a reader of English (dependence, healing, ages) in English alone.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from personagraph.text.english import head_end, phrase
from personagraph.text.scripts import is_dense, runs, word_count, word_pieces
from personagraph.text.words import jaccard
from personagraph.vocabulary.faults.ages import Years, years_left
from personagraph.vocabulary.faults.dependence import is_dependent
from personagraph.vocabulary.faults.ties import ADULT, is_ruled_out
from personagraph.vocabulary.faults.words import contradiction
from personagraph.vocabulary.occupations import EMPLOYED, read_activity

ECHO = 0.6
LONGEST_RUN = 5
WORKING_AGE = 15
GRADUATE = 21


@dataclass(frozen=True, slots=True)
class Alter:
    """What a reply says of one person: the description, what it tells after the first phrase, and the tie.

    `occupation` is empty and `years` None where the reply does not have them as a field or a number.
    """

    description: str
    told: str
    type: str
    forward: bool
    occupation: str = ""
    years: int | None = None


def is_open(text: str) -> bool:
    """Whether the text stops in the middle of a clause."""
    last = text.split()[-1:]
    return not last or last[0].casefold() in _OPEN_ENDS


def echoes(alter: Alter, ego: str) -> bool:
    """Whether the alter is the ego told again: by its words as a whole, by what is told, or by a run of words."""
    told, known = _content(alter.told), _content(ego)
    return (
        similarity(alter.description, ego) >= ECHO
        or similarity(alter.told, ego.partition(" who ")[2]) >= ECHO
        or (word_count(" ".join(told)) >= 3 and len(told & known) / len(told) >= ECHO)
        or not set(runs(alter.told, LONGEST_RUN)).isdisjoint(runs(ego, LONGEST_RUN, like=alter.told))
    )


def has_same_work(alter: Alter, ego: str) -> bool:
    """Whether the alter has the ego's occupation again, in a relationship that does not make this natural."""
    work, head = phrase(alter.occupation), phrase(ego)
    return bool(work) and alter.type not in _SAME_WORK and set(work) <= set(head[: head_end(head)])


def repeats(alter: Alter, ego: str) -> bool:
    """Whether the alter says any three words twice."""
    trigrams = runs(alter.told, 3)
    return len(set(trigrams)) < len(trigrams)


def is_contradictory(alter: Alter, ego: str) -> bool:
    """Whether the words rule each other out, the ages the occupation or the tie; or nobody is there who treats."""
    own = years_left(alter.description) if alter.years is None else Years(alter.years, alter.years)
    pair = (years_left(ego), own) if alter.forward else (own, years_left(ego))
    told = (ego, alter.description) if alter.forward else (alter.description, ego)
    return is_ruled_out(alter.type, *told, years=pair) or bool(contradiction(alter.description)) or _cannot_work(alter)


GUARDS: tuple[tuple[str, Callable[[Alter, str], bool]], ...] = (
    ("dependent", lambda alter, ego: is_dependent(alter.description)),
    ("echo", echoes),
    ("same work", has_same_work),
    ("repeats", repeats),
    ("contradiction", is_contradictory),
)


def first_guard(alter: Alter, ego: str) -> str:
    """The name of the first guard that turns the alter down, or an empty string."""
    return next((name for name, fires in GUARDS if fires(alter, ego)), "")


def similarity(a: str, b: str) -> float:
    """The Jaccard similarity of the words of two texts, or of pieces as long as words; 0 when both are empty."""
    return jaccard(frozenset(word_pieces(a)), frozenset(word_pieces(b)))


def _cannot_work(alter: Alter) -> bool:
    """Whether the age that a reply has as a number rules out the occupation beside it."""
    if alter.years is None or not alter.occupation:
        return False
    activity, years = read_activity(alter.occupation), alter.years
    if years < WORKING_AGE and activity in (*EMPLOYED, "retired", "unemployed", "carer"):
        return True
    if years < ADULT and activity in ("managers", "armed_forces"):
        return True
    return bool(years < GRADUATE and _DEGREE.search(alter.occupation)) or (years > WORKING_AGE and activity == "child")


def _content(told: str) -> set[str]:
    """The words that are more than ties: long ones, and those of dense scripts."""
    return {word for word in word_pieces(told) if len(word) > 3 or is_dense(word)}


_DEGREE = re.compile(
    r"\b(?:doctor|physician|surgeon|dentist|psychiatrist|psychologist|veterinarian|pharmacist|lawyer|judge|professor)\b"
)
_SAME_WORK = frozenset(
    {"WORKS_WITH", "STUDIES_WITH", "MEMBER_WITH", "TEACHES", "MENTORS", "MANAGES", "INFLUENCES", "OPPOSES"}
)
_OPEN_ENDS_WORDS = (
    "a an the and or of to with in for who that is his her their at from by as into on but has are was which "
    "very not be been being than so its this these those such also when where while because if"
)
_OPEN_ENDS = frozenset(_OPEN_ENDS_WORDS.split())
