"""Guards: what turns down a tie that a model tells of two people, or its words, by these and by how they are described.

They refuse what cannot be used or cannot be, never what is only unusual. In doubt a guard lets pass: what takes a
reader of English is told in English alone.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from personagraph.text.scripts import runs
from personagraph.vocabulary.ages import AGES
from personagraph.vocabulary.faults.ages import Years, years_left
from personagraph.vocabulary.faults.ties import is_ruled_out
from personagraph.vocabulary.reading.descriptions import read_description

ECHO = 7
"""Words in a row that are no longer what ties two."""
CHILDHOOD = Years(0, 14)
"""The years of the first age band."""


class ToldTie(NamedTuple):
    """What a reply says of two people: the type, whether the first is its source, how they know each other.

    `label` are the words that name a type of their own.
    """

    type: str
    forward: bool
    how: str
    label: str = ""


def names_others(tie: ToldTie) -> bool:
    """Whether the words speak of somebody who was not shown: by a mark, or as a third."""
    return any(_OTHERS.search(text) for text in (tie.how, tie.label))


def denies(tie: ToldTie) -> bool:
    """Whether the words say that the two do not know each other, whatever the relation beside them is."""
    return any(_DENIES.search(text) for text in (tie.how, tie.label))


def is_cut(tie: ToldTie) -> bool:
    """Whether the words stop before what their last one opens; the verb of a tie may end with "from"."""
    ends = (text.split()[-1].casefold() for text in (tie.how, tie.label) if text)
    return not _OPEN_ENDS.isdisjoint(ends)


def repeats(tie: ToldTie) -> bool:
    """Whether the words say any three twice."""
    trigrams = runs(tie.how, 3)
    return len(set(trigrams)) < len(trigrams)


def echoes(tie: ToldTie, a: str, b: str) -> bool:
    """Whether the words only tell a description again: so many of them in a row."""
    said = runs(tie.how, ECHO)
    return any(not set(said).isdisjoint(runs(text, ECHO, like=tie.how)) for text in (a, b))


def cannot_be(tie: ToldTie, a: str, b: str) -> bool:
    """Whether the ages or the words of the two rule it out: a child that manages, a parent who is as old."""
    source, target = (a, b) if tie.forward else (b, a)
    return is_ruled_out(tie.type, source, target, years=(_years(source), _years(target)))


GUARDS: tuple[tuple[str, Callable[[ToldTie, str, str], bool]], ...] = (
    ("marks", lambda tie, a, b: names_others(tie)),
    ("denied", lambda tie, a, b: denies(tie)),
    ("cut", lambda tie, a, b: is_cut(tie)),
    ("repeats", lambda tie, a, b: repeats(tie)),
    ("echo", echoes),
    ("contradiction", cannot_be),
)

OF_WORDS = ("cut", "repeats", "echo")
"""Those that say something of the words alone: a tie of a type that has a name is one without them."""


def first_guard(tie: ToldTie, a: str, b: str) -> str:
    """The name of the first guard that turns the tie of two people down, or an empty string."""
    return next((name for name, fires in GUARDS if fires(tie, a, b)), "")


def _years(description: str) -> Years | None:
    """The years that the words leave; those of a child, where they say that it is one."""
    known = years_left(description)
    return CHILDHOOD if known is None and read_description(description)["age"] == AGES[0] else known


_OTHERS = re.compile(
    r"</?\w{4,8}>|\bthe (?:third|fourth|fifth|sixth|last|other two) (?:person|one|people|man|woman|description)\b"
    r"|\b(?i:person|persona|option|candidate|description|number) (?:[C-Z]|[3-9]|[1-9]\d+)\b"
)
_OPEN_ENDS_WORDS = (
    "a an the and or but his their its my who whose which that is are was were has because while if when than"
)
_OPEN_ENDS = frozenset(_OPEN_ENDS_WORDS.split())
_EACH_OTHER = r"(?:each other|one another|the (?:second|first|other)\b)"
_TIE = r"no (?:\w+ ){0,2}(?:connection|relation|relationship|tie|link)s?"
_DENIES = re.compile(
    rf"\b(?:do|does|did)(?: not|n['\u2019]t) (?:\w+ )?know {_EACH_OTHER}|\bnever met\b|^(?:none|nothing|unrelated)\b"
    rf"|\b{_TIE} (?:between|with|is|are|exists?|that)\b"
    rf"|\b{_TIE} to (?:each|one another|the (?:second|other))\b|\b{_TIE}$",
    re.IGNORECASE,
)
