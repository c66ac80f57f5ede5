"""Reads the rows of a file, of JSON, a table or Parquet: each with its line, its fields or what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from personagraph.text.files import ending
from personagraph.text.rows.headers import MOST_COLUMNS, SEPARATORS, fitting, table
from personagraph.text.rows.lines import LONGEST, lines
from personagraph.text.rows.names import missing, named, places
from personagraph.text.rows.objects import Row, begins_with_json, json_rows
from personagraph.text.rows.parquet import ENDING, is_parquet, parquet_rows

JSON = (".json", ".jsonl", ".ndjson")
"""What files of JSON are called."""


def rows(
    file: BinaryIO, path: str | Path, *, field: str, separator: str | None = None, longest: int = LONGEST
) -> Iterator[Row]:
    """The rows that are not blank; one without this field, or longer than so many bytes, cannot be used.

    A file is Parquet by the ending of its name or its first bytes, and of JSON or a table by the ending; where that
    says nothing, and no separator is told, by what it begins with. The file stays open, and is not read further than it
    must. Nothing follows a header that cannot be used.
    """
    if ending(path) == ENDING or is_parquet(file):
        yield from parquet_rows(file, path, field, longest=longest)
    elif is_json(file, path, separator=separator):
        yield from json_rows(file, field, longest=longest)
    else:
        yield from _table_rows(file, path, field, separator, longest)


def is_json(file: BinaryIO, path: str | Path, *, separator: str | None = None) -> bool:
    """Whether a file is of JSON and no table."""
    kind = ending(path)
    return kind in JSON or (kind not in SEPARATORS and separator is None and begins_with_json(file))


def _table_rows(file: BinaryIO, path: str | Path, field: str, separator: str | None, longest: int) -> Iterator[Row]:
    """The rows below the header, by its names."""
    source = lines(file, longest=longest, is_table=True)
    found = table(source, ending(path), (field,), separator=separator, longest=longest)
    if found is None:
        return
    top = found.first
    if top.fault:
        fault = top.fault if top.spoils else f"its header is not CSV: {top.fault}"
        yield Row(top.line, {}, fault, spoils=True)
        return
    names = named(top.cells)
    try:
        place = places(tuple(top.cells), frozenset({field})).get(field)
        fault = missing("column", field, [name for name in top.cells if name.strip()]) if place is None else ""
    except ValueError as error:
        place, fault = None, str(error)
    if len(top.cells) > MOST_COLUMNS:
        fault = f"it has {len(top.cells):,} columns, at most {MOST_COLUMNS:,} are read"
    if fault or place is None:
        yield Row(top.line, {}, fault, spoils=True)
        return
    for line, cells, fault, spoils in fitting(found.rows, names, (place,), place):
        fields = {} if fault else _fields(names, cells)
        yield Row(line, fields, fault, spoils, name=names[place])


def _fields(names: Sequence[str], cells: Sequence[str]) -> Mapping[str, Any]:
    fields: dict[str, Any] = dict(zip(names, cells, strict=False))
    return fields | dict.fromkeys(names[len(cells) :])
