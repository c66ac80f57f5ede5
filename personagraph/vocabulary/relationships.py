"""The closed vocabulary of relationship types: how each is stored, whether it is symmetric, and how it is told."""

import re
from dataclasses import dataclass
from functools import cache

from personagraph.types import digest, normalise


@dataclass(frozen=True, slots=True)
class RelationshipType:
    """One type. `forward` tells it from the source ("A teaches B"), `backward` from the target ("B learns from A")."""

    name: str
    forward: str
    backward: str
    symmetric: bool = False


def _symmetric(name: str, phrase: str) -> RelationshipType:
    return RelationshipType(name, phrase, phrase, symmetric=True)


TYPES: dict[str, RelationshipType] = {
    t.name: t
    for t in (
        _symmetric("PARTNER_OF", "is the partner of"),
        _symmetric("SIBLING_OF", "is a sibling of"),
        _symmetric("KIN_OF", "is a relative of"),
        _symmetric("FRIEND_OF", "is a friend of"),
        _symmetric("NEIGHBOUR_OF", "lives near"),
        _symmetric("MEMBER_WITH", "belongs to the same group as"),
        _symmetric("WORKS_WITH", "works with"),
        _symmetric("STUDIES_WITH", "studies with"),
        RelationshipType("PARENT_OF", "is a parent of", "is a child of"),
        RelationshipType("MANAGES", "manages", "works for"),
        RelationshipType("TEACHES", "teaches", "learns from"),
        RelationshipType("MENTORS", "mentors", "is mentored by"),
        RelationshipType("TREATS", "treats", "is treated by"),
        RelationshipType("CARES_FOR", "looks after", "is looked after by"),
        RelationshipType("SERVES", "serves", "is a client of"),
        RelationshipType("SELLS_TO", "sells to", "buys from"),
        RelationshipType("GOVERNS", "governs", "is governed by"),
        RelationshipType("OPPOSES", "opposes", "is opposed by"),
        RelationshipType("INFLUENCES", "inspires", "admires"),
        RelationshipType("TIED_TO", "is tied to", "is the target of a tie from"),
        _symmetric("RELATED_TO", "is connected to"),
    )
}
"""Every type by name."""

OWN_WORDS = ("TIED_TO", "RELATED_TO")
"""The types of what fits none of the others: the words are the label, and part of the key.

TIED_TO is said of its source ("reports to"); RELATED_TO has no direction, or neither words nor a known one.
"""

SOURCE_TYPES: dict[str, str] = {
    "read": "LIKELY_TO_READ",
    "write": "LIKELY_TO_WRITE",
    "like": "LIKELY_TO_LIKE",
    "dislike": "LIKELY_TO_DISLIKE",
}
"""How a persona can be tied to a source, by the verb of the question that found it."""


def _short(phrase: str) -> str:
    return phrase.removeprefix("is a ").removeprefix("is the ").removeprefix("is ")


ROLES: dict[str, tuple[str, bool]] = {
    _short(phrase): (t.name, phrase == t.forward)
    for t in TYPES.values()
    if t.name not in OWN_WORDS
    for phrase in ((t.forward,) if t.symmetric else (t.forward, t.backward))
}
"""What a model may answer ("teaches", "learns from"), said of the ego: the type, and whether the ego is its source."""


def told(role: str) -> str:
    """The role as a verb phrase that follows its subject: "child of" is told "is a child of"."""
    type, forward = ROLES[role]
    return phrase(type, forward=forward)


def endpoints(ego: str, alter: str, type: str, *, forward: bool) -> tuple[str, str]:
    """Source and target of a relationship of this type: the ego first when `forward`, in id order when symmetric."""
    if TYPES[type].symmetric:
        return (ego, alter) if ego <= alter else (alter, ego)
    return (ego, alter) if forward else (alter, ego)


def relationship_key(source: str, type: str, target: str, label: str = "") -> str:
    """The key of the relationship: a content hash of its source, type and target; of own words, these too."""
    words = normalise(label) if type in OWN_WORDS else ""
    return digest(source, type, target, *([words] if words else []))


def read_words(words: str, *, directed: bool = True) -> tuple[str, bool, str]:
    """What words say of a source: the type, whether it is the source of that, and the label.

    The name of a type and its phrases from either end are that type, without a label, in whatever case, with or without
    "is", an article, underscores, hyphens: "Teaches", "is a child of", "FRIEND_OF", "friendOf", "friend". Other words
    are the label of TIED_TO, or unless `directed` of RELATED_TO, which no words are, too.
    """
    if known := _phrases().get(_folded(words)):
        return (*known, "")
    return ("TIED_TO" if directed and words else "RELATED_TO"), True, words


_WORDS = re.compile(r"[\s_-]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_VERB = re.compile(r"^(is )?((a|an|the) )?")


def _folded(words: str) -> str:
    return _VERB.sub("", normalise(_WORDS.sub(" ", words))).replace("neighbor", "neighbour")


@cache
def _phrases() -> dict[str, tuple[str, bool]]:
    """What can be said of the source or target of each type; of one with a direction, "parent" would not say which."""
    found: dict[str, tuple[str, bool]] = {}
    for t in TYPES.values():
        nouns = [t.name.removesuffix("_OF")] if t.symmetric else []
        found |= {_folded(words): (t.name, True) for words in (t.name, t.forward, *nouns)}
        if not t.symmetric:
            found[_folded(t.backward)] = (t.name, False)
    return found


def phrase(type: str, *, forward: bool, label: str = "") -> str:
    """The type as a verb phrase, told from the source when `forward`; own words are told as they are, if there are any.

    From the other end: 'is the target of "reports to" from'.
    """
    known = TYPES[type]
    if type == "TIED_TO" and label:
        return label if forward else f'is the target of "{label}" from'
    told = known.forward if forward else known.backward
    return f"{told} ({label})" if type == "RELATED_TO" and label else told
