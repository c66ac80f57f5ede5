"""Finds the columns that a mapping asks for, in whatever case a file writes their names."""

from collections.abc import Collection, Set
from pathlib import Path

from personagraph.errors import InputError
from personagraph.importing.networks.files import Record
from personagraph.importing.networks.mapping import Cells, Table
from personagraph.text.rows.names import Name, places


def picked(record: Record, mapping: Table) -> Record:
    """The record with the cells that are asked for by name, and those names; `every` are those that the file has."""
    names = tuple(record.cells)
    try:
        found = places(tuple(map(str, names)), mapping.asked, mapping.spare)
    except ValueError as error:
        return record._replace(fault=record.fault or str(error))
    cells = list(record.cells.values())
    asked_for: Cells = {name: cells[place] for name, place in found.items() if isinstance(name, str)}
    text = names[found[mapping.text]] if mapping.text in found else None
    every: Cells = {name: cell for name, cell in (record.every or record.cells).items() if name != text}
    return record._replace(cells=asked_for, every=every)


def check(
    names: Collection[str], mapped: Set[Name], path: Path, line: int | None = None, *, has_header: bool | None = None
) -> None:
    """Raises InputError for a column that the mapping names and the file does not have."""
    folded = {name.strip().casefold() for name in names}
    for name in sorted(mapped, key=str):
        if isinstance(name, int) and not 1 <= name <= len(names):
            raise InputError(f"has no column {name}; it has {len(names)}", path, line)
        if isinstance(name, str) and name.strip().casefold() not in folded:
            shown = ", ".join(names) or "none"
            advice = f" (this row was read as {'the names of the columns' if has_header else 'data'}; a mapping says"
            advice += f" `header = {'false' if has_header else 'true'}` otherwise, or which column is what)"
            raise InputError(f"has no column {name!r}; it has {shown}{advice if line else ''}", path, line)
