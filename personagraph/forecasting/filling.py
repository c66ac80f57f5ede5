"""Fills the cells of coverage as courses go on: by the shares of a model's new personas, and by hints to thin cells."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

from personagraph.cells import UNKNOWN, VOCABULARIES, Cell
from personagraph.forecasting.evidence import Evidence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]
    Floats = NDArray[np.float64]

PRIOR_PERSONAS = 100.0
"""As many new personas of history outweigh the rehearsal in which cells a model fills."""
PRIOR_WISHES = 15.0
"""As many answers to hints outweigh it in how often a hint is followed."""
SKEW, UNSURE = 0.3, 0.8
"""Shares are those that were seen to a power: 1, give or take this (standard deviations of logs). The first is for how
far a real model lies from the rehearsal, the second, divided by the root of how many were seen, for chance."""


def grid(axes: Sequence[str]) -> list[Cell]:
    """Every combination of values on the axes, "unknown" among them."""
    return list(product(*([*VOCABULARIES[axis], UNKNOWN] for axis in axes)))


class Filling:
    """How many personas each cell holds in each course: `counts` has a row a draw and a column for each of `grid`.

    `nameable` are the cells that hints go to, `wished` how often this run named each before; None: there are no hints.
    """

    def __init__(
        self,
        axes: Sequence[str],
        now: Mapping[Cell, int],
        rehearsed: Evidence,
        history: Evidence,
        rng: "np.random.Generator",
        *,
        draws: int,
        exact: bool,
        nameable: Collection[Cell] | None = None,
        wished: Mapping[Cell, int] | None = None,
    ) -> None:
        import numpy as np

        self.cells = grid(axes)
        self.counts = np.tile(np.array([now.get(cell, 0) for cell in self.cells]), (draws, 1))
        self._rng = rng
        self._wishes = None if nameable is None else np.array([cell in nameable for cell in self.cells])
        self._wished = np.tile(np.array([(wished or {}).get(cell, 0) for cell in self.cells]), (draws, 1))
        self._followed = _followed(rehearsed, history, rng, draws=draws, exact=exact)
        hinted = nameable is not None
        seen = (rehearsed.cells(wished=hinted), history.cells(wished=hinted))
        self._shares = _shares(self.cells, *seen, rng, draws=draws, exact=exact)

    def fill(self, calls: "Counts", new: "Counts") -> None:
        """Let in what a piece of every course brought: so many calls, so many new personas."""
        if self._wishes is None:
            self.counts += self._rng.multinomial(new, self._shares)
            return
        wishes = self._thinnest(calls)
        followed = self._rng.binomial(new, self._followed).clip(0, calls)
        self.counts += self._rng.multinomial(followed, wishes / wishes.sum(axis=1, keepdims=True).clip(1))
        self.counts += self._rng.multinomial(new - followed, self._shares)
        self._wished += wishes

    def covered(self, valid: Collection[Cell], level: int) -> "Counts":
        """How many of the valid cells hold at least so many, in each course."""
        import numpy as np

        chosen = np.array([cell in valid for cell in self.cells])
        reached: Counts = (self.counts[:, chosen] >= level).sum(axis=1)
        return reached

    def _thinnest(self, calls: "Counts") -> "Counts":
        """How often hints name each cell in so many calls: each call raises the one with the fewest by one."""
        import numpy as np

        held = (self.counts + self._wished)[:, self._wishes]
        low, high = held.min(axis=1), held.min(axis=1) + calls
        while (low < high).any():
            level = (low + high + 1) // 2
            fits = np.maximum(0, level[:, None] - held).sum(axis=1) <= calls
            low, high = np.where(fits, level, low), np.where(fits, high, level - 1)
        raised = np.maximum(0, low[:, None] - held)
        order = self._rng.permuted(np.tile(np.arange(held.shape[1]), (len(held), 1)), axis=1)
        rank = np.where(held <= low[:, None], order, held.shape[1] + order).argsort(axis=1).argsort(axis=1)
        raised += rank < (calls - raised.sum(axis=1))[:, None]
        wishes = np.zeros_like(self.counts)
        wishes[:, self._wishes] = raised
        return wishes


def _followed(
    rehearsed: Evidence, history: Evidence, rng: "np.random.Generator", *, draws: int, exact: bool
) -> "Floats":
    """How often a new persona is in the cell that a hint named: a beta posterior."""
    (hits, tries), (more, of) = rehearsed.wishes, history.wishes
    strength = float(tries) if exact else PRIOR_WISHES
    before = strength * hits / max(1, tries)
    return rng.beta(before + more + 0.5, strength - before + of - more + 0.5, size=draws)


def _shares(
    cells: Sequence[Cell],
    rehearsed: Counter[Cell],
    history: Counter[Cell],
    rng: "np.random.Generator",
    *,
    draws: int,
    exact: bool,
) -> "Floats":
    """The shares of new personas by cell, in each draw."""
    import numpy as np

    if exact:
        mean, total, spread = _smoothed(cells, rehearsed + history), rehearsed.total() + history.total(), 0.0
    else:
        weight = history.total() / (history.total() + PRIOR_PERSONAS)
        mean = (1 - weight) * _smoothed(cells, rehearsed) + weight * _smoothed(cells, history)
        total, spread = history.total() + round(PRIOR_PERSONAS), (1 - weight) * SKEW
    powers = np.exp(rng.normal(0, np.hypot(spread, UNSURE / max(1, total) ** 0.5), size=(draws, 1)))
    drawn: Floats = mean**powers
    drawn /= drawn.sum(axis=1, keepdims=True)
    return drawn


def _smoothed(cells: Sequence[Cell], seen: Counter[Cell]) -> "Floats":
    """Shares in which the cells that were not seen have together the mass of those seen once (Good-Turing).

    Within it they are as the marginals have them.
    """
    import numpy as np

    counts = np.array([seen[cell] for cell in cells], dtype=float)
    total = counts.sum()
    marginals = [Counter[str]() for _ in cells[0]]
    for cell, count in seen.items():
        for marginal, value in zip(marginals, cell, strict=True):
            marginal[value] += count
    spread = np.array([np.prod([m[v] + 0.5 for m, v in zip(marginals, cell, strict=True)]) for cell in cells])
    spread /= spread.sum()
    unseen = ((counts == 1).sum() + 1) / (total + 2)
    mixed = min(1.0, unseen / max(float(spread[counts == 0].sum()), 1e-9))
    shares: Floats = mixed * spread + ((1 - mixed) * counts / total if total else 0)
    whole: Floats = shares / shares.sum()
    return whole
