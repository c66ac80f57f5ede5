"""Clues: what each says of an assignment, as an expression that can be evaluated, and which assignments it allows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, permutations
from random import Random
from typing import Final

from personagraph.synthesis.puzzles.spaces import LETTERS, PuzzleSpace, assignments


@dataclass(frozen=True, slots=True)
class DrawnClue:
    """A clue of a kind about people and values; numbers of people count from 0, values from 1.

    The expression is of variables and whole numbers, with comparisons, `+`, `abs`, `and`, `or`, `not` and parentheses.
    """

    kind: str
    args: tuple[int, ...]
    expression: str


@lru_cache(maxsize=50_000)
def allowed(space: PuzzleSpace, clue: DrawnClue) -> int:
    """The assignments of the space that the clue allows, as the bits of a number."""
    test = _compiled(clue.expression, space.variables)
    return sum(1 << i for i, found in enumerate(assignments(space)) if test(*found))


@lru_cache(maxsize=50_000)
def _compiled(expression: str, variables: tuple[str, ...]) -> Callable[..., bool]:
    """The expression as a function of the variables. Only for expressions of this module."""
    made: Callable[..., bool] = eval(f"lambda {', '.join(variables)}: {expression}", {"abs": abs})  # noqa: S307  (no text of a model gets here)
    return made


def holds(clue: DrawnClue, space: PuzzleSpace, found: Sequence[int]) -> bool:
    """Whether a clue is true of an assignment."""
    return bool(_compiled(clue.expression, space.variables)(*found))


Maker = Callable[[int], Iterable[tuple[tuple[int, ...], str]]]
"""For so many people, what clues of a kind there are: their numbers, and their expressions."""


def _pairs(text: str) -> Maker:
    return lambda n: (((i, j), text.format(a=LETTERS[i], b=LETTERS[j])) for i, j in permutations(range(n), 2))


def _twos(text: str) -> Maker:
    return lambda n: (((i, j), text.format(a=LETTERS[i], b=LETTERS[j])) for i, j in combinations(range(n), 2))


def _values(text: str) -> Maker:
    return lambda n: (((i, v), text.format(a=LETTERS[i], v=v)) for i in range(n) for v in range(1, n + 1))


def _either(n: int) -> Iterator[tuple[tuple[int, ...], str]]:
    for i in range(n):
        for v, w in combinations(range(1, n + 1), 2):
            yield (i, v, w), f"{LETTERS[i]} == {v} or {LETTERS[i]} == {w}"


def _between(n: int) -> Iterator[tuple[tuple[int, ...], str]]:
    for i in range(n):
        for j, k in combinations([other for other in range(n) if other != i], 2):
            a, b, c = LETTERS[i], LETTERS[j], LETTERS[k]
            yield (i, j, k), f"({b} < {a} and {a} < {c}) or ({c} < {a} and {a} < {b})"


def _one_of(n: int) -> Iterator[tuple[tuple[int, ...], str]]:
    for i, j in combinations(range(n), 2):
        for v in range(1, n + 1):
            yield (i, j, v), f"{LETTERS[i]} == {v} or {LETTERS[j]} == {v}"


def _if(n: int) -> Iterator[tuple[tuple[int, ...], str]]:
    for i, j in permutations(range(n), 2):
        for v, w in permutations(range(1, n + 1), 2):
            yield (i, v, j, w), f"{LETTERS[i]} != {v} or {LETTERS[j]} == {w}"


def _with_day(n: int) -> Iterator[tuple[tuple[int, ...], str]]:
    for v in range(1, n + 1):
        for day in range(1, n + 1):
            yield (v, day), " or ".join(f"({a} == {v} and {a}_day == {day})" for a in LETTERS[:n])


def _not_with_day(n: int) -> Iterator[tuple[tuple[int, ...], str]]:
    for args, text in _with_day(n):
        yield args, f"not ({text})"


def _thing_before(n: int) -> Iterator[tuple[tuple[int, ...], str]]:
    for v, w in permutations(range(1, n + 1), 2):
        ways = (f"({a} == {v} and {b} == {w} and {a}_day < {b}_day)" for a, b in permutations(LETTERS[:n], 2))
        yield (v, w), " or ".join(ways)


def _person_before(n: int) -> Iterator[tuple[tuple[int, ...], str]]:
    for i in range(n):
        for v in range(1, n + 1):
            a = LETTERS[i]
            yield (i, v), " or ".join(f"({b} == {v} and {a}_day < {b}_day)" for b in LETTERS[:n] if b != a)


ORDERS: Final[Mapping[str, Maker]] = {
    "before": _pairs("{a} < {b}"),
    "right before": _pairs("{a} + 1 == {b}"),
    "beside": _twos("abs({a} - {b}) == 1"),
    "not beside": _twos("abs({a} - {b}) != 1"),
    "one between": _twos("abs({a} - {b}) == 2"),
    "between": _between,
    "at": _values("{a} == {v}"),
    "not at": _values("{a} != {v}"),
    "either at": _either,
}
THINGS: Final[Mapping[str, Maker]] = {
    "has": _values("{a} == {v}"),
    "has not": _values("{a} != {v}"),
    "has either": _either,
    "one of two has": _one_of,
    "if one has": _if,
}
DAYS: Final[Mapping[str, Maker]] = {
    "has": _values("{a} == {v}"),
    "has not": _values("{a} != {v}"),
    "comes on": _values("{a}_day == {v}"),
    "comes not on": _values("{a}_day != {v}"),
    "comes before": _pairs("{a}_day < {b}_day"),
    "comes a day before": _pairs("{a}_day + 1 == {b}_day"),
    "thing on": _with_day,
    "thing not on": _not_with_day,
    "thing before": _thing_before,
    "before the thing": _person_before,
}
DIRECT: Final = frozenset({"at", "has", "comes on", "thing on"})
"""Kinds that give a part of the solution away: a puzzle has at most one such clue."""
MANY: Final = 7
TRIES: Final = 5


@lru_cache(maxsize=64)
def clues(group: str, n: int) -> tuple[DrawnClue, ...]:
    """All clues of the kinds of a group for so many people."""
    makers = {"orders": ORDERS, "things": THINGS, "days": DAYS}[group]
    return tuple(DrawnClue(kind, args, text) for kind, make in makers.items() for args, text in make(n))


def enough(rng: Random, space: PuzzleSpace, true: Sequence[DrawnClue]) -> list[DrawnClue]:
    """Clues, of those that are true, that leave one assignment alone, and of which none could be left out.

    Kinds are drawn evenly, however many clues each has; a draw of more than MANY is made again, TRIES times at most.
    Raises ValueError when all of them together leave several.
    """
    for _ in range(TRIES):
        found = _drawn(rng, space, true)
        if len(found) <= MANY:
            break
    return found


def _drawn(rng: Random, space: PuzzleSpace, true: Sequence[DrawnClue]) -> list[DrawnClue]:
    kinds = sorted({clue.kind for clue in true})
    by_kind = {kind: [clue for clue in true if clue.kind == kind] for kind in kinds}
    left, chosen = (1 << len(assignments(space))) - 1, list[DrawnClue]()
    direct = 0
    while left & (left - 1):
        if not kinds:
            raise ValueError("the clues leave several solutions")
        kind = rng.choice(kinds)
        clue = by_kind[kind].pop(rng.randrange(len(by_kind[kind])))
        kinds = [kind for kind in kinds if by_kind[kind]]
        narrowed = left & allowed(space, clue)
        if narrowed == left or (clue.kind in DIRECT and direct):
            continue
        direct += clue.kind in DIRECT
        left = narrowed
        chosen.append(clue)
    return _needed(space, chosen)


def remaining(space: PuzzleSpace, chosen: Iterable[DrawnClue]) -> int:
    """The assignments that all these clues allow, as the bits of a number."""
    left = (1 << len(assignments(space))) - 1
    for clue in chosen:
        left &= allowed(space, clue)
    return left


def is_one(bits: int) -> bool:
    """Whether exactly one assignment is left."""
    return bits > 0 and not bits & (bits - 1)


def _needed(space: PuzzleSpace, chosen: list[DrawnClue]) -> list[DrawnClue]:
    """The clues without those that the others make superfluous."""
    for clue in list(chosen):
        rest = [other for other in chosen if other is not clue]
        if is_one(remaining(space, rest)):
            chosen = rest
    return chosen
