"""The graph without parallel relationships: who is next to whom, once."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.arrays.loops import loop_for
from personagraph.vocabulary.relationships import TYPES

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot


class Neighbours(NamedTuple):
    """Next to position i are `ends[starts[i]:starts[i + 1]]` (int32), ascending, each once, never i itself."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int32]

    @property
    def degrees(self) -> NDArray[np.int64]:
        """How many are next to each position (n, int64)."""
        return np.diff(self.starts)

    @property
    def rows(self) -> NDArray[np.int32]:
        """For each of `ends`, next to whom it is."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), self.degrees)


def neighbours(n: int, sources: NDArray[np.int32], targets: NDArray[np.int32]) -> Neighbours:
    """Of n positions, those that these arcs lead to."""
    key = sources.astype(np.int64) * n + targets
    key = key[sources != targets]
    key.sort()
    if len(key):
        key = key[np.concatenate([[True], key[1:] != key[:-1]])]
    rows = key // max(n, 1)
    starts = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(rows, minlength=n), out=starts[1:])
    return Neighbours(starts, (key - rows * n).astype(np.int32))


def both_ways(n: int, sources: NDArray[np.int32], targets: NDArray[np.int32]) -> Neighbours:
    """Whatever the direction: each is next to the other."""
    return neighbours(n, np.concatenate([sources, targets]), np.concatenate([targets, sources]))


def along(snapshot: "Snapshot", *, backwards: bool = False) -> Neighbours:
    """Those that relationships lead to, or come from; one of a symmetric type leads to either end."""
    symmetric = has_no_direction(snapshot)
    one = np.concatenate([snapshot.sources, snapshot.targets[symmetric]])
    other = np.concatenate([snapshot.targets, snapshot.sources[symmetric]])
    return neighbours(len(snapshot), *((other, one) if backwards else (one, other)))


def has_no_direction(snapshot: "Snapshot") -> NDArray[np.bool_]:
    """Of each relationship, whether its type is symmetric (m, bool)."""
    symmetric = [name in TYPES and TYPES[name].symmetric for name in snapshot.types.names]
    found: NDArray[np.bool_] = np.array(symmetric, np.bool_)[snapshot.types.codes]
    return found


def distances_from(found: Neighbours, start: int, *, times: int = 1) -> NDArray[np.int32]:
    """How many hops each position is away from `start` (n, int32); -1 where no path leads.

    Who asks again and again says how many `times` it is by now, so that a compiled loop takes over once it pays.
    """
    distances = np.full(len(found.starts) - 1, -1, np.int32)
    walk = loop_for(times * len(found.ends), _walk)
    walk(found.starts, found.ends, start, distances, np.empty(len(distances), np.int32))
    return distances


def _walk(starts, ends, start, distances, queue):  # type: ignore[no-untyped-def]
    distances[start] = 0
    queue[0] = start
    first, last = 0, 1
    while first < last:
        one = queue[first]
        first += 1
        far = distances[one] + 1
        for at in range(starts[one], starts[one + 1]):
            other = ends[at]
            if distances[other] < 0:
                distances[other] = far
                queue[last] = other
                last += 1
