"""Formulas are read and evaluated exactly, within limits; numbers and units are read as people write them."""

from contextlib import suppress
from fractions import Fraction
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagraph.synthesis.checks.arithmetic.dimensions import UnitsError, measure_of
from personagraph.synthesis.checks.arithmetic.evaluation import MOST_BITS, evaluate
from personagraph.synthesis.checks.arithmetic.expressions import FormulaError, parse_formula
from personagraph.synthesis.checks.arithmetic.numerals import numerals, said, western
from personagraph.synthesis.checks.arithmetic.units import unit_of

GIVENS = {"hours": Fraction(8), "wage": Fraction(15), "share": Fraction(1, 3)}


def value(formula: str) -> Fraction:
    return evaluate(parse_formula(formula), GIVENS).number


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("hours * wage + 20", 140),
        ("8 × 15 ÷ 4", 30),
        ("-2**2", -4),
        ("2^3^2", 512),
        ("(1 + 5%) * 100", 105),
        ("20% of 50", 10),
        ("10 % 3", 1),
        ("7 // 2 + share", Fraction(10, 3)),
        ("ceil(7/2) + floor(7/2) + round(2.5) + round(10/3, 2)", Fraction(1333, 100)),
        ("min(3, hours) + max(1, 2, 3) + abs(-4)", 10),
        ("comb(52, 5)", 2598960),
        ("sqrt(49/4)", Fraction(7, 2)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("cost = $15 * 8 = 120", 120),
        ("8 * 15 = 120", 120),
    ],
)
def test_a_formula_has_its_exact_value(formula, expected):
    assert value(formula) == expected


def test_what_is_no_exact_number_says_so():
    root = evaluate(parse_formula("sqrt(2)"), {})
    assert not root.exact
    assert abs(root.number**2 - 2) < Fraction(1, 10**30)


@pytest.mark.parametrize(
    "formula",
    [
        "",
        "2 +",
        "1 / 0",
        "5 % 0",
        "0 ** -1",
        "sqrt(-1)",
        "(-8) ** (1/3)",
        "unknown * 2",
        "80 - 20%",
        "2(3)",
        "2x",
        "1,200 * 3",
        "comb(5, 2.5)",
        "comb(100000, 50000)",
        "sqrt(1, 2)",
        "round(1, 99)",
        "a == b",
        "x.__class__",
        "__import__('os').system('ls')",
        "[1][0]",
        "lambda: 1",
        "open(1)",
        "exec(1)",
        "'a' * 9",
        "1 if 1 else 2",
    ],
)
def test_what_is_no_formula_is_refused(formula):
    with pytest.raises(FormulaError):
        value(formula)


