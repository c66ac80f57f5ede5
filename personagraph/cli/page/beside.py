"""Writes the page of reports side by side."""

from collections.abc import Mapping
from typing import Any

from personagraph.cli.page.curves import curves_of
from personagraph.cli.page.markup import Html, joined, key, table, text, value_text
from personagraph.cli.page.page import document
from personagraph.cli.page.plots import Dot, dots
from personagraph.cli.tables.comparison import NOTES, figure, group_text, mean_text, told
from personagraph.steering.audit.section import percent
from personagraph.steering.shares import wilson

Values = Mapping[str, Any]


def comparison_page(found: Values) -> str:
    """The whole page of a comparison, as `personagraph.steering.audit.comparison.compared` has it."""
    two = len(found["reports"]) == 2
    last = "difference" if two else "mean (95 % interval over them)"
    numbers = [
        (one["name"], *map(figure, one["values"]), told(one, figure))
        for one in found["numbers"]
        if any(value is not None for value in one["values"])
    ]
    by = " by ".join(found["axes"])
    if found["groups"]:
        numbers = [
            (one["name"], *(mean_text(group, figure) for group in one["groups"]))
            for one in found["numbers"]
            if any(value is not None for value in one["values"])
        ]
    heads = [group_text(*group) for group in found["groups"].items()] or [*found["reports"], last]
    curves = curves_of(found["curves"])
    parts = [
        Html(f'<p class="about">Held against the target <b>{text(found["target"])}</b>, by {text(by)}. '),
        Html(f"{text(NOTES[two])}</p>"),
        *([_part("Coverage against calls", curves)] if curves else []),
        _part("Figures of the whole", table(("", *heads), numbers, numbers=len(heads))),
        _part("Shares", _group_shares(found) if found["groups"] else _shares(found, last)),
    ]
    return document("Reports side by side", joined(parts))


def _part(title: str, inside: Html) -> Html:
    return Html(f"<section><h2>{text(title)}</h2>{inside}</section>")


def _group_shares(found: Values) -> Html:
    """The mean of each share in each group."""
    rows = [
        (
            row["axis"],
            value_text(row["axis"], row["value"]),
            *(mean_text(group, percent) for group in row["groups"]),
            percent(row["wanted"]),
        )
        for row in found["shares"]
        if any(row["values"])
    ]
    return table(("attribute", "value", *found["groups"], "wanted"), rows, numbers=len(found["groups"]) + 1)


def _shares(found: Values, last: str) -> Html:
    """A plot for each attribute with a line for each value and report, then all shares."""
    panels = []
    for axis in dict.fromkeys(row["axis"] for row in found["shares"]):
        rows = [row for row in found["shares"] if row["axis"] == axis and row["values"][0] is not None]
        lines = [line for row in rows for line in _lines(found["reports"], row)]
        if lines:
            panels.append(Html(f"<div><h3>{text(axis)}</h3>{dots(f'shares by {axis}', lines[:90])}</div>"))
    order = Html(f'<p class="note">Of each value a line for {text(", then ".join(found["reports"]))}.</p>')
    legend = key([("under", "differs beyond chance"), ("open", "may be chance"), ("wanted", "tick: the share wanted")])
    rows_told = [
        (
            row["axis"],
            value_text(row["axis"], row["value"]),
            *map(percent, row["values"]),
            percent(row["wanted"]),
            told(row, lambda share: f"{100 * share:.1f} %"),
            "differs" if row.get("differs") else "",
        )
        for row in found["shares"]
        if any(value is not None for value in row["values"])
    ]
    head = ("attribute", "value", *found["reports"], "wanted", last, "")
    all_shares = table(head, rows_told, numbers=len(head) - 2)
    return joined([order, legend, Html(f'<div class="panels">{"".join(panels)}</div>'), all_shares])


def _lines(reports: list[str], row: Values) -> list[Dot]:
    kind = "under" if row.get("differs") else "inconclusive"
    lines: list[Dot] = []
    for name, share, count, known in zip(reports, row["values"], row["counts"], row["known"], strict=True):
        if share is None:
            continue
        low, high = wilson(count, known)
        value = value_text(row["axis"], row["value"])
        label = value if not lines else ""
        lines.append(Dot(label, share, low, high, row["wanted"], None, kind, f"{name}, {value}: {percent(share)}"))
    return lines
