"""Ways to choose that were tried and are in no policy, to be tried again: docs/steering.md says what came of them."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from random import Random
from types import MappingProxyType
from typing import Any, Final

from personagraph.steering.policies.bandit import EGOS, WEIGHT, LearnedHints, by_axis, likely_by
from personagraph.steering.policies.hint import ThinnestCells, parts
from personagraph.steering.policies.policy import Came, Choice, PolicyFacts, PolicyKind, PolicyOptions
from personagraph.vocabulary.cells import Cell, cell_of
from scripts.steering_laws import NAMED

MOST_TIES: Final = 32
"""Ties of one persona that are remembered."""


class Annealed(LearnedHints):
    """Chooses as the bandit does with probability asked / (asked + `after`), else as hints do."""

    def __init__(self, *parts: Any, after: int = 200, **options: Any) -> None:
        super().__init__(*parts, **options)
        self._after = after

    def _ego(self, rng: Random, aim: Cell) -> tuple[str, Cell]:
        asked = self._asked[()]
        learned = rng.random() < asked / (asked + self._after)
        return super()._ego(rng, aim) if learned else ThinnestCells._ego(self, rng, aim)


class Gateways(LearnedHints):
    """Of the egos drawn by the mixing those come first of whom ties lead to the cell within one hop, then two.

    Ties are those that replies told of in this run.
    """

    def __init__(self, *parts: Any, **options: Any) -> None:
        super().__init__(*parts, **options)
        self._tied: dict[str, list[str]] = {}
        self._leads: dict[str, set[Cell]] = {}
        """The cells of whom each is tied to."""

    def learn(self, choice: Choice, came: Sequence[Came]) -> None:
        """What came of a step."""
        super().learn(choice, came)
        if not choice.ego:
            return
        ego, axes = self._egos.cell(choice.ego), self._deficits.axes
        for one in came:
            if one.outcome in ("new", "merged"):
                self._tie(choice.ego, one.persona, cell_of(one.attributes, axes))
                self._tie(one.persona, choice.ego, ego)

    def _tie(self, one: str, other: str, cell: Cell) -> None:
        tied = self._tied.setdefault(one, [])
        if len(tied) < MOST_TIES:
            tied.append(other)
            self._leads.setdefault(one, set()).add(cell)

    def _ego(self, rng: Random, aim: Cell) -> tuple[str, Cell]:
        def better(drawn: tuple[str, Cell]) -> tuple[int, float]:
            return -self._hops(drawn[0], aim), self._follows(drawn[1], aim)

        return max(self._egos.draw(rng, aim, EGOS), key=better)

    def _hops(self, ego: str, aim: Cell) -> int:
        """How far somebody of the cell is; 3 for farther than 2."""
        if aim in self._leads.get(ego, ()):
            return 1
        return 2 if any(aim in self._leads.get(other, ()) for other in self._tied.get(ego, ())) else 3


class Typed(LearnedHints):
    """Names a type beside the hint: the ego and the type of which somebody of the cell came most often."""

    def __init__(self, *parts: Any, **options: Any) -> None:
        super().__init__(*parts, **options)
        self._tries: Counter[Hashable] = Counter()
        self._hits: Counter[Hashable] = Counter()

    def learn(self, choice: Choice, came: Sequence[Came]) -> None:
        """What came of a step."""
        super().learn(choice, came)
        if not choice.ego or choice.narrow:
            return
        ego, axes = self._egos.cell(choice.ego), self._deficits.axes
        for one in came:
            if one.outcome in ("new", "merged") and one.item < len(choice.aims):
                aim = choice.aims[one.item]
                for key in (one.type, *_by_type(one.type, ego, aim)):
                    self._tries[key] += 1
                    self._hits[key] += cell_of(one.attributes, axes) == aim

    def next(self, n: int) -> Choice | None:
        """The same, with the type that is best for the ego."""
        choice = super().next(n)
        if not choice or choice.steering != 2 or choice.narrow:
            return choice
        ego, aim = self._egos.cell(choice.ego), choice.aims[0]
        types = Random(f"types:{self._seed}:{n}").sample(NAMED, len(NAMED))
        return choice._replace(type=max(types, key=lambda type: self._by(type, ego, aim)))

    def _by(self, type: str, ego: Cell, aim: Cell) -> float:
        before = (self._came[()] + 1) / (self._asked[()] + 2)
        usual = (self._hits[type] + WEIGHT * before) / (self._tries[type] + WEIGHT)
        return likely_by(self._hits, self._tries, _by_type(type, ego, aim), usual)


def _by_type(type: str, ego: Cell, aim: Cell) -> list[tuple[object, ...]]:
    return [(type, *values) for values in by_axis(ego, aim)]


def _made(
    kind: type[ThinnestCells], most: int, options: PolicyOptions, facts: PolicyFacts, **own: Any
) -> ThinnestCells:
    at_once = min(most, facts.at_once)
    made = parts(options, replace(facts, at_once=at_once))
    return kind(*made, asked=facts.asked(), seed=options.seed, at_once=at_once, **own)


def _kind(kind: type[ThinnestCells], about: str, *, most: int = 3, **own: Any) -> PolicyKind:
    return PolicyKind(partial(_made, kind, most, **own), about, endless=True, aims=True, by=True, learns=True)


TRIES: Mapping[str, PolicyKind] = MappingProxyType(
    {
        "hint-1": _kind(ThinnestCells, "one hint a call, the other alters free", most=1),
        "hint-2": _kind(ThinnestCells, "two hints a call, the other alters free", most=2),
        "bandit-1": _kind(LearnedHints, "one hint a call, the other alters free", most=1),
        "bandit-2": _kind(LearnedHints, "two hints a call, the other alters free", most=2),
        "annealed": _kind(Annealed, "from hint to bandit"),
        "gateways": _kind(Gateways, "egos of whom ties lead to the cell"),
        "typed": _kind(Typed, "a type named beside the hint"),
    }
)
"""Not played unless they are named."""
