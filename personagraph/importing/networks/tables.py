"""Reads node tables and edge lists: CSV, TSV, any other separator or white space, with a header or without one."""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from personagraph.errors import InputError
from personagraph.importing.networks.columns import check, places
from personagraph.importing.networks.files import MOST_COLUMNS, Edge, Record, kind_of, opened
from personagraph.importing.networks.mapping import Cells, Edges, Nodes, Table
from personagraph.text.rows import Line, TableRow, lines, table_rows

_SEPARATORS = "\t|;,"
_COMMENTS = ("#", "%")
"""What lines at the top of an edge list begin with that are no rows."""
_WITH_HEADER = (".csv", ".tsv", ".psv")
"""What tables are called whose first row is the names of the columns."""
_ENDS = (("source", "target"), ("from", "to"), ("src", "dst"))


def node_rows(path: Path, mapping: Nodes) -> Iterator[Record]:
    """The rows of a node table. Raises InputError for a file that has no column for ids."""
    yield from _rows(path, mapping)


def edge_rows(path: Path, mapping: Edges) -> Iterator[Edge]:
    """The rows of an edge list. Raises InputError for a file that has no columns for both ends."""
    yield from map(Edge, _rows(path, mapping))


def adjacency_rows(path: Path, mapping: Edges) -> Iterator[Edge]:
    """The edges of an adjacency list: a line has an id, and those that it is tied to; alone, it is a node."""
    check(mapping.needed, mapping.mapped, path)
    with opened(path) as file:
        for line, cells, fault, _ in _split(_below_comments(file, path), None):
            if fault:
                yield Edge(Record(line, {}, fault))
                continue
            for target in cells[1:]:
                yield Edge(Record(line, {"source": cells[0], "target": target}))
            if len(cells) == 1:
                yield Edge(Record(line, {"source": cells[0], "target": cells[0]}), alone=True)


def _rows(path: Path, table: Table) -> Iterator[Record]:
    with opened(path) as file:
        source = _below_comments(file, path)
        top = next(source, None)
        if top is None:
            return
        separator = table.separator or _separator(top.text, path)
        rows = _split(chain([top], source), None if separator == " " else separator)
        first = next(rows, TableRow(top.number, ()))
        if first.fault:
            raise InputError(first.fault, path, first.line)
        if len(first.cells) > MOST_COLUMNS:
            fault = f"it has {len(first.cells):,} columns, at most {MOST_COLUMNS:,} are read"
            raise InputError(fault, path, first.line)
        names = [cell.strip() for cell in first.cells]
        if not (has_header := _has_header(names, table, path)):
            numbers = map(str, range(len(table.needed) + 1, len(names) + 1))
            names, rows = [*(table.columns or [*table.needed, *numbers][: len(names)])], chain([first], rows)
        elif _are_ends(names, table):
            names[: len(table.needed)] = table.needed
        check(names, table.mapped | table.ends, path, first.line, has_header=has_header)
        try:
            found = places(tuple(names), table.asked)
        except ValueError as error:
            raise InputError(f"{error}: give its number in the mapping", path, first.line) from error
        for line, cells, fault, _ in rows:
            if not fault and (len(cells) < len(names) or any(map(str.strip, cells[len(names) :]))):
                fault = f"it has {len(cells)} cells, and there are {len(names)} columns"
            every: Cells = dict(zip(names, cells, strict=False)) if isinstance(table, Nodes) and not fault else {}
            yield Record(line, {} if fault else {name: cells[place] for name, place in found.items()}, fault, every)


def _below_comments(file: BinaryIO, path: Path) -> Iterator[Line]:
    """The lines from the first row on. Raises InputError for a line that spoils the file."""
    is_above = True
    for line in lines(file, is_table=True):
        is_above = is_above and (not line.text.strip() or line.text.startswith(_COMMENTS))
        if line.spoils:
            raise InputError(line.fault, path, line.number)
        if not is_above:
            yield line


def _separator(line: str, path: Path) -> str:
    """The separator that occurs most in the line; white space when there is none, but in a CSV a comma."""
    best = max(_SEPARATORS, key=line.count)
    return best if best in line else "," if kind_of(path) == ".csv" else " "


def _split(source: Iterator[Line], separator: str | None) -> Iterator[TableRow]:
    """The rows that are not blank."""
    if separator is None:
        told = ((line, () if line.fault else line.text.split()) for line in source)
        return (TableRow(line.number, cells, line.fault) for line, cells in told if cells or line.fault)
    return (row for row in table_rows(source, separator) if row.fault or any(map(str.strip, row.cells)))


def _has_header(names: Sequence[str], table: Table, path: Path) -> bool:
    """Whether the first row is the names of the columns: as the mapping says, or by the name of the file.

    In other files it is one when the mapping gives names to look for, or when it has the very names of the ends.
    """
    if table.header is not None:
        return table.header
    if table.columns:
        return False
    is_named = any(isinstance(name, str) for name in table.mapped)
    return kind_of(path) in _WITH_HEADER or is_named or _are_ends(names, table) or _has_both_ends(names, table)


def _are_ends(names: Sequence[str], table: Table) -> bool:
    """Whether the row begins with the ends of an edge, by one of the names that they have everywhere."""
    begins = tuple(name.casefold() for name in names[: len(table.needed)])
    return table.ends == set(table.needed) and (begins in _ENDS or begins == table.needed)


def _has_both_ends(names: Sequence[str], table: Table) -> bool:
    """Whether the ends of an edge are anywhere in the row, by such names."""
    folded = {name.casefold() for name in names}
    return len(table.needed) > 1 and table.ends == set(table.needed) and any(set(ends) <= folded for ends in _ENDS)
