"""What is known of people by position, and some of those who share a value, drawn by lot."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from personagraph.arrays.columns import GrowingColumn
from personagraph.graph.snapshot import Snapshot
from personagraph.vocabulary.attributes import ATTRIBUTES

KNOWN = tuple(name for name, attribute in ATTRIBUTES.items() if attribute.listed)
"""The attributes with few values, of which two that are known rule each other out."""
UNSAID = -1


class Crowd:
    """Attributes as whole numbers by position: the place of the value in its table, UNSAID where nothing is known."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._count = len(snapshot)
        self._columns = {name: GrowingColumn(np.int8) for name in KNOWN}
        self._pools: dict[str, tuple[NDArray[np.int32], NDArray[np.int64]]] = {}
        self._later: dict[tuple[str, int], list[int]] = {}
        self._sizes: dict[str, NDArray[np.int64]] = {}
        for name, column in self._columns.items():
            told = snapshot.attributes[name]
            numbers = np.array([number_of(name, value) for value in told.names] or [UNSAID], np.int8)
            column.extend(numbers[told.codes])
            found = np.bincount(column.rows().astype(np.int64) + 1, minlength=len(ATTRIBUTES[name].values) + 1)
            self._sizes[name] = found.astype(np.int64)

    def __len__(self) -> int:
        return self._count

    def enter(self, known: Mapping[str, str]) -> None:
        """Somebody of whom this is known gets the next position."""
        for name, column in self._columns.items():
            number = number_of(name, known.get(name, ""))
            column.append(number)
            self._sizes[name][number + 1] += 1
            self._later.setdefault((name, number), []).append(self._count)
        self._count += 1

    def values(self, name: str) -> NDArray[np.int8]:
        """The numbers of everyone's value (n,)."""
        return self._columns[name].rows()

    def sizes(self, name: str) -> NDArray[np.int64]:
        """How many have each value, by its number (values,)."""
        return self._sizes[name][1:]

    def drawn(self, name: str, number: int, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Some who have this value, by lot: `count` of many, of whom one may come twice, and all of few."""
        (order, starts), later = self._sorted(name), self._later.get((name, number), [])
        first, size = int(starts[number + 1]), int(self._sizes[name][number + 1])
        turns = np.arange(size) if size <= count else rng.integers(size, size=count)
        if not later:
            return order[first + turns].astype(np.int64)
        every = np.concatenate([order[first : first + size - len(later)], np.array(later, np.int64)])
        return np.asarray(every[turns].astype(np.int64))

    def contradicts(self, position: int, known: Mapping[str, str]) -> bool:
        """Whether anything that is known of both says that somebody of whom this is known is another person."""
        said = {name: number_of(name, known.get(name, "")) for name in KNOWN}
        return any(UNSAID != self.values(name)[position] != said[name] != UNSAID for name in KNOWN)

    def _sorted(self, name: str) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The positions of the snapshot by value, and from where on each value's are."""
        if name not in self._pools:
            first = self._columns[name].rows()[: self._count - self._entered(name)]
            starts = np.zeros(len(ATTRIBUTES[name].values) + 2, np.int64)
            np.cumsum(np.bincount(first.astype(np.int64) + 1, minlength=len(starts) - 1), out=starts[1:])
            self._pools[name] = np.argsort(first, kind="stable").astype(np.int32), starts
        return self._pools[name]

    def _entered(self, name: str) -> int:
        return sum(len(those) for (of, _), those in self._later.items() if of == name)


def number_of(name: str, value: str) -> int:
    """The place of an attribute's value in its table; UNSAID for what is none."""
    values = ATTRIBUTES[name].values
    return values.index(value) if value in values else UNSAID
