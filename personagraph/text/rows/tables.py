"""Cuts lines into the rows of a table, and tells a quoted cell of several lines from a quote that nothing closes."""

import csv
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from personagraph.text.rows.lines import LONGEST, Line

MOST_LINES = 100_000
"""Lines of a row."""
ALIKE = 0.75
"""Of the lines that a cell runs over, those that are rows by themselves when its quote is taken for a slip."""


class TableRow(NamedTuple):
    """The cells of a row, or what is wrong with it; `line` is the last of its lines."""

    line: int
    cells: Sequence[str]
    fault: str = ""
    spoils: bool = False


def table_rows(
    source: Iterator[Line], separator: str = ",", *, longest: int = LONGEST, spaced: bool = False
) -> Iterator[TableRow]:
    """The rows of a table with this separator, over several lines where a cell is quoted; empty lines are left out.

    A row that is not CSV, such as one with a quote that nothing closes, is the line at which it begins: what a reader
    took with it is read again, each line by itself but for the last. So no line is read more often than four times.
    A cell may run over lines; but when these are rows by themselves, its quote is taken for one that nothing closes.
    `spaced` says that a space behind a separator is none of the cell.
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

    width, is_broken, is_spaced = 0, False, False
    reader = csv.reader(texts(), delimiter=separator, strict=True, skipinitialspace=spaced)
    while True:
        taken.clear()
        try:
            cells = next(reader, None)
            if cells is None:
                return
            found = [_row(taken, cells, longest)] if cells or taken[-1].fault else []
            if width > 1 and len(taken) > 1 and _runs_over_rows(taken, separator, width, is_spaced):
                raise csv.Error(f"the next one is in line {taken[-1].number:,}, and there are rows between")
        except csv.Error as error:
            yield _no_row(taken, error)
            found = [row for line in taken[1:-1] for row in _row_alone(line, separator)]
            last.extend(taken[-1:] if len(taken) > 1 else ())
            is_broken = True
            reader = csv.reader(texts(), delimiter=separator, strict=True, skipinitialspace=spaced)
        for row in found:
            if not row.fault:
                # What follows a row that is broken may be its rest.
                is_broken = is_broken and width > 1 and not is_spaced and _has_spaces(row.cells)
                is_spaced = is_spaced or (not is_broken and _has_spaces(row.cells))
            width = width or len(row.cells)
            rest = is_broken and not row.fault
            yield TableRow(row.line, (), "it is no row by itself; the one before it is broken") if rest else row


def cells_of(line: str, separator: str) -> list[str]:
    """The cells of a line by itself, whatever its quotes are."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _runs_over_rows(taken: Sequence[Line], separator: str, width: int, is_spaced: bool) -> bool:
    """Whether a quoted cell took rows with it: the last of its lines, and most of the others, look like the first.

    They have as many cells, a code or a number where that has one, and, as it has none, no spaces behind separators.
    """
    *before, open_cell = cells_of(taken[0].text, separator) or [""]
    opening = [*before, *open_cell.split(separator)]
    if len(opening) != width:
        return False

    def is_alike(line: str) -> bool:
        cells = cells_of(line, separator)
        if len(cells) != width or (_has_spaces(cells) and not is_spaced):
            return False
        pairs = enumerate(zip(cells, opening, strict=True))
        return all(is_code(a) == is_code(b) for n, (a, b) in pairs if n != len(before) and a.strip() and b.strip())

    below = [line.text for line in taken[1:] if line.text.strip()]
    return is_alike(taken[-1].text) and sum(map(is_alike, below)) >= ALIKE * len(below)


def _has_spaces(cells: Sequence[str]) -> bool:
    return any(cell.startswith(" ") for cell in cells[1:])


def is_code(cell: str) -> bool:
    """Whether a cell is a number, or an id with digits in it."""
    said = cell.strip().strip('"')
    return any(map(str.isdigit, said)) and not any(map(str.isspace, said))


def _row(taken: Sequence[Line], cells: Sequence[str], longest: int) -> TableRow:
    fault, spoils = next(((line.fault, line.spoils) for line in taken if line.fault), ("", False))
    if not fault and len(taken) > 1 and (length := sum(len(line.text) for line in taken)) > longest:
        fault = f"the row is {length:,} characters long, at most {longest:,} are read"
    return TableRow(taken[-1].number, () if fault else cells, fault, spoils)


def _row_alone(line: Line, separator: str) -> Iterator[TableRow]:
    """The row that a line is by itself, if it is not blank."""
    try:
        cells = next(csv.reader([line.text], delimiter=separator, strict=True))
    except csv.Error as error:
        yield _no_row([line], error)
        return
    if cells or line.fault:
        yield _row([line], cells, LONGEST)


def _no_row(taken: Sequence[Line], error: csv.Error) -> TableRow:
    """What is said of the first of the lines."""
    line = taken[0]
    if line.fault:
        return TableRow(line.number, (), line.fault, line.spoils)
    said = str(error)
    if "unexpected end" in said:
        said = "nothing closes it down to the end of the file"
    elif "expected after" in said and len(taken) > 1:
        said = f"the next one is in line {taken[-1].number:,}, and text stands behind it"
    elif "expected after" in said:
        said = "text stands behind a closing quote; a quote in a cell is written twice"
    return TableRow(line.number, (), f"it is not CSV, is a quote missing? ({said})")
