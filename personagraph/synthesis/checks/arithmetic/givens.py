"""The givens of a formula as a model states them, and whether the problem says them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, NamedTuple

from personagraph.synthesis.checks.arithmetic.evaluation import CONSTANTS, told
from personagraph.synthesis.checks.arithmetic.expressions import Expression, Name, Number, parts
from personagraph.synthesis.checks.arithmetic.numerals import HUNDRED, numerals, said, western
from personagraph.synthesis.checks.arithmetic.units import UnitOfMeasure, unit_of
from personagraph.text.english import may_be_english

MOST = 40
LONGEST_NAME = 60
LONGEST_VALUE = 80
_ALWAYS: Final = frozenset(map(Fraction, (0, 1, 2)))
_KNOWN: Final[Mapping[Fraction, str]] = {
    Fraction(7): r"week|dai|day",
    Fraction(5): r"weekday|work(?:ing)? day|work week|friday",
    Fraction(10): r"milli|centi|deci|dozen|decade",
    Fraction(12): r"month|year|annual|dozen|inch|foot|feet|o'clock|clock",
    Fraction(24): r"hour|day",
    Fraction(14): r"fortnight|two weeks",
    Fraction(15): r"quarter",
    Fraction(30): r"month|half an hour|half hour|half-hour",
    Fraction(45): r"three[- ]quarters",
    Fraction(52): r"week|year",
    Fraction(60): r"minute|second|hour|min\b",
    Fraction(3600): r"second|hour",
    Fraction(1440): r"minute|day",
    Fraction(100): r"percent|per cent|%|cent|metre|meter|\bm\b|\bcm\b",
    Fraction(365): r"day|year|annual",
    Fraction(1000): r"kilo|kg|km|\bml\b|milli|gram|metre|meter|lit(?:re|er)|tonne|\bg\b|\bl\b|\bm\b",
    Fraction(16): r"ounce|pound",
    Fraction(3): r"triang|yard|feet|foot|third|tripl",
    Fraction(4): r"square|quarter|rectang",
    Fraction(360): r"degree|angle|circle|°",
    Fraction(180): r"degree|angle|triang|°",
    Fraction(90): r"degree|right|°",
}
"""Numbers that everybody knows, and what a problem is about in which they may be used without being said."""
CONVERSIONS: Final = tuple(map(Fraction, (7, 12, 24, 60, 100, 1000, 3600)))
"""What a number is multiplied or divided by to say it in another unit."""
_CONVERTED: Final = frozenset({"time", "months", "length", "mass", "volume"})
"""What a given has to measure to be said in another unit."""
_COUNTABLE: Final = range(3, 11)
_KNOWN_WORDS: Final = {number: re.compile(words, re.IGNORECASE) for number, words in _KNOWN.items()}


class GivensError(ValueError):
    """Givens that cannot be read; the message says which."""


class Given(NamedTuple):
    """What a problem gives: its name in the formula, its value as it is written, its unit, and whether percent."""

    name: str
    value: Fraction
    unit: UnitOfMeasure | None = None
    percent: bool = False


class Unsaid(NamedTuple):
    """What a formula uses and the problem does not say; `certain` unless somebody could have counted or spelled it."""

    what: str
    certain: bool


def read_givens(stated: Any) -> list[Given]:
    """The givens that a model states: a list of {"name", "value", "unit"}, a value being a number or a text.

    Raises GivensError for another shape, for more than MOST, for what is too long, and for a value that is no number.
    """
    if not isinstance(stated, Sequence) or isinstance(stated, str):
        raise GivensError("the givens are no list")
    if len(stated) > MOST:
        raise GivensError(f"there are more than {MOST} givens")
    return [_given(each) for each in stated]


def contradiction(givens: Iterable[Given]) -> str:
    """Which given is stated twice with different values, and with which; empty when none is."""
    first: dict[str, Given] = {}
    for given in givens:
        before = first.setdefault(given.name.casefold(), given)
        if before is not given and not _alike(before, given):
            return f"{given.name} is {told(before.value)} and {told(given.value)}"
    return ""


def as_names(givens: Iterable[Given], *, shares: bool) -> dict[str, Fraction]:
    """The values by name; with `shares`, those in percent as shares of one."""
    return {given.name: given.value / HUNDRED if shares and given.percent else given.value for given in givens}


def unsaid(expression: Expression, givens: Sequence[Given], problem: str) -> Unsaid | None:
    """The first number that the formula uses and the problem does not say; None when there is none.

    A number counts as said in digits of any script, as an English word, as percent of what is said; 0, 1, 2 and what
    everybody knows need not be said. In a text that is not English numbers may be spelled: nothing is certain then. A
    small whole number that is not a given may have been counted, and a name that is none may be another for one.
    """
    known = said(problem)
    english = may_be_english(problem)
    by_name = {given.name: given for given in givens}
    for part in parts(expression):
        if isinstance(part, Name) and part.name not in CONSTANTS:
            if part.name not in by_name:
                return Unsaid(part.name, False)
            given = by_name[part.name]
            converts = given.unit is not None and bool(_CONVERTED & set(given.unit.powers))
            if not (_is_said(given.value, known) or (converts and _is_converted(given.value, known, problem))):
                return Unsaid(f"{given.name} = {told(given.value)}", english)
        if isinstance(part, Number) and not (
            _is_said(part.value, known) or _is_known(part.value, problem) or _is_converted(part.value, known, problem)
        ):
            counted = part.value.denominator == 1 and part.value.numerator in _COUNTABLE
            return Unsaid(told(part.value), english and not counted)
    return None


def _given(stated: Any) -> Given:
    if not isinstance(stated, Mapping):
        raise GivensError("a given is no object with a name and a value")
    name, value, unit = stated.get("name"), stated.get("value"), stated.get("unit", "")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        raise GivensError(f"a given has no name of 1 to {LONGEST_NAME} characters")
    written = unit if isinstance(unit, str) else ""
    number, percent = _value(name, value)
    if isinstance(value, str) and not written:
        written = value.strip().lstrip("+-−0123456789.,/ ")
    percent = percent or written.strip().casefold() in ("%", "percent", "per cent")
    return Given("_".join(name.split()), number, unit_of(written), percent)


def _value(name: str, value: Any) -> tuple[Fraction, bool]:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise GivensError(f"the given {name} has no number")
    if isinstance(value, int):
        if value.bit_length() > 200:
            raise GivensError(f"the given {name} is too large")
        return Fraction(value), False
    text = value if isinstance(value, str) else repr(value)
    if len(text) > LONGEST_VALUE:
        raise GivensError(f"the value of {name} has more than {LONGEST_VALUE} characters")
    found = list(numerals(western(text)))
    if len(found) != 1:
        raise GivensError(f"the value of {name} is not one number")
    return found[0].value, found[0].percent


def _alike(one: Given, other: Given) -> bool:
    if one.unit and other.unit and one.unit.powers and one.unit.powers == other.unit.powers:
        return one.value * one.unit.scale == other.value * other.unit.scale
    return one.value == other.value


def _is_said(value: Fraction, known: set[Fraction]) -> bool:
    """Whether a number is said, or is a share of what is said in percent: 0.15, 1.15 or 0.85 of 15."""
    size = abs(value)
    ways = (size, size * HUNDRED, abs(1 - size) * HUNDRED, size / HUNDRED)
    return any(way in known for way in (ways if size.denominator > 1 else ways[:1])) or size / HUNDRED in known


def _is_known(value: Fraction, problem: str) -> bool:
    if value in _ALWAYS:
        return True
    whole = value if value.denominator == 1 else 1 / value
    words = _KNOWN_WORDS.get(whole)
    return whole in _ALWAYS or bool(words and words.search(problem))


def _is_converted(value: Fraction, known: set[Fraction], problem: str) -> bool:
    """Whether a number is one that is said, in another unit: 0.75 hours of 45 minutes."""
    for number in CONVERSIONS:
        if (value * number in known or value / number in known) and _KNOWN_WORDS[number].search(problem):
            return True
    return False
