"""Carries the errors of whatever read the personas through to the shares, where somebody labelled some of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from personagraph.steering.audit.facts import AuditFacts
from personagraph.steering.audit.section import Section, Values, percent
from personagraph.steering.misreadings import Confusion
from personagraph.steering.shares import wilson
from personagraph.types import UNKNOWN

MOST_TOLD = 6


def _measure(facts: AuditFacts) -> Values | None:
    """For each attribute with labels: how many were read, how many of these rightly, and `rows` of corrected shares."""
    if not facts.labelled:
        return None
    told = [name for name in facts.told if name in facts.labelled]
    return {"attributes": {name: _of(facts, name, facts.labelled[name]) for name in told}}


def _of(facts: AuditFacts, name: str, errors: Confusion) -> dict[str, Any]:
    _, now = facts.coverage((name,))
    shares = facts.corrected((name,))
    unknown = errors.values.index(UNKNOWN)
    read = np.delete(errors.counts, unknown, axis=1)
    readable = np.delete(errors.counts, unknown, axis=0)
    right = float(np.trace(errors.counts)) - float(errors.counts[unknown, unknown])
    return {
        "labelled": float(errors.counts.sum()),
        "read": float(read.sum()),
        "right": right,
        "share_right": right / float(read.sum()) if read.sum() else None,
        "interval": list(wilson(min(right, float(read.sum())), float(read.sum()))) if read.sum() else None,
        "share_read": float(np.delete(readable, unknown, axis=1).sum() / readable.sum()) if readable.sum() else None,
        "unaudited": list(errors.unaudited),
        "rows": [
            {
                "cell": list(cell),
                "share": now.counts[cell] / now.known if now.known else None,
                "corrected": found.share,
                "interval": list(found.interval),
                "wanted": now.target[cell],
            }
            for cell, found in shares.items()
        ],
    }


def _lines(values: Values) -> Sequence[str]:
    lines = []
    for name, found in values["attributes"].items():
        right = "nothing was read"
        if found["read"]:
            low, high = map(percent, found["interval"])
            right = f"{percent(found['share_right'])} ({low} to {high}) of what is read is right"
        lines.append(
            f"{name}: by {found['labelled']:.0f} labelled personas {right}, and {percent(found['share_read'])} of what"
            " could be read is"
        )
        moved = [row for row in found["rows"] if row["share"] is not None]
        moved.sort(key=lambda row: -abs(row["corrected"] - row["share"]))
        lines += [
            f"  {row['cell'][0]}: {percent(row['share'])} as read, {percent(row['corrected'])} once misreadings are"
            f" taken out ({percent(row['interval'][0])} to {percent(row['interval'][1])})"
            for row in moved[:MOST_TOLD]
        ]
    return lines


SECTION = Section(
    _measure,
    _lines,
    "With misreadings taken into account",
    "What your labels say of the reader's errors, carried through to the shares: the most likely true shares, with"
    " intervals that comprise both the audit and the readings. Labels must be of personas drawn at random.",
)
