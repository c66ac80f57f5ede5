"""The target that a file gives: the evenest joint that has the file's marginals, cells or crosstab."""

from collections.abc import Sequence
from itertools import combinations
from math import fsum
from pathlib import Path

import numpy as np

from personagraph.errors import InputError
from personagraph.steering.targets.crosstab import ROUNDING, Block, read_blocks, told
from personagraph.steering.targets.joint import Joint, even, independent
from personagraph.steering.targets.raking import Fit, Margin, raked
from personagraph.steering.targets.target import Target, Values
from personagraph.vocabulary.cells import CONDITIONED, NO_COLUMNS, Cell, cells, is_possible


def given(file: Path, axes: Sequence[str], values: Values = NO_COLUMNS) -> Target:
    """The target of a file for some axes, named by the file.

    What the file does not tie is as even as its numbers and what cannot be allow. A value that a block of the file does
    not list has no share. Raises InputError for a file that cannot be read, and for one whose numbers clash.
    """
    blocks = read_blocks(file, values)
    possible = cells(axes, values)
    for one, other in combinations(blocks, 2):
        _check_overlap(one, other, file)
        _check_room(one, other, file)
        _check_room(other, one, file)
    told_axes = [axis for block in blocks for axis in block.axes]
    tied = list(dict.fromkeys([*told_axes, *(axis for axis in axes if axis in CONDITIONED)]))
    free = [axis for axis in axes if axis not in tied]
    start = even(tied, values)
    fit = raked(start.shares, [_margin(block, start) for block in blocks])
    if fit.misfit > ROUNDING:
        raise _clash(fit, blocks, start, file)
    fitted = Joint(start.axes, start.values, fit.shares / fit.shares.sum())
    joint = independent([fitted, even(free, values)]) if free else fitted
    notes = {axis: _note(axis, blocks, file.name) for axis in axes}
    return Target(file.name, tuple(axes), joint.marginal(axes).of_cells(possible), notes)


def _clash(fit: Fit, blocks: Sequence[Block], start: Joint, file: Path) -> InputError:
    """What to say where no joint has all the marginals."""
    worst = blocks[fit.margin]
    dims = _dims(worst, start)
    found = {start.axes[dim]: start.values[dim][at] for dim, at in zip(dims, fit.place, strict=True)}
    cell = tuple(found[axis] for axis in worst.axes)
    others = " and ".join(f"by {', '.join(block.axes)}" for block in blocks if block is not worst)
    return InputError(
        f"{told(worst.axes, cell)} has {worst.shares.get(cell, 0):.4g}, and no joint comes closer than {fit.misfit:.4g}"
        f" to that which also has what the rows {others or 'and what cannot be'} say",
        file,
        worst.lines.get(cell),
    )


def _note(axis: str, blocks: Sequence[Block], name: str) -> str:
    own = [" by ".join(block.axes) for block in blocks if axis in block.axes]
    if not own:
        return f"not in {name}: assumed to be spread evenly where the rest allows it"
    return f"given by {name} ({'; '.join(own)}); what that leaves open is assumed to be even"


def _dims(block: Block, joint: Joint) -> tuple[int, ...]:
    return tuple(sorted(joint.axes.index(axis) for axis in block.axes))


def _margin(block: Block, joint: Joint) -> Margin:
    dims = _dims(block, joint)
    order = [block.axes.index(joint.axes[dim]) for dim in dims]
    numbers = [{value: number for number, value in enumerate(joint.values[dim])} for dim in dims]
    shares = np.zeros([len(one) for one in numbers])
    for cell, share in block.shares.items():
        shares[tuple(number[cell[place]] for number, place in zip(numbers, order, strict=True))] = share
    return Margin(dims, shares)


def _check_overlap(one: Block, other: Block, file: Path) -> None:
    """Raises InputError where two blocks say different things of the same values."""
    common = [axis for axis in one.axes if axis in other.axes]
    first, second = _summed(one, common), _summed(other, common)
    for cell in {**first, **second}:
        here, there = first.get(cell, 0.0), second.get(cell, 0.0)
        if abs(here - there) > ROUNDING:
            raise InputError(
                f"{told(common, cell)} has {here:.4g} by the rows by {', '.join(one.axes)}, and {there:.4g} by those by"
                f" {', '.join(other.axes)}",
                file,
                _line(other, common, cell) or _line(one, common, cell),
            )


def _check_room(one: Block, other: Block, file: Path) -> None:
    """Raises InputError where values have more than all those of the other block can hold that they can be with."""
    mine, theirs = ([axis for axis in block.axes if axis in CONDITIONED] for block in (one, other))
    if not mine or not theirs:
        return
    offered = _summed(other, theirs)
    for cell, share in _summed(one, mine).items():
        values = dict(zip(mine, cell, strict=True))
        fitting = [
            (place, part)
            for place, part in offered.items()
            if part and is_possible({**dict(zip(theirs, place, strict=True)), **values})
        ]
        room = fsum(part for _, part in fitting)
        if share > room + ROUNDING:
            held = ", ".join(told(theirs, place) for place, _ in fitting) or "none of them"
            raise InputError(
                f"{told(mine, cell)} has {share:.4g}, and by the rows by {', '.join(other.axes)} it can have"
                f" {room:.4g} at most ({held} can go with it); are both about the same people?",
                file,
                _line(one, mine, cell),
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
