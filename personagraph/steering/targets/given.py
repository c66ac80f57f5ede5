"""The target that a file gives: the evenest joint that has the file's marginals, cells or crosstab."""

from collections.abc import Sequence
from itertools import combinations
from math import fsum
from pathlib import Path

import numpy as np

from personagraph.errors import InputError
from personagraph.steering.targets.crosstab import ROUNDING, Block, read_blocks, told
from personagraph.steering.targets.joint import even
from personagraph.steering.targets.raking import Margin, raked
from personagraph.steering.targets.target import Target, Values
from personagraph.vocabulary.cells import NO_COLUMNS, Cell, cells, is_possible


def given(file: Path, axes: Sequence[str], values: Values = NO_COLUMNS) -> Target:
    """The target of a file for some axes, named by the file.

    What the file does not tie is as even as its numbers and what cannot be allow. A value that a block of the file does
    not list has no share. Raises InputError for a file that cannot be read, and for one whose numbers clash.
    """
    blocks = read_blocks(file, values)
    possible = cells(axes, values)
    _check_overlaps(blocks, file)
    for one in blocks:
        for other in blocks:
            if one is not other:
                _check_room(one, other, file)
    told_axes = [axis for block in blocks for axis in block.axes]
    joint = even(list(dict.fromkeys([*axes, *told_axes])), values)
    fit = raked(joint.shares, [_margin(block, joint.axes, joint.values) for block in blocks])
    if fit.misfit > ROUNDING:
        worst = blocks[fit.margin]
        dims = _dims(worst, joint.axes)
        cell = tuple(joint.values[dim][at] for dim, at in zip(dims, fit.place, strict=True))
        named = tuple(joint.axes[dim] for dim in dims)
        key = tuple(cell[named.index(axis)] for axis in worst.axes)
        others = " and ".join(f"by {', '.join(block.axes)}" for block in blocks if block is not worst)
        raise InputError(
            f"{told(worst.axes, key)} should have {worst.shares.get(key, 0):.4g}, and cannot come closer than"
            f" {fit.misfit:.4g} to it together with the rows {others or 'that cannot be'}",
            file,
            worst.lines.get(key),
        )
    shares = type(joint)(joint.axes, joint.values, fit.shares / fit.shares.sum()).marginal(axes).of_cells(possible)
    return Target(file.name, tuple(axes), shares, {axis: _note(axis, blocks, file.name) for axis in axes})


def _note(axis: str, blocks: Sequence[Block], name: str) -> str:
    own = [" by ".join(block.axes) for block in blocks if axis in block.axes]
    if not own:
        return f"not in {name}: assumed to be spread evenly where the rest allows it"
    return f"given by {name} ({'; '.join(own)}); what that leaves open is assumed to be even"


def _dims(block: Block, axes: Sequence[str]) -> tuple[int, ...]:
    return tuple(sorted(axes.index(axis) for axis in block.axes))


def _margin(block: Block, axes: Sequence[str], values: Sequence[Sequence[str]]) -> Margin:
    dims = _dims(block, axes)
    order = [block.axes.index(axes[dim]) for dim in dims]
    shares = np.zeros([len(values[dim]) for dim in dims])
    for cell, share in block.shares.items():
        shares[tuple(values[dim].index(cell[place]) for dim, place in zip(dims, order, strict=True))] = share
    return Margin(dims, shares)


def _check_overlaps(blocks: Sequence[Block], file: Path) -> None:
    """Raises InputError where two blocks say different things of the same values."""
    for one, other in combinations(blocks, 2):
        common = [axis for axis in one.axes if axis in other.axes]
        if not common:
            continue
        first, second = _summed(one, common), _summed(other, common)
        for cell in {**first, **second}:
            here, there = first.get(cell, 0.0), second.get(cell, 0.0)
            if abs(here - there) > ROUNDING:
                raise InputError(
                    f"{told(common, cell)} has {here:.4g} by the rows by {', '.join(one.axes)}, and {there:.4g} by"
                    f" those by {', '.join(other.axes)}",
                    file,
                    _line(other, common, cell) or _line(one, common, cell),
                )


def _check_room(one: Block, other: Block, file: Path) -> None:
    """Raises InputError where a cell has more than all those of the other block can hold that it can be with."""
    for cell, share in one.shares.items():
        mine = dict(zip(one.axes, cell, strict=True))
        fitting = [
            (theirs, part)
            for theirs, part in other.shares.items()
            if part and is_possible({**mine, **dict(zip(other.axes, theirs, strict=True))})
        ]
        room = fsum(part for _, part in fitting)
        if share > room + ROUNDING:
            held = ", ".join(told(other.axes, theirs) for theirs, _ in fitting[:5]) or "none of them"
            raise InputError(
                f"{told(one.axes, cell)} has {share:.4g}, and by the rows by {', '.join(other.axes)} it can have"
                f" {room:.4g} at most ({held} can go with it); are both about the same people?",
                file,
                one.lines[cell],
            )


def _summed(block: Block, axes: Sequence[str]) -> dict[Cell, float]:
    places = [block.axes.index(axis) for axis in axes]
    summed: dict[Cell, list[float]] = {}
    for cell, share in block.shares.items():
        summed.setdefault(tuple(cell[place] for place in places), []).append(share)
    return {cell: fsum(parts) for cell, parts in summed.items()}


def _line(block: Block, axes: Sequence[str], wanted: Cell) -> int | None:
    """The first line of a block that is about these values."""
    places = [block.axes.index(axis) for axis in axes]
    found = (line for cell, line in block.lines.items() if tuple(cell[place] for place in places) == wanted)
    return next(found, None)
