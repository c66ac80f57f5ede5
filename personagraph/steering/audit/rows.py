"""Rows that say of each cell how many were seeds, how many are there now, and how many there should be."""

from collections.abc import Mapping, Sequence
from typing import Any

from personagraph.steering.audit.facts import AuditFacts
from personagraph.steering.audit.section import Values, percent, ratio_text, wanted_text
from personagraph.steering.coverage import LEVELS, Coverage
from personagraph.steering.flags import NOT_AUDITED, flags
from personagraph.steering.shares import Interval, gini, wilson
from personagraph.vocabulary.cells import Cell

MOST_ROWS = 20_000
"""Cells that are told one by one; of more only those that hold somebody, or are underrepresented."""


def shares_by(facts: AuditFacts, axes: Sequence[str]) -> Values:
    """What is told of the cells of some axes: the target, a summary of the seeds and of now, answers, and the rows."""
    seeds, now = facts.coverage(axes)
    rows = rows_by(facts, axes)
    return {
        "target": {"name": now.target_name, "basis": list(now.basis)},
        "seeds": summary_of(seeds),
        "now": summary_of(now),
        "answers": answered(rows, now),
        "rows": rows,
    }


def rows_by(facts: AuditFacts, axes: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of the cells of some axes; an answer that misreadings leave open is "inconclusive"."""
    truth = {cell: found.interval for cell, found in facts.corrected(axes).items()}
    return rows_of(*facts.coverage(axes), truth)


def rows_of(seeds: Coverage, now: Coverage, truth: Mapping[Cell, Interval] = NOT_AUDITED) -> list[dict[str, Any]]:
    """A row for every possible cell, in their order.

    Shares are those of the personas who are in a possible cell of these axes; `wanted` is that of the target, `ratio`
    the share divided by it, intervals are Wilson's of 95 %. `assumed` says that no table has the share wanted of one of
    the cell's values, so that its ratio is one to an assumption. `answer` is that of `personagraph.steering.flags`.
    """
    answers = flags(now.counts, now.target, truth=truth)
    found = []
    for cell, count in now.counts.items():
        flag = answers[cell]
        if len(now.counts) > MOST_ROWS and not count and not seeds.counts[cell] and flag.answer != "under":
            continue
        ratio = flag.representation
        found.append(
            {
                "cell": list(cell),
                "seeds": seeds.counts[cell],
                "now": count,
                "share": count / now.known if now.known else None,
                "interval": list(wilson(count, now.known)) if now.known else None,
                "wanted": now.target[cell],
                "assumed": any(v in now.assumed.get(axis, ()) for axis, v in zip(now.axes, cell, strict=True)),
                "ratio": ratio.ratio if ratio else None,
                "ratio_interval": [ratio.low, ratio.high] if ratio else None,
                "answer": flag.answer,
            }
        )
    return found


def summary_of(found: Coverage) -> dict[str, Any]:
    """The coverage of some cells in a few numbers; `js_null` is the divergence of a perfect sample of as many."""
    return {
        "cells": found.cells,
        "known": found.known,
        "unknown": found.unknown,
        "outside": found.outside,
        "covered": {str(level): found.covered(level) for level in LEVELS},
        "js_divergence": found.js_divergence,
        "js_null": found.js_null,
        "gini": gini(found.counts.values()),
    }


def answered(rows: Sequence[Values], now: Coverage) -> dict[str, int]:
    """How many cells have each answer, also those that have no row."""
    counts = {"under": 0, "enough": 0, "inconclusive": 0, "not wanted": 0}
    told = [row["answer"] for row in rows]
    if len(rows) < len(now.counts):
        told = [flag.answer for flag in flags(now.counts, now.target).values()]
    for answer in told:
        counts[answer] += 1
    return counts


def missing(rows: Sequence[Values], *, most: int) -> list[Values]:
    """The rows that are underrepresented beyond doubt, those that lack the largest share first."""
    under = [row for row in rows if row["answer"] == "under"]
    return sorted(under, key=lambda row: row["share"] - row["wanted"])[:most]


def cell_text(axes: Sequence[str], cell: Sequence[str]) -> str:
    """A cell as people name it, and as `--cell` takes it."""
    return ",".join(f"{axis}={value}" for axis, value in zip(axes, cell, strict=True))


def row_text(axes: Sequence[str], row: Values) -> tuple[str, ...]:
    """The cells of a line: who, how many, the share, that of the target, and the ratio."""
    return (
        cell_text(axes, row["cell"]),
        f"{row['now']:,}",
        percent(row["share"]),
        f"of {wanted_text(row)}",
        ratio_text(row),
    )


def known_share(found: Values) -> float:
    """The share of all personas of whom every value is known."""
    total = found["known"] + found["unknown"] + found["outside"]
    return found["known"] / total if total else 0.0
