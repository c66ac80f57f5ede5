"""Reads node tables and edge lists: CSV, TSV, any other separator or white space, with a header or without one."""

import csv
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from personagraph.errors import InputError
from personagraph.networks.columns import check, places
from personagraph.networks.files import Edge, Record, kind_of, opened
from personagraph.networks.mapping import Edges, Nodes, Table
from personagraph.rows import text_lines

_SEPARATORS = "\t|;,"
_COMMENTS = ("#", "%")
"""What lines at the top of an edge list begin with that are no rows."""
_HEADERS = (("source", "target"), ("from", "to"), ("src", "dst"))

_LOOKED_AT = 5
"""How many rows of nothing but numbers make names of a first row that has none."""


class Line(NamedTuple):
    """A row as it stands: the number of the line at which it begins, its cells, and why it is none, if so."""

    number: int
    cells: list[str]
    fault: str = ""


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
        for line, cells, _ in _split(_after_comments(enumerate(text_lines(file, path), 1)), None):
            for target in cells[1:]:
                yield Edge(Record(line, {"source": cells[0], "target": target}))
            if len(cells) == 1:
                yield Edge(Record(line, {"source": cells[0], "target": cells[0]}), alone=True)


def _rows(path: Path, table: Table) -> Iterator[Record]:
    with opened(path) as file:
        lines = _after_comments(enumerate(text_lines(file, path), 1))
        top = next(lines, None)
        if top is None:
            return
        separator = table.separator or _separator(top[1], path)
        rows = _split(chain([top], lines), None if separator == " " else separator)
        first = next(rows)
        if first.fault:
            raise InputError(first.fault, path, first.number)
        names, is_header = _names(first, table)
        check(names, table.mapped | table.ends, path, first.number)
        try:
            found = places(tuple(names), table.asked)
        except ValueError as error:
            raise InputError(f"{error}: give its number in the mapping", path, first.number) from error
        ends = [found[end] for end in table.ends]
        doubtful = not is_header and table.header is None and not table.columns and not any(_numbers(first, ends))
        if doubtful:
            rows = _below(first, rows, table, ends, path)
        if not is_header:
            rows = chain([first], rows)
        for line, cells, fault in rows:
            if fault:
                yield Record(line, {}, fault)
            elif len(cells) < len(names) or any(map(str.strip, cells[len(names) :])):
                yield Record(line, {}, f"it has {len(cells)} cells, and there are {len(names)} columns")
            else:
                read = {name: cells[place] for name, place in found.items()}
                yield Record(line, read, is_doubtful=doubtful and line == first.number)


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


def _names(first: Line, table: Table) -> tuple[Sequence[str], bool]:
    """The names of the columns, and whether the first row is what gives them."""
    names = [cell.strip() for cell in first.cells]
    folded = [name.casefold() for name in names]
    asked = {name.casefold() for name in table.asked if isinstance(name, str)}
    wanted = {name.casefold() for name in table.ends if isinstance(name, str)}
    pair = tuple(folded[: len(table.needed)]) in _HEADERS
    is_header = table.header
    if is_header is None and not table.columns:
        is_header = pair or (bool(asked & set(folded)) and wanted <= set(folded))
    if not is_header:
        numbers = map(str, range(len(table.needed) + 1, len(names) + 1))
        return table.columns or [*table.needed, *numbers][: len(names)], False
    if pair and wanted == set(table.needed):
        names = [*table.needed, *names[2:]]
    return names, True


def _below(first: Line, rows: Iterator[Line], table: Table, ends: Sequence[int], path: Path) -> Iterator[Line]:
    """The rows below a first one without numbers. Raises InputError when they have some: it is names, then."""
    seen = list(islice(rows, _LOOKED_AT))
    if ends and seen and all(all(_numbers(row, ends)) for row in seen):
        raise InputError(
            f"begins with {', '.join(first.cells)}: if these are names of columns, say `header = true` in a mapping and"
            f" which of them is the {' and which the '.join(table.needed)}; if they are not, say `header = false`",
            path,
            first.number,
        )
    return chain(seen, rows)


def _numbers(row: Line, ends: Sequence[int]) -> list[bool]:
    return [place < len(row.cells) and row.cells[place].strip().isdecimal() for place in ends]
