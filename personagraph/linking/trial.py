"""Whether a model can judge who knows whom: how it rates pairs of known outcome, and the bar for all others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from random import Random
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Snapshot
from personagraph.linking.calibration import EgoMeans, Separation, auc, bar

KNOWN, RANDOMS = 20, 3
"""Ties on which a model is tried, where so many are there; and random pairs of the same ego beside each."""
CAN_JUDGE = 0.6
"""What the lower end of the AUC's 95 % interval must reach for a model's judgement to count."""
YES_MAN = 0.5
"""A model without log-probabilities that says yes to a greater share of random pairs is asked nothing more."""
TRIES = 20
"""How often somebody is drawn who is not tied to an ego, before there is nobody."""


class TrialPair(NamedTuple):
    """A pair of known outcome: the ego and the other, by their ids; `text` describes one who is only imagined."""

    ego: str
    other: str
    known: bool
    text: str = ""


class Rating(NamedTuple):
    """What a model said of a pair: ln P(yes) − ln P(no), None where the server told none; and its word, or nothing."""

    odds: float | None
    said: str

    @property
    def tells(self) -> bool:
        """Whether it says anything."""
        return self.odds is not None or self.said != ""

    @property
    def word(self) -> float:
        """1 for a yes, −1 for a no, 0 for neither."""
        return {"yes": 1.0, "no": -1.0}.get(self.said, 0.0)


Ratings = Mapping[bool, Rating]
"""The rating of a pair as it was drawn (False), and with its ends turned (True)."""


class PairTrial:
    """How a model rated pairs of known outcome; what follows is read once all that there is was added.

    `share` is the part of random pairs that may lie above the bar.
    """

    def __init__(self, share: float) -> None:
        self._share = share
        self._rated: dict[tuple[str, str], dict[bool, Rating]] = {}
        self._known: dict[tuple[str, str], bool] = {}

    def add(self, ego: str, other: str, rating: Rating, *, known: bool, turned: bool = False) -> None:
        """A rating came. What was told before does not hold any more."""
        self._rated.setdefault((ego, other), {})[turned] = rating
        self._known[ego, other] = known
        for name in ("by_word", "_means", "_scores", "auc", "bar"):
            self.__dict__.pop(name, None)

    def count(self, *, known: bool) -> int:
        """Of how many of the pairs that are tied, or of the random ones, the model told anything."""
        return sum(self._known[pair] == known for pair, ratings in self._rated.items() if _tells(ratings))

    @cached_property
    def by_word(self) -> bool:
        """Whether words must do: of most pairs of which the model told anything, it told no log-probabilities."""
        told = [ratings[False].odds is not None for ratings in self._rated.values() if _tells(ratings)]
        return sum(told) * 2 < len(told)

    @property
    def yes(self) -> float:
        """The share of the random pairs to which the model said yes; 0 of none."""
        said = [one[False].said for pair, one in self._rated.items() if not self._known[pair] and False in one]
        return sum(word == "yes" for word in said) / len(said) if said else 0.0

    @cached_property
    def auc(self) -> Separation | None:
        """How often a tie is rated higher than a random pair, and the 95 % interval; None where one kind is missing."""
        true, random = self._scores[True], self._scores[False]
        return auc(true, random) if true and random else None

    @cached_property
    def bar(self) -> float:
        """The score that a pair must exceed."""
        return bar(self._scores[False], self._share)

    @property
    def judges(self) -> bool:
        """Whether the model's judgement counts."""
        return self.auc is not None and self.auc.low >= CAN_JUDGE and self.can_pass and not self.agrees_to_all

    @property
    def can_pass(self) -> bool:
        """Whether any score can lie above the bar: of words none is higher than two that say yes."""
        return not self.by_word or self.bar < 1.0

    @property
    def agrees_to_all(self) -> bool:
        """Whether it says yes to so many random pairs, and nothing but words, that asking it is of no use."""
        return self.by_word and self.yes > YES_MAN

    def scores(self, ego: str, rated: Sequence[Ratings]) -> list[float | None]:
        """The scores of an ego's pairs, in their order; None where the model told nothing.

        They are its log-odds above the ego's level, which is drawn to that of the trial's egos, so that few pairs do
        not decide it. A word counts 1 or −1, and the mean of both orders is the score.
        """
        if self.by_word:
            return [_said(pair) for pair in rated]
        odds, means = [_odds(pair) for pair in rated], self._means.copied()
        for value in odds:
            if value is not None:
                means.add(ego, value)
        return [None if value is None else means.above(ego, value) for value in odds]

    @cached_property
    def _means(self) -> EgoMeans:
        """The levels of the trial's egos."""
        means = EgoMeans()
        for (ego, _), ratings in self._rated.items():
            if (value := _odds(ratings)) is not None:
                means.add(ego, value)
        return means

    @cached_property
    def _scores(self) -> dict[bool, list[float]]:
        found: dict[bool, list[float]] = {True: [], False: []}
        for (ego, other), ratings in self._rated.items():
            value = _said(ratings) if self.by_word else _odds(ratings)
            if value is not None:
                score = value if self.by_word else self._means.above(ego, value)
                found[self._known[ego, other]].append(score)
        return found

    def lines(self) -> Iterator[str]:
        """What the trial has shown, and what follows from it, in sentences."""
        told = f"tried on {self.count(known=True)} ties and {self.count(known=False)} random pairs"
        silent = sum(not _tells(ratings) for ratings in self._rated.values())
        if silent:
            yield (
                f"to {silent} of {len(self._rated)} pairs it says neither yes nor no at once; one that thinks before it"
                " answers may do so in a new run with `--reasoning-effort none`"
            )
        if self.auc is None:
            yield f"{told}, which say nothing: one kind is missing"
        else:
            how = "by its words, in two orders" if self.by_word else "by log-probabilities"
            value, low, high = self.auc
            yield (
                f"{told}: it rates a tie higher {value:.0%} of the time ({low:.0%} to {high:.0%}), {how}, and says yes"
                f" to {self.yes:.0%} of the random ones"
            )
        if self.agrees_to_all:
            yield f"it says yes to more than {YES_MAN:.0%} of random pairs, so it is asked nothing more; take another"
        elif self.auc is not None and not self.can_pass:
            yield (
                f"it says yes, in both orders, to more than {self._share:.0%} of the random pairs, so no word of it"
                " counts, and links come by grounding alone; a higher --false-links lets them count"
            )
        elif not self.judges:
            yield (
                f"it cannot judge who knows whom ({CAN_JUDGE:.0%} is asked of the lower end), so links come by"
                " grounding alone: from those whom it imagines, and who are like somebody who is there"
            )
        else:
            yield f"a pair passes above {self.bar:.2f}, as at most {self._share:.0%} of the random pairs do"

    def to_json(self) -> dict[str, Any]:
        """The figures."""
        return {
            "known": self.count(known=True),
            "random": self.count(known=False),
            "auc": list(self.auc) if self.auc else None,
            "yes_random": self.yes,
            "by_word": self.by_word,
            "judges": self.judges,
            "bar": self.bar if self.judges else None,
        }


def plain_ties(graph: Snapshot) -> NDArray[np.int32]:
    """The ties that no link made and nothing steered, in their order, by the positions of their ends (n, 2)."""
    plain = graph.unsteered
    return np.stack([graph.sources[plain], graph.targets[plain]], axis=1).astype(np.int32)


def strangers(ego: int, known: Iterable[int], people: int, count: int, rng: Random) -> list[int]:
    """At most `count` of so many people who are drawn by lot, and whom the ego does not know."""
    out, found = {ego, *known}, list[int]()
    for _ in range(TRIES * count):
        other = rng.randrange(people)
        if other not in out and len(found) < count:
            out.add(other)
            found.append(other)
    return found


def _tells(ratings: Ratings) -> bool:
    return False in ratings and ratings[False].tells


def _odds(ratings: Ratings) -> float | None:
    return ratings[False].odds if False in ratings else None


def _said(ratings: Ratings) -> float | None:
    return sum(one.word for one in ratings.values()) / len(ratings) if ratings else None
