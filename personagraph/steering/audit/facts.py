"""What an audit looks at: the graph as arrays, the target, and what the ledger knows of how personas came."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Categorical, Snapshot
from personagraph.steering.audit.depths import Depths
from personagraph.steering.audit.wishes import Wish
from personagraph.steering.coverage import Coverage, coverage
from personagraph.steering.evidence import READ
from personagraph.steering.misreadings import Confusion, Corrected, corrected
from personagraph.steering.targets.target import Target
from personagraph.types import Attributes
from personagraph.vocabulary.attributes import ATTRIBUTES, bases_of
from personagraph.vocabulary.cells import Cell

MOST_AXES = 2
"""Whose misreadings are taken out together: of more the labels say too little."""


@dataclass(frozen=True)
class Entrants:
    """Who came by a model's reply, in the order in which they came, as columns of (k,).

    `egos` and `personas` are positions in the graph (int64), -1 for what is none: a text, or somebody who was removed.
    `types` are the relationships that were asked or found, empty for a text. `calls` (int64) are how many calls of
    expansions were decided when they came, with their own; -1 for who came otherwise.
    """

    egos: NDArray[np.int64]
    personas: NDArray[np.int64]
    steering: NDArray[np.int8]
    types: Categorical
    calls: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    @classmethod
    def none(cls) -> "Entrants":
        """Nobody came so."""
        nobody = np.zeros(0, np.int64)
        return cls(nobody, nobody, nobody.astype(np.int8), Categorical.of(()))


class RunTally(NamedTuple):
    """What a run brought and took: verdicts by (outcome, reason), calls that it sent, USD booked, seconds of models."""

    run: str
    command: str
    model: str
    simulated: bool
    outcomes: Mapping[tuple[str, str], int]
    calls: int
    cost: float
    seconds: float


@dataclass(frozen=True)
class GrowthHistory:
    """How the graph came to be.

    `asked` is how many calls were about each persona (n,). `claims` counts what became of the statements of each model,
    by attribute. `rejected` is what is known of whom guards turned down, with the reason; `unread` is how many more
    there were. `wishes` are those of steered calls, and `decided` how many calls expansions decided in all.
    """

    arrivals: Entrants = field(default_factory=lambda: Entrants.none())
    asked: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    runs: tuple[RunTally, ...] = ()
    claims: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    rejected: Sequence[tuple[str, Attributes]] = ()
    unread: int = 0
    wishes: Sequence[Wish] = ()
    decided: int = 0


@dataclass(frozen=True)
class AuditFacts:
    """What is audited, and by what it is measured.

    `columns` has one for every attribute, and one for each other axis, whose known `values` are given; `axes` are those
    of cells. `target` makes the target for axes. `labelled` has the confusion of whatever read the personas, by
    attribute, where somebody labelled enough of them. `joint` is a crosstab that somebody gave, and `depths` what was
    measured in a space of meanings.
    """

    graph: Snapshot
    columns: Mapping[str, Categorical]
    values: Mapping[str, Sequence[str]]
    axes: tuple[str, ...]
    target: Callable[[Sequence[str]], Target]
    history: GrowthHistory = GrowthHistory()
    labelled: Mapping[str, Confusion] = field(default_factory=dict)
    joint: Target | None = None
    depths: Depths | None = None
    seed: int = 0
    _found: "dict[tuple[str, ...], tuple[Coverage, Coverage]]" = field(default_factory=dict, repr=False)
    _true: "dict[tuple[str, ...], Mapping[Cell, Corrected]]" = field(default_factory=dict, repr=False)

    @cached_property
    def seeds(self) -> Mapping[str, Categorical]:
        """The columns of those at depth 0."""
        mask = self.graph.depths == 0
        return {name: column.taken(mask) for name, column in self.columns.items()}

    @property
    def told(self) -> tuple[str, ...]:
        """What is told one by one: the attributes with few values, and the axes."""
        listed = [name for name, attribute in ATTRIBUTES.items() if attribute.listed]
        return tuple(dict.fromkeys([*listed, *self.axes]))

    def coverage(self, axes: Sequence[str]) -> tuple[Coverage, Coverage]:
        """The coverage of the cells of some axes: by the seeds alone, and now."""
        key = tuple(axes)
        if key not in self._found:
            target = self.target(key)
            seeds, now = (
                coverage(columns, key, target=target, values=self.values) for columns in (self.seeds, self.columns)
            )
            self._found[key] = seeds, now
        return self._found[key]

    def corrected(self, axes: Sequence[str]) -> Mapping[Cell, Corrected]:
        """The shares of the cells of one axis or two once misreadings are taken out; of none of which nobody labelled.

        The other axis counts as read rightly where only one has labels.
        """
        key = tuple(axes)
        if len(key) > MOST_AXES or not set(key) & self.labelled.keys():
            return {}
        if key not in self._true:
            errors = {axis: self.labelled[axis] for axis in key if axis in self.labelled}
            groups = self._by_knowledge(key, errors)
            rng = np.random.default_rng(self.seed)
            read = groups.pop((), {})
            found = corrected(read, key, errors, rng, held=groups, values=self.values) if read or groups else {}
            self._true[key] = found
        return self._true[key]

    def _by_knowledge(self, axes: Sequence[str], read: Container[str]) -> dict[tuple[str, ...], Mapping[Cell, int]]:
        """How many are in each cell, by which of the axes that an annotator reads are known of them otherwise."""
        bases = [bases_of(text).known() for text in self.graph.bases.names]
        found: dict[tuple[str, ...], Mapping[Cell, int]] = {}
        own = [tuple(a for a in axes if a in read and known.get(a, READ[0]) not in READ) for known in bases]
        target = self.target(axes)
        for kind in sorted({*own}):
            among = np.isin(self.graph.bases.codes, [code for code, one in enumerate(own) if one == kind])
            columns = {axis: self.columns[axis].taken(among) for axis in axes} | {
                name: column for name, column in self.columns.items() if name not in axes
            }
            now = coverage(columns, axes, target=target, values=self.values)
            if counts := {cell: n for cell, n in {**now.counts, **now.partial}.items() if n}:
                found[kind] = counts
        return found
