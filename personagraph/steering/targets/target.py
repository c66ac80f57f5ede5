"""What a population is held against: the share wanted of every cell, and what each share rests on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum, isclose
from types import MappingProxyType

from personagraph.vocabulary.cells import Cell

Values = Mapping[str, Sequence[str]]
"""The values of columns that are no attributes, such as communities, by the name of the column."""


NOTHING_ASSUMED: Mapping[str, frozenset[str]] = MappingProxyType({})


@dataclass(frozen=True)
class Target:
    """The share wanted of every possible cell of `axes`, in the order of `cells`; they add up to 1.

    `notes` says for each axis what is published of it and what is assumed; `assumed` has, by axis, the values whose own
    share no table has, where those of others are published. Raises ValueError for weights that are
    negative or do not add up to 1.
    """

    name: str
    axes: tuple[str, ...]
    weights: Mapping[Cell, float]
    notes: Mapping[str, str]
    assumed: Mapping[str, frozenset[str]] = field(default_factory=lambda: NOTHING_ASSUMED)

    def __post_init__(self) -> None:
        if not isclose(fsum(self.weights.values()), 1, abs_tol=1e-6) or min(self.weights.values()) < 0:
            raise ValueError(f"the shares of the target {self.name} must be 0 or more, and add up to 1")
        object.__setattr__(self, "weights", MappingProxyType(dict(self.weights)))

    @property
    def basis(self) -> tuple[str, ...]:
        """A sentence for each note, with the axes that it holds for, in their order."""
        by_note: dict[str, list[str]] = {}
        for axis in self.axes:
            by_note.setdefault(self.notes[axis], []).append(axis)
        return tuple(f"{', '.join(axes)}: {note}" for note, axes in by_note.items())

    def marginal(self, axes: Sequence[str]) -> "Target":
        """What it wants of the cells of some of its axes, in the order asked for; those with nothing are left out.

        Raises ValueError for an axis that it does not have.
        """
        if strange := [axis for axis in axes if axis not in self.axes]:
            raise ValueError(f"the target has no axis {strange[0]}; it has {', '.join(self.axes)}")
        places = [self.axes.index(axis) for axis in axes]
        summed: dict[Cell, list[float]] = {}
        for cell, weight in self.weights.items():
            summed.setdefault(tuple(cell[place] for place in places), []).append(weight)
        weights = {cell: fsum(parts) for cell, parts in summed.items()}
        return Target(self.name, tuple(axes), weights, {axis: self.notes[axis] for axis in axes}, self.assumed)


@dataclass(frozen=True, slots=True)
class TargetKind:
    """A target that has a name: what makes it for some axes, and what it is in a few words."""

    make: Callable[[Sequence[str], Values], Target]
    about: str


def mixture(name: str, parts: Sequence[Target]) -> Target:
    """Equal parts of targets over the same cells."""
    first = parts[0]
    weights = {cell: fsum(part.weights[cell] for part in parts) / len(parts) for cell in first.weights}
    notes = {axis: " | ".join(f"{part.name}: {part.notes[axis]}" for part in parts) for axis in first.axes}
    assumed = {axis: frozenset().union(*(part.assumed.get(axis, ()) for part in parts)) for axis in first.axes}
    return Target(name, first.axes, weights, notes, assumed)
