"""Asks for the thinnest cells as `hint` does, and learns from which egos a hint to each is followed."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, Final

from personagraph.steering.policies.hint import ThinnestCells, parts
from personagraph.steering.policies.policy import Came, Choice, PolicyFacts, PolicyKind, PolicyOptions
from personagraph.vocabulary.cells import Cell, cell_of

EGOS: Final = 8
"""Egos that are drawn by the mixing, of whom the one is asked that a hint is most likely to follow from."""
WEIGHT: Final = 3.0
"""Asks by which what is known of some of them is drawn towards what is known of more."""


class LearnedHints(ThinnestCells):
    """A contextual bandit over egos, its context their cells and those asked for; arms are tried by the draws alone.

    How likely a hint is followed by an ego is estimated for the two cells, drawn towards the product of what is known
    for their values on each axis, drawn towards what is known of all.
    """

    def __init__(self, *parts: Any, **options: Any) -> None:
        super().__init__(*parts, **options)
        self._asked: Counter[Hashable] = Counter()
        self._came: Counter[Hashable] = Counter()
        """Plain hints, and those that brought somebody of the cell: of all, by values on an axis, by both cells."""

    def learn(self, choice: Choice, came: Sequence[Came]) -> None:
        """What came of a step."""
        super().learn(choice, came)
        if not choice.ego or choice.narrow:
            return
        ego, axes = self._egos.cell(choice.ego), self._deficits.axes
        those = {cell_of(one.attributes, axes) for one in came if one.outcome in ("new", "merged")}
        for aim in choice.aims:
            for key in ((), *by_axis(ego, aim), (ego, aim)):
                self._asked[key] += 1
                self._came[key] += aim in those

    def _ego(self, rng: Random, aim: Cell) -> tuple[str, Cell]:
        return max(self._egos.draw(rng, aim, EGOS), key=lambda drawn: self._follows(drawn[1], aim))

    def _suits(self, ego: Cell, aim: Cell) -> float:
        return super()._suits(ego, aim) * self._follows(ego, aim)

    def _follows(self, ego: Cell, aim: Cell) -> float:
        """How likely somebody of the cell comes of a plain hint that such an ego is given."""
        usual = (self._came[()] + 1) / (self._asked[()] + 2)
        likely = likely_by(self._came, self._asked, by_axis(ego, aim), usual)
        both = (ego, aim)
        return (self._came[both] + WEIGHT * min(likely, 1.0)) / (self._asked[both] + WEIGHT)


def likely_by(
    came: Mapping[Hashable, int], asked: Mapping[Hashable, int], keys: Iterable[Hashable], usual: float
) -> float:
    """What is usual, times how much likelier than that each of the keys makes it, of which few asks say little."""
    likely = usual
    for key in keys:
        likely *= (came[key] + WEIGHT * usual) / (asked[key] + WEIGHT) / usual
    return likely


def by_axis(ego: Cell, aim: Cell) -> Iterator[tuple[int, str, str]]:
    """What stands for the two cells on each axis."""
    return ((axis, one, other) for axis, (one, other) in enumerate(zip(ego, aim, strict=True)))


def _made(options: PolicyOptions, facts: PolicyFacts) -> LearnedHints:
    return LearnedHints(*parts(options, facts), asked=facts.asked(), seed=options.seed, at_once=facts.at_once)


KIND = PolicyKind(_made, "the same, and learn what follows hints", endless=True, aims=True, by=True, learns=True)
