"""Reads marginals, cells or whole crosstabs from a table in a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import fsum
from pathlib import Path

from personagraph.errors import InputError
from personagraph.steering.tables import open_table, rows_of
from personagraph.steering.targets.target import Values
from personagraph.text.rows import shown
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.cells import NO_COLUMNS, Cell, axis_values, is_possible

NUMBERS = ("share", "count")
"""What the column of numbers is called: shares of each block add up to 1, counts to how many there are."""
MOST = 1e15
"""What a row counts at most."""
ROUNDING = 0.005
"""How far sums may lie apart, as a share: tables are printed rounded."""


@dataclass(frozen=True)
class Block:
    """The rows that say something of the same axes: the share of each cell that has a row, and its line.

    `shares` add up to 1; `total` is what the numbers in the file add up to.
    """

    axes: tuple[str, ...]
    shares: Mapping[Cell, float]
    lines: Mapping[Cell, int]
    total: float


def read_blocks(file: Path, values: Values = NO_COLUMNS) -> list[Block]:
    """The blocks of a file, in the order of their first rows.

    A header names attributes (or other columns, whose `values` are given) and one column of NUMBERS; a row leaves empty
    what it says nothing of. Raises InputError, with the line, for what is not so: an unknown name (the nearest is
    offered), a cell twice, a number below 0, one above 0 for what cannot be, sums that are not 1 or differ.
    """
    found = open_table(file, (*ATTRIBUTES, *NUMBERS), naming="attributes and share or count")
    spelled = {name.casefold(): name for name in (*values, *ATTRIBUTES, *NUMBERS)}
    names = [spelled.get(name.strip().casefold(), name.strip()) for name in found.first.cells]
    number = _number_column(names, values, file, found.first.line)
    shares: dict[tuple[str, ...], dict[Cell, float]] = {}
    places: dict[tuple[str, ...], dict[Cell, int]] = {}
    for line, row in rows_of(found, names, {number}, file):
        said = {name: cell for name, cell in row.items() if cell}
        amount = _amount(said.pop(names[number], ""), file, line)
        axes, cell = tuple(said), tuple(said.values())
        _check(said, amount, values, file, line)
        if cell in shares.setdefault(axes, {}):
            raise InputError(f"{told(axes, cell)} has a row already, in line {places[axes][cell]}", file, line)
        shares[axes][cell] = amount
        places.setdefault(axes, {})[cell] = line
    blocks = [_block(axes, shares[axes], places[axes], names[number], file) for axes in shares]
    _check_universe(blocks, file)
    return blocks


def told(axes: Sequence[str], cell: Cell) -> str:
    """A cell as it is written on the command line, such as activity=craft,age=65+."""
    return ",".join(f"{axis}={value}" for axis, value in zip(axes, cell, strict=True))


def _number_column(names: Sequence[str], values: Values, file: Path, line: int) -> int:
    """The place of the column of numbers, once all names are found to be known."""
    known = [*ATTRIBUTES, *(name for name in values if name not in ATTRIBUTES)]
    for name in names:
        if name not in (*known, *NUMBERS):
            raise InputError(f"there is no column {shown(name)}; {_nearest(name, [*known, *NUMBERS])}", file, line)
        if names.count(name) > 1:
            raise InputError(f"two columns are called {name}", file, line)
    numbers = [name for name in names if name in NUMBERS]
    if len(numbers) != 1 or len(names) < 2:
        raise InputError("its header must name one or more attributes, and one of share and count", file, line)
    return list(names).index(numbers[0])


def _amount(text: str, file: Path, line: int) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = -1.0
    if not 0 <= amount <= MOST or "_" in text:
        raise InputError(f"{shown(text)} is no number of 0 or more, such as 0.25", file, line)
    return amount


def _check(said: Mapping[str, str], amount: float, values: Values, file: Path, line: int) -> None:
    if not said:
        raise InputError("it names no attribute: every row is about some value", file, line)
    for axis, value in said.items():
        listed = axis_values(axis, values)
        if value not in listed:
            raise InputError(f"{shown(value)} is no {axis}; {_nearest(value, listed)}", file, line)
    if amount and not is_possible(said):
        raise InputError(f"{told(tuple(said), tuple(said.values()))} cannot be, and is given {amount:g}", file, line)


def _nearest(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name.casefold(), known, n=1, cutoff=0.5)
    few = ", ".join(known[:20]) + (", …" if len(known) > 20 else "")
    return f"did you mean {near[0]}? There are {few}" if near else f"there are {few}"


def _block(
    axes: tuple[str, ...], shares: Mapping[Cell, float], places: Mapping[Cell, int], kind: str, file: Path
) -> Block:
    total = fsum(shares.values())
    first = min(places.values())
    by = f"the rows by {', '.join(axes)}"
    if not total:
        raise InputError(f"{by} add up to 0", file, first)
    if kind == "share" and abs(total - 1) > ROUNDING:
        hint = "; call the column count if they are not shares of 1" if total > 1 else "; is a row missing?"
        raise InputError(f"{by} add up to {total:.6g}, not 1{hint}", file, first)
    return Block(axes, {cell: share / total for cell, share in shares.items()}, places, total)


def _check_universe(blocks: Sequence[Block], file: Path) -> None:
    one, *others = blocks
    for other in others:
        if abs(other.total - one.total) > ROUNDING * max(one.total, other.total):
            raise InputError(
                f"the rows by {', '.join(one.axes)} count {one.total:,.12g}, those by {', '.join(other.axes)}"
                f" {other.total:,.12g}: they are not about the same people, and cannot be put together",
                file,
                min(other.lines.values()),
            )
