"""Reads a target mixing from a table in a file."""

import io
from pathlib import Path
from typing import Final

from personagraph.errors import InputError
from personagraph.steering.mixing.mixing import Mixing
from personagraph.storage.plain_files import read_plain
from personagraph.text.files import ending
from personagraph.text.rows import lines, shown
from personagraph.text.rows.headers import fitting, table
from personagraph.vocabulary.attributes import ATTRIBUTES

COLUMNS: Final = ("attribute", "ego", "alter", "times")
LARGEST: Final = 20_000_000
"""Bytes of a file."""


def read_mixing(file: Path) -> Mixing:
    """The mixing that a table gives, a row for each pair: attribute, ego, alter, times.

    Raises InputError, with the line, for a name that is not known, a pair twice, times that are no number of 0 or more.
    """
    try:
        source = io.BytesIO(read_plain(file, most=LARGEST))
    except OSError as error:
        raise InputError(f"it cannot be read: {error.strerror or error}", file) from error
    found = table(lines(source, is_table=True), ending(file), COLUMNS)
    if found is None or found.first.fault:
        raise InputError(found.first.fault if found else f"it is empty; a header names {', '.join(COLUMNS)}", file)
    names = [cell.strip().casefold() for cell in found.first.cells]
    if sorted(names) != sorted(COLUMNS):
        raise InputError(f"its header should name {', '.join(COLUMNS)}", file, found.first.line)
    lifts: dict[str, dict[tuple[str, str], float]] = {}
    for line, cells, fault, _ in fitting(found.rows, names, {names.index("times")}):
        if fault:
            raise InputError(fault, file, line)
        said = dict(zip(names, (cell.strip() for cell in cells), strict=False))
        if said["attribute"] not in ATTRIBUTES:
            raise InputError(f"{shown(said['attribute'])} is no attribute: {', '.join(ATTRIBUTES)}", file, line)
        values, pair = ATTRIBUTES[said["attribute"]].values, (said["ego"], said["alter"])
        if strange := [value for value in pair if value not in values]:
            raise InputError(f"{shown(strange[0])} is no {said['attribute']}: {', '.join(values)}", file, line)
        if pair in lifts.setdefault(said["attribute"], {}):
            raise InputError(f"{' and '.join(pair)} have a row already", file, line)
        lifts[said["attribute"]][pair] = _times(said["times"], file, line)
    if not lifts:
        raise InputError("it has no rows below the header", file)
    return Mixing(f"as {file.name} has it", lifts)


def _times(text: str, file: Path, line: int) -> float:
    try:
        times = float(text)
    except ValueError:
        times = -1.0
    if not 0 <= times < float("inf"):
        raise InputError(f"times is {shown(text)}; it should be a number, 0 or more: 1 for by chance", file, line)
    return times
