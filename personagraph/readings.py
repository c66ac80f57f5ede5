"""Reads what a model answered: composes the description, reads the attributes, turns down what should not enter."""

import re
from collections.abc import Mapping
from typing import Any

from personagraph.attributes import read_activity, read_age, read_region
from personagraph.growth import Arrival
from personagraph.relationships import ROLES
from personagraph.types import Attributes

ECHO = 0.6
YOUNGEST_PARENT_GAP = 14
_YEARS = re.compile(r"\b(\d{1,3})-year-old\b")
_ENDINGS = {
    "a",
    "an",
    "the",
    "and",
    "or",
    "of",
    "to",
    "with",
    "in",
    "for",
    "who",
    "that",
    "is",
    "his",
    "her",
    "their",
    "at",
}

Rejected = tuple[str, str]
"""The name of the guard that turned an item down, and what it saw."""


def read_alter(data: Mapping[str, Any], *, ego: str, longest: int, named: str | None) -> Arrival | Rejected:
    """The alter of one reply in short fields, or the first guard that turned it down.

    `longest` is the cap of the detail; `named` the type that was asked for, if any.
    """
    detail = " ".join(data["detail"].split())
    description = compose(data["age"], data["occupation"].strip(), data["country"], detail)
    type, forward = ROLES[data["relation"]]
    stated = Attributes(
        activity=read_activity(data["occupation"]), age=read_age(data["age"]), region=read_region(data["country"])
    )
    guards = (
        ("cut", len(data["detail"]) >= longest or detail.split()[-1] in _ENDINGS),
        ("type", named is not None and type != named),
        ("echo", similarity(description, ego) >= ECHO or _echoes(detail, ego)),
        ("repeats", _repeats(detail)),
        ("unreadable", stated.activity == "unknown"),
        ("contradiction", _contradicts(type, forward, data["age"], stated, ego)),
    )
    for guard, fires in guards:
        if fires:
            return guard, description
    link = {"type": type, "forward": forward, "label": data["relation"], "confidence": 0.5, "former": False}
    return Arrival(description, "persona", stated, link=link)


def compose(age: int, occupation: str, country: str, detail: str) -> str:
    """The sentence: "An 18-year-old maize farmer from Kenya who …"."""
    article = "An" if age in (8, 11, 18) or 80 <= age <= 89 else "A"
    return f"{article} {age}-year-old {occupation} from {country} who {detail.rstrip(' ,-')}"


def similarity(a: str, b: str) -> float:
    """The Jaccard similarity of the words of two descriptions."""
    one, other = set(re.findall(r"\w+", a.casefold())), set(re.findall(r"\w+", b.casefold()))
    return len(one & other) / len(one | other) if one | other else 0.0


def _echoes(detail: str, ego: str) -> bool:
    told = ego.partition(" who ")[2]
    return bool(told) and similarity(detail, told) >= ECHO


def _repeats(detail: str) -> bool:
    words = detail.casefold().split()
    trigrams = list(zip(words, words[1:], words[2:], strict=False))
    return len(set(trigrams)) < len(trigrams)


def _contradicts(type: str, forward: bool, age: int, stated: Attributes, ego: str) -> bool:
    if age < 22 and stated.activity in ("managers", "professionals"):
        return True
    if age < 14 and stated.activity not in ("student", "child"):
        return True
    years = _YEARS.search(ego)
    if type != "PARENT_OF" or years is None:
        return False
    parent, child = (int(years[1]), age) if forward else (age, int(years[1]))
    return parent - child < YOUNGEST_PARENT_GAP
