"""Vectors in lists of those that lie near each other, so that few are looked at: centres in two levels.

The inverted lists are those of Jégou, Douze and Schmid, "Product quantization for nearest neighbor search" (2011), with
the centres themselves in regions (Muja and Lowe, 2009). They are found by spherical k-means, which begins at vectors
that are evenly spaced in order of entry: the same vectors give the same lists.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.meaning.nearest.numbers import inverse_lengths, quantised
from personagraph.storage.array_files import DamagedError

FIRST = 4096
"""Up to so many vectors, all are looked at; centres are found anew each time that there are GROWTH times as many."""
GROWTH = 4
_IN_A_LIST = 128
_SAMPLE = 32
"""So many vectors a list are looked at to find the centres."""
_ROUNDS = 8
_REFINED = 3
"""So many rounds more, in which a vector may go over to a list of another region."""
_REGIONS = 6
"""So many regions are looked into for a list, and one more for every two lists beyond."""


@dataclass(frozen=True, slots=True)
class Centres:
    """The centre of each list (lists, dims) and of each region (regions, dims), with one by the length of its rows.

    The lists of region i are those from `regions[i]` on, below `regions[i + 1]`: the more, the more lies there.
    `trained` says of how many vectors they were found.
    """

    coarse: NDArray[np.int8]
    coarse_inverse: NDArray[np.float32]
    fine: NDArray[np.int8]
    fine_inverse: NDArray[np.float32]
    regions: NDArray[np.int64]
    trained: int

    def nearest(self, queries: NDArray[np.int16], probes: int) -> NDArray[np.int32]:
        """The nearest `probes` lists of each query (n, probes), best first, -1 where there are fewer."""
        from personagraph.meaning.nearest.loops import best_lists

        lists = np.empty((len(queries), min(probes, len(self.fine))), np.int32)
        cells = min(len(self.coarse), _REGIONS + probes // 2)
        centres = (self.coarse, self.coarse_inverse, self.fine, self.fine_inverse)
        best_lists(queries, *centres, self.regions, cells, lists)
        return lists

    def lists_of(self, rows: NDArray[np.int8]) -> NDArray[np.int32]:
        """The list that each row belongs to."""
        parts = [self.nearest(rows[at : at + FIRST].astype(np.int16), 1)[:, 0] for at in range(0, len(rows), FIRST)]
        lists: NDArray[np.int32] = np.maximum(np.concatenate([np.zeros(0, np.int32), *parts]), 0)
        return lists

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What is to be kept of them."""
        return {"coarse": self.coarse, "fine": self.fine, "regions": self.regions}

    @classmethod
    def of(cls, arrays: dict[str, NDArray[Any]], trained: int, dims: int) -> "Centres":
        """The centres that `arrays` gave. Raises DamagedError, or KeyError for one that is missing."""
        coarse, fine = arrays["coarse"], arrays["fine"]
        sound = all(of.dtype == np.int8 and of.shape == (len(of), dims) and len(of) for of in (coarse, fine))
        regions = arrays["regions"]
        if not sound or regions.shape != (len(coarse) + 1,) or regions.dtype != np.int64:
            raise DamagedError("its centres are none")
        if regions[0] != 0 or regions[-1] != len(fine) or (np.diff(regions) < 1).any():
            raise DamagedError("its regions are none")
        return cls(coarse, inverse_lengths(coarse), fine, inverse_lengths(fine), regions, trained)


def in_turn(lists: NDArray[np.int32], count: int) -> NDArray[np.int64]:
    """The places in `lists` (n, probes) by number, in the order in which to look there, of `count` lists.

    First the nearest list of each query, which sets a bound to what is looked at in the others; then these; each time
    list by list, so that it is read once for all who look into it. The order of a query's lists depends on no other.
    """
    later = np.arange(lists.shape[1]) > 0
    return np.argsort((lists + count * later.astype(np.int32)).reshape(-1), kind="stable")


def due(count: int) -> int:
    """Of how many vectors, the first by entry, an index of `count` has its centres; 0 for none."""
    trained, size = 0, FIRST
    while size <= count:
        trained, size = size, size * GROWTH
    return trained


def sample_of(count: int) -> NDArray[np.int64]:
    """Which of the first `count` vectors are looked at to find their centres."""
    each = _each(count)
    return np.arange(0, count, max(1, count // (each * each * _SAMPLE)), dtype=np.int64)


def centres_of(sample: NDArray[np.int8], count: int) -> Centres:
    """The centres of `count` vectors of which these are a sample."""
    from personagraph.meaning.nearest.loops import sums

    each, vectors = _each(count), _unit(sample.astype(np.float32))
    coarse = _means(vectors, each)
    groups = _groups(vectors, coarse)
    members = np.bincount(groups, minlength=each)
    lists = np.maximum(1, np.rint(members * (each * each / len(vectors)))).astype(np.int64)
    fine = [_means(_or_one(vectors[groups == i], coarse[i]), int(lists[i])) for i in range(each)]
    regions = np.concatenate([[0], np.cumsum(lists)]).astype(np.int64)
    centres = _centres(coarse, np.concatenate(fine), regions, count)
    for _ in range(_REFINED):
        totals = np.zeros_like(np.concatenate(fine))
        sums(vectors, centres.lists_of(sample).astype(np.int64), totals)
        lengths = np.linalg.norm(totals, axis=1, keepdims=True)
        moved = np.where(lengths > 0, _unit(totals), centres.fine * centres.fine_inverse[:, None])
        centres = _centres(coarse, moved.astype(np.float32), regions, count)
    return centres


def _centres(coarse: NDArray[np.float32], fine: NDArray[np.float32], regions: NDArray[np.int64], count: int) -> Centres:
    small, large = quantised(coarse), quantised(fine)
    return Centres(small, inverse_lengths(small), large, inverse_lengths(large), regions, count)


def _each(count: int) -> int:
    """How many regions there are, and lists in each."""
    return max(2, int(np.sqrt(count / _IN_A_LIST)))


def _means(vectors: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    from personagraph.meaning.nearest.loops import sums

    centres = vectors[np.linspace(0, len(vectors) - 1, count).astype(np.int64)]
    for _ in range(_ROUNDS):
        totals = np.zeros_like(centres)
        sums(vectors, _groups(vectors, centres), totals)
        lengths = np.linalg.norm(totals, axis=1)
        centres = np.where(lengths[:, None] > 0, _unit(totals), centres)
    return centres


def _groups(vectors: NDArray[np.float32], centres: NDArray[np.float32]) -> NDArray[np.int64]:
    parts = [(vectors[at : at + 16384] @ centres.T).argmax(axis=1) for at in range(0, len(vectors), 16384)]
    return np.concatenate(parts)


def _or_one(vectors: NDArray[np.float32], centre: NDArray[np.float32]) -> NDArray[np.float32]:
    return vectors if len(vectors) else centre[None, :]


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    rows: NDArray[np.float32] = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return rows
