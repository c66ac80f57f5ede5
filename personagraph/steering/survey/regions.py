"""Which regions are thin: cells that hold less than is wanted of them, groups that are smaller than others."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.steering.survey.view import View
from personagraph.types import UNKNOWN
from personagraph.vocabulary.cells import Cell, axis_values

SMALLEST = 5
"""Personas of a group that counts by itself, as `coverage --by community` has it: fewer are one or two replies."""
DOUBT = 1.0
"""By so many standard deviations of a count a group has to fall short of its share, before it is thin. As that share
follows its own size, these are twice as many below the mean, where all are alike but for chance."""

MOST = 24
"""Groups of a kind that are asked for by one survey, the thinnest: the words of each are looked for."""


class CellWanted(NamedTuple):
    """A cell that may be asked for: the share wanted of it, and how many it holds when what was asked for has come.

    `tied` says that somebody is asked who knows them, so that it can be a step for a group, too.
    """

    cell: Cell
    share: float
    held: float
    tied: bool = True


class CellsWanted:
    """The cells that are wanted, in order; the share of each (k,; adds up to 1), and how many it holds (k,).

    `rate` is how likely an ask brings somebody. Raises ValueError where none is wanted.
    """

    def __init__(self, wanted: Iterable[CellWanted], rate: float = 1.0) -> None:
        self._wanted = list(wanted)
        self.rate = rate
        self.cells = [one.cell for one in self._wanted]
        shares = np.array([one.share for one in self._wanted], np.float64)
        if not (total := shares.sum()) > 0:
            raise ValueError("no cell is wanted")
        self.shares, self.held = shares / total, np.array([one.held for one in self._wanted], np.float64)

    def cell_of(self, view: View) -> NDArray[np.int64]:
        """The place of each persona's cell (n,), -1 where it is unknown or not wanted."""
        values = [{value: code for code, value in enumerate(axis_values(axis))} for axis in view.axes]
        codes = [[some[value] for some, value in zip(values, cell, strict=True)] for cell in self.cells]
        # A number for each combination of codes, with one more of each axis for what is unknown.
        counts = np.cumprod([1, *(len(some) + 1 for some in values)])[:-1]
        keys, own = (np.array(codes, np.int64) + 1) @ counts, (view.codes.astype(np.int64) + 1) @ counts
        order = np.argsort(keys)
        at = order[np.minimum(np.searchsorted(keys, own, sorter=order), len(keys) - 1)]
        found: NDArray[np.int64] = np.where(keys[at] == own, at, -1)
        return found

    def like(self, values: Sequence[str]) -> NDArray[np.int64]:
        """The places of the cells with these values, any of which may be unknown; of all where there is none.

        Only those that are tied count.
        """
        tied = [place for place, one in enumerate(self._wanted) if one.tied]
        fits = [
            place
            for place in tied
            if all(wish in (UNKNOWN, value) for wish, value in zip(values, self.cells[place], strict=True))
        ]
        return np.array(fits or tied, np.int64)

    def around(self, cell: int) -> NDArray[np.int64]:
        """The places of the cells that share a value with this one."""
        own = self.cells[cell]
        return np.flatnonzero([any(a == b for a, b in zip(own, other, strict=True)) for other in self.cells])


def lacks(counts: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each falls short of its share, with the next one that comes (k,): 0 for not, up to 1 for nearly all."""
    held = (counts + 1) / (counts.sum() + len(counts))
    with np.errstate(divide="ignore"):
        short: NDArray[np.float64] = 1 - held / shares
    return short.clip(0.0, 1.0)


class ThinGroup(NamedTuple):
    """A group that is smaller than others: who is in it (positions, ascending), and its kind, community or cluster.

    `held` is how many it holds, with the asks that were meant for it; `weight` is the share wanted of it, among those
    of its kind, and `lack` how far it falls short of that, from 0 to 1. `number` is its number among its kind.
    """

    kind: str
    number: int
    members: NDArray[np.int64]
    held: int
    weight: float
    lack: float


def thin_groups(kind: str, labels: NDArray[np.int32], credits: NDArray[np.int64]) -> Sequence[ThinGroup]:
    """The MOST groups of these labels (n,; -1 for none) that are thinnest, the smallest number first.

    Wanted of each is a share in proportion to the root of its size, which is between leaving groups as they are and
    making all alike. One counts from SMALLEST members on. It is thin when it holds less than that share by DOUBT
    standard deviations of a Poisson count: sizes that chance alone gives are no reason to ask for anybody. `credits`
    (n,) are asks that were meant for the group of each persona, and count like members, so that a group is not chased
    that does not grow.
    """
    is_in = labels >= 0
    sizes = np.bincount(labels[is_in])
    numbers = np.flatnonzero(sizes >= SMALLEST)
    if len(numbers) < 2:
        return ()
    meant = np.bincount(labels[is_in], weights=credits[is_in], minlength=len(sizes))[numbers]
    held = sizes[numbers] + meant
    weights = np.sqrt(sizes[numbers])
    weights /= weights.sum()
    share = weights * held.sum()
    thin = np.flatnonzero(held < share - DOUBT * np.sqrt(share))
    thin = np.sort(thin[np.argsort(held[thin] / share[thin], kind="stable")[:MOST]])
    order = np.argsort(labels, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes)]) + np.count_nonzero(~is_in)
    return [
        ThinGroup(
            kind,
            int(numbers[at]),
            order[starts[numbers[at]] : starts[numbers[at] + 1]],
            int(held[at]),
            float(weights[at]),
            float(1 - held[at] / share[at]),
        )
        for at in thin.tolist()
    ]
