"""How reports side by side are told: as lines for people, and as a table for other tools."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from personagraph.cli.terminal.spreadsheet import harmless
from personagraph.steering.audit.curve import PERSONAS, value_at
from personagraph.steering.audit.section import aligned, percent

NOTES = {
    True: "Two runs over the same seeds, or of one graph, are not independent: intervals are then too narrow.",
    False: "Intervals hold for runs that are independent of each other: from different seeds, each begun anew.",
}
"""What is to be kept in mind of two reports, and of several."""


def comparison_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The numbers of the whole, then the shares that differ, or all of them where there is no test."""
    yield f"held against {found['target']}, by {' by '.join(found['axes'])}"
    if found["groups"]:
        yield from _group_lines(found)
        yield ""
        yield from curve_lines(found["curves"])
        yield NOTES[False]
        return
    last = ("difference",) if len(found["reports"]) == 2 else ("mean (95 % interval over them)",)
    rows = [("", *found["reports"], *last)]
    for one in found["numbers"]:
        if any(value is not None for value in one["values"]):
            rows.append((one["name"], *map(figure, one["values"]), told(one, figure)))
    yield from aligned(rows)
    yield ""
    shares = [row for row in found["shares"] if any(value is not None for value in row["values"])]
    differing = [row for row in shares if row.get("differs")]
    if len(found["reports"]) == 2:
        yield f"shares that differ beyond chance: {len(differing)} of {len(shares)}"
        shares = sorted(differing, key=lambda row: -abs(row["difference"]))
    rows = [("", *found["reports"], "wanted", *last)] if shares else []
    for row in shares:
        named = f"{row['axis']}={row['value']}"
        rows.append((named, *map(percent, row["values"]), percent(row["wanted"]), told(row, _points)))
    yield from aligned(rows)
    yield from curve_lines(found["curves"])
    yield NOTES[len(found["reports"]) == 2]


def _group_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The means of groups, of figures and of shares."""
    rows = [("", *(group_text(*group) for group in found["groups"].items()))]
    for one in found["numbers"]:
        if any(value is not None for value in one["values"]):
            rows.append((one["name"], *(mean_text(group, figure) for group in one["groups"])))
    yield from aligned(rows)
    rows = [("share of", *found["groups"], "wanted")]
    for one in found["shares"]:
        if any(one["values"]):
            told_so = (mean_text(group, percent) for group in one["groups"])
            rows.append((f"{one['axis']}={one['value']}", *told_so, percent(one["wanted"])))
    yield ""
    yield from aligned(rows)


def group_text(name: str, runs: int) -> str:
    """A group with how many runs it has, where these are several."""
    return f"{name} ({runs} runs)" if runs > 1 else name


def mean_text(group: Mapping[str, Any], write: Callable[[float], str]) -> str:
    """The mean of a group, with its interval where there is one."""
    if group["mean"] is None:
        return "–"
    between = f" ({write(group['interval'][0])} to {write(group['interval'][1])})" if group["interval"] else ""
    return f"{write(group['mean'])}{between}"


def curve_lines(curves: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Coverage after a quarter of the calls, a half, three quarters and all, a table for each number that is held."""
    if not curves:
        return
    quarters = quarters_of(curves)
    for kind in curves[0]["lines"]:
        rows = [(held_text(kind, curves[0]["possible"]), *(f"{calls:,} calls" for calls in quarters))]
        for curve in curves:
            if kind in curve["lines"]:
                told_so = (curve_text(curve, kind, calls) for calls in quarters)
                rows.append((f"  {group_text(curve['name'], curve['runs'])}", *told_so))
        yield from aligned(rows)


def quarters_of(curves: Sequence[Mapping[str, Any]]) -> list[int]:
    """A quarter of the calls of the longest curve, a half, three quarters, and all."""
    last = max(curve["calls"][-1] for curve in curves)
    return sorted({max(1, round(last * part / 4)) for part in (1, 2, 3, 4)})


def curve_text(curve: Mapping[str, Any], kind: str, calls: int) -> str:
    """What a curve has come to after so many calls; – beyond its end."""
    found = value_at(curve, kind, calls)
    if found is None:
        return "–"
    mean, low, high = found
    return f"{mean:,.4g}" if low is None or high is None else f"{mean:,.4g} ({low:,.3g} to {high:,.3g})"


def held_text(kind: str, possible: int) -> str:
    """What a curve counts."""
    return "personas" if kind == PERSONAS else f"cells of {possible:,} with {kind} or more"


def comparison_csv(found: Mapping[str, Any]) -> str:
    """A row for each number and each share, with a column for each report."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    extra = ("difference", "mean", "low", "high", "differs")
    writer.writerow(["table", "name", "wanted", *map(harmless, found["reports"]), *extra])
    for one in found["numbers"]:
        writer.writerow(["number", one["name"], None, *one["values"], *_extra(one)])
    for row in found["shares"]:
        named = f"{row['axis']}={row['value']}"
        writer.writerow(["share", harmless(named), row["wanted"], *row["values"], *_extra(row)])
    for curve in found["curves"]:
        for kind, line in curve["lines"].items():
            for at, calls in enumerate(curve["calls"]):
                between = [line["low"][at], line["high"][at]] if "low" in line else [None, None]
                blank = [None] * len(found["reports"])
                named = f"{curve['name']}, {held_text(kind, curve['possible'])}, after {calls} calls"
                writer.writerow(["curve", harmless(named), None, *blank, None, line["mean"][at], *between, None])
    return text.getvalue()


def _extra(one: Mapping[str, Any]) -> list[Any]:
    low, high = one.get("interval") or (None, None)
    return [one.get("difference"), one.get("mean"), low, high, one.get("differs")]


def told(one: Mapping[str, Any], write: Callable[[float], str]) -> str:
    """The difference of two, or the mean of several, with its interval."""
    middle = one.get("difference", one.get("mean"))
    if middle is None:
        return "–"
    sign = "+" if "difference" in one and middle > 0 else ""
    between = f" ({write(one['interval'][0])} to {write(one['interval'][1])})" if one.get("interval") else ""
    return f"{sign}{write(middle)}{between}"


def figure(value: float | None) -> str:
    """A figure of the whole as people read it."""
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def _points(value: float | None) -> str:
    """A difference of shares, in hundredths."""
    return "–" if value is None else f"{100 * value:.1f} %"
