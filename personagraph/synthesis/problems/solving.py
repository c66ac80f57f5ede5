"""Works a problem out: the amounts from beginning to end, the formula of what is asked, and the working."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NamedTuple

from personagraph.synthesis.problems.formulas import Term, number, typeset
from personagraph.synthesis.problems.numbers import Numbers
from personagraph.synthesis.problems.operations import BEGINNINGS, NOUNS, OPERATIONS, Operands
from personagraph.synthesis.problems.skeletons import Skeleton
from personagraph.synthesis.problems.wording import TellingFields, sentences

MOST: Final[Mapping[str, int]] = {"few": 80, "some": 600, "many": 6000}
"""How many things of each scale a problem comes to at most."""
LIMITS: Final[Mapping[str, tuple[int, int]]] = {
    "things": (2, 0),
    "holders": (2, 400),
    "dollars": (1, 20_000),
    "minutes": (2, 6000),
    "hours": (2, 400),
    "days": (2, 90),
    "kilometres": (2, 2000),
    "kilograms": (2, 5000),
    "trips": (2, 60),
    "pairs": (1, 300),
    "litres": (1, 200),
}
"""The least and the greatest amount, by what it is counted in."""


@dataclass(frozen=True, slots=True)
class Values:
    """The numbers of a problem: the amounts from the beginning on, and the operands of each operation."""

    amounts: tuple[int, ...]
    operands: tuple[Operands, ...]

    def numbers(self, place: int) -> dict[str, int]:
        """The numbers that are told at a place: `s` at the beginning, `n` and `m` with an operation."""
        if not place:
            return {"s": self.amounts[0]}
        return dict(zip("nm", self.operands[place - 1], strict=False))

    def givens(self, skeleton: Skeleton) -> list[int]:
        """The numbers that are told and needed, in the order in which they are told."""
        told = [self.amounts[:1], *self.operands]
        found = [n for place, numbers in enumerate(told) if place != skeleton.hidden for n in numbers]
        return found if skeleton.hidden is None else [*found, self.amounts[-1]]


class Solved(NamedTuple):
    """The answer with what it is counted in, the formula, and the working, a step a line."""

    answer: str
    unit: str
    formula: str
    working: str


def values(skeleton: Skeleton, numbers: Numbers) -> Values | None:
    """Numbers for a skeleton that are all whole and plausible, or None where none were found."""
    first, *kinds = skeleton.kinds
    amount = BEGINNINGS[skeleton.beginning].draw(numbers)
    if amount is None or not _plausible(Fraction(amount), first, numbers.thing.scale):
        return None
    amounts, drawn = [amount], list[Operands]()
    for name, kind in zip(skeleton.operations, kinds, strict=True):
        operation = OPERATIONS[name]
        operands = operation.draw(numbers, amounts[-1])
        if operands is None:
            return None
        before = (number(amounts[-2]),) if operation.both else ()
        value = operation.apply(number(amounts[-1]), *map(number, operands), *before).value
        if not _plausible(value, kind, numbers.thing.scale):
            return None
        amounts.append(int(value))
        drawn.append(operands)
    return Values(tuple(amounts), tuple(drawn))


def _plausible(amount: Fraction, kind: str, scale: str) -> bool:
    least, most = LIMITS[NOUNS[kind]]
    return amount.denominator == 1 and (1 if kind == "left" else least) <= amount <= (most or MOST[scale])


def solve(skeleton: Skeleton, found: Values, words: TellingFields) -> Solved:
    """The solution: forward to what is asked for, and where that is not the end, back from the end as well."""
    end = len(skeleton.operations) if skeleton.hidden is None else skeleton.hidden - 1
    steps: list[str] = []
    terms = [number(found.amounts[0])]
    for place in range(1, end + 1):
        name = skeleton.operations[place - 1]
        operation = OPERATIONS[name]
        before = (terms[-2],) if operation.both else ()
        operands = [number(n) for n in found.operands[place - 1]]
        terms.append(operation.apply(terms[-1], *operands, *before))
        plain = operation.apply(*(number(t.value) for t in terms[-2:-1]), *operands, *(number(t.value) for t in before))
        steps.append(_step(name, plain, terms[-2].value, operands, words, NOUNS[operation.target]))
    if skeleton.hidden is None:
        return _solved(terms[-1], NOUNS[skeleton.kinds[-1]], steps, words)
    return _solved(*_back(skeleton, found, terms[-1], steps, words), steps, words)


def _back(skeleton: Skeleton, found: Values, reached: Term, steps: list[str], words: TellingFields) -> tuple[Term, str]:
    """What is hidden, and what it is counted in; the steps from the end back to it are added."""
    hidden = skeleton.hidden or 0
    term = number(found.amounts[-1])
    for place in range(len(skeleton.operations), hidden, -1):
        operation = OPERATIONS[skeleton.operations[place - 1]]
        operands = [number(n) for n in found.operands[place - 1]]
        undo = operation.undo or _never
        plain, term = undo(number(term.value), *operands), undo(term, *operands)
        noun = NOUNS[skeleton.kinds[place - 1]]
        steps.append(_step(f"before “{skeleton.operations[place - 1]}”", plain, term.value, [], words, noun))
    if not hidden:
        return term, NOUNS[skeleton.kinds[0]]
    operation = OPERATIONS[skeleton.operations[hidden - 1]]
    find = operation.find or _never
    plain = find(number(reached.value), number(term.value))
    steps.append(_step("so", plain, term.value, [], words, operation.counts))
    return find(reached, term), operation.counts


def _never(*terms: Term) -> Term:
    raise ValueError("a skeleton hides only what can be found from the rest")


def _solved(term: Term, noun: str, steps: list[str], words: TellingFields) -> Solved:
    answer = int(term.value)
    return Solved(str(answer), words.unit_of(answer, noun), term.text, "\n".join(steps))


def _step(name: str, plain: Term, amount: Fraction, operands: list[Term], words: TellingFields, noun: str) -> str:
    """A line of the working: what it is, the calculation, and its result with its unit."""
    told = words.counted(int(plain.value), noun)
    if any(mark in plain.text for mark in ("//", "%", "ceil")):
        whole, rest = divmod(int(amount), size := int(operands[0].value))
        calculation = f"{int(amount)} = {whole} × {size} + {rest}, so {told}"
    else:
        calculation = f"{typeset(plain.text)} = {told}"
    return sentences(f"{name}: {calculation}.")
