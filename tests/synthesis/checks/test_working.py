"""The calculations of a solution are worked out again; what is no calculation is left alone."""

import pytest

from personagraph.synthesis.checks import Draft, checked
from personagraph.synthesis.checks.working import equations

RIGHT = (
    "8 × 3 = 24, then 24 + 6 = 30.",
    "Day 2 - 8 × 3 = 24",
    "12 ÷ 5 = 2 remainder 2",
    "3 days × 8 hours = 24 hours",
    "$15 × 8 = $120",
    "100 × 20% = 20",
    "5 × 3 = 15 + 2 = 17",
    "1/2 + 1/4 = 3/4",
    "10 / 3 = 3.33",
    "1,200 × 3 = 3,600",
    "(2+3) × 4 = 20",
    "60% of 50 = 30",
    "x = 5 + 3",
    "9:15 + 2:30 = 11:45",
    "80 - 20% = 64",
    "1.5 h = 90 min",
    "2^10 = 1024",
    "12 apples - 5 = 7",
    "-3 + 5 = 2",
    "10 ÷ 4 = 2 R 2",
    "17 / 5 = 3 2/5",
    "١٢ × ٣ = ٣٦",
    "45 / 60 × 100 = 75%",
    "1 / 0 = 7",
)


@pytest.mark.parametrize("text", RIGHT)
def test_a_right_calculation_is_not_blamed(text):
    assert [each.text for each in equations(text) if not each.right] == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("8 × 3 = 25; 25 - 1 = 24.", "8 × 3 = 25"),
        ("First 8 × 3 = 24, then 24 + 7 = 30.", "24 + 7 = 30"),
        ("$15 × 8 = $125", "$15 × 8 = $125"),
        ("10 / 3 = 3.5", "10 / 3 = 3.5"),
        ("1,200 × 3 = 3,700", "1,200 × 3 = 3,700"),
        ("Also sind es 12 · 3 = 35 Eier.", "12 · 3 = 35"),
        ("١٢ × ٣ = ٣٧", "12 × 3 = 37"),
    ],
)
def test_a_wrong_calculation_is_found(text, wrong):
    assert [wrong in each.text for each in equations(text) if not each.right] == [True]
    finding = checked(["working"], Draft("", text))
    assert finding.outcome == "disputed"
    assert wrong in finding.reason
