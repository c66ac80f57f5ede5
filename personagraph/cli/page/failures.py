"""Writes the page of what fails: a plot for each table of groups, with all figures below it."""

from collections.abc import Mapping, Sequence
from typing import Any

from personagraph.cli.page.markup import Html, joined, key, more, paragraph, table, text
from personagraph.cli.page.page import document
from personagraph.cli.page.plots import Dot, dots
from personagraph.cli.tables.synthesis.failures import failure_lines, sections
from personagraph.steering.audit.section import percent

Values = Mapping[str, Any]
KINDS = {"weak": "under", "strong": "enough", "inconclusive": "inconclusive"}
"""The class of a dot by what is said of its group."""
PLOTTED, LISTED = 40, 400
"""Rows of a plot and of a table in the page; `--json` has them all."""
_HEAD = ("group", "samples", "fail", "share", "95 % interval", "as those beside it", "adjusted p", "")


def failures_page(found: Values) -> str:
    """The whole page of a report, as `FailureReport.to_json` has it; every text of it is escaped."""
    legend = key(
        [
            ("under", "weak: fails more than those beside it in the same run"),
            ("enough", "strong: fails less"),
            ("open", "inconclusive"),
            ("wanted", "tick: what those beside it would lead one to expect"),
        ]
    )
    plots = joined(_part(title, rows) for title, rows in sections(found).items()) if found["counted"] else Html("")
    lines = "\n".join(text(line) for line in failure_lines(found))
    return document(
        "What fails",
        joined([legend, plots, Html(f"<section><h2>As text</h2><pre>{lines}</pre></section>")]),
    )


def _part(title: str, rows: Sequence[Values]) -> Html:
    sure = [row for row in rows if row["answer"] != "inconclusive"]
    rest = [row for row in rows if row["answer"] == "inconclusive"]
    shown = [*sure, *rest][:PLOTTED]
    plot = dots(f"shares that fail, {title}", [_dot(row) for row in sorted(shown, key=rows.index)])
    told = "" if len(shown) == len(rows) else f"{len(shown):,} of {len(rows):,} are drawn."
    figures = more("All figures", table(_HEAD, [_row(row) for row in rows[:LISTED]], numbers=len(_HEAD) - 1))
    return Html(f"<section><h2>{text(title)}</h2>{plot}{paragraph(told, 'note') if told else ''}{figures}</section>")


def _dot(row: Values) -> Dot:
    low, high = row["interval"]
    told = (
        f"{row['value']}: {row['failed']:,} of {row['n']:,} fail, {percent(row['share'])} ({percent(low)} to"
        f" {percent(high)}); {row['answer']}"
    )
    label = row["value"]
    if row["kind"] == "cell":
        label = ", ".join(part.partition("=")[2].replace("_", " ") for part in label.split(","))
    return Dot(label, row["share"], low, high, row["expected"] / row["n"], None, KINDS[row["answer"]], told)


def _row(row: Values) -> tuple[object, ...]:
    low, high = row["interval"]
    least = min(row["p_more"], row["p_fewer"])
    return (
        row["value"],
        f"{row['n']:,}",
        f"{row['failed']:,}",
        percent(row["share"]),
        f"{percent(low)} to {percent(high)}",
        f"{row['expected']:.1f}",
        "–" if least >= 1 else f"{least:.2g}",
        row["answer"],
    )
