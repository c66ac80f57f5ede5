"""Who is meant by a selection: what each option selects of a snapshot, and what is in all of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from personagraph.errors import UsageError
from personagraph.graph.selection import Selection, depths
from personagraph.graph.snapshot import Categorical, Snapshot
from personagraph.graph.traversal import levels
from personagraph.vocabulary.cells import cell_named

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Links

Chosen = NDArray[np.bool_]
_WHOLE = Selection()
Find = Callable[[str], Sequence[str]]
"""The ids of everybody whose description has all words of a text."""


@dataclass(frozen=True)
class Part:
    """A part of a graph: the personas at `positions` (ascending), and the relationships of `types` between them.

    Without types all of them. `found` has for each option of the selection how many personas it selects by itself.
    """

    snapshot: Snapshot
    positions: NDArray[np.int64]
    types: tuple[str, ...]
    found: Mapping[str, int]

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the graph."""
        return len(self.positions) == len(self.snapshot) and not self.types

    @cached_property
    def graph(self) -> Snapshot:
        """The part as a snapshot of its own; the snapshot itself where it is all of the graph."""
        return self.snapshot if self.is_whole else self.snapshot.part(self.positions, self.types)


def select(snapshot: Snapshot, selection: Selection, find: Find) -> Part:
    """The part of the graph that is meant; it depends on the graph and the selection alone, and may be empty.

    Personas that are found by words, and entered after the snapshot, are not part of it. Raises PersonaNotFoundError
    for a persona that is not there, UsageError for a run that brought nobody, and for types that exclude each other.
    """
    chosen, found, types = np.ones(len(snapshot), np.bool_), dict[str, int](), selection.types
    question = _Question(snapshot, selection, find)
    for name, criterion in CRITERIA.items():
        if getattr(selection, name) != getattr(_WHOLE, name):
            mine = criterion(question)
            found[name] = int(np.count_nonzero(mine))
            chosen &= mine
    if selection.within is not None:
        outer = select(snapshot, selection.within, find)
        inside = np.zeros(len(snapshot), np.bool_)
        inside[outer.positions] = True
        found["within"] = len(outer.positions)
        chosen &= inside
        types = _both(types, outer.types)
    return Part(snapshot, np.flatnonzero(chosen), types, found)


@dataclass(frozen=True)
class _Question:
    """A selection of a snapshot, and what its options share."""

    snapshot: Snapshot
    selection: Selection
    find: Find

    @cached_property
    def links(self) -> "Links":
        """The ways to walk: the relationships of the types, whatever the direction."""
        everybody = np.arange(len(self.snapshot))
        types = self.selection.types
        return (self.snapshot.part(everybody, types) if types else self.snapshot).both

    def at(self, positions: NDArray[np.integer] | Sequence[int]) -> Chosen:
        """Who is at these positions."""
        chosen = np.zeros(len(self.snapshot), np.bool_)
        chosen[np.asarray(positions, np.int64)] = True
        return chosen


def _around(question: _Question) -> Chosen:
    """The ego network of a persona."""
    [centre] = question.snapshot.positions([question.selection.around or ""]).tolist()
    chosen = question.at([centre])
    for level in levels(question.links, centre, hops=question.selection.hops):
        chosen[level] = True
    return chosen


def _path(question: _Question) -> Chosen:
    """Everyone on a shortest path: whose distances to both ends add up to that between them."""
    start, end = question.snapshot.positions(question.selection.path or ("", "")).tolist()
    if start == end:
        return question.at([start])
    before = _distances(question, start, until=end)
    length = before[end]
    if length < 0:
        return question.at([])
    after = _distances(question, end, until=start)
    return np.asarray((before >= 0) & (after >= 0) & (before + after == length))


def _distances(question: _Question, start: int, *, until: int) -> NDArray[np.int64]:
    """How far everybody is from a position (-1 for never reached), up to the level that has another one."""
    far = np.full(len(question.snapshot), -1, np.int64)
    far[start] = 0
    for hop, level in enumerate(takewhile(lambda _: far[until] < 0, levels(question.links, start)), 1):
        far[level] = hop
    return far


def _community(question: _Question) -> Chosen:
    """Who is in a community of the whole graph, by the metric with its own seed."""
    from personagraph.graph.metrics import METRICS
    from personagraph.graph.metrics.metric import MetricOptions

    numbers = METRICS["communities"].measure(question.snapshot, MetricOptions()).columns["community"]
    count, wanted = int(numbers.max(initial=0)), question.selection.community
    if wanted is None or not 1 <= wanted <= count:
        raise UsageError(f"--community {wanted}: there are {count:,}, numbered from 1")
    return np.asarray(numbers == wanted)


def _types(question: _Question) -> Chosen:
    """Who has a relationship of the types; nobody is left out of a walk along them."""
    selection, snapshot = question.selection, question.snapshot
    if selection.around is not None or selection.path is not None:
        return np.ones(len(snapshot), np.bool_)
    kept = _among(snapshot.types, selection.types)
    chosen = question.at(snapshot.sources[kept])
    chosen[snapshot.targets[kept]] = True
    return chosen


def _cell(question: _Question) -> Chosen:
    """Who has all values of the cell."""
    chosen = np.ones(len(question.snapshot), np.bool_)
    for name, value in cell_named(question.selection.cell or "").items():
        chosen &= _among(question.snapshot.attributes[name], [value])
    return chosen


def _runs(question: _Question) -> Chosen:
    """Whom the runs let in."""
    runs = question.snapshot.runs
    for run in question.selection.runs:
        if run not in runs.names:
            there = f"it can be {', '.join(runs.names)}" if runs.names else "nobody is there yet"
            raise UsageError(f"--run {run!r} let nobody in that is in the graph; {there}")
    return _among(runs, question.selection.runs)


def _depth(question: _Question) -> Chosen:
    """Who is so far from a seed."""
    low, high = depths(question.selection.depth or "")
    return np.asarray((question.snapshot.depths >= low) & (question.snapshot.depths <= high))


def _search(question: _Question) -> Chosen:
    """Whose description has the words."""
    ids = np.array(question.find(question.selection.search or ""), "S32")
    return np.isin(question.snapshot.ids, ids) if len(ids) else question.at([])


def _ids(question: _Question) -> Chosen:
    """The personas that are named."""
    return question.at(question.snapshot.positions(question.selection.ids or ()))


def _among(column: Categorical, names: Sequence[str]) -> Chosen:
    """Which rows have one of these values."""
    return np.isin(column.codes, [code for code, name in enumerate(column.names) if name in names])


def _both(types: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    if not types or not others:
        return types or others
    if shared := tuple(type for type in types if type in others):
        return shared
    raise UsageError(f"--type {', '.join(types)}: the manifest has only {', '.join(others)}; leave --type out")


CRITERIA: dict[str, Callable[[_Question], Chosen]] = {
    "around": _around,
    "path": _path,
    "community": _community,
    "types": _types,
    "cell": _cell,
    "runs": _runs,
    "depth": _depth,
    "search": _search,
    "ids": _ids,
}
"""What each option of a selection selects, by its field; a persona that is meant is selected by all that are given."""
