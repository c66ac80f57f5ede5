"""The method by content: descriptions of which every word that says something says the same."""

from fractions import Fraction
from typing import TYPE_CHECKING

from personagraph.dedup.index import MethodKind

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from personagraph.dedup.arrays.reading import Readings
    from personagraph.dedup.arrays.table import Signatures


class SameContent:
    """One signature for each key: a look-up finds whoever says the same, and nobody who says anything else."""

    recorded = "content"

    def signatures(self, readings: "Readings") -> "tuple[Signatures, npt.NDArray[np.int64]]":
        """The keys, shorter."""
        return (readings.keys ^ (readings.keys >> 32)).astype("uint32"), readings.key_ends

    def score(self, words: "npt.NDArray[np.int32]", others: "npt.NDArray[np.int32]") -> float:
        """1: they share a key."""
        return 1.0


def _make(threshold: Fraction) -> SameContent:
    return SameContent()


METHOD = MethodKind(_make, "the same content, however it is worded")