ATTACKS = {
    "a tower of powers": "10**10**10",
    "a tower of many powers": "9" + "**9" * 90,
    "a power of a fraction": "1.0000001**999999999",
    "a root of a tower": "(2**1000)**(2**1000)",
    "a fractional tower": "1.5**(99999999999/7)",
    "products that grow": "*".join(["(9**600)"] * 40),
    "squares of squares": "((((((9**99)**9)**9)**9)**9)**9)",
    "a negative tower": "10**-10**10",
    "large factorials": "comb(500,250)*" * 20 + "1",
    "deep brackets": "(" * 200 + "1" + ")" * 200,
    "endless brackets": "(" * 100_000,
    "endless signs": "-" * 100_000 + "1",
    "many signs": "-" * 450 + "1",
    "many powers of signs": "2**-" * 120 + "1",
    "many percent": "1" + "%" * 400,
    "deep functions": "abs(" * 120 + "1" + ")" * 120,
    "a megabyte of digits": "9" * 1_000_000,
    "a megabyte of sums": "1+" * 500_000 + "1",
    "a long number": "9" * 400,
    "a long decimal": "0." + "9" * 400,
    "letters that are none": "\u200b\ufeff\x00" * 100,
    "lone surrogates": "\ud800" * 100,
    "superscripts": "2" + "²" * 300,
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_ends_at_once_with_a_bounded_number_or_an_error(attack):
    started = process_time()
    with suppress(FormulaError):
        found = value(ATTACKS[attack])
        assert max(found.numerator.bit_length(), found.denominator.bit_length()) <= MOST_BITS
    assert process_time() - started < 2


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0123456789.+-*/%^() ,xabsqrtceilmnof=", max_size=60) | st.text(max_size=40))
def test_any_text_is_a_formula_or_is_refused(text):
    with suppress(FormulaError):
        evaluate(parse_formula(text), {"x": Fraction(3)})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1 234 567", "1234567"),
        ("12,34,567", "1234567"),
        ("1'234", "1234"),
        ("3 1/2 hours", "7/2"),
        ("3½ cups", "7/2"),
        ("½", "1/2"),
        ("-5 °C", "-5"),
        ("$64.50", "64.5"),
        ("٣٤٫٥", "34.5"),
        ("१२", "12"),
        ("１２", "12"),
        ("0,125", "0.125"),
        ("1.5e3", "1500"),
    ],
)
def test_a_number_is_read_as_people_write_it(text, expected):
    [found] = numerals(western(text))
    assert found.value == Fraction(expected)


def test_numbers_in_a_row_are_several():
    assert [found.value for found in numerals("1, 2 and 5-7; page 2020 100")] == [1, 2, 5, 7, 2020, 100]


def test_a_comma_before_three_digits_has_two_readings():
    [found] = numerals("1,250")
    assert found.readings == (1250, Fraction(5, 4))


def test_english_words_say_numbers():
    text = "two hundred and fifty-three cows, twenty five goats, a dozen eggs, half of it, 3 dozen, twice, 15 %"
    assert {253, 25, 12, Fraction(1, 2), 36, 2, Fraction(15, 100)} <= said(text)


@pytest.mark.parametrize(
    ("text", "powers", "counts"),
    [
        ("dollars per hour", {"dollars": 1, "time": -1}, ""),
        ("km/h", {"length": 1, "time": -1}, ""),
        ("square metres", {"length": 2}, ""),
        ("m²", {"length": 2}, ""),
        ("litres of milk", {"volume": 1}, ""),
        ("ripe apples", {}, "apple"),
        ("children", {}, "children"),
    ],
)
def test_a_unit_measures_or_counts(text, powers, counts):
    unit = unit_of(text)
    assert unit is not None
    assert (dict(unit.powers), unit.counts) == (powers, counts)


@pytest.mark.parametrize("text", ["", "%", "pounds", "litres per 100 km", "x" * 1000])
def test_what_has_several_meanings_or_none_is_no_unit(text):
    assert unit_of(text) is None


UNITS = {"pay": "dollars per hour", "time": "hours", "short": "minutes", "fee": "dollars", "loose": "dollars"}
UNITS |= {"a": "metres", "b": "metres", "jars": "jars"}


def measured(formula: str) -> str:
    return str(measure_of(parse_formula(formula), {name: unit_of(unit) for name, unit in UNITS.items()}))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("pay * time + fee", "dollars"),
        ("a * b", "length^2"),
        ("2 * (a + b)", "length"),
        ("time * 60 + short", "time"),
        ("fee * (100 - 20) / 100", "dollars"),
        ("loose * time", "None"),
        ("loose * time + fee", "dollars"),
        ("fee / loose", "None"),
        ("jars", "a number of things"),
    ],
)
def test_a_formula_measures_what_its_units_decide(formula, expected):
    assert measured(formula) == expected


@pytest.mark.parametrize(
    "formula", ["fee + time", "time + short", "max(a, time)", "a - fee", "jars + fee", "a * b + a"]
)
def test_what_cannot_be_added_is_found(formula):
    with pytest.raises(UnitsError):
        measured(formula)
