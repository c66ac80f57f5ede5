"""What a formula measures, as far as the units of its givens decide it: dollars, hours, a number of things.

Models state units loosely ("15 dollars" for 15 dollars an hour). So only what is certain counts: a product of two
givens of which neither is a rate measures nobody knows what, and cannot contradict.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Final

from personagraph.synthesis.checks.arithmetic.evaluation import CONSTANTS
from personagraph.synthesis.checks.arithmetic.expressions import Applied, Expression, Name, Number, parts
from personagraph.synthesis.checks.arithmetic.units import UnitOfMeasure

CONVERSIONS: Final = frozenset(map(Fraction, (7, 10, 12, 16, 24, 30, 52, 60, 100, 365, 1000, 1440, 3600, 10**6)))
"""Numbers that may turn one unit into another: what they multiply or divide has no known scale any more."""
_KEEPS: Final = frozenset({"neg", "abs", "floor", "ceil", "round"})
_ADDS: Final = frozenset({"+", "-", "min", "max", "%"})


class UnitsError(ValueError):
    """Units that do not fit each other; the message says which."""


@dataclass(frozen=True, slots=True)
class Measure:
    """The powers of what is measured, and its scale where that is known; `is_rate` as in UnitOfMeasure."""

    powers: Mapping[str, int]
    scale: Fraction | None
    is_rate: bool = False

    def __str__(self) -> str:
        """In words: "dollars", "length²", "a number of things"."""
        told = [f"{name}^{power}" if power != 1 else name for name, power in sorted(self.powers.items())]
        return " ".join(told) or "a number of things"


def measured(unit: UnitOfMeasure) -> Measure:
    """What a unit measures."""
    return Measure(unit.powers, unit.scale, unit.rate)


def measure_of(
    expression: Expression, units: Mapping[str, UnitOfMeasure], shares: Set[str] = frozenset()
) -> Measure | None:
    """What an expression measures, by the units of the names in it; None where that is not certain.

    `shares` are the names that are percent: plain numbers. Raises UnitsError where it adds or compares what cannot
    be: dollars to hours, hours to minutes
    without a conversion.
    """
    match expression:
        case Number():
            return None
        case Name(name):
            return measured(units[name]) if name in units else None
        case Applied(operator, operands):
            found = [measure_of(operand, units, shares) for operand in operands]
            if operator in _ADDS:
                return _sum(found)
            if operator in _KEEPS:
                return found[0]
            if operator in ("*", "/"):
                return _product(operator, operands, found, shares)
            return None


def differ(one: Measure, other: Measure) -> bool:
    """Whether two measures are of different quantities; days and months are apart, and do not differ."""
    apart = {name for name in {*one.powers, *other.powers} if one.powers.get(name) != other.powers.get(name)}
    return bool(apart) and not apart <= {"time", "months"}


def _sum(found: Sequence[Measure | None]) -> Measure | None:
    known = [measure for measure in found if measure is not None]
    for one, other in pairwise(known):
        if differ(one, other):
            raise UnitsError(f"the formula adds or compares {one} and {other}")
        scales = {one.scale, other.scale}
        if one.powers and one.powers == other.powers and None not in scales and len(scales) > 1:
            raise UnitsError(f"the formula adds or compares {one} in two units, and converts neither")
    if not known or len({tuple(sorted(measure.powers.items())) for measure in known}) > 1:
        return None
    all_scales = {measure.scale for measure in known}
    return replace(known[0], scale=all_scales.pop() if len(all_scales) == 1 else None)


def _product(
    operator: str, operands: Sequence[Expression], found: Sequence[Measure | None], shares: Set[str]
) -> Measure | None:
    (left, right), (one, other) = operands, found
    for measure, factor, is_first in ((one, right, True), (other, left, False)):
        if measure is not None and _is_plain(factor, shares):
            if operator == "/" and not is_first:
                return None
            converts = any(isinstance(part, Number) and part.value in CONVERSIONS for part in parts(factor))
            return replace(measure, scale=None) if converts else measure
    if one is None or other is None:
        return None
    sign = 1 if operator == "*" else -1
    names = {*one.powers, *other.powers}
    powers = {name: one.powers.get(name, 0) + sign * other.powers.get(name, 0) for name in names}
    powers = {name: power for name, power in powers.items() if power}
    is_certain = one.is_rate or other.is_rate or _is_area(one, other)
    if not powers or not is_certain:
        return None
    scale = None if None in (one.scale, other.scale) else _times(one, other, sign)
    return Measure(powers, scale, is_rate=any(power < 0 for power in powers.values()))


def _is_plain(expression: Expression, shares: Set[str]) -> bool:
    """Whether an expression is of numbers and percent alone."""
    names = {part.name for part in parts(expression) if isinstance(part, Name)}
    return names <= {*shares, *CONSTANTS}


def _times(one: Measure, other: Measure, sign: int) -> Fraction | None:
    return one.scale * other.scale**sign if one.scale is not None and other.scale is not None else None


def _is_area(one: Measure, other: Measure) -> bool:
    return set(one.powers) == set(other.powers) == {"length"}
