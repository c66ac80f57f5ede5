"""Reads rows of JSONL and CSV, one after another: each with its line, and its fields or what is wrong with it."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any, BinaryIO, NamedTuple

from personagraph.text.plain import has_half_character

LONGEST = 10_000_000
"""Bytes of a line, and characters of a cell, that are read at most; `csv` has one limit for the whole process."""
MOST_COLUMNS = 10_000
"""Columns of a CSV: each is a field of every row."""
MOST_LINES = 100_000
"""Lines of a row."""
LONGEST_SHOWN = 100
"""Characters of what a fault quotes of a row."""


class Line(NamedTuple):
    """A line with its end, or why it cannot be used: then `text` is its beginning.

    `spoils` says that it is about the whole file: what is before and after it should not be trusted either.
    """

    number: int
    text: str
    fault: str = ""
    spoils: bool = False


class TableRow(NamedTuple):
    """The cells of a row, or what is wrong with it; `line` is the last of its lines."""

    line: int
    cells: Sequence[str]
    fault: str = ""
    spoils: bool = False


class Row(NamedTuple):
    """The fields of a row, or what is wrong with it; `line` is the last of its lines.

    `raw` is the object of a JSONL file as it stands there. In a CSV, a cell that is missing is None, and what has no
    name is a list under "".
    """

    line: int
    fields: Mapping[str, Any]
    fault: str = ""
    spoils: bool = False
    raw: str = ""


def rows(file: BinaryIO, *, field: str, is_csv: bool, longest: int = LONGEST) -> Iterator[Row]:
    """The rows that are not blank; one without this field, or longer than so many bytes, cannot be used.

    The file stays open, and is not read further than it must. Nothing follows a CSV's header that cannot be used.
    """
    if is_csv:
        yield from _csv_rows(file, field, longest)
        return
    for line in lines(file, longest=longest):
        if line.fault:
            yield Row(line.number, {}, line.fault, line.spoils)
        elif text := line.text.removeprefix("\ufeff").strip():
            yield _json_row(line.number, text, field)


def lines(file: BinaryIO, *, longest: int = LONGEST, is_table: bool = False) -> Iterator[Line]:
    """The lines of a file in UTF-8. Those of a table end at a \\r too, and all are spoilt by one that is not UTF-8.

    Nothing follows a line with a zero byte.
    """
    text = io.TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline="" if is_table else "\n")
    ends = ("\n", "\r") if is_table else ("\n",)
    try:
        for number in count(1):
            begins = part = text.readline(longest + 2)
            if not part:
                return
            length = _size(part)
            while part and not part.endswith(ends) and "\0" not in part:
                part = text.readline(1 << 20)
                length += _size(part)
            length -= part.endswith(ends)
            if "\0" in part:
                fault = "holds a zero byte, so this is not a text file; JSONL or CSV in UTF-8 is needed"
                yield Line(number, begins, fault, spoils=True)
                return
            if length > longest:
                yield Line(number, begins, f"the line is {length:,} bytes long, at most {longest:,} are read")
            elif has_half_character(begins):
                place = next(n for n, c in enumerate(begins, 1) if has_half_character(c))
                yield Line(number, begins, f"not UTF-8 (character {place:,}); convert the file first", is_table)
            else:
                yield Line(number, begins)
    finally:
        if not file.closed:
            text.detach()


def table_rows(source: Iterator[Line], separator: str = ",", *, longest: int = LONGEST) -> Iterator[TableRow]:
    """The rows of a CSV with this separator, over several lines where a cell is quoted; lines without any are left out.

    A row that is not CSV, such as one with a quote that nothing closes, is the line at which it begins: what a reader
    took with it is read again, each line by itself but for the last. So no line is read more often than three times.
    """
    csv.field_size_limit(LONGEST)
    taken: list[Line] = []
    last: list[Line] = []

    def texts() -> Iterator[str]:
        length = 0
        while (line := last.pop() if last else next(source, None)) is not None:
            if not taken:
                length = 0
            taken.append(line)
            length += len(line.text)
            if len(taken) > MOST_LINES or (length > 2 * LONGEST and len(taken) > 1):
                raise csv.Error(f"it goes on for {len(taken):,} lines")
            yield line.text

    reader = csv.reader(texts(), delimiter=separator, strict=True)
    while True:
        taken.clear()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield _no_row(taken[0], error)
            last.extend(taken[-1:] if len(taken) > 1 else ())
            for line in taken[1:-1]:
                yield from _row_alone(line, separator)
            reader = csv.reader(texts(), delimiter=separator, strict=True)
            continue
        if cells is None:
            return
        fault, spoils = next(((line.fault, line.spoils) for line in taken if line.fault), ("", False))
        if not fault and len(taken) > 1 and (length := sum(len(line.text) for line in taken)) > longest:
            fault = f"the row is {length:,} characters long, at most {longest:,} are read"
        if cells:
            yield TableRow(taken[-1].number, () if fault else cells, fault, spoils)


def _row_alone(line: Line, separator: str) -> Iterator[TableRow]:
    """The row that a line is by itself, if it is not blank."""
    try:
        cells = next(csv.reader([line.text], delimiter=separator, strict=True))
    except csv.Error as error:
        yield _no_row(line, error)
        return
    if cells:
        yield TableRow(line.number, () if line.fault else cells, line.fault, line.spoils)


def _no_row(line: Line, error: csv.Error) -> TableRow:
    fault = line.fault if line.spoils else f"it is not CSV, is a quote missing? ({error})"
    return TableRow(line.number, (), fault, line.spoils)


def shown(text: object) -> str:
    """What a fault quotes of a row, in quotes, cut where it is long."""
    said = str(text)
    return repr(said if len(said) <= LONGEST_SHOWN else said[:LONGEST_SHOWN] + "…")


def _json_row(number: int, text: str, field: str) -> Row:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return Row(number, {}, "not JSON")
    if not isinstance(data, dict):
        return Row(number, {}, "not a JSON object")
    if field not in data:
        return Row(number, {}, f"no field {field!r}; it has {_some(sorted(data)) or 'none'}")
    return Row(number, data, raw=text)


def _csv_rows(file: BinaryIO, field: str, longest: int) -> Iterator[Row]:
    """The rows below the header, by its names. Whatever is to be found out of a CSV's first lines belongs here."""
    found = table_rows(lines(file, longest=longest, is_table=True), longest=longest)
    top = next(found, TableRow(1, ()))
    if top.fault:
        yield Row(top.line, {}, f"its header is not CSV: {top.fault}", spoils=True)
        return
    names = [name for name in top.cells if name.strip()]
    if len(top.cells) > MOST_COLUMNS:
        fault = f"it has {len(top.cells):,} columns, at most {MOST_COLUMNS:,} are read"
        yield Row(top.line, {}, fault, spoils=True)
    elif names and field not in names:
        yield Row(top.line, {}, f"no column {field!r}; it has {_some(names)}", spoils=True)
    elif names:
        for line, cells, fault, spoils in found:
            yield Row(line, {} if fault else _named(top.cells, cells), fault, spoils)


def _named(names: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    fields: dict[str, Any] = dict(zip(names, cells, strict=False))
    fields |= dict.fromkeys(names[len(cells) :])
    return fields | {"": list(cells[len(names) :])} if len(cells) > len(names) else fields


def _some(names: Sequence[str], most: int = 8) -> str:
    """The first of the names, each cut where it is long."""
    first = [name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}…" for name in names[:most]]
    return ", ".join(first) + (f" and {len(names) - most} more" if len(names) > most else "")


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))
