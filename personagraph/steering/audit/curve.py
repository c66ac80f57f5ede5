"""Coverage against calls: how many cells hold so many after each call, of one graph and of several runs together."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import sqrt
from statistics import fmean, stdev
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from personagraph.steering.audit.facts import AuditFacts
from personagraph.steering.coverage import LEVELS
from personagraph.steering.shares import t_quantile

HELD: Final = tuple(sorted({3, *LEVELS}))
"""How many personas a cell is to hold, for each of the curves."""
PLACES: Final = 100
"""Parts into which the calls of one graph are divided."""
TOGETHER: Final = 50
"""The same of the calls that several runs have in common."""
SEVERAL: Final = 3
"""Runs from which on a curve has an interval."""
PERSONAS: Final = "personas"


def curve_of(facts: AuditFacts) -> dict[str, Any] | None:
    """How many cells held 1, 3, … and how many personas there were, after so many calls of expansions; None before any.

    Who is in the graph counts as they are known now; who came otherwise was there at call 0. `calls` ascend to all that
    were decided, `personas` and each of `cells`, by how many a cell holds, have a number for each of these.
    """
    history = facts.history
    if not history.decided:
        return None
    came, at = history.arrivals.personas, history.arrivals.calls
    when = np.zeros(len(facts.graph), np.int64)
    by_call = (came >= 0) & (at >= 0)
    when[came[by_call]] = at[by_call]
    places = np.unique(np.linspace(0, history.decided, PLACES + 1).round().astype(np.int64))
    cells, possible = _cells(facts)
    reached = {level: np.sort(_reached(cells[cells >= 0], when[cells >= 0], level)) for level in HELD}
    return {
        "axes": list(facts.axes),
        "possible": possible,
        "calls": places.tolist(),
        PERSONAS: np.searchsorted(np.sort(when), places, side="right").tolist(),
        "cells": {str(n): np.searchsorted(times, places, side="right").tolist() for n, times in reached.items()},
    }


def _cells(facts: AuditFacts) -> tuple[NDArray[np.int64], int]:
    """The number of everybody's cell, -1 for none that is possible, and how many are possible."""
    _, now = facts.coverage(facts.axes)
    columns = [facts.columns[axis] for axis in facts.axes]
    numbers = np.full([len(column.names) for column in columns], -1, np.int64)
    places = [{name: at for at, name in enumerate(column.names)} for column in columns]
    for number, cell in enumerate(now.counts):
        at = tuple(place.get(value, -1) for place, value in zip(places, cell, strict=True))
        if min(at) >= 0:
            numbers[at] = number
    found: NDArray[np.int64] = numbers[tuple(column.codes for column in columns)]
    return found, len(now.counts)


def _reached(cells: NDArray[np.int64], when: NDArray[np.int64], level: int) -> NDArray[np.int64]:
    """After how many calls each cell held so many, of those that do."""
    order = np.lexsort((when, cells))
    cells, when = cells[order], when[order]
    nth = np.arange(len(cells)) - np.searchsorted(cells, cells, side="left")
    times: NDArray[np.int64] = when[nth == level - 1]
    return times


def is_curve(found: Any) -> bool:
    """Whether it has all that a curve is made of: rows of numbers, one for each of some ascending calls."""
    if not isinstance(found, dict) or not isinstance(found.get("cells"), dict):
        return False
    rows = [found.get("calls"), found.get(PERSONAS), *found["cells"].values()]
    if not all(isinstance(row, list) and row and all(type(value) is int for value in row) for row in rows):
        return False
    calls = rows[0]
    ascending = all(one < other for one, other in pairwise(calls)) and calls[0] >= 0
    alike = all(len(row) == len(calls) for row in rows)
    return (
        ascending and alike and type(found.get("possible")) is int and all(isinstance(n, str) for n in found["cells"])
    )


def curves_over(reports: Mapping[str, Mapping[str, Any]], groups: Mapping[str, str]) -> list[dict[str, Any]]:
    """The curves of reports, those of one group together; empty where no report has one.

    Each has `calls`, TOGETHER parts of the calls that all of the group have, and `lines`: by how many a cell holds, and
    for `personas`, the `mean` at each, of SEVERAL runs with the ends of its 95 % interval, `low` and `high` (Student's
    t, kept within what is possible). `runs` is how many there are.
    """
    by_group: dict[str, list[Mapping[str, Any]]] = {}
    for name, report in reports.items():
        if curve := (report.get("growth") or {}).get("curve"):
            by_group.setdefault(groups.get(name, name), []).append(curve)
    return [_together(name, curves) for name, curves in by_group.items()]


def _together(name: str, curves: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    last = min(curve["calls"][-1] for curve in curves)
    places = sorted({round(last * part / TOGETHER) for part in range(TOGETHER + 1)})
    kinds = [level for level in map(str, HELD) if all(level in curve["cells"] for curve in curves)]
    lines = {level: _line([_at(c["calls"], c["cells"][level], places) for c in curves]) for level in kinds}
    lines[PERSONAS] = _line([_at(c["calls"], c[PERSONAS], places) for c in curves])
    possible = curves[0]["possible"]
    for level in kinds:
        for end in ("low", "high"):
            if end in lines[level]:
                lines[level][end] = [min(value, float(possible)) for value in lines[level][end]]
    return {"name": name, "runs": len(curves), "possible": possible, "calls": places, "lines": lines}


def _at(calls: Sequence[int], values: Sequence[int], places: Sequence[int]) -> list[int]:
    """What was reached by each of the places."""
    at = np.searchsorted(np.array(calls), places, side="right") - 1
    return [values[max(0, n)] for n in at.tolist()]


def _line(values: Sequence[Sequence[int]]) -> dict[str, list[float]]:
    """The mean of several rows, and its interval where there are SEVERAL."""
    columns = list(zip(*values, strict=True))
    line = {"mean": [fmean(column) for column in columns]}
    if len(values) >= SEVERAL:
        half = [t_quantile(len(values) - 1) * stdev(column) / sqrt(len(values)) for column in columns]
        line["low"] = [max(0.0, mean - by) for mean, by in zip(line["mean"], half, strict=True)]
        line["high"] = [mean + by for mean, by in zip(line["mean"], half, strict=True)]
    return line


def value_at(curve: Mapping[str, Any], kind: str, calls: int) -> tuple[float, float | None, float | None] | None:
    """The mean after so many calls, with its interval; None beyond the end of the curve."""
    places = curve["calls"]
    if calls > places[-1]:
        return None
    at = max(n for n, place in enumerate(places) if place <= calls)
    line = curve["lines"][kind]
    return line["mean"][at], *((line["low"][at], line["high"][at]) if "low" in line else (None, None))
