"""Cuts lines into the rows of a table, and tells a quoted cell of several lines from a quote that nothing closes."""

import csv
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from personagraph.text.rows.lines import LONGEST, Line

MOST_LINES = 100_000
"""Lines of a row."""
_COUNTED = re.compile(r"(\S{0,100}?)([0-9]{1,18})")


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
    A cell may run over lines, whatever they look like; only when they count on as rows do, its quote is taken for one
    that nothing closes. What is read again is no row when it ends with a quote that nothing opens. `spaced` says that a
    space behind a separator is none of the cell.
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

    width, is_broken, is_spaced, again = 0, False, False, 0
    reader = csv.reader(texts(), delimiter=separator, strict=True, skipinitialspace=spaced)
    while True:
        taken.clear()
        try:
            cells = next(reader, None)
            if cells is None:
                return
            found = [_row(taken, cells, longest)] if cells or taken[-1].fault else []
            if len(taken) == 1 and taken[0].number == again:
                found = [_closed(row, taken[0]) for row in found]
            if width > 1 and len(taken) > 1 and _runs_over_rows(taken, separator, width, is_spaced):
                raise csv.Error(f"the next one is in line {taken[-1].number:,}, and there are rows between")
        except csv.Error as error:
            yield _no_row(taken, error)
            found = [row for line in taken[1:-1] for row in _row_alone(line, separator)]
            last.extend(taken[-1:] if len(taken) > 1 else ())
            again = taken[-1].number
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
    """Whether a quoted cell took rows with it: each of its lines looks like the first, and goes on with its count.

    As many cells alone say nothing: an address or a poem has commas, too. So there must be a column, other than that of
    the quote, in which the numbers, or ids that end with one, go up by one from line to line.
    """
    *before, open_cell = cells_of(taken[0].text, separator) or [""]
    table = [[*before, *open_cell.split(separator)]]
    for line in taken[1:]:
        if line.text.strip():
            cells = cells_of(line.text, separator)
            if len(cells) != width or (_has_spaces(cells) and not is_spaced):
                return False
            table.append(cells)
    if len(table) == 1 or len(table[0]) != width:
        return False
    columns = [*zip(*table, strict=True)]
    del columns[len(before)]
    return any(all(map(_is_next, column, column[1:])) for column in columns)


def _is_next(one: str, other: str) -> bool:
    """Whether two cells are numbers, or ids that end with one, of which the second follows the first."""
    first, second = (_COUNTED.fullmatch(cell.strip().strip('"')) for cell in (one, other))
    return bool(first and second and first[1] == second[1] and int(first[2]) + 1 == int(second[2]))


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
        yield _closed(_row([line], cells, LONGEST), line)


def _closed(row: TableRow, line: Line) -> TableRow:
    """The row of a line that an open quote may have taken, or the fault that it has the end of that."""
    if row.fault or line.text.count('"') % 2 == 0 or not any(cell.rstrip().endswith('"') for cell in row.cells):
        return row
    return TableRow(row.line, (), "it ends with a quote that nothing opens, behind one that nothing closes")


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
