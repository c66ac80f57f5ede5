"""What every source of candidates is: it names people for one ego, and looks at a few, however many there are."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from personagraph.linking.candidates.complements import Complements
from personagraph.linking.people import Acquaintance, Crowd, Described
from personagraph.meaning.nearest.numbers import NOBODY, OneRow

NEAR_COPY = 0.9
"""From which cosine on somebody may be the ego told again, and is no candidate."""
NO_POSITIONS: NDArray[np.int64] = np.zeros(0, np.int64)
Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Outlook:
    """Everyone as one ego can see them; about `depth` people are wanted from a source.

    `imagined` are the vectors of people whom a model imagined for the ego (n, dims). All that a source draws comes from
    `rng`.
    """

    ego: int
    depth: int
    described: Described
    crowd: Crowd
    known: Acquaintance
    complements: Complements
    imagined: NDArray[np.float32]
    rng: np.random.Generator

    @cached_property
    def own(self) -> OneRow:
        """The ego's own row, which others are compared with."""
        return self.described.row(self.ego)

    @cached_property
    def nearest(self) -> tuple[Positions, NDArray[np.float32]]:
        """About `depth` who are nearest to the ego, the best first, and their cosines; without its near-copies."""
        return self.near(self.depth)

    def near(self, k: int) -> tuple[Positions, NDArray[np.float32]]:
        """The k who are nearest to the ego, the best first, and their cosines; without itself and its near-copies."""
        (cosines,), (found,) = self.described.near(self.described.vectors(np.array([self.ego], np.int64)), k)
        others = (cosines < NEAR_COPY) & (found != self.ego) & (found != NOBODY)
        return found[others], cosines[others]

    def near_imagined(self) -> list[Positions]:
        """Who is nearest to each of the imagined, the best first, about `depth` in all, or four of each."""
        if not len(self.imagined):
            return []
        each = max(4, 2 * self.depth // len(self.imagined))
        found = self.described.near(self.imagined, each)[1]
        fitting = found != NOBODY
        fitting[fitting] = self.are_others(found[fitting])
        return [row[fits] for row, fits in zip(found, fitting, strict=True)]

    def are_others(self, people: Positions) -> NDArray[np.bool_]:
        """Whether each of these is neither the ego nor a near-copy of it (n,)."""
        return np.asarray((self.described.cosines(self.own, people) < NEAR_COPY) & (people != self.ego))

    def likest(self, people: Positions, bonus: "NDArray[np.floating] | float" = 0.0) -> Positions:
        """These by their cosine to the ego and what is added to it, the best first; without it and its near-copies."""
        cosines = self.described.cosines(self.own, people)
        others = (cosines < NEAR_COPY) & (people != self.ego)
        return np.asarray(people[others][np.argsort(-(cosines + bonus)[others], kind="stable")])


@dataclass(frozen=True, slots=True)
class CandidateSource:
    """A source as it is registered.

    `propose` gives the positions of candidates, the best first, some perhaps twice: fewer than wanted or more, and some
    who can be none, as they are tied to the ego. It takes about the same time however many people there are. `tied`
    says that it names people who are tied to the ego; `about` says in a few words whom it names.
    """

    propose: Callable[[Outlook], Positions]
    about: str
    tied: bool = False


def in_turns(lists: list[Positions]) -> Positions:
    """The first of each list, then the second of each, and so on."""
    if len(lists) < 2:
        return lists[0] if lists else NO_POSITIONS
    table = np.full((max(map(len, lists)), len(lists)), NOBODY, np.int64)
    for column, found in enumerate(lists):
        table[: len(found), column] = found
    return np.asarray(table[table != NOBODY])
