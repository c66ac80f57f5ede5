"""Finds the separator of a table in its first row, and holds the rows below it to its columns."""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from personagraph.errors import UsageError
from personagraph.text.rows.lines import LONGEST, Line
from personagraph.text.rows.tables import TableRow, cells_of, is_code, table_rows

SEPARATORS = {".csv": ",;\t|", ".tsv": "\t,;|", ".tab": "\t,;|", ".psv": "|,;\t"}
"""What may separate the cells of a table, the likelier first, by the ending of its name."""
MOST_COLUMNS = 10_000
"""Columns of a table: each is a field of every row."""
WHITE_SPACE = " "
"""The separator that stands for any white space; there are no quotes then."""
_NONE = "\x1f"
"""What separates the cells of a table of one column: nothing that is in a text."""
_CUT = "it seems to be cut by a line break that is not in quotes"
_WORDS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": WHITE_SPACE}
_SAYS_SEPARATOR = re.compile(r'"?sep=([^"\r\n])"?\s*$', re.IGNORECASE)


class OpenTable(NamedTuple):
    """The rows of a table, and its first one, which may be a header; `separator` is what was found or told."""

    first: TableRow
    rows: Iterator[TableRow]
    separator: str


def separator_named(said: str | None) -> str | None:
    """The separator that an option names: one sign, or a word for it. Raises UsageError."""
    if said is None:
        return None
    found = _WORDS.get(said.casefold(), said)
    if len(found) != 1 or found in '"\r\n\0' or found.isalnum():
        raise UsageError(f"{said!r} is no separator; name one sign, as ; or |, or one of {', '.join(_WORDS)}")
    return found


def table(
    source: Iterator[Line],
    ending: str,
    asked: Collection[str] = (),
    *,
    separator: str | None = None,
    white_space: bool = False,
    longest: int = LONGEST,
) -> OpenTable | None:
    """The table in these lines; None when there is none.

    Its separator is what is told, else what a first line "sep=;" says, as Excel writes it, else the one that lets most
    of the names that are asked for stand in the first row, and cuts it into most cells. A first row of one cell has
    none; `white_space` says that it may be that.
    """
    # The mark of the encoding may stand there twice, where files were put together.
    filled = (line for line in source if line.fault or line.text.strip("\ufeff \t\r\n"))
    top = next(filled, None)
    if top and (said := _SAYS_SEPARATOR.match(top.text.lstrip("\ufeff"))):
        separator, top = separator or said[1], next(filled, None)
    if top is None:
        return None
    top = top._replace(text=top.text.lstrip("\ufeff"))
    found = separator or _separator(top.text, ending, asked, white_space=white_space)
    rows = _cut(chain([top], source), found, top, white_space=white_space, longest=longest)
    return OpenTable(next(rows, TableRow(top.number, ())), rows, found)


def _cut(source: Iterator[Line], separator: str, top: Line, *, white_space: bool, longest: int) -> Iterator[TableRow]:
    """The rows that are not blank."""
    told: Iterator[TableRow]
    if separator == WHITE_SPACE and white_space:
        told = (TableRow(line.number, line.text.split(), line.fault, line.spoils) for line in source)
    else:
        names = cells_of(top.text, separator)
        spaced = len(names) > 1 and all(name[:1] == " " for name in names[1:])
        told = table_rows(source, separator, longest=longest, spaced=spaced)
    # One empty cell that stands in quotes is a row, in which something is missing.
    yield from (row for row in told if row.fault or list(row.cells) == [""] or any(map(str.strip, row.cells)))


def fitting(
    rows: Iterator[TableRow], names: Sequence[str], needed: Collection[int], text: int | None = None
) -> Iterator[TableRow]:
    """The rows, of which those cannot be used that do not fit the columns, or are the names of the columns again.

    A row may be shorter when what is needed is there, and longer by empty cells. `text` is the place of a text, which
    must not be cut by a line break that is not in quotes: a row that ends with it, and the rest below, cannot be used.
    """
    header = [name.strip() for name in names]
    held: TableRow | None = None
    for row in rows:
        fault = row.fault or _misfit(row.cells, header, needed)
        if held is not None and text is not None and not row.fault and _is_rest_of(held.cells, row.cells, header, text):
            yield TableRow(held.line, (), _CUT)
            yield TableRow(row.line, (), fault or _CUT)
            held = None
            continue
        if held is not None:
            yield held
        held = None
        if fault:
            yield TableRow(row.line, (), fault, row.spoils)
        elif text is not None and len(row.cells) == text + 1 and len(header) > 1:
            held = row
        else:
            yield row
    if held is not None:
        yield held


def _misfit(cells: Sequence[str], header: Sequence[str], needed: Collection[int]) -> str:
    if len(cells) <= max(needed, default=-1):
        return f"it has {len(cells)} cells, and there are {len(header)} columns"
    if any(map(str.strip, cells[len(header) :])):
        return f"it has {len(cells)} cells, and there are {len(header)} columns; is a cell not in quotes?"
    if len(cells) == len(header) > 1 and [cell.strip() for cell in cells] == header:
        return "it is the names of the columns again"
    return ""


def _is_rest_of(before: Sequence[str], cells: Sequence[str], header: Sequence[str], text: int) -> bool:
    """Whether a row goes on with the text in which the one before it ends: it is short, and no row like that."""
    pairs = zip(before[:text], cells, strict=False)
    return len(cells) < len(header) and any(a.strip() and b.strip() and is_code(a) != is_code(b) for a, b in pairs)


def _separator(line: str, ending: str, asked: Collection[str], *, white_space: bool) -> str:
    wanted = {name.strip().casefold() for name in asked}

    def fits(separator: str) -> tuple[int, int]:
        cells = cells_of(line, separator)
        return (len(wanted & {cell.strip("\ufeff \t\r\n").casefold() for cell in cells}), len(cells))

    signs = SEPARATORS.get(ending, SEPARATORS[".csv"])
    best = max(signs, key=fits)
    if len(cells_of(line, best)) > 1:
        return best
    return WHITE_SPACE if white_space and len(line.split()) > 1 else _NONE
