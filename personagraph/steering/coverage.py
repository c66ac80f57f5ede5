"""Measures which cells a set of personas covers, and how far their shares lie from a target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from personagraph.graph.snapshot import Categorical
from personagraph.steering.divergence import expected_js, js_divergence
from personagraph.steering.targets.target import NOTHING_ASSUMED, Target
from personagraph.steering.targets.uniform import uniform
from personagraph.types import UNKNOWN
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.cells import DEFAULT_AXES, Cell, cells

LEVELS: Final = (1, 5, 20)


@dataclass(frozen=True)
class Coverage:
    """Counts over the valid cells of `axes`, and their distance to a target.

    Every persona is one of: `known` (in a valid cell), `unknown` (a value on the axes is), `outside` (a value or a
    combination that makes no valid cell). Divergences are in bits, over the known; None when there are none.
    """

    axes: tuple[str, ...]
    counts: Mapping[Cell, int]
    """Every valid cell, also the empty ones, in the order of `cells`."""
    partial: Mapping[Cell, int]
    """The cells with an unknown value that hold anybody, sorted; adds up to `unknown`."""
    target: Mapping[Cell, float]
    """The share wanted of every valid cell; adds up to 1."""
    target_name: str
    """What the target is called: to be told beside every figure that is held against it."""
    basis: tuple[str, ...]
    """What of the target is published and what is assumed, a sentence for each of its parts."""
    assumed: Mapping[str, frozenset[str]]
    """By axis the values whose share in the target is assumed, where those of others are published."""
    known: int
    unknown: int
    outside: int
    js_divergence: float | None
    js_null: float | None
    """What a perfect sampler of as many personas would score on average: judge `js_divergence` by what exceeds it."""
    attributes: Mapping[str, Categorical] = field(repr=False, compare=False)
    """The columns that were given."""

    @cached_property
    def by_attribute(self) -> Mapping[str, Mapping[str, int]]:
        """Attribute → value → number of all personas.

        Few values are all listed, even those of nobody; unknown is last.
        """
        return MappingProxyType({name: _values(self.attributes[name], name) for name in ATTRIBUTES})

    @property
    def cells(self) -> int:
        """How many valid cells there are."""
        return len(self.counts)

    def covered(self, level: int = 1) -> int:
        """How many valid cells hold at least `level` personas."""
        return sum(count >= level for count in self.counts.values())

    def thinnest(self, n: int) -> list[Cell]:
        """The `n` cells whose share lies furthest below target, the furthest first, ties in the order of `counts`."""
        total = max(self.known, 1)
        return sorted(self.counts, key=lambda cell: self.counts[cell] / total - self.target[cell])[:n]

    def to_json(self) -> dict[str, Any]:
        """The shape that `personagraph coverage --json` prints."""
        return {
            "axes": list(self.axes),
            "target": {"name": self.target_name, "basis": list(self.basis)},
            "cells": self.cells,
            "known": self.known,
            "unknown": self.unknown,
            "outside": self.outside,
            "counts": [[*cell, n] for cell, n in [*self.counts.items(), *self.partial.items()] if n],
            "covered": {str(level): self.covered(level) for level in LEVELS},
            "js_divergence": self.js_divergence,
            "js_null": self.js_null,
            "by_attribute": {attribute: dict(values) for attribute, values in self.by_attribute.items()},
        }


def coverage(
    attributes: Mapping[str, Categorical],
    axes: Sequence[str] = DEFAULT_AXES,
    *,
    target: Target | Mapping[Cell, float] | None = None,
    values: Mapping[str, Sequence[str]] | None = None,
) -> Coverage:
    """The coverage of the valid cells of `axes`, given the columns of a snapshot; the target is uniform unless given.

    An axis that is no attribute is a column, with `values` (those that it has, unless given). A target of weights needs
    no entry for a cell of weight 0, and no normalising. Raises ValueError if a target names what is no valid cell,
    holds a negative or infinite weight, or none above 0; and for axes that `cells` refuses.
    """
    others = [axis for axis in axes if axis not in ATTRIBUTES and axis in attributes]
    own = {axis: tuple(name for name in attributes[axis].names if name != UNKNOWN) for axis in others}
    valid = cells(axes, {**own, **(values or {})})
    if target is None:
        target = uniform(axes, {**own, **(values or {})})
    name, basis = (target.name, target.basis) if isinstance(target, Target) else ("given weights", ())
    wanted = _normalised(target.weights if isinstance(target, Target) else target, valid)
    found = _counted([attributes[axis] for axis in axes])
    counts = {cell: found.get(cell, 0) for cell in valid}
    known = sum(counts.values())
    partial = {cell: found[cell] for cell in sorted(found) if UNKNOWN in cell}
    unknown = sum(partial.values())
    return Coverage(
        axes=tuple(axes),
        counts=MappingProxyType(counts),
        partial=MappingProxyType(partial),
        target=MappingProxyType(wanted),
        target_name=name,
        basis=basis,
        assumed=target.assumed if isinstance(target, Target) else NOTHING_ASSUMED,
        known=known,
        unknown=unknown,
        outside=sum(found.values()) - known - unknown,
        js_divergence=js_divergence(counts.values(), wanted.values()) if known else None,
        js_null=expected_js(known, wanted.values()) if known else None,
        attributes=attributes,
    )


def _normalised(target: Mapping[Cell, float], valid: Sequence[Cell]) -> dict[Cell, float]:
    if stray := set(target) - set(valid):
        raise ValueError(f"the target names {len(stray)} cells that are not valid, such as {min(stray)}")
    total = fsum(target.values())
    if not 0 < total < float("inf") or min(target.values()) < 0:
        raise ValueError("the target must hold finite weights of 0 or more, and one above 0")
    return {cell: target.get(cell, 0.0) / total for cell in valid}


def _values(column: Categorical, attribute: str) -> Mapping[str, int]:
    found = {value: n for (value,), n in _counted([column]).items()}
    listed = ATTRIBUTES[attribute].values if ATTRIBUTES[attribute].listed else ()
    extra = sorted(found.keys() - set(listed) - {UNKNOWN})
    return MappingProxyType({value: found.get(value, 0) for value in [*listed, *extra, UNKNOWN]})


def _counted(columns: Sequence[Categorical]) -> dict[Cell, int]:
    """How many there are of each combination of values that anybody has."""
    if not len(columns[0].codes):
        return {}
    shape = [len(column.names) for column in columns]
    keys = columns[0].codes.astype(np.intp)
    for column in columns[1:]:
        keys *= len(column.names)
        keys += column.codes
    counts = np.bincount(keys)
    numbers = np.flatnonzero(counts)
    places = zip(*(codes.tolist() for codes in np.unravel_index(numbers, shape)), strict=True)
    found = (tuple(column.names[code] for column, code in zip(columns, codes, strict=True)) for codes in places)
    return dict(zip(found, counts[numbers].tolist(), strict=True))
