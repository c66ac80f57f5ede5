"""Which column of an import holds which attribute, as the user says it."""

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from personagraph.errors import InputError, UsageError
from personagraph.text.rows import shown
from personagraph.text.rows.names import some
from personagraph.vocabulary.attributes import ATTRIBUTES

_NEXT = re.compile(r",(?=\s*\w+\s*=)")


def columns_named(said: str | Mapping[str, str]) -> dict[str, str]:
    """The column of each attribute in a text such as "activity=job,region=country of birth", or in a mapping.

    Raises UsageError for what is none, or an attribute that is not known or named twice, naming the nearest.
    """
    found: dict[str, str] = {}
    for name, column in _pairs(said) if isinstance(said, str) else said.items():
        if name not in ATTRIBUTES:
            near = get_close_matches(name.casefold(), ATTRIBUTES, n=1, cutoff=0.5)
            meant = f"did you mean {near[0]}?" if near else f"it can be {', '.join(ATTRIBUTES)}"
            raise UsageError(f"--map: {shown(name)} is no attribute; {meant}")
        if name in found:
            raise UsageError(f"--map: {name} is mapped twice, to {shown(found[name])} and {shown(column)}")
        found[name] = column
    return found


def _pairs(said: str) -> Iterator[tuple[str, str]]:
    for part in _NEXT.split(said):
        name, _, column = (piece.strip() for piece in part.partition("="))
        if not name or not column:
            raise UsageError(f"--map {shown(said)} is not ATTRIBUTE=COLUMN, as in activity=job,region=country")
        yield name, column


def check_columns(columns: Mapping[str, str], there: Collection[str], path: Path) -> None:
    """Raises InputError naming the column that no row of the file has, and the one that may be meant."""
    names = {name.strip().casefold(): name for name in there}
    for attribute, column in columns.items():
        if column.casefold() not in names:
            near = get_close_matches(column.casefold(), names, n=1, cutoff=0.5)
            meant = f"; did you mean {shown(names[near[0]])}?" if near else ""
            raise InputError(
                f"no row has the column {shown(column)}, which --map names for {attribute}; it has"
                f" {some(sorted(there)) or 'none besides the description'}{meant}",
                path,
            )
