"""Graphs of a given size to compare one with: a tree, and pairs drawn at random."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Categorical, Snapshot
from personagraph.types import UNKNOWN
from personagraph.vocabulary.attributes import ATTRIBUTES

_TYPE = "RELATED_TO"
"""Has no direction."""


class Baseline(NamedTuple):
    """What a graph is compared with: what it is called for people, and how it is made for a graph, drawn by a seed.

    `reciprocity` is what is to be expected of it for n personas and so many arcs that have a direction.
    """

    label: str
    made: Callable[[Snapshot, np.random.Generator], Snapshot]
    reciprocity: Callable[[int, int], float]


def tree(n: int, *, rng: np.random.Generator) -> Snapshot:
    """A random recursive tree of n personas: each but the first knows one of those who were there, each alike.

    A graph that grows by new people alone is such a tree, or several; its relationships are n - 1.
    """
    known = np.floor(rng.random(max(n - 1, 0)) * np.arange(1, max(n, 1))).astype(np.int32)
    return _graph(n, known, np.arange(1, max(n, 1), dtype=np.int32))


def at_random(n: int, pairs: int, *, rng: np.random.Generator) -> Snapshot:
    """So many different pairs of n personas, each choice of them alike: G(n, m) of Erdős and Rényi (1959).

    Raises ValueError for more pairs than there are.
    """
    drawn = np.sort(rng.choice(n * (n - 1) // 2, pairs, replace=False, shuffle=False)) if pairs else np.zeros(0)
    # The pairs (i, j), i < j, are numbered by j, then by i: those of j begin at j (j - 1) / 2.
    numbers = drawn.astype(np.int64)
    later = ((1 + np.sqrt(1 + 8 * numbers.astype(np.float64))) / 2).astype(np.int64)
    later -= later * (later - 1) // 2 > numbers
    later += later * (later + 1) // 2 <= numbers
    return _graph(n, (numbers - later * (later - 1) // 2).astype(np.int32), later.astype(np.int32))


def _graph(n: int, one: NDArray[np.int32], other: NDArray[np.int32]) -> Snapshot:
    """The personas, of whom nothing is known, with relationships that have no direction."""
    order = np.lexsort((other, one))
    m = len(order)
    return Snapshot(
        ids=np.char.zfill(np.arange(n).astype("S32"), 32) if n else np.zeros(0, "S32"),
        depths=np.full(n, -1, np.int32),
        entries=np.arange(n, dtype=np.int64),
        runs=Categorical.all_of("", n),
        simulated=np.zeros(n, np.bool_),
        attributes={name: Categorical.all_of(UNKNOWN, n) for name in ATTRIBUTES},
        bases=Categorical.all_of("", n),
        sources=one[order],
        targets=other[order],
        types=Categorical.all_of(_TYPE, m),
        confidences=np.ones(m, np.float32),
        former=np.zeros(m, np.bool_),
        steering=np.zeros(m, np.int8),
        via=Categorical.all_of("", m),
        agreement=Categorical.all_of("", m),
    )


def _as_many_pairs(graph: Snapshot, rng: np.random.Generator) -> Snapshot:
    return at_random(len(graph), len(graph.neighbours.ends) // 2, rng=rng)


def _back(n: int, arcs: int) -> float:
    """The probability that an arc is returned when so many different arcs are drawn: each other one is as likely."""
    return (arcs - 1) / (n * (n - 1) - 1)


BASELINES: Mapping[str, Baseline] = {
    "tree": Baseline("a tree", lambda graph, rng: tree(len(graph), rng=rng), lambda n, arcs: 0.0),
    "random": Baseline("random", _as_many_pairs, _back),
}
"""By the name that JSON has: a tree of as many personas, and as many personas with as many pairs of neighbours."""
