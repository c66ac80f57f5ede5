"""Finds the columns that a mapping asks for, in whatever case a file writes their names."""

from collections.abc import Collection, Set
from functools import lru_cache
from pathlib import Path

from personagraph.errors import InputError
from personagraph.importing.networks.files import Record
from personagraph.importing.networks.mapping import Cells

Name = str | int


@lru_cache(maxsize=256)
def places(names: tuple[str, ...], asked: Set[Name]) -> dict[Name, int]:
    """Where each column stands that is asked for and there: by its number, by its name, or else in another case.

    Raises ValueError for a name that several columns have.
    """
    folded = [name.casefold() for name in names]
    found: dict[Name, int] = {number: number - 1 for number in range(1, len(names) + 1) if number in asked}
    for name in asked:
        if isinstance(name, str):
            same = [n for n, other in enumerate(names) if other == name]
            same = same or [n for n, other in enumerate(folded) if other == name.casefold()]
            if len(same) > 1:
                raise ValueError(f"{len(same)} columns are called {name!r}, and one is needed")
            found.update((name, place) for place in same)
    return found


def picked(record: Record, asked: Set[Name]) -> Record:
    """The record with the cells that are asked for by name, and those names; `every` are those that the file has."""
    try:
        found = places(tuple(map(str, record.cells)), asked)
    except ValueError as error:
        return record._replace(fault=record.fault or str(error))
    cells = list(record.cells.values())
    asked_for: Cells = {name: cells[place] for name, place in found.items() if isinstance(name, str)}
    return record._replace(cells=asked_for, every=record.cells)


def check(
    names: Collection[str], mapped: Set[Name], path: Path, line: int | None = None, *, has_header: bool | None = None
) -> None:
    """Raises InputError for a column that the mapping names and the file does not have."""
    folded = {name.casefold() for name in names}
    for name in sorted(mapped, key=str):
        if isinstance(name, int) and not 1 <= name <= len(names):
            raise InputError(f"has no column {name}; it has {len(names)}", path, line)
        if isinstance(name, str) and name.casefold() not in folded:
            shown = ", ".join(names) or "none"
            advice = f" (this row was read as {'the names of the columns' if has_header else 'data'}; a mapping says"
            advice += f" `header = {'false' if has_header else 'true'}` otherwise, or which column is what)"
            raise InputError(f"has no column {name!r}; it has {shown}{advice if line else ''}", path, line)
