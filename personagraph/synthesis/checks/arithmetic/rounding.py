"""How an answer is to be rounded, by the form or by the problem's words, and whether it is."""

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final, NamedTuple

from personagraph.synthesis.checks.arithmetic.evaluation import Value, rounded

_WORDS: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6}
_PLACES = re.compile(r"\b(one|two|three|four|[1-6])[- ](?:decimals?\b|digits? after|places?\b)")
_NEAREST = re.compile(r"\bnearest\s(?:whole|integer|full|(tenth)|(hundredth|cent\b|penny)|(ten\b)|(hundred\b)|\w)")
_UP = re.compile(r"\bround(?:ed|ing|s)?\s(?:it\s|the\s\w{1,20}\s)?up\b")
_DOWN = re.compile(r"\bround(?:ed|ing|s)?\s(?:it\s|the\s\w{1,20}\s)?down\b")
_CLOSE: Final = Fraction(1, 10**12)
_FEWEST: Final = 2


class Rounding(NamedTuple):
    """Which way ("nearest", "up" or "down"), and to how many decimal places; tens are -1."""

    way: str
    places: int


def stated_rounding(form: Mapping[str, Any], problem: str) -> Rounding | None:
    """The rounding that the form's `rounding` states ("up", "2 decimals", "nearest"), else the problem's words."""
    stated = form.get("rounding")
    is_digit = isinstance(stated, int) and 0 <= stated <= max(_WORDS.values())
    alone = str(stated)[:60].casefold().strip() if isinstance(stated, str) or is_digit else ""
    return _read(alone, alone=True) or _read(problem[-2000:].casefold(), alone=False)


def is_value(value: Value, stated: Fraction, places: int | None, rounding: Rounding | None) -> bool:
    """Whether a stated number with so many decimal places is the value, rounded as it was to be.

    Where nothing is said of rounding, what has an end in at most two places is given in full; anything else may be
    rounded to two places or more, and what is no exact number or has no end to one.
    """
    number = value.number
    if rounding is not None:
        return stated in _ways(number, rounding)
    if stated == number or (not value.exact and abs(stated - number) <= _CLOSE * abs(number)):
        return True
    if places is None or places < 1:
        return False
    is_endless = not value.exact or not _has_end(number)
    if not is_endless and (places < _FEWEST or number * 100 == math.floor(number * 100)):
        return False
    return stated in rounded(number, places)


def _read(text: str, *, alone: bool) -> Rounding | None:
    places = _PLACES.search(text)
    nearest = _NEAREST.search(text)
    if places:
        return Rounding("nearest", _WORDS[places[1]])
    if nearest:
        for group, digits in enumerate((1, 2, -1, -2), 1):
            if nearest[group]:
                return Rounding("nearest", digits)
        return Rounding("nearest", 0)
    if _UP.search(text) or (alone and text in ("up", "ceil")):
        return Rounding("up", 0)
    if _DOWN.search(text) or (alone and text in ("down", "floor")):
        return Rounding("down", 0)
    if alone and text in _WORDS:
        return Rounding("nearest", _WORDS[text])
    return Rounding("nearest", 0) if alone and text in ("nearest", "whole", "integer", "whole number", "0") else None


def _ways(number: Fraction, rounding: Rounding) -> set[Fraction]:
    unit = Fraction(10) ** -rounding.places
    if rounding.way == "nearest":
        return {way * unit for way in rounded(number / unit, 0)}
    whole = math.ceil(number / unit) if rounding.way == "up" else math.floor(number / unit)
    return {whole * unit}


def _has_end(number: Fraction) -> bool:
    """Whether a number has finitely many decimal places."""
    below = number.denominator
    for prime in (2, 5):
        while below % prime == 0:
            below //= prime
    return below == 1
