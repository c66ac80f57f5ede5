"""What a way to find alike descriptions must say: under which signatures they are kept, and how alike two are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from personagraph.dedup.arrays.reading import Readings
    from personagraph.dedup.arrays.table import Signatures

THRESHOLD = Fraction(9, 10)
"""The Jaccard similarity of PersonaHub's rule."""


class Candidate(NamedTuple):
    """An entry that was found to be alike."""

    key: int
    score: float


class Method(Protocol):
    """Finds candidates: descriptions that share a signature, and are alike enough then.

    `recorded` is the name under which its merges are kept. Where it `is_certain`, whoever shares a key has the score 1.
    """

    recorded: str
    is_certain: bool

    def signatures(
        self, descriptions: Sequence[str], readings: "Readings"
    ) -> "tuple[Signatures, npt.NDArray[np.int64]]":
        """The signatures of all rows, one after another, and where those of each row end; only of rows with keys.

        Rows that are alike enough and have a key in common share one, at least nearly always.
        """

    def score(self, description: str, other: str) -> float:
        """How alike two descriptions that share a key are; 0 when not enough."""


def by_keys(readings: "Readings") -> "tuple[Signatures, npt.NDArray[np.int64]]":
    """The keys as signatures, and where those of each row end."""
    return (readings.keys ^ (readings.keys >> 32)).astype("uint32"), readings.key_ends


@dataclass(frozen=True, slots=True)
class MethodKind:
    """A method as it is registered: what makes it for a threshold, which some do not look at, and what it is."""

    make: Callable[[Fraction], Method]
    about: str
