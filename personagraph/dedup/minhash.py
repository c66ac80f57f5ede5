"""The paper's method for Jaccard ≥ a threshold: MinHash sketches of datasketch in bands, every candidate verified."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from personagraph.dedup.index import MethodKind
from personagraph.dedup.jaccard import similarity
from personagraph.text.words import word_set

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from personagraph.dedup.arrays.reading import Readings
    from personagraph.dedup.arrays.table import Signatures

_PERMUTATIONS = 128
_MISSED = 0.001
"""How many of the pairs that are just alike enough may be missed."""


class MinHashBands:
    """Finds almost every description whose word set has a Jaccard similarity of at least `threshold`, and no other.

    The permutations are fixed, so that the same descriptions give the same answers on every machine.
    """

    recorded = "jaccard"
    is_certain = False

    def __init__(self, threshold: Fraction) -> None:
        self._threshold = threshold
        self._bands, self._rows = bands(float(threshold))

    def signatures(
        self, descriptions: Sequence[str], readings: "Readings"
    ) -> "tuple[Signatures, npt.NDArray[np.int64]]":
        """For each key, the bands of the sketch of the words: of those with another key, the aligner would keep all."""
        import numpy as np
        from datasketch import MinHash

        encoded = [[word.encode("utf-8", "surrogatepass") for word in word_set(text)] for text in descriptions]
        sketches = MinHash.bulk(encoded, num_perm=_PERMUTATIONS, seed=1)
        found, ends = [], []
        for row, sketch in enumerate(sketches):
            for key in readings.keys_of(row).tolist() if encoded[row] else ():
                found += [_hashed(band, key) for band in self._bands_of(sketch)]
            ends.append(len(found))
        return np.array(found, np.uint32), np.array(ends, np.int64)

    def score(self, description: str, other: str) -> float:
        """The Jaccard similarity, or 0 below the threshold."""
        return similarity(word_set(description), word_set(other), self._threshold)

    def _bands_of(self, sketch: Any) -> list[bytes]:
        values = sketch.hashvalues[: self._bands * self._rows].reshape(self._bands, self._rows)
        return [bytes([number]) + band.tobytes() for number, band in enumerate(values)]


def bands(threshold: float) -> tuple[int, int]:
    """How many bands of how many values: the longest bands in which a pair at the threshold is rarely missed.

    A pair of similarity s is a candidate with probability 1 - (1 - s^rows)^bands: at 0.9, 16 bands of 8 give 0.9999;
    datasketch's own choice gives 0.31.
    """
    return next(
        (_PERMUTATIONS // rows, rows)
        for rows in range(8, 0, -1)
        if (1 - threshold**rows) ** (_PERMUTATIONS // rows) <= _MISSED
    )


def _hashed(band: bytes, key: int) -> int:
    from zlib import crc32

    return crc32(band, key & 0xFFFFFFFF)


METHOD = MethodKind(MinHashBands, "the paper's, nearly exact")
