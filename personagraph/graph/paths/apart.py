"""Why there is no path: how many each end is connected to, which limit excludes one, and who would join them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.paths.shortest import shortest
from personagraph.graph.snapshot import Snapshot
from personagraph.graph.traversal import Front, arcs


@dataclass(frozen=True, slots=True)
class Side:
    """Who can be reached from one end (itself included), and the best connected of these, the earliest if several."""

    personas: int
    best: str
    relationships: int


@dataclass(frozen=True, slots=True)
class Apart:
    """Both sides, and which limits without which there is a path, with the hops of the shortest.

    `without` has each limit that is enough alone (max_hops, types, directed, avoid), or else all of them together; it
    is empty when none would help: then the sides are two components, whatever the types and directions. Else they are
    who can be reached from the start, and from whom the end can be reached, within the limits but that of hops.
    """

    start: Side
    end: Side
    without: tuple[tuple[tuple[str, ...], int], ...]


def apart(
    snapshot: Snapshot,
    starts: Sequence[str],
    ends: Sequence[str],
    *,
    max_hops: int | None = None,
    types: Sequence[str] = (),
    directed: bool = False,
    avoid: Collection[str] = (),
) -> Apart:
    """Why there is no path with these options of `shortest`, which is known."""
    limits = _Limits(max_hops, types, directed, avoid)
    given = [name for name, value in limits._asdict().items() if value]
    without = list[tuple[tuple[str, ...], int]]()
    for lifted in [*((name,) for name in given), tuple(given)]:
        if not without or (len(lifted) == 1 < len(given)):
            found = shortest(snapshot, starts, ends, **limits.lifted(lifted)._asdict()).first(1)
            without += [(lifted, len(found[0]) - 1)] if found else []
    kept = limits if without else _Limits()
    one, other = (_front(snapshot, side, kept, backwards=back) for side, back in ((starts, False), (ends, True)))
    start = _side(snapshot, one)
    same = not kept.directed and one.distances[other.level].min() >= 0
    return Apart(start, start if same else _side(snapshot, other), tuple(without))


class _Limits(NamedTuple):
    max_hops: int | None = None
    types: Sequence[str] = ()
    directed: bool = False
    avoid: Collection[str] = ()

    def lifted(self, names: Sequence[str]) -> "_Limits":
        return self._replace(**{name: _Limits._field_defaults[name] for name in names})


def _front(snapshot: Snapshot, ends: Sequence[str], limits: _Limits, *, backwards: bool) -> Front:
    ways = arcs(snapshot, limits.types, directed=limits.directed, backwards=backwards)
    return Front(ways, snapshot.positions(ends).tolist(), avoid=snapshot.positions(list(limits.avoid)).tolist())


def _side(snapshot: Snapshot, front: Front) -> Side:
    while front.advance():
        pass
    reached: NDArray[np.int64] = np.flatnonzero(front.distances >= 0)
    degrees = snapshot.both.starts[reached + 1] - snapshot.both.starts[reached]
    best = int(np.argmax(degrees))
    return Side(len(reached), snapshot.id(int(reached[best])), int(degrees[best]))
