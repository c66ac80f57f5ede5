"""A world whose solver fails more often where that was planted, told by the verdicts of a ledger."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from personagraph.types import Verdict

FIELDS = ("algebra", "counting", "fractions", "rates")
SKELETONS = tuple(f"an amount, then {n} steps" for n in range(6))
USUAL, WEAK = 0.15, 0.4


class Fault(NamedTuple):
    """Where a solver fails at another rate: about whom of `people`, in which field, of which skeleton."""

    people: frozenset[str] = frozenset()
    field: str = ""
    skeleton: str = ""
    rate: float = WEAK


def figures(agree: int, differ: int, **more: Any) -> dict[str, Any]:
    """What independent answers came to."""
    return {"asked": agree + differ, "agree": agree, "differ": differ, "unclear": 0, **more}


def verdict(persona: str, check: str = "agreed", outcome: str = "sample", **more: Any) -> Verdict:
    """A sample as the last of its steps leaves it."""
    lineage = {"prompt": "math-large@2", "personas": [persona], "relationships": [], "sources": [], "simulated": False}
    detail = {"user": "How many?", "assistant": "Answer: 1", "answer": "1", "check": check, "lineage": lineage, **more}
    return Verdict(0, outcome, check, persona, detail)


def computed(persona: str, *, fails: bool, about: Mapping[str, str], skeleton: str = "") -> Verdict:
    """A composed sample that two were asked to solve."""
    told = figures(0, 2, majority="7") if fails else figures(2, 0)
    return verdict(persona, "computed", checks=told, about=dict(about), form={"skeleton": skeleton})


def solved(people: Sequence[str], n: int, fault: Fault, seed: int) -> list[Verdict]:
    """So many samples, about these people in turn, of any field and skeleton."""
    rng = Random(seed)
    made = []
    for at in range(n):
        who, field, skeleton = people[at % len(people)], rng.choice(FIELDS), rng.choice(SKELETONS)
        weak = who in fault.people or field == fault.field or skeleton == fault.skeleton
        fails = rng.random() < (fault.rate if weak else USUAL)
        made.append(computed(who, fails=fails, about={"field": field}, skeleton=skeleton))
    return made
