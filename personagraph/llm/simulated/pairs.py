"""What the simulated world answers about two people: whether they know each other, and how."""

import math
from collections.abc import Mapping
from typing import Any

from personagraph.llm.simulated.acquaintance import ERRS, knows, odds, role
from personagraph.llm.simulated.inquiry import Inquiry
from personagraph.llm.simulated.people import phrases
from personagraph.vocabulary.relationships import ROLES, told

NONE = "none"


def judge(asked: Inquiry) -> Mapping[str, float]:
    """How likely the reply begins with each word."""
    yes = 1 / (1 + math.exp(-odds(asked.rng, asked.world, asked.fields["a"], asked.fields["b"])))
    return {"Yes": yes, "No": 1 - yes}


def tie_small(asked: Inquiry) -> Mapping[str, Any]:
    """How they know each other, in two short fields."""
    found = _role(asked)
    return {"how": _how(asked, found) if found else "no relation", "relation": found or NONE}


def tie_large(asked: Inquiry) -> Mapping[str, Any]:
    """The same, with whether it has ended, and how sure the world is."""
    found, rng = _role(asked), asked.rng
    return {
        "how": _how(asked, found) if found else "",
        "relation": found or NONE,
        "label": "",
        "former": rng.random() < 0.5,
        "confidence": round(rng.random(), 2),
    }


def _role(asked: Inquiry) -> str:
    """What the first is to the second; empty for nothing. Now and then the world errs."""
    a, b, rng = asked.fields["a"], asked.fields["b"], asked.rng
    if knows(asked.world, a, b) == (rng.random() < ERRS):
        return ""
    return rng.choice(tuple(ROLES)) if rng.random() < ERRS else role(asked.world, a, b)


def _how(asked: Inquiry, found: str) -> str:
    return f"{told(found)} the other {asked.rng.choice(phrases('since'))}"
