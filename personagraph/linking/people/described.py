"""The vectors of descriptions by position: those of a snapshot in an index, whoever enters later beside it."""

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshots.ids import order_of
from personagraph.meaning.nearest import Nearest
from personagraph.meaning.nearest.index import PROBES
from personagraph.meaning.nearest.numbers import NOBODY, OneRow, one_row

Found = tuple[NDArray[np.float32], NDArray[np.int64]]


class Described:
    """What is known of the meaning of descriptions, by position; it takes 8 bytes a persona beside the index.

    The index holds a vector for each of `ids` (n, S32), the ids of a snapshot, and nothing else; nobody adds to it.
    Raises ValueError when it does not. Who enters later is put into a second one, which grows in the same way however
    often it is begun again: with the same people in the same order, the same are found.
    """

    def __init__(self, index: Nearest, ids: NDArray[np.bytes_]) -> None:
        self._index, self._later = index, Nearest(index.dims)
        self._position, self._place = _matched(index.places(), ids)
        self._later_place: NDArray[np.int32] = np.zeros(0, np.int32)

    def __len__(self) -> int:
        return len(self._place) + len(self._later)

    @property
    def dims(self) -> int:
        """How many numbers a vector has."""
        return self._index.dims

    def enter(self, vectors: NDArray[np.float32]) -> None:
        """These (m, dims) get the next positions."""
        self._later.add([str(len(self) + more) for more in range(len(vectors))], vectors)

    def near(self, vectors: NDArray[np.float32], k: int, *, at_least: float = -1.0) -> Found:
        """The cosines (n, k) of the `k` nearest to each of the vectors, and their positions: best first, then by entry.

        NOBODY stands where there are fewer with such a cosine. Of many, only the lists near the vector are looked at.
        """
        best, places = self._index.find(vectors, k, at_least=at_least, probes=PROBES)
        there = places != NOBODY
        positions = np.where(there, self._position[np.where(there, places, 0)] if there.any() else NOBODY, NOBODY)
        if len(self._later):
            keys, cosines = self._later.within(vectors, at_least, most=k)
            for row, (names, scores) in enumerate(zip(keys, cosines, strict=True)):
                every = np.concatenate([best[row], np.array(scores, np.float32)])
                whose = np.concatenate([positions[row], np.array(names, np.int64)])
                turns = np.lexsort([whose, -every, whose == NOBODY])[:k]
                best[row], positions[row] = every[turns], whose[turns]
        return np.minimum(best, np.float32(1.0)), positions

    def vectors(self, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors at these positions (n, dims), each to a scale of its own; zeros where one has no direction."""
        return self._numbers(positions).astype(np.float32)

    def row(self, position: int) -> OneRow:
        """What `cosines` compares others with."""
        return one_row(self._numbers(np.array([position], np.int64))[0])

    def cosines(self, own: OneRow, others: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine of one's row to the description of each of others (n,); 0 where one has no direction."""
        later = others >= len(self._place)
        if not later.any():
            return self._index.cosines(own, self._place[others].astype(np.int64))
        found = np.empty(len(others), np.float32)
        found[~later] = self._index.cosines(own, self._place[others[~later]].astype(np.int64))
        found[later] = self._later.cosines(own, self._later_places(others[later]))
        return found

    def _numbers(self, positions: NDArray[np.int64]) -> NDArray[np.int8]:
        later = positions >= len(self._place)
        if not later.any():
            return self._index.numbers(self._place[positions].astype(np.int64))
        numbers = np.empty((len(positions), self.dims), np.int8)
        numbers[~later] = self._index.numbers(self._place[positions[~later]].astype(np.int64))
        numbers[later] = self._later.numbers(self._later_places(positions[later]))
        return numbers

    def _later_places(self, positions: NDArray[np.int64]) -> NDArray[np.int64]:
        if len(self._later_place) < len(self._later):
            self._later_place = _matched(self._later.places(), self._names())[1]
        return self._later_place[positions - len(self._place)].astype(np.int64)

    def _names(self) -> NDArray[np.bytes_]:
        first = len(self._place)
        return np.arange(first, first + len(self._later)).astype("S32")


def _matched(keys: NDArray[np.bytes_], ids: NDArray[np.bytes_]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The number among `ids` of whoever lies at each place, NOBODY where nobody does; and the place of each."""
    position, place = np.full(len(keys), NOBODY, np.int32), np.empty(len(ids), np.int32)
    there = np.flatnonzero(keys != b"")
    if len(there) != len(ids):
        raise ValueError(f"{len(there)} vectors are no index of {len(ids)} personas")
    by_key, by_id = there[order_of(keys[there])], order_of(ids)
    if (keys[by_key] != ids[by_id]).any():
        raise ValueError("the index is of other personas")
    position[by_key], place[by_id] = by_id, by_key
    return position, place
