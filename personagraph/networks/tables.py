"""Reads node tables and edge lists: CSV, TSV, any other separator or white space, with a header or without one."""

import csv
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from personagraph.errors import InputError
from personagraph.networks.files import Edge, Record, kind_of, opened
from personagraph.networks.mapping import Edges, Nodes, Table
from personagraph.rows import text_lines

_SEPARATORS = "\t|;,"
_COMMENTS = ("#", "%")
"""What lines at the top of an edge list begin with that are no rows."""
_HEADERS = (("source", "target"), ("from", "to"), ("src", "dst"))

Numbered = Iterator[tuple[int, list[str]]]


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
        for line, cells in _split(enumerate(text_lines(file, path), 1), None):
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
        for line, cells in rows:
            if len(cells) < len(keys) or any(map(str.strip, cells[len(keys) :])):
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


def _split(lines: Iterator[tuple[int, str]], separator: str | None) -> Numbered:
    """The cells of each line that is not blank, with the number of the line at which the row begins."""
    if separator is None:
        for number, line in lines:
            if line.strip() and not line.startswith(_COMMENTS):
                yield number, line.split()
        return
    at = 0

    def texts() -> Iterator[str]:
        nonlocal at
        for number, line in lines:
            at = at or number
            yield line

    reader = csv.reader(texts(), delimiter=separator)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            cells = [f"not CSV: {error}"]
        if cells is None:
            return
        number, at = at, 0
        if any(map(str.strip, cells)):
            yield number, cells


def _keys(
    rows: Numbered, table: Table, asked: set[str | int], needed: tuple[str, ...], path: Path
) -> tuple[list[str | int], Numbered]:
    """The name of each column (its number where the mapping asks for that), and the rows without the header."""
    number, first = next(rows)
    names: Sequence[str] = [cell.strip() for cell in first]
    wanted = [name for name in needed if name in asked or not asked]
    known = [name.lower() for name in names[: len(needed)]]
    is_header = table.header
    if is_header is None and not table.columns:
        is_header = bool({name for name in asked if isinstance(name, str)} & set(names)) and set(wanted) <= set(names)
        is_header = is_header or tuple(known) in _HEADERS
    if not is_header:
        rows = chain([(number, first)], rows)
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
