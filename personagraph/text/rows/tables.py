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


class _Opening(NamedTuple):
    """The cells of the line in which a quote opens that does not close there, as if it were none, and its place."""

    cells: Sequence[str]
    quoted: int


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

    width, broken = 0, _Opening((), 0)
    reader = csv.reader(texts(), delimiter=separator, strict=True, skipinitialspace=spaced)
    while True:
        taken.clear()
        try:
            cells = next(reader, None)
            if cells is None:
                return
            found = [_row(taken, cells, longest)] if cells or taken[-1].fault else []
            if width > 1 and len(taken) > 1 and _runs_over_rows(taken, separator, width):
                raise csv.Error(f"the next one is in line {taken[-1].number:,}, and there are rows between")
        except csv.Error as error:
            yield _no_row(taken, error)
            found = [row for line in taken[1:-1] for row in _row_alone(line, separator)]
            last.extend(taken[-1:] if len(taken) > 1 else ())
            broken = _opening(taken[0].text, separator)
            reader = csv.reader(texts(), delimiter=separator, strict=True, skipinitialspace=spaced)
        for row in found:
            if broken.cells and not row.fault:
                if width and _is_rest(row.cells, broken):
                    yield TableRow(row.line, (), "it is no row by itself; the one before it is broken")
                    continue
                broken = _Opening((), 0)
            width = width or len(row.cells)
            yield row


def cells_of(line: str, separator: str) -> list[str]:
    """The cells of a line by itself, whatever its quotes are."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _runs_over_rows(taken: Sequence[Line], separator: str, width: int) -> bool:
    """Whether a quoted cell took rows with it: the last of its lines, and most of the others, look like the first."""
    opening = _opening(taken[0].text, separator)
    if len(opening.cells) != width:
        return False
    below = [line.text for line in taken[1:] if line.text.strip()]
    if not _is_alike(taken[-1].text, separator, opening):
        return False
    return sum(_is_alike(text, separator, opening) for text in below) >= ALIKE * len(below)


def _opening(line: str, separator: str) -> _Opening:
    *before, open_cell = cells_of(line, separator) or [""]
    return _Opening([*before, *open_cell.split(separator)], len(before))


def _is_alike(line: str, separator: str, opening: _Opening) -> bool:
    """Whether a line is a row like that of the opening: as many cells, and a code or a number where that has one."""
    cells = cells_of(line, separator)
    if len(cells) != len(opening.cells) or _is_rest(cells, opening):
        return False
    pairs = enumerate(zip(cells, opening.cells, strict=True))
    return all(_is_code(a) == _is_code(b) for n, (a, b) in pairs if n != opening.quoted and a.strip() and b.strip())


def _is_rest(cells: Sequence[str], opening: _Opening) -> bool:
    """Whether it looks like prose with commas: with spaces behind them, where the row that it follows has none."""
    return _has_spaces(cells) and not _has_spaces(opening.cells)


def _has_spaces(cells: Sequence[str]) -> bool:
    return any(cell.startswith(" ") for cell in cells[1:])


def _is_code(cell: str) -> bool:
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
