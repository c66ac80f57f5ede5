"""Opens the small tables in which users write how a graph is to grow: each row with its line, by the header's names."""

import io
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from personagraph.errors import InputError
from personagraph.storage.plain_files import read_plain
from personagraph.text.files import ending
from personagraph.text.rows import lines
from personagraph.text.rows.headers import OpenTable, fitting, table

LARGEST = 20_000_000
"""Bytes of a file."""


def open_table(file: Path, asked: Collection[str], *, naming: str) -> OpenTable:
    """The table in a file, whose header is to have some of the names that are asked for; `naming` tells a reader which.

    Raises InputError for a file that cannot be read, is empty, or begins with what is no row.
    """
    try:
        source = io.BytesIO(read_plain(file, most=LARGEST))
    except OSError as error:
        raise InputError(f"it cannot be read: {error.strerror or error}", file) from error
    found = table(lines(source, is_table=True), ending(file), asked)
    if found is None:
        raise InputError(f"it is empty; a header names {naming}", file)
    if found.first.fault:
        raise InputError(found.first.fault, file, found.first.line)
    return found


def rows_of(
    found: OpenTable, names: Sequence[str], needed: Collection[int], file: Path
) -> Iterator[tuple[int, dict[str, str]]]:
    """The line of each row below the header, and its cells by these names; a row may lack those that are not needed.

    Raises InputError for a row that does not fit the header, and where there is none.
    """
    is_empty = True
    for line, cells, fault, _ in fitting(found.rows, names, needed):
        if fault:
            raise InputError(fault, file, line)
        is_empty = False
        yield line, dict(zip(names, (cell.strip() for cell in cells), strict=False))
    if is_empty:
        raise InputError("it has no rows below the header", file)
