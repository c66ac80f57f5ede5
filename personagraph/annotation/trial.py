"""Whether a model's annotations can be believed: how often they are right on those of whom it is known."""

from collections import Counter
from collections.abc import Mapping

from personagraph.annotation.labels import Values
from personagraph.steering.evidence import AGREED, CONTRADICTED, LEAST
from personagraph.steering.shares import wilson
from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.attributes import ATTRIBUTES

TRIED = 60
"""Personas on whom a model is tried for each attribute, where so many are there."""
READER_RIGHT = 0.9
"""The share right that is asked for where there are no labels by which the reader itself could be judged."""
FEWEST_LABELS = 20
"""Labelled personas of whom the reader says something, from which on its share right counts instead."""
SILENT = "silent"


class Trial:
    """What is known of those on whom a model is tried, and how it did so far.

    `truths` are the acceptable values by persona and attribute: labels, or what the words are read as. `reader` has by
    attribute of how many of the labelled the reader says something, and for how many of these it is right.
    """

    def __init__(self, truths: Mapping[str, Mapping[str, Values]], reader: Mapping[str, tuple[int, int]]) -> None:
        self.truths, self._reader = truths, reader
        self.counts: Counter[tuple[str, str]] = Counter()

    def claims(self, persona: str, said: Attributes) -> dict[str, str]:
        """What becomes of what the model says of one of them: agreed, contradicted, or silent."""
        found = {}
        for name, values in self.truths.get(persona, {}).items():
            value = said[name]
            if value != UNKNOWN:
                found[name] = AGREED if value in values else CONTRADICTED
            elif UNKNOWN not in values:
                found[name] = SILENT
        return found

    def add(self, claims: Mapping[str, str], times: int = 1) -> None:
        """Count what became of what it said of somebody."""
        for claim in claims.items():
            self.counts[claim] += times

    def tried(self, name: str) -> int:
        """On how many it was tried."""
        return sum(self.counts[name, claim] for claim in (AGREED, CONTRADICTED, SILENT))

    def asked(self, name: str) -> float:
        """The share right that it must reach: the reader's own on the labels, or that which the reader is held to."""
        read, right = self._reader.get(name, (0, 0))
        return right / read if read >= FEWEST_LABELS else READER_RIGHT

    def confidence(self, name: str) -> float:
        """The share of what it said of an attribute that was right; 0 of nothing."""
        right, wrong = self.counts[name, AGREED], self.counts[name, CONTRADICTED]
        return right / (right + wrong) if right else 0.0

    def believes(self, name: str) -> bool:
        """Whether it reached the share that is asked for, and the lower end of its 95 % interval is LEAST or more."""
        right, wrong = self.counts[name, AGREED], self.counts[name, CONTRADICTED]
        return self.confidence(name) >= self.asked(name) and wilson(right, right + wrong).low >= LEAST

    def believed(self) -> list[str]:
        """The attributes that it is believed to annotate well, in the order of their table."""
        return [name for name in ATTRIBUTES if self.believes(name)]

    def lines(self) -> list[str]:
        """What the trial has shown, a sentence for each attribute that it spoke of."""
        told = []
        for name in ATTRIBUTES:
            right, wrong, silent = (self.counts[name, claim] for claim in (AGREED, CONTRADICTED, SILENT))
            if right + wrong + silent:
                counts = (
                    "counts from now on" if self.believes(name) else f"does not count: {self.asked(name):.0%} is asked"
                )
                told.append(f"{name}: {right} of {right + wrong} right, {silent} left open; it {counts}")
        return told
