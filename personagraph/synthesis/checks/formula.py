"""A stated formula: it is evaluated, and held against the stated answer, the problem's numbers, and the units."""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from personagraph.synthesis.checks.arithmetic.dimensions import Measure, UnitsError, differ, measure_of, measured
from personagraph.synthesis.checks.arithmetic.evaluation import Value, evaluate, told
from personagraph.synthesis.checks.arithmetic.expressions import Expression, FormulaError, parse_formula
from personagraph.synthesis.checks.arithmetic.givens import (
    Given,
    GivensError,
    as_names,
    contradiction,
    read_givens,
    unsaid,
)
from personagraph.synthesis.checks.arithmetic.rounding import Rounding, is_value, stated_rounding
from personagraph.synthesis.checks.arithmetic.units import UnitOfMeasure, unit_of
from personagraph.synthesis.checks.check import (
    DISPUTED,
    UNANSWERABLE,
    UNCHECKED,
    VERIFIED,
    CheckKind,
    Draft,
    Judgement,
    Opinions,
    Same,
)
from personagraph.synthesis.checks.equality.answers import Amount, amounts

MOST_FORMULAS: Final = 5
LONGEST_ANSWER: Final = 2000
_ASKED = re.compile(r"\bhow many ((?:square |cubic )?[a-z]{1,30}(?: (?:per|an?|each) [a-z]{1,30})?)")
_RESULT = re.compile(r"^\s{0,9}[^\W\d]\w{0,59}\s{0,9}=(?!=)")
"""A name for the result, before its formula."""
_AVERAGE = re.compile(r"\baverage|\bmean\b|\bexpected\b|\bper\b|\brate\b|\bprobab|\bchance\b|\beach\b.{0,40}\bshare")
_NEVER_NEGATIVE: Final = frozenset({"time", "months", "length", "mass", "volume"})
_SIGNED: Final = frozenset({"", "point", "score", "level", "floor", "goal", "storey", "step", "stroke"})
"""What is counted, and can be below zero."""


class _Stated(NamedTuple):
    """One formula with all that it is held against."""

    expression: Expression
    givens: Sequence[Given]
    answer: Amount
    unit: UnitOfMeasure | None
    problem: str
    rounding: Rounding | None


def check_formula(draft: Draft, opinions: Opinions, same: Same) -> Judgement:
    """Verified when the stated formula gives the stated answer from what the problem says, in units that fit.

    Unanswerable: givens contradict, the formula uses what the problem never says, people come out in parts, or things
    below zero. Disputed: the formula gives something else, or units do not fit. Unchecked: there is no formula or
    answer that can be read, or a number may have been counted or spelled. Several formulas are parted by ";".
    """
    formula = draft.form.get("formula")
    if not isinstance(formula, str) or not formula.strip():
        return Judgement(UNCHECKED, "no formula is stated")
    try:
        givens = read_givens(draft.form.get("givens", ()))
        twice = contradiction(givens)
        if twice:
            return Judgement(UNANSWERABLE, f"the problem contradicts itself: {twice}")
        texts = formula.split(";", MOST_FORMULAS)[:MOST_FORMULAS]
        expressions = [parse_formula(_RESULT.sub("", text)) for text in texts]
        open_ = next((found for found in (unsaid(each, givens, draft.user) for each in expressions) if found), None)
        if open_ is not None:
            outcome = UNANSWERABLE if open_.certain else UNCHECKED
            return Judgement(outcome, f"the formula uses {open_.what}, which the problem never says")
        stated = amounts(draft.answer)
        if len(stated) != len(expressions):
            return Judgement(UNCHECKED, f"the answer has {len(stated)} numbers, the formula gives {len(expressions)}")
        rounding = stated_rounding(draft.form, draft.user)
        unit = _asked_unit(draft.user) if len(stated) == 1 else None
        asked = (
            _Stated(each, givens, answer, unit, draft.user, rounding)
            for each, answer in zip(expressions, stated, strict=True)
        )
        return next(
            (found for found in map(_fault, asked) if found), Judgement(VERIFIED, "the formula gives the answer")
        )
    except UnitsError as error:
        return Judgement(DISPUTED, str(error))
    except (FormulaError, GivensError) as error:
        divides = "zero" in str(error)
        return Judgement(DISPUTED if divides else UNCHECKED, str(error))


