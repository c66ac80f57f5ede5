"""The shares of all combinations of values on some axes, as an array."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from personagraph.errors import UsageError
from personagraph.vocabulary.cells import NO_COLUMNS, Cell, axis_values, cells

MOST_CELLS = 5_000_000
"""Combinations of values, possible or not, that are held at once."""


@dataclass(frozen=True)
class Joint:
    """`shares` has a dimension for each of `axes`, which is as long as its `values`; it adds up to 1 (float64)."""

    axes: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    shares: NDArray[np.float64]

    def marginal(self, axes: Sequence[str]) -> "Joint":
        """The joint of some of the axes, in the order asked for. Raises ValueError for one that it does not have."""
        if strange := [axis for axis in axes if axis not in self.axes]:
            raise ValueError(f"there is no axis {strange[0]} among {', '.join(self.axes)}")
        places = [self.axes.index(axis) for axis in axes]
        summed = self.shares.sum(axis=tuple(place for place in range(len(self.axes)) if place not in places))
        kept = sorted(places)
        order = [kept.index(place) for place in places]
        return Joint(tuple(axes), tuple(self.values[place] for place in places), np.transpose(summed, order))

    def of_cells(self, wanted: Sequence[Cell]) -> dict[Cell, float]:
        """The share of each of these cells, in their order. Raises KeyError for a value that no axis has."""
        numbers = [{value: number for number, value in enumerate(values)} for values in self.values]
        places = [[numbers[axis][cell[axis]] for cell in wanted] for axis in range(len(self.axes))]
        found = self.shares[tuple(np.array(place, np.int64) for place in places)]
        return dict(zip(wanted, found.tolist(), strict=True))


def independent(parts: Sequence[Joint]) -> Joint:
    """The joint of several that have no axis in common and nothing to do with each other."""
    shares = parts[0].shares
    for part in parts[1:]:
        shares = np.multiply.outer(shares, part.shares)
    return Joint(
        tuple(axis for part in parts for axis in part.axes), tuple(one for part in parts for one in part.values), shares
    )


def check_size(axes: Sequence[str], values: Mapping[str, Sequence[str]] = NO_COLUMNS) -> None:
    """Raises UsageError when these axes have no cell, or above MOST_CELLS."""
    total = prod(len(axis_values(axis, values)) for axis in axes)
    if not 0 < total <= MOST_CELLS:
        raise UsageError(f"{' by '.join(axes)} has {total:,} cells; there can be 1 to {MOST_CELLS:,}: name fewer axes")


def even(axes: Sequence[str], values: Mapping[str, Sequence[str]] = NO_COLUMNS) -> Joint:
    """The joint in which all possible cells are alike. Raises UsageError when there are none, or above MOST_CELLS."""
    check_size(axes, values)
    listed = tuple(axis_values(axis, values) for axis in axes)
    shares = np.zeros([len(one) for one in listed])
    numbers = [{value: number for number, value in enumerate(one)} for one in listed]
    possible = cells(axes, values)
    places = [np.array([numbers[axis][cell[axis]] for cell in possible], np.int64) for axis in range(len(listed))]
    shares[tuple(places)] = 1 / len(possible)
    return Joint(tuple(axes), listed, shares)
