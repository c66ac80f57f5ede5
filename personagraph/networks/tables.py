"""Reads node tables and edge lists: CSV, TSV, any other separator or white space, with a header or without one."""

import csv
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from personagraph.errors import InputError
from personagraph.networks.files import Edge, Record, kind_of, opened
from personagraph.networks.mapping import Edges, Nodes, Table
from personagraph.rows import text_lines

_SEPARATORS = "\t|;,"
_COMMENTS = ("#", "%")
"""What lines at the top of an edge list begin with that are no rows."""
_HEADERS = (("source", "target"), ("from", "to"), ("src", "dst"))


class Line(NamedTuple):
    """A row as it stands: the number of the line at which it begins, its cells, and why it is none, if so."""

    number: int
    cells: list[str]
    fault: str = ""


def node_rows(path: Path, mapping: Nodes) -> Iterator[Record]:
    """The rows of a node table. Raises InputError for a file that has no column for ids."""
    asked = [mapping.id, mapping.description, *mapping.attributes.values()]
    yield from _rows(path, mapping, {name for column in asked for name in column.columns}, ("id",))


def edge_rows(path: Path, mapping: Edges) -> Iterator[Edge]:
    """The rows of an edge list. Raises InputError for a file that has no columns for both ends."""
    asked = [mapping.source, mapping.target, mapping.type, mapping.label, mapping.confidence]
    columns = {name for column in asked for name in column.columns}
    yield from map(Edge, _rows(path, mapping, columns, ("source", "target")))


def adjacency_rows(path: Path) -> Iterator[Edge]:
    """The edges of an adjacency list: a line has an id, and those that it is tied to; alone, it is a node."""
    with opened(path) as file:
        for line, cells, _ in _split(_after_comments(enumerate(text_lines(file, path), 1)), None):
            for target in cells[1:]:
                yield Edge(Record(line, {"source": cells[0], "target": target}))
            if len(cells) == 1:
                yield Edge(Record(line, {"source": cells[0], "target": cells[0]}), alone=True)


def _rows(path: Path, table: Table, asked: set[str | int], needed: tuple[str, ...]) -> Iterator[Record]:
    with opened(path) as file:
        lines = _after_comments(enumerate(text_lines(file, path), 1))
        first = next(lines, None)
        if first is None:
            return
        separator = table.separator or _separator(first[1], path)
        rows = _split(chain([first], lines), None if separator == " " else separator)
        keys, rows = _keys(rows, table, asked, needed, path)
        _check_columns(keys, asked, needed, path)
        for line, cells, fault in rows:
            if fault:
                yield Record(line, {}, fault)
            elif len(cells) < len(keys) or any(map(str.strip, cells[len(keys) :])):
                yield Record(line, {}, f"it has {len(cells)} cells, and there are {len(keys)} columns")
            else:
                yield Record(line, dict(zip(keys, cells, strict=False)))


def _after_comments(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    for number, line in lines:
        if line.strip() and not line.startswith(_COMMENTS):
            yield number, line
            yield from lines


def _separator(line: str, path: Path) -> str:
    """The separator that occurs most in the line; white space when there is none, but in a CSV a comma."""
    best = max(_SEPARATORS, key=line.count)
    return best if best in line else "," if kind_of(path) == ".csv" else " "


def _split(lines: Iterator[tuple[int, str]], separator: str | None) -> Iterator[Line]:
    """The rows that are not blank."""
    if separator is None:
        return (Line(number, line.split()) for number, line in lines if line.strip())
    return (row for row in _quoted(lines, separator) if row.fault or any(map(str.strip, row.cells)))


def _quoted(lines: Iterator[tuple[int, str]], separator: str) -> Iterator[Line]:
    """The rows of a CSV, over several lines where a cell is quoted.

    A row that is not CSV, such as one with a quote that nothing closes, is the line at which it begins: what a reader
    took with it is read again.
    """
    taken: list[tuple[int, str]] = []
    again: list[tuple[int, str]] = []

    def texts() -> Iterator[str]:
        while (line := again.pop() if again else next(lines, None)) is not None:
            taken.append(line)
            yield line[1]

    reader = csv.reader(texts(), delimiter=separator, strict=True)
    while True:
        taken.clear()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Line(taken[0][0], [], f"it is not CSV, is a quote missing? ({error})")
            again.extend(reversed(taken[1:]))
            reader = csv.reader(texts(), delimiter=separator, strict=True)
            continue
        if cells is None:
            return
        yield Line(taken[0][0], cells)


def _keys(
    rows: Iterator[Line], table: Table, asked: set[str | int], needed: tuple[str, ...], path: Path
) -> tuple[list[str | int], Iterator[Line]]:
    """The name of each column (its number where the mapping asks for that), and the rows without the header."""
    number, first, fault = next(rows)
    if fault:
        raise InputError(fault, path, number)
    names: Sequence[str] = [cell.strip() for cell in first]
    wanted = [name for name in needed if name in asked or not asked]
    known = [name.lower() for name in names[: len(needed)]]
    is_header = table.header
    if is_header is None and not table.columns:
        is_header = bool({name for name in asked if isinstance(name, str)} & set(names)) and set(wanted) <= set(names)
        is_header = is_header or tuple(known) in _HEADERS
    if not is_header:
        rows = chain([Line(number, first)], rows)
        names = table.columns or [*needed, *(str(n) for n in range(len(needed) + 1, len(names) + 1))][: len(names)]
    elif tuple(known) in _HEADERS:
        names = [*needed, *names[2:]]
    positions = {name for name in asked if isinstance(name, int)}
    keys = [n if n in positions else name for n, name in enumerate(names, 1)]
    if missing := sorted(positions - set(range(1, len(names) + 1))):
        raise InputError(f"has no column {missing[0]}; it has {len(names)}", path, number)
    return list(keys), rows


def _check_columns(keys: Sequence[str | int], asked: set[str | int], needed: tuple[str, ...], path: Path) -> None:
    optional = {"description", "type", "label", "confidence", "id", "network"}
    for name in sorted(str(n) for n in asked - set(keys) if n not in optional or n in needed):
        shown = ", ".join(map(str, keys))
        raise InputError(
            f"has no column {name!r}; it has {shown} (a mapping says `columns = [...]` for a file without a header)",
            path,
        )
