"""How the personas came: how far each call was steered, what a persona cost, and whom guards turned down."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from personagraph.steering.audit.curve import curve_of
from personagraph.steering.audit.facts import AuditFacts
from personagraph.steering.audit.section import Section, Values, aligned, counted, percent
from personagraph.types import UNKNOWN

LEVELS = (
    "nothing was named",
    "the type was named",
    "type and a hint",
    "asked for directly, without an ego and tied to nobody",
)
"""How far a step is steered, from 0."""
BRINGING = ("extract", "expand")
"""The commands that ask a model for personas."""


def _measure(facts: AuditFacts) -> Values | None:
    """`steering` counts by level, `runs` have what each brought and took, `rejections` are by reason and by value.

    `curve` is coverage against calls, as `personagraph.steering.audit.curve` has it.
    """
    history = facts.history
    runs = [tally for tally in history.runs if tally.command in BRINGING]
    if not runs:
        return None
    new = {tally.run: _outcomes(tally.outcomes, "new") for tally in runs}
    brought, cost, calls = sum(new.values()), sum(t.cost for t in runs), sum(t.calls for t in runs)
    reasons: Counter[str] = Counter()
    for tally in runs:
        for (outcome, reason), n in tally.outcomes.items():
            reasons[reason] += n * (outcome == "rejected")
    return {
        "steering": {
            "personas": _levels(history.arrivals.steering),
            "relationships": _levels(facts.graph.steering),
        },
        "new": brought,
        "calls": calls,
        "cost_usd": cost,
        "cost_per_persona_usd": cost / brought if brought else None,
        "calls_per_persona": calls / brought if brought else None,
        "runs": [_told(tally, new[tally.run]) for tally in runs],
        "curve": curve_of(facts),
        "rejections": {
            "total": sum(reasons.values()),
            "by_reason": {reason: n for reason, n in reasons.most_common() if n},
            "looked_at": len(history.rejected),
            "not_looked_at": history.unread,
            "by_cell": _by_cell(facts),
            "by_attribute": {axis: _rejected(facts, axis) for axis in facts.told if axis not in facts.values},
        },
    }


def _told(tally: Any, new: int) -> dict[str, Any]:
    return {
        "run": tally.run,
        "command": tally.command,
        "model": tally.model,
        "simulated": tally.simulated,
        "new": new,
        "merged": _outcomes(tally.outcomes, "merged"),
        "rejected": _outcomes(tally.outcomes, "rejected"),
        "calls": tally.calls,
        "cost_usd": tally.cost,
        "cost_per_persona_usd": tally.cost / new if new else None,
        "seconds": tally.seconds,
    }


def _outcomes(outcomes: Any, wanted: str) -> int:
    return sum(n for (outcome, _), n in outcomes.items() if outcome == wanted)


def _levels(steering: Any) -> list[int]:
    counts: list[int] = np.bincount(steering, minlength=len(LEVELS)).tolist()
    return counts


def _rejected(facts: AuditFacts, axis: str) -> dict[str, int]:
    """How many of those turned down had each value, as far as what they were said to be tells."""
    counts = Counter(known[axis] for _, known in facts.history.rejected)
    return {value: n for value, n in sorted(counts.items()) if value != UNKNOWN} | {UNKNOWN: counts[UNKNOWN]}


def _by_cell(facts: AuditFacts) -> list[list[Any]]:
    """[cell, how many of those turned down were said to be in it], most first, where all of its values are known."""
    if set(facts.axes) & facts.values.keys():
        return []
    counts = Counter(tuple(known[axis] for axis in facts.axes) for _, known in facts.history.rejected)
    return [[list(cell), n] for cell, n in counts.most_common() if UNKNOWN not in cell]


def _lines(values: Values) -> Sequence[str]:
    personas = values["steering"]["personas"]
    total = sum(personas)
    cost = values["cost_per_persona_usd"]
    lines = [
        f"{counted(values['new'], 'new persona')} in {counted(values['calls'], 'call')}"
        + ("" if not cost else f", {cost:.4f} USD each")
    ]
    if total:
        told = [f"{percent(n / total)} {name}" for n, name in zip(personas, LEVELS, strict=False) if n]
        lines.append("how far the calls that brought them were steered: " + ", ".join(told))
    rejections = values["rejections"]
    if rejections["total"]:
        named = ", ".join(f"{reason} {n:,}" for reason, n in list(rejections["by_reason"].items())[:6])
        lines.append(f"turned down: {rejections['total']:,} ({named})")
        for axis, counts in rejections["by_attribute"].items():
            known = sorted(((n, value) for value, n in counts.items() if n and value != UNKNOWN), reverse=True)[:4]
            if known:
                told_so = ", ".join(f"{value} {n:,}" for n, value in known)
                lines.append(f"  of whom {axis}: {told_so}, unknown {counts[UNKNOWN]:,}")
    if len(values["runs"]) > 1:
        rows = [
            (
                f"{one['run']} {one['command']}",
                one["model"],
                f"{one['new']:,} new",
                f"{one['rejected']:,} rejected",
                counted(one["calls"], "call"),
            )
            for one in values["runs"][-6:]
        ]
        lines += [f"  {line}" for line in aligned(rows)]
    return lines


SECTION = Section(
    _measure,
    _lines,
    "How they came",
    "Level 0: nothing was named, so that what came is what the model says by itself; 1: the relationship was named; 2:"
    " a hint to a kind of person; 3: somebody was asked for directly, without anybody who knows them.",
)
