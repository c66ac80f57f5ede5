"""The calculations in a written solution: "8 × 3 = 25" is wrong whoever wrote it, and in whatever language."""

import math
import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple

from personagraph.synthesis.checks.arithmetic.evaluation import evaluate, rounded
from personagraph.synthesis.checks.arithmetic.expressions import FormulaError, parse_formula
from personagraph.synthesis.checks.arithmetic.numerals import numerals, western
from personagraph.synthesis.checks.check import DISPUTED, UNCHECKED, CheckKind, Draft, Judgement, Opinions, Same

LONGEST: Final = 20_000
MOST: Final = 100
_LEFT: Final = frozenset("0123456789 .,+-*/×÷·−–()%$€£")
_WIDEST: Final = 120
_RIGHT = re.compile(r"\s{0,3}[-−]?[$€£]?\s?(?:\d[\d.,/]{0,40})%?")
_REST = re.compile(r"\s{0,2}(?:r\b|rem|with|rest|[-+*/×÷=^(]\s?\w|[a-z]{1,3}\s?[-+*/×÷])", re.IGNORECASE)
_OPERATOR = re.compile(r"[\d)%]\s?[-+*/×÷·−–]\s?[$€£(]?\d")


class Equation(NamedTuple):
    """A calculation as it is written, and whether it is right."""

    text: str
    right: bool


def check_working(draft: Draft, opinions: Opinions, same: Same) -> Judgement:
    """Disputed when a calculation of the solution is wrong; else unchecked, with how many were found right."""
    found = list(equations(draft.assistant))
    wrong = next((each for each in found if not each.right), None)
    figures = {"calculations": len(found)}
    if wrong is not None:
        return Judgement(DISPUTED, f"the working says {wrong.text}", figures)
    return Judgement(UNCHECKED, "", figures)


def equations(solution: str) -> Iterator[Equation]:
    """The calculations over plain numbers in a text, in order, at most MOST.

    A side that has letters is left out, as is what has a remainder or goes on. Results may be rounded, and what stands
    before the calculation ("Day 2 - 8 × 3 = 24") may be taken for a part of it: it is right when any part of it is.
    """
    text = western(solution)[:LONGEST]
    sides = text.split("=")[: MOST + 1]
    for left, right in pairwise(sides):
        shown = _RIGHT.match(right)
        if shown is None or _REST.match(right, shown.end()):
            continue
        calculation = _calculation(left)
        results = list(numerals(shown[0].rstrip(".,")))
        if not _OPERATOR.search(calculation) or len(results) != 1:
            continue
        told = _is_right(calculation, results[0].readings, results[0].places, percent=results[0].percent)
        if told is not None:
            yield Equation(f"{calculation.strip()} = {shown[0].strip().rstrip('.,')}", told)


def _calculation(left: str) -> str:
    """What stands at the end of a text and consists of numbers and signs."""
    end = left[-_WIDEST:]
    at = len(end)
    while at and end[at - 1] in _LEFT:
        at -= 1
    return end[at:]


def _is_right(calculation: str, results: tuple[Fraction, ...], places: int | None, *, percent: bool) -> bool | None:
    """Whether a calculation, or what it ends with, has one of these results; None when nothing of it can be read."""
    told = None
    starts = [match.start() for match in re.finditer(r"(?<![\d.,])[-−]?[($€£]{0,3}\d", calculation)]
    for start in starts:
        piece = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", calculation[start:])
        if not _OPERATOR.search(piece):
            break
        try:
            value = evaluate(parse_formula(piece), {}).number
        except FormulaError:
            continue
        values = (value, value * 100) if percent else (value,)
        if any(_is_result(each, result, places) for each in values for result in results):
            return True
        told = False
    return told


def _is_result(value: Fraction, result: Fraction, places: int | None) -> bool:
    if value == result:
        return True
    if places is None:
        return False
    return result in rounded(value, places) or (places == 0 and result in (math.floor(value), math.ceil(value)))


CHECK = CheckKind(check_working, "works the calculations of the solution out again")
