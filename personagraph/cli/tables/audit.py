"""How an audit is told: as lines for people, and as a table for other tools."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from personagraph.cli.terminal.spreadsheet import harmless
from personagraph.steering.audit import SECTIONS

WIDTH = 120
"""Characters of a line of text, at most; tables are as wide as they are."""
COLUMNS = (
    "table",
    "axes",
    "cell",
    "seeds",
    "now",
    "share",
    "share_low",
    "share_high",
    "target",
    "wanted",
    "assumed",
    "ratio",
    "ratio_low",
    "ratio_high",
    "answer",
)
"""Of the table: a row for each cell of each table; empty where there is no number."""


def audit_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Each section below its title and how it is to be read."""
    for name, values in found.items():
        lines = SECTIONS[name].lines(values)
        if lines:
            yield SECTIONS[name].title
            yield from wrap(SECTIONS[name].about, WIDTH, initial_indent="  ", subsequent_indent="  ")
            yield from (f"  {line}" for line in lines)
            yield ""


def audit_csv(found: Mapping[str, Any]) -> str:
    """The table of every attribute, of every pair, of the cells, and of the crosstab where one was given."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for axis, one in found["attributes"].items():
        writer.writerows(_rows("attribute", [axis], one["target"]["name"], one["rows"]))
    for one in found["pairs"]["pairs"]:
        writer.writerows(_rows("pair", one["pair"], one["target"], one["rows"]))
    for table in ("cells", "joint"):
        if table in found:
            one = found[table]
            writer.writerows(_rows(table, one["axes"], one["target"]["name"], one["rows"]))
    return text.getvalue()


def _rows(table: str, axes: Sequence[str], target: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[list[Any]]:
    for row in rows:
        yield [
            table,
            _joined(axes),
            _joined(row["cell"]),
            row["seeds"],
            row["now"],
            row["share"],
            *(row["interval"] or (None, None)),
            target,
            row["wanted"],
            "yes" if row["assumed"] else "no",
            row["ratio"],
            *(row["ratio_interval"] or (None, None)),
            row["answer"],
        ]


def _joined(names: Sequence[str]) -> str:
    return " | ".join(harmless(name) for name in names)
