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
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from personagraph.exporting.fields import EDGE, edge_fields, flat, node_fields, node_types
from personagraph.exporting.format import Format
from personagraph.exporting.subgraph import Subgraph

_FORMULA = re.compile(r"['\t\r\n]|\W*?[=+@＝＋－＠﹦﹢﹣﹫-]")


def nodes(graph: Subgraph) -> Iterator[str]:
    """nodes.csv, line by line: the personas in order of entry."""
    yield from _table(node_types(), map(node_fields, graph.personas()))


def edges(graph: Subgraph) -> Iterator[str]:
    """edges.csv, line by line: the relationships between the personas of nodes.csv."""
    yield from _table(EDGE, map(edge_fields, graph.relationships()))


class _Line:
    """A file that hands back what is written to it: the csv module writes to nothing else."""

    def write(self, text: str) -> str:
        return text


def _table(columns: Mapping[str, type], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    writer: Any = csv.writer(_Line())
    yield writer.writerow(columns)
    for row in rows:
        cells = flat(row)
        yield writer.writerow([_cell(cells.get(column, "")) for column in columns])


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


FORMAT = Format({"nodes.csv": nodes, "edges.csv": edges}, "a folder with two tables")
