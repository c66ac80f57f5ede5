"""Reads node tables and edge lists: CSV, TSV, any other separator or white space, with a header or without one."""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from personagraph.errors import InputError
from personagraph.importing.networks import documents
from personagraph.importing.networks.columns import check
from personagraph.importing.networks.files import Edge, Record
from personagraph.importing.networks.mapping import ENDS, Cells, Edges, Nodes, Table
from personagraph.text.files import ending, unpacked
from personagraph.text.rows.headers import MOST_COLUMNS, fitting, table
from personagraph.text.rows.lines import Line, lines
from personagraph.text.rows.names import named, places
from personagraph.text.rows.reading import is_json
from personagraph.text.rows.tables import TableRow

_COMMENTS = ("#", "%")
"""What lines at the top of an edge list begin with that are no rows."""
_WITH_HEADER = (".csv", ".tsv", ".psv")
"""What tables are called whose first row is the names of the columns."""


def node_rows(path: Path, mapping: Nodes) -> Iterator[Record]:
    """The rows of a node table. Raises InputError for a file that has no column for ids."""
    yield from _rows(path, mapping)


def edge_rows(path: Path, mapping: Edges) -> Iterator[Edge]:
    """The rows of an edge list. Raises InputError for a file that has no columns for both ends."""
    yield from map(Edge, _rows(path, mapping))


def adjacency_rows(path: Path, mapping: Edges) -> Iterator[Edge]:
    """The edges of an adjacency list: a line has an id, and those that it is tied to; alone, it is a node."""
    check(mapping.needed, mapping.mapped, path)
    with unpacked(path) as file:
        for line in _below_comments(file, path):
            source, *targets = line.text.split() or [""]
            if line.fault:
                yield Edge(Record(line.number, {}, line.fault))
                continue
            for target in targets:
                yield Edge(Record(line.number, {"source": source, "target": target}))
            if source and not targets:
                yield Edge(Record(line.number, {"source": source, "target": source}), alone=True)


def _rows(path: Path, mapping: Table) -> Iterator[Record]:
    with unpacked(path) as file:
        if is_json(file, path, separator=mapping.separator):
            yield from documents.objects(file, path, mapping)
            return
        names = [name for name in mapping.asked if isinstance(name, str)] + [name for ends in ENDS for name in ends]
        source = _below_comments(file, path)
        found = table(source, ending(path), names, separator=mapping.separator, white_space=True)
        if found is not None:
            yield from _records(found.first, found.rows, path, mapping)


def _records(first: TableRow, rows: Iterator[TableRow], path: Path, mapping: Table) -> Iterator[Record]:
    """The rows by the names that the mapping asks for, below the first one or with it."""
    if first.fault:
        raise InputError(first.fault, path, first.line)
    if len(first.cells) > MOST_COLUMNS:
        fault = f"it has {len(first.cells):,} columns, at most {MOST_COLUMNS:,} are read"
        raise InputError(fault, path, first.line)
    names = [cell.strip() for cell in first.cells]
    if not (has_header := _has_header(names, mapping, path)):
        numbers = map(str, range(len(mapping.needed) + 1, len(names) + 1))
        names, rows = [*(mapping.columns or [*mapping.needed, *numbers][: len(names)])], chain([first], rows)
    elif _are_ends(names, mapping):
        names[: len(mapping.needed)] = mapping.needed
    check(names, mapping.mapped | mapping.ends, path, first.line, has_header=has_header)
    try:
        found = places(tuple(names), mapping.asked, mapping.spare)
    except ValueError as error:
        raise InputError(f"{error}: give its number in the mapping", path, first.line) from error
    text = found.get(mapping.text) if mapping.text else None
    kept = [(n, name) for n, name in enumerate(named(names)) if n != text] if isinstance(mapping, Nodes) else []
    for line, cells, fault, _ in fitting(rows, names, found.values(), text):
        every: Cells = {} if fault else {name: cells[n] for n, name in kept if n < len(cells)}
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


def _has_header(names: Sequence[str], mapping: Table, path: Path) -> bool:
    """Whether the first row is the names of the columns: as the mapping says, or by the name of the file.

    In other files it is one when the mapping gives names to look for, or when it has the very names of the ends.
    """
    if mapping.header is not None:
        return mapping.header
    if mapping.columns:
        return False
    is_named = any(isinstance(name, str) for name in mapping.mapped)
    return ending(path) in _WITH_HEADER or is_named or _are_ends(names, mapping) or _has_both_ends(names, mapping)


def _are_ends(names: Sequence[str], mapping: Table) -> bool:
    """Whether the row begins with the ends of an edge, by one of the names that they have everywhere."""
    begins = tuple(name.casefold() for name in names[: len(mapping.needed)])
    return mapping.ends == set(mapping.needed) and (begins in ENDS or begins == mapping.needed)


def _has_both_ends(names: Sequence[str], mapping: Table) -> bool:
    """Whether the ends of an edge are anywhere in the row, by such names."""
    folded = {name.casefold() for name in names}
    return len(mapping.needed) > 1 and mapping.ends == set(mapping.needed) and any(set(ends) <= folded for ends in ENDS)
