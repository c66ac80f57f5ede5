"""How reports side by side are told: as lines for people, and as a table for other tools."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from personagraph.cli.terminal.spreadsheet import harmless
from personagraph.steering.audit.section import aligned, percent

NOTES = {
    True: "Two runs over the same seeds, or of one graph, are not independent: intervals are then too narrow.",
    False: "Intervals hold for runs that are independent of each other: from different seeds, each begun anew.",
}
"""What is to be kept in mind of two reports, and of several."""


def comparison_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The numbers of the whole, then the shares that differ, or all of them where there is no test."""
    yield f"held against {found['target']}, by {' by '.join(found['axes'])}"
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
    yield NOTES[len(found["reports"]) == 2]


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
