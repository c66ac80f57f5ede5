"""The value of a formula: exact fractions, with limits on the size of every number on the way."""

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final, NamedTuple

from personagraph.synthesis.checks.arithmetic.expressions import Applied, Expression, FormulaError, Name, Number

MOST_BITS = 2048
HIGHEST_POWER = 1000
LARGEST_CHOICE = 500
DIGITS = 40
CONSTANTS: Final = {"pi": Fraction("3.141592653589793238462643383279502884197")}
"""Names that need not be given."""
_DECIMALS = Context(prec=DIGITS)
_SHOWN = Context(prec=10)
_LARGE: Final = 10**15


class Value(NamedTuple):
    """A number, and whether it is exact: roots that are not rational, and pi, are known to some 38 digits."""

    number: Fraction
    exact: bool = True


def evaluate(expression: Expression, givens: Mapping[str, Fraction]) -> Value:
    """The value of an expression over the givens.

    Raises FormulaError: a name that is neither given nor constant, a division by zero, a root of a negative number, a
    number of more than MOST_BITS bits. Takes time in the length of the formula alone.
    """
    match expression:
        case Number(number):
            return Value(number)
        case Name(name):
            return _named(name, givens)
        case Applied(operator, operands):
            values = [evaluate(operand, givens) for operand in operands]
            return _applied(operator, [value.number for value in values], exact=all(value.exact for value in values))


def rounded(number: Fraction, places: int) -> set[Fraction]:
    """The number rounded to so many decimal places; both ways where it lies in the middle."""
    scaled = number * 10**places
    low = math.floor(scaled)
    ways = {low} if scaled - low < Fraction(1, 2) else {low + 1} if scaled - low > Fraction(1, 2) else {low, low + 1}
    return {Fraction(way, 10**places) for way in ways}


def told(number: Fraction) -> str:
    """A number as it is shown to people: whole, or with at most ten digits."""
    if number.denominator == 1 and abs(number) < _LARGE:
        return str(number)
    return f"{_SHOWN.divide(Decimal(number.numerator), Decimal(number.denominator)).normalize(_SHOWN):g}"


def _named(name: str, givens: Mapping[str, Fraction]) -> Value:
    if name in givens:
        return Value(_bounded(givens[name]))
    if name in CONSTANTS:
        return Value(CONSTANTS[name], exact=False)
    raise FormulaError(f"{name} is not given")


def _applied(operator: str, numbers: Sequence[Fraction], *, exact: bool) -> Value:
    if operator in ("**", "sqrt"):
        found = _power(numbers[0], numbers[1] if operator == "**" else Fraction(1, 2))
        return Value(_bounded(found.number), exact and found.exact)
    return Value(_bounded(_OPERATORS[operator](numbers)), exact)


def _bounded(number: Fraction) -> Fraction:
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > MOST_BITS:
        raise FormulaError(f"a number of the formula has more than {MOST_BITS} bits")
    return number


def _power(number: Fraction, power: Fraction) -> Value:
    if power.denominator == 1:
        return Value(_whole_power(number, power.numerator))
    if number < 0:
        raise FormulaError("the formula has a root of a negative number")
    if power == Fraction(1, 2):
        root = Fraction(math.isqrt(number.numerator), math.isqrt(number.denominator))
        if root * root == number:
            return Value(root)
    if number == 0:
        return Value(_whole_power(number, 1 if power > 0 else -1))
    if abs(power) > HIGHEST_POWER or max(power.numerator.bit_length(), power.denominator.bit_length()) > 64:
        raise FormulaError(f"a power of the formula is above {HIGHEST_POWER}")
    size = abs(power) * max(number.numerator.bit_length(), number.denominator.bit_length())
    if size > MOST_BITS:
        raise FormulaError(f"a number of the formula has more than {MOST_BITS} bits")
    return Value(Fraction(_DECIMALS.power(_decimal(number), _decimal(power))), exact=False)


def _whole_power(number: Fraction, power: int) -> Fraction:
    """The power; its size is known before it is computed."""
    if number == 0 and power < 0:
        raise FormulaError("the formula divides by zero")
    if number in (0, 1, -1):
        return number ** (power % 2 + 2) if power else Fraction(1)
    bits = max(number.numerator.bit_length(), number.denominator.bit_length())
    # Two to the power of this, or more, is the result; it has at most twice as many bits.
    if (bits - 1) * abs(power) > MOST_BITS:
        raise FormulaError(f"a number of the formula has more than {MOST_BITS} bits")
    return number**power


def _decimal(number: Fraction) -> Decimal:
    return _DECIMALS.divide(Decimal(number.numerator), Decimal(number.denominator))


def _divide(numbers: Sequence[Fraction]) -> Fraction:
    if numbers[1] == 0:
        raise FormulaError("the formula divides by zero")
    return numbers[0] / numbers[1]


def _remainder(numbers: Sequence[Fraction]) -> Fraction:
    return numbers[0] - numbers[1] * math.floor(_divide(numbers))


def _choices(numbers: Sequence[Fraction]) -> Fraction:
    among, chosen = numbers
    if among.denominator > 1 or chosen.denominator > 1 or chosen < 0 or not 0 <= among <= LARGEST_CHOICE:
        raise FormulaError(f"comb takes whole numbers from 0 to {LARGEST_CHOICE}")
    return Fraction(math.comb(int(among), int(chosen)) if chosen <= among else 0)


def _round(numbers: Sequence[Fraction]) -> Fraction:
    """Half away from zero, as it is taught."""
    places = numbers[1] if len(numbers) > 1 else Fraction(0)
    if places.denominator > 1 or not 0 <= places <= 12:
        raise FormulaError("round takes 0 to 12 places")
    ways = rounded(abs(numbers[0]), int(places))
    return max(ways) if numbers[0] >= 0 else -max(ways)


_OPERATORS: dict[str, Callable[[Sequence[Fraction]], Fraction]] = {
    "+": lambda numbers: numbers[0] + numbers[1],
    "-": lambda numbers: numbers[0] - numbers[1],
    "*": lambda numbers: numbers[0] * numbers[1],
    "/": _divide,
    "//": lambda numbers: Fraction(math.floor(_divide(numbers))),
    "%": _remainder,
    "neg": lambda numbers: -numbers[0],
    "percent": lambda numbers: numbers[0] / 100,
    "min": min,
    "max": max,
    "floor": lambda numbers: Fraction(math.floor(numbers[0])),
    "ceil": lambda numbers: Fraction(math.ceil(numbers[0])),
    "round": _round,
    "abs": lambda numbers: abs(numbers[0]),
    "comb": _choices,
}
