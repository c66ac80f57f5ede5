"""Writes a graph as two CSV tables (RFC 4180, UTF-8, with a header): nodes.csv and edges.csv.

A cell that a spreadsheet could take for a formula gets an apostrophe in front: a text in which = + - @, or a full-width
or small form of them, comes before any letter or digit, or which begins with a tab or a line break. So does one that
begins with an apostrophe. To read the tables back, drop one apostrophe from the front of every cell that has any, as
`import` does with a description that is then the one which the id of its row stands for. A missing depth is an empty
cell; the calls of a relationship are one text with spaces between them; truth is true or
false.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from personagraph.exporting.fields import EDGE, edge_row, node_row, node_types
from personagraph.exporting.format import Format
from personagraph.exporting.subgraph import Subgraph

_FORMULA = re.compile(r"['\t\r\n]|\W*?[=+@＝＋－＠﹦﹢﹣﹫-]")


def nodes(graph: Subgraph) -> Iterator[str]:
    """nodes.csv, line by line: the personas in order of entry."""
    yield from _table(node_types(), map(node_row, graph.personas()))


def edges(graph: Subgraph) -> Iterator[str]:
    """edges.csv, line by line: the relationships between the personas of nodes.csv."""
    yield from _table(EDGE, map(edge_row, graph.relationships()))


class _Line:
    """A file that hands back what is written to it: the csv module writes to nothing else."""

    def write(self, text: str) -> str:
        return text


def _table(columns: Iterable[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer: Any = csv.writer(_Line())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow(map(_cell, row))


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        # Most begin with a letter or digit, which no formula does.
        return f"'{value}" if not value[:1].isalnum() and _FORMULA.match(value) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


FORMAT = Format({"nodes.csv": nodes, "edges.csv": edges}, "a folder with two tables")
