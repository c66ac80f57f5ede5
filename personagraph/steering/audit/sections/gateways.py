"""Who reached whom: which personas, asked for whom they know, brought the ones that lack."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from personagraph.steering.audit.facts import AuditFacts
from personagraph.steering.audit.rows import cell_text, rows_by
from personagraph.steering.audit.section import Section, Values, aligned, counted, percent
from personagraph.types import UNKNOWN

MOST_TOLD = 5
MOST_EGOS = 20
MOST_LINKS = 200


def _measure(facts: AuditFacts) -> Values | None:
    """Of those whom a persona brought: `axes` has for each axis how many of each value came from each value.

    `cells` counts for each cell of egos the calls about it, whom they brought, and how many of these are `lacking`: in
    a cell, or with a value, that is underrepresented now. `links` has the pairs of cells, `types` the relationships,
    `egos` the personas that brought most.
    """
    arrivals, columns = facts.history.arrivals, facts.columns
    brought = (arrivals.egos >= 0) & (arrivals.personas >= 0)
    if not brought.any():
        return None
    egos, alters = arrivals.egos[brought], arrivals.personas[brought]
    cell_of, named = _cells(facts)
    lacks, is_thin = _lacking(facts, named, cell_of, alters)
    calls = np.bincount(cell_of, weights=facts.history.asked, minlength=len(named))
    new = np.bincount(cell_of[egos], minlength=len(named))
    thins = np.bincount(cell_of[egos], weights=is_thin, minlength=len(named))
    links = Counter(zip(cell_of[egos].tolist(), cell_of[alters].tolist(), strict=True))
    types = arrivals.types.codes[brought]
    by_ego = Counter(egos.tolist())
    return {
        "by": list(facts.axes),
        "brought": len(egos),
        "lacking": int(is_thin.sum()),
        "axes": {axis: _crossed(columns[axis], egos, alters) for axis in facts.told},
        "cells": [
            {"cell": list(named[at]), "calls": int(calls[at]), "new": int(new[at]), "lacking": int(thins[at])}
            for at in np.argsort(-new, kind="stable").tolist()
            if new[at] or calls[at]
        ],
        "links": [
            {"from": list(named[one]), "to": list(named[other]), "new": times, "lacking": bool(lacks[other])}
            for (one, other), times in links.most_common(MOST_LINKS)
        ],
        "types": [
            {"type": name, "new": int((types == at).sum()), "lacking": int(is_thin[types == at].sum())}
            for at, name in enumerate(arrivals.types.names)
            if (types == at).any()
        ],
        "egos": [{"persona": facts.graph.id(ego), "new": times} for ego, times in by_ego.most_common(MOST_EGOS)],
    }


def _cells(facts: AuditFacts) -> tuple[Any, list[tuple[str, ...]]]:
    """The number of everyone's cell (n, int64), unknown values included, and the cells by number."""
    columns = [facts.columns[axis] for axis in facts.axes]
    joined = np.ravel_multi_index([column.codes for column in columns], [len(column.names) for column in columns])
    used, numbers = np.unique(joined, return_inverse=True)
    places = np.unravel_index(used, [len(column.names) for column in columns])
    values = ([column.names[at] for at in place] for column, place in zip(columns, places, strict=True))
    return numbers, list(zip(*values, strict=True))


def _lacking(facts: AuditFacts, named: Sequence[tuple[str, ...]], cell_of: Any, alters: Any) -> tuple[Any, Any]:
    """Of each cell whether it is underrepresented, and of each alter whether the cell or a value of theirs is."""
    thin = {tuple(row["cell"]) for row in rows_by(facts, facts.axes) if row["answer"] == "under"}
    lacks = np.array([cell in thin for cell in named], bool)
    found = lacks[cell_of[alters]]
    for axis in facts.told:
        column = facts.columns[axis]
        rows = rows_by(facts, (axis,))
        under = {row["cell"][0] for row in rows if row["answer"] == "under"}
        found |= np.array([name in under for name in column.names], bool)[column.codes[alters]]
    return lacks, found


def _crossed(column: Any, egos: Any, alters: Any) -> list[list[Any]]:
    """[value of the ego, value of whom they brought, how many], where there are any."""
    size = len(column.names)
    counts = np.bincount(column.codes[egos].astype(np.int64) * size + column.codes[alters], minlength=size * size)
    return [[column.names[at // size], column.names[at % size], int(counts[at])] for at in np.flatnonzero(counts)]


def _lines(values: Values) -> Sequence[str]:
    lines = [
        f"{counted(values['brought'], 'persona')} came by asking somebody for whom they know;"
        f" {values['lacking']:,} of them are of a kind that is underrepresented now"
    ]
    for axis, crossed in values["axes"].items():
        known = [(one, other, n) for one, other, n in crossed if UNKNOWN not in (one, other)]
        if total := sum(n for _, _, n in known):
            same = sum(n for one, other, n in known if one == other)
            lines.append(f"{axis}: {percent(same / total)} of {total:,} have the value of whoever was asked")
    if useful := [one for one in values["cells"] if one["lacking"] and UNKNOWN not in one["cell"]]:
        useful.sort(key=lambda one: -one["lacking"])
        lines.append("whom to ask to reach those who lack:")
        told = [
            (
                cell_text(values["by"], one["cell"]),
                counted(one["calls"], "call"),
                f"{one['new']:,} new",
                f"{one['lacking']:,} of them of a kind that lacks",
            )
            for one in useful[:MOST_TOLD]
        ]
        lines += [f"  {line}" for line in aligned(told)]
    types = sorted(values["types"], key=lambda one: -one["new"])[:MOST_TOLD]
    lines.append("by relationship: " + ", ".join(f"{one['type']} {one['new']:,}" for one in types))
    return lines


SECTION = Section(
    _measure,
    _lines,
    "Who reached whom",
    "Each new persona was named by an ego, who was asked. Which egos and which relationships lead to the ones that lack"
    " says where to ask next; it is what happened in this graph, not what would happen in another.",
)
