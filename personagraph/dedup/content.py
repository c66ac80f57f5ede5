"""The method by content: descriptions of which every word that says something says the same."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from personagraph.dedup.index import MethodKind, by_keys

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from personagraph.dedup.arrays.reading import Readings
    from personagraph.dedup.arrays.table import Signatures


class SameContent:
    """Finds descriptions that say the same, and none that says anything else; of a crowd the first few."""

    recorded = "content"
    is_certain = True

    def signatures(
        self, descriptions: Sequence[str], readings: "Readings"
    ) -> "tuple[Signatures, npt.NDArray[np.int64]]":
        """The keys: a look-up finds whoever says the same."""
        return by_keys(readings)

    def score(self, description: str, other: str) -> float:
        """1: they share a key."""
        return 1.0


def _make(threshold: Fraction) -> SameContent:
    return SameContent()


METHOD = MethodKind(_make, "the same content, however it is worded")
