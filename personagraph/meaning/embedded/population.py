"""A population as points of a named embedding space."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from personagraph.meaning.embedded.pairs import Pairs, pairs_of

PAIRED = 8192
"""So many rows, at most, are compared with each other; of more, as many are drawn."""
_NEAR_ONE = 1e-3


@dataclass(frozen=True, eq=False)
class Population:
    """The vectors of a population by one encoder, whose name is the space's: float32 (n, dims), each of length 1.

    `at` (n,) are their rows among the vectors that came; `unread` counts those without a direction, which are left out.
    `seed` is that of everything that is drawn from it.
    """

    name: str
    rows: NDArray[np.float32]
    at: NDArray[np.int64]
    unread: int
    seed: int = 0

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def of(cls, name: str, vectors: NDArray[np.float32], *, seed: int = 0) -> "Population":
        """The population of these vectors (all, dims), as an encoder gives them; a row of zeros has no direction.

        Raises ValueError for another shape, and for what is no finite number.
        """
        if vectors.ndim != 2:
            raise ValueError(f"vectors are rows of numbers, and these have {vectors.ndim} dimensions")
        squares = np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64)
        if not np.isfinite(squares).all():
            raise ValueError("a vector holds what is no finite number")
        at = np.flatnonzero(squares > 0)
        rows, lengths = vectors, np.sqrt(squares)
        if len(at) < len(vectors):
            rows, lengths = vectors[at], lengths[at]
        if (np.abs(lengths - 1) > _NEAR_ONE).any():
            rows = rows / lengths[:, None]
        return cls(name, rows.astype(np.float32, copy=False), at, len(vectors) - len(at), seed)

    def drawn(self, most: int) -> "Population":
        """`most` of the rows, drawn without putting back, in their order; itself where there are no more."""
        if len(self) <= most:
            return self
        chosen = np.sort(np.random.default_rng(self.seed).choice(len(self), most, replace=False))
        return Population(self.name, self.rows[chosen], self.at[chosen], self.unread, self.seed)

    @cached_property
    def pairs(self) -> Pairs:
        """How far its rows lie from each other: all of them, or PAIRED that are drawn."""
        return pairs_of(self.drawn(PAIRED).rows)
