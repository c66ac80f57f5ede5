"""Draws the numbers of a problem: those that a model chose where they fit, else others of a plausible size."""

from collections.abc import Sequence
from random import Random
from typing import Final

from personagraph.synthesis.problems.things import Thing

SCALES: Final = {"few": (4, 30), "some": (8, 90), "many": (24, 400)}
"""How many things of each scale somebody plausibly has."""
LIKES_CHOSEN: Final = 0.7
"""How often a chosen number is taken where it fits."""


class Numbers:
    """The numbers of one problem about a thing; each of the `chosen` is used once at most."""

    def __init__(self, rng: Random, thing: Thing, chosen: Sequence[int]) -> None:
        self.rng = rng
        self.thing = thing
        self._chosen = list(dict.fromkeys(chosen))

    def one(self, choices: Sequence[int]) -> tuple[int] | None:
        """One of the choices, or None when there are none."""
        found = self.first(choices)
        return None if found is None else (found,)

    def first(self, choices: Sequence[int]) -> int | None:
        """One of the choices, or None when there are none."""
        if not choices:
            return None
        fitting = [n for n in self._chosen if n in choices]
        if fitting and self.rng.random() < LIKES_CHOSEN:
            self._chosen.remove(fitting[0])
            return fitting[0]
        return self.rng.choice(choices)

    def some(self) -> int | None:
        """How many of the things somebody has."""
        low, high = SCALES[self.thing.scale]
        return self.first(range(low, high + 1))

    def load(self) -> range:
        """How many of the things fill a holder."""
        return {"few": range(2, 7), "some": range(4, 13), "many": range(6, 41)}[self.thing.scale]

    def near(self, amount: int, low: float, high: float) -> range:
        """Numbers of two or more that are such shares of the amount, in round steps when it is large."""
        step = 1 if amount < 200 else 5 if amount < 1000 else 10 if amount < 5000 else 50
        first = max(2, -(-int(amount * low) // step) * step)
        return range(first, int(amount * high) + 1, step)

    def round_beyond(self, amount: int, low: float, high: float) -> range:
        """Round numbers that are so many times the amount."""
        step = 5 if amount < 100 else 10 if amount < 1000 else 50 if amount < 5000 else 100
        return range(-(-int(amount * low + 1) // step) * step, int(amount * high) + step, step)

    def about(self, typical: int) -> range:
        """Numbers around what is typical, half as much to half as much again, in round steps when it is large."""
        step = 1 if typical <= 30 else 5 if typical <= 200 else 10 if typical <= 500 else 50
        low = max(1 if typical <= 1 else 2, typical // 2)
        return range(-(-low // step) * step, max(typical * 3 // 2, low) + 1, step)
