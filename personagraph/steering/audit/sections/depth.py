"""Whether many personas are many voices, and how widely their descriptions spread."""

from collections.abc import Sequence

from personagraph.steering.audit.facts import AuditFacts
from personagraph.steering.audit.rows import cell_text
from personagraph.steering.audit.section import Section, Values, aligned

MOST_TOLD = 5
LEAST = 5
"""Personas of a cell that is told for its voices."""


def _measure(facts: AuditFacts) -> Values | None:
    """None unless it was asked for; `cells` has [cell, personas, distinct voices], those with fewest for many first."""
    if facts.depths is None:
        return None
    _, now = facts.coverage(facts.axes)
    voices = facts.depths.by_cell([facts.columns[axis] for axis in facts.axes])
    cells = [(cell, n, voices.get(cell, 0)) for cell, n in now.counts.items() if n]
    cells.sort(key=lambda one: (one[2] / one[1], -one[1]))
    return {**facts.depths.told, "axes": list(facts.axes), "cells": [[list(cell), *counts] for cell, *counts in cells]}


def measure_text(found: Values) -> str:
    """What is measured, in what, and of how many where it is a sample."""
    sample = f"; {found['rows']:,} of {found['of']:,} personas" if found["rows"] < found["of"] else ""
    return f"{found['about']} ({found['unit']}{sample})"


def _lines(values: Values) -> Sequence[str]:
    lines = [
        f"{values['voices']:,} distinct voices of {values['personas']:,} personas (cosine {values['alike']:g} by"
        f" {values['encoder']}); {values['unread']:,} cannot be read by it",
        f"measured in {values['frame']}",
    ]
    measures = values["measures"].values()
    if reasons := {found["reason"] for found in measures if found["value"] is None}:
        lines.append(f"not measured: {'; '.join(sorted(reasons))}")
    rows = [("", "value", "95 % interval", "shuffled", "")]
    for found in measures:
        between = "" if found["low"] is None else f"{found['low']:.4g} to {found['high']:.4g}"
        shuffled = "–" if found["shuffled"] is None else f"{found['shuffled']:.4g}"
        if found["value"] is None:
            continue
        rows.append(
            (
                measure_text(found),
                f"{found['value']:.4g}",
                between,
                shuffled,
                "more is wider" if found["wider"] > 0 else "less is",
            )
        )
    lines += aligned(rows) if len(rows) > 1 else []
    few = [one for one in values["cells"] if one[1] >= LEAST and one[2] < one[1]][:MOST_TOLD]
    if few:
        lines.append("cells whose personas say the same most:")
        told = [(cell_text(values["axes"], cell), f"{n:,} personas", f"{voices:,} voices") for cell, n, voices in few]
        lines += [f"  {line}" for line in aligned(told)]
    return lines


SECTION = Section(
    _measure,
    _lines,
    "How widely they spread",
    "Twenty near-identical farmers are twenty personas and one voice. Measured on descriptions as vectors of the named"
    " encoder, each beside the same population without its structure; another encoder gives other figures.",
)
