"""Writes a graph as two CSV tables (RFC 4180, UTF-8, with a header): nodes.csv and edges.csv.

A cell that a spreadsheet could take for a formula gets an apostrophe in front: a text in which = + - @, or a full-width
or small form of them, comes before any letter or digit, or which begins with a tab or a line break. So does one that
begins with an apostrophe. To read the tables back, drop one apostrophe from the front of every cell that has any, as
`import` does with a description that is then the one which the id of its row stands for. A missing depth is an empty
cell; the calls of a relationship are one text with spaces between them; truth is true or
false.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from personagraph.exporting.fields import EDGE, FieldColumn, Table, flat, node_types
from personagraph.exporting.format import Format
from personagraph.exporting.lines import truths
from personagraph.exporting.subgraph import Subgraph

_FORMULA = re.compile(r"['\t\r\n]|\W*?[=+@＝＋－＠﹦﹢﹣﹫-]")


def nodes(graph: Subgraph) -> Iterator[str]:
    """nodes.csv, piece by piece: the personas in order of entry."""
    yield from _table(node_types(), graph.personas())


def edges(graph: Subgraph) -> Iterator[str]:
    """edges.csv, piece by piece: the relationships between the personas of nodes.csv."""
    yield from _table(EDGE, map(flat, graph.relationships()))


def _table(names: Iterable[str], tables: Iterable[Table]) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    for table in tables:
        writer.writerows(zip(*map(_cells, table.values()), strict=True))
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def _cells(column: FieldColumn) -> Sequence[Any]:
    """The values as cells: what is None is empty in a table."""
    if column.type is bool:
        return truths(column.values)
    return list(map(_cell, column.values)) if column.type is str else column.values


def _cell(text: str | None) -> str | None:
    # Most begin with a letter or digit, which no formula does.
    return f"'{text}" if text and not text[0].isalnum() and _FORMULA.match(text) else text


FORMAT = Format({"nodes.csv": nodes, "edges.csv": edges}, "a folder with two tables")
