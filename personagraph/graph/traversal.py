"""Walks over a snapshot, level by level from one start or many: along relationships, against them or either way."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personagraph.errors import StoreError
from personagraph.graph.snapshot import Links, Snapshot, links
from personagraph.graph.snapshots.ids import Ids, Places

UNSEEN, AVOIDED = -1, -2
FEW = 128
"""Up to so many arcs, a loop over them is quicker than arrays."""


@dataclass(frozen=True, slots=True)
class Arcs:
    """The ways from each position: its links, or those of some types; `allowed` says by code of a type if it is one."""

    links: Links
    codes: NDArray[np.int16]
    allowed: NDArray[np.bool_] | None

    def count(self, positions: NDArray[np.int64]) -> int:
        """How many links these positions have, of all types."""
        return int((self.links.starts[positions + 1] - self.links.starts[positions]).sum())

    def degree(self, position: int) -> int:
        """How many arcs there are from a position."""
        row = slice(int(self.links.starts[position]), int(self.links.starts[position + 1]))
        chosen = None if self.allowed is None else self.allowed[self.codes[self.links.edges[row]]]
        return row.stop - row.start if chosen is None else int(np.count_nonzero(chosen))

    def degrees(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many arcs there are from each of these positions."""
        if self.allowed is None:
            return self.links.starts[positions + 1] - self.links.starts[positions]
        at, counts = self._rows(positions)
        rows = np.repeat(np.arange(len(positions)), counts)
        return np.bincount(rows[self._chosen(at)], minlength=len(positions))

    def of(self, position: int) -> tuple[list[int], NDArray[np.int32]]:
        """The ends of the arcs from a position, ascending, and the numbers of their relationships."""
        first, after = self.links.starts[position], self.links.starts[position + 1]
        ends, edges = self.links.ends[first:after], self.links.edges[first:after]
        if self.allowed is not None:
            chosen = self.allowed[self.codes[edges]]
            ends, edges = ends[chosen], edges[chosen]
        return ends.tolist(), edges

    def pairs(self, positions: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Each arc from these positions: where it begins and where it ends, in the order of the positions."""
        at, counts = self._rows(positions)
        begins, chosen = np.repeat(positions, counts), self._chosen(at)
        return begins[chosen], self.links.ends[at[chosen]]

    def unseen(self, positions: NDArray[np.int64], distances: NDArray[np.int32]) -> NDArray[np.int32]:
        """Where the arcs from these positions end, of those ends that are UNSEEN; some more than once."""
        at, _ = self._rows(positions)
        ends = self.links.ends[at]
        fresh = distances[ends] == UNSEEN
        # The types are looked up last: that takes longest, since they are far from each other in memory.
        found: NDArray[np.int32] = ends[fresh][self._chosen(at[fresh])]
        return found

    def at(self, positions: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where in the links the arcs of these positions are, of all types, and for each which of the positions has it.

        The latter are places in `positions`.
        """
        at, counts = self._rows(positions)
        return at, np.repeat(np.arange(len(positions)), counts)

    def _rows(self, positions: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where in the links the arcs of these positions are, and how many each has."""
        firsts = self.links.starts[positions]
        counts = self.links.starts[positions + 1] - firsts
        return np.arange(counts.sum()) + np.repeat(firsts - (np.cumsum(counts) - counts), counts), counts

    def _chosen(self, at: NDArray[np.int64]) -> "slice | NDArray[np.bool_]":
        return slice(None) if self.allowed is None else self.allowed[self.codes[self.links.edges[at]]]


def arcs(snapshot: Snapshot, types: Sequence[str] = (), *, directed: bool = False, backwards: bool = False) -> Arcs:
    """The ways along relationships of `types` (none: of all), or against them; either way unless `directed`."""
    links = (snapshot.backwards if backwards else snapshot.forwards) if directed else snapshot.both
    allowed = np.array([name in types for name in snapshot.types.names], np.bool_) if types else None
    return Arcs(links, snapshot.types.codes, allowed)


class Front:
    """A search that goes on level by level: `distances` (n, int32) from the nearest start, UNSEEN or AVOIDED.

    It is `hops` away from the starts, and has `width` arcs to look at for the next level.
    """

    def __init__(self, arcs: Arcs, starts: Collection[int], *, avoid: Collection[int] = ()) -> None:
        self.arcs, self.hops = arcs, 0
        self.distances = np.full(len(arcs.links.starts) - 1, UNSEEN, np.int32)
        self.distances[list(starts)] = 0
        self.distances[list(avoid)] = AVOIDED
        self._level: list[int] | NDArray[np.int64] = sorted(set(starts) - set(avoid))
        self.width = arcs.count(self.level)

    @property
    def level(self) -> NDArray[np.int64]:
        """The positions that were reached last, ascending."""
        return np.asarray(self._level, np.int64)

    def advance(self) -> bool:
        """Go one hop further; whether anybody is there."""
        self.hops += 1
        if self.width > FEW or isinstance(self._level, np.ndarray):
            self._level = self._many()
            self.width = self.arcs.count(self._level)
            if self.width <= FEW:
                self._level = self._level.tolist()
        else:
            self._level = sorted(self._few(self._level))
            starts = self.arcs.links.starts
            self.width = int(sum(starts[position + 1] - starts[position] for position in self._level))
        return bool(self)

    def __bool__(self) -> bool:
        return len(self._level) > 0

    def met(self, other: "Front") -> NDArray[np.int64]:
        """Those of the level whom the other search has reached, too."""
        if isinstance(self._level, list):
            return np.array([position for position in self._level if other.distances[position] >= 0], np.int64)
        return self._level[other.distances[self._level] >= 0]

    def _few(self, level: list[int]) -> list[int]:
        found = list[int]()
        for position in level:
            for end in self.arcs.of(position)[0]:
                if self.distances[end] == UNSEEN:
                    self.distances[end] = self.hops
                    found.append(end)
        return found

    def _many(self) -> NDArray[np.int64]:
        reached = self.arcs.unseen(self.level, self.distances)
        self.distances[reached] = self.hops
        # To sort them takes longer than to look at everybody, once they are many.
        if len(reached) > len(self.distances) // 16:
            return np.flatnonzero(self.distances == self.hops)
        return np.unique(reached).astype(np.int64)


def levels(
    links: Links | Arcs, start: int | Collection[int], *, hops: int | None = None
) -> Iterator[NDArray[np.int64]]:
    """The positions at distance 1, 2, … from the nearest start, each level sorted, up to `hops`, or all there are.

    A level is worked out when it is asked for. Links alone are followed whatever the type of the relationship.
    """
    ways = links if isinstance(links, Arcs) else Arcs(links, np.empty(0, np.int16), None)
    front = Front(ways, [start] if isinstance(start, int) else start)
    while (hops is None or front.hops < hops) and front.advance():
        yield front.level


def depths(ids: Ids, ends: Iterable[tuple[int, str]], seeds: Iterable[str]) -> NDArray[np.int32]:
    """The fewest hops of each persona (n, S32) from any seed, whatever the direction; -1 for none (n, int32).

    `ends` has pairs of ids of 32 digits, one behind the other: how many, and the text. Pairs and seeds that name others
    are passed over. Raises StoreError for what is no such text.
    """
    places, read = Places(ids), [np.empty((0, 2), np.int32)]
    for count, text in ends:
        data = text.encode()
        if len(data) != 64 * count:
            raise StoreError("the ledger has an id that is none; `personagraph store check` says what else is wrong")
        read.append(places.found(np.frombuffer(data, "S32")).reshape(-1, 2))
    pairs = np.concatenate(read)
    pairs = (
        np.unique(np.sort(pairs[(pairs >= 0).all(axis=1)], axis=1).view(np.int64).ravel()).view(np.int32).reshape(-1, 2)
    )
    both = np.concatenate([pairs, pairs[:, ::-1]])
    known = places.found(np.array(sorted(seeds), "S32"))
    ways = links(len(ids), both[:, 0], both[:, 1], np.arange(len(both)))
    front = Front(Arcs(ways, np.empty(0, np.int16), None), set(known[known >= 0].tolist()))
    while front.advance():
        pass
    return front.distances


def components(snapshot: Snapshot) -> int:
    """How many weakly connected components there are."""
    root = np.arange(len(snapshot), dtype=np.int32)
    one, other = snapshot.sources, snapshot.targets
    while len(one):
        np.minimum.at(root, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(higher := root[root], root):
            root = higher
        one, other = root[one], root[other]
        apart = one != other
        one, other = one[apart], other[apart]
    return int(np.count_nonzero(root == np.arange(len(root))))
