"""What every source of candidates is: it names people for one ego, and looks at a few, however many there are."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from personagraph.linking.candidates.complements import Complements
from personagraph.linking.people import Acquaintance, Crowd, Described
from personagraph.meaning.nearest.numbers import NOBODY

NEAR_COPY = 0.9
"""From which cosine on somebody may be the ego told again, and is no candidate."""
Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Outlook:
    """Everyone as one ego can see them. `imagined` are the vectors of people whom a model imagined for it (n, dims)."""

    ego: int
    described: Described
    crowd: Crowd
    known: Acquaintance
    complements: Complements
    imagined: NDArray[np.float32]
    rng: np.random.Generator

    @cached_property
    def vector(self) -> NDArray[np.float32]:
        """The ego's own (1, dims)."""
        return self.described.vectors(np.array([self.ego], np.int64))

    def cosines(self, positions: Positions) -> NDArray[np.float64]:
        """To each of these from the ego (n,)."""
        return self.described.cosines(self.ego, positions)

    def likest(self, positions: Positions, *, bonus: "NDArray[np.floating] | float" = 0.0) -> Positions:
        """These by cosine to the ego and what is added to it, then by entry; without the ego and its near-copies."""
        cosines = self.cosines(positions)
        others = (cosines < NEAR_COPY) & (positions != self.ego)
        scores = (cosines + bonus)[others]
        found = positions[others]
        ranked: Positions = found[np.lexsort([found, -scores])]
        return ranked

    def near(self, vectors: NDArray[np.float32], k: int) -> list[Positions]:
        """The k nearest to each of the vectors, without the ego and its near-copies."""
        found = self.described.near(vectors, k)[1]
        there = np.unique(found[found != NOBODY])
        others = there[(self.cosines(there) < NEAR_COPY) & (there != self.ego)]
        return [row[np.isin(row, others)] for row in found]


@dataclass(frozen=True, slots=True)
class CandidateSource:
    """A source as it is registered.

    `propose` gives the positions of about so many candidates, the best first: it may give fewer, and some who cannot be
    one, as they are tied to the ego. It takes about the same time however many there are. What it draws comes from the
    outlook's rng. `tied` says that it names people who are tied to the ego.
    """

    propose: Callable[[Outlook, int], Positions]
    about: str
    tied: bool = False


def in_turns(lists: list[Positions]) -> Positions:
    """The first of each list, then the second of each, and so on; who stands in several comes as often."""
    longest = max(map(len, lists), default=0)
    table = np.full((longest, len(lists)), NOBODY, np.int64)
    for column, found in enumerate(lists):
        table[: len(found), column] = found
    return np.asarray(table[table != NOBODY])
