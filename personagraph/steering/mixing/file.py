"""Reads a target mixing from a table in a file."""

from pathlib import Path
from typing import Final

from personagraph.errors import InputError
from personagraph.steering.mixing.mixing import Mixing
from personagraph.steering.tables import open_table, rows_of
from personagraph.text.rows import shown
from personagraph.vocabulary.attributes import ATTRIBUTES

COLUMNS: Final = ("attribute", "ego", "alter", "times")


def read_mixing(file: Path) -> Mixing:
    """The mixing that a table gives, a row for each pair: attribute, ego, alter, times.

    Raises InputError, with the line, for a name that is not known, a pair twice, times that are no number of 0 or more.
    """
    found = open_table(file, COLUMNS, naming=", ".join(COLUMNS))
    names = [cell.strip().casefold() for cell in found.first.cells]
    if sorted(names) != sorted(COLUMNS):
        raise InputError(f"its header should name {', '.join(COLUMNS)}", file, found.first.line)
    lifts: dict[str, dict[tuple[str, str], float]] = {}
    for line, said in rows_of(found, names, {names.index("times")}, file):
        if said["attribute"] not in ATTRIBUTES:
            raise InputError(f"{shown(said['attribute'])} is no attribute: {', '.join(ATTRIBUTES)}", file, line)
        values, pair = ATTRIBUTES[said["attribute"]].values, (said["ego"], said["alter"])
        if strange := [value for value in pair if value not in values]:
            raise InputError(f"{shown(strange[0])} is no {said['attribute']}: {', '.join(values)}", file, line)
        if pair in lifts.setdefault(said["attribute"], {}):
            raise InputError(f"{' and '.join(pair)} have a row already", file, line)
        lifts[said["attribute"]][pair] = _times(said["times"], file, line)
    return Mixing(f"as {file.name} has it", lifts)


def _times(text: str, file: Path, line: int) -> float:
    try:
        times = float(text)
    except ValueError:
        times = -1.0
    if not 0 <= times < float("inf"):
        raise InputError(f"times is {shown(text)}; it should be a number, 0 or more: 1 for by chance", file, line)
    return times
