"""The closed vocabulary of relationship types: how each is stored, whether it is symmetric, and how it is told."""

from dataclasses import dataclass

from personagraph.types import digest


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
        _symmetric("RELATED_TO", "is connected to"),
    )
}
"""Every type by name. What fits none is RELATED_TO, with the model's own words as label."""

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
    if t.name != "RELATED_TO"
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


def relationship_key(source: str, type: str, target: str) -> str:
    """The key of the relationship: a content hash of its source, type and target."""
    return digest(source, type, target)


def phrase(type: str, *, forward: bool, label: str = "") -> str:
    """The type as a verb phrase, told from the source when `forward`; RELATED_TO is told in the model's words."""
    known = TYPES[type]
    told = known.forward if forward else known.backward
    return f"{told} ({label})" if type == "RELATED_TO" and label else told