def _fault(asked: _Stated) -> Judgement | None:
    """What does not hold of one formula; None when all does. Raises UnitsError, FormulaError."""
    units = {given.name: given.unit for given in asked.givens if given.unit is not None}
    shares = {given.name for given in asked.givens if given.percent}
    measure = measure_of(asked.expression, units, shares)
    _fit(measure, asked, {unit.counts for unit in units.values()})
    ways = [evaluate(asked.expression, as_names(asked.givens, shares=as_shares)) for as_shares in (False, True)]
    impossible = [_impossible(asked, way, measure) for way in ways]
    if all(impossible):
        return Judgement(UNANSWERABLE, impossible[0], {"computed": told(ways[0].number)})
    if any(_agrees(asked, way, measure) for way, is_none in zip(ways, impossible, strict=True) if not is_none):
        return None
    computed = told(ways[0].number * _ratio(asked, measure))
    return Judgement(
        DISPUTED, f"the formula gives {computed}, the answer is {told(asked.answer.value)}", {"computed": computed}
    )


def _agrees(asked: _Stated, way: Value, measure: Measure | None) -> bool:
    answer, scaled = asked.answer, Value(way.number * _ratio(asked, measure), way.exact)
    stated = [(answer.value, answer.places)]
    if answer.percent:
        places = None if answer.places is None else answer.places + 2
        stated.append((answer.value / 100, places))
    return any(is_value(scaled, number, places, asked.rounding) for number, places in stated)


def _fit(measure: Measure | None, asked: _Stated, counted: set[str]) -> None:
    """Raises UnitsError where the answer's unit is not what the formula measures, or not what is asked for."""
    unit = asked.answer.measures
    if unit is None or not (unit.powers or unit.is_whole or unit.counts in counted):
        return
    told = measured(unit)
    if measure is not None and differ(measure, told):
        raise UnitsError(f"the formula gives {measure}, the answer is in {asked.answer.unit}")
    wanted = asked.unit
    if wanted is not None and (wanted.powers or wanted.is_whole) and differ(measured(wanted), told):
        raise UnitsError(f"the problem asks for {measured(wanted)}, the answer is in {asked.answer.unit}")


def _ratio(asked: _Stated, measure: Measure | None) -> Fraction:
    """By what the formula's value is multiplied to be in the answer's unit; 1 where that is not known."""
    answered = asked.answer.measures
    unit = answered if answered is not None and answered.powers else asked.unit
    if measure is None or unit is None or measure.scale is None or not unit.powers or unit.powers != measure.powers:
        return Fraction(1)
    return measure.scale / unit.scale


def _impossible(asked: _Stated, way: Value, measure: Measure | None) -> str:
    """Why nobody can answer: half a person, fewer things than none; empty when that is not so."""
    unit = asked.answer.measures if asked.answer.unit else asked.unit
    quantities = unit.powers if unit is not None else measure.powers if measure is not None else {}
    counts = unit is not None and bool(unit.counts) and not unit.powers
    counted = {given.unit.counts for given in asked.givens if given.unit is not None}
    is_thing = counts and unit is not None and (unit.is_whole or unit.counts in counted - _SIGNED)
    is_never_negative = is_thing or (bool(quantities) and set(quantities) <= _NEVER_NEGATIVE)
    if way.number < 0 and is_never_negative:
        return f"there are {told(way.number)} {asked.answer.unit}".strip()
    is_whole = unit is not None and unit.is_whole and not unit.powers and not unit.rate and asked.rounding is None
    is_parted = is_whole and way.exact and way.number.denominator > 1
    if is_parted and not _AVERAGE.search(asked.problem.casefold()[-400:]):
        return f"there are {told(way.number)} {asked.answer.unit}, which cannot be parted".strip()
    return ""


def _asked_unit(problem: str) -> UnitOfMeasure | None:
    """The unit that a problem asks for, by its last "how many"."""
    found = _ASKED.findall(problem.casefold()[-600:])
    return unit_of(found[-1]) if found else None


CHECK = CheckKind(
    check_formula, "evaluates the stated formula over the givens", ("formula", "givens", "rounding"), executes=True
)
