"""Word problems: whatever numbers are chosen, the answer is what the problem's own words work out to."""

import re
from collections.abc import Callable
from fractions import Fraction
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.synthesis.stories import STORIES, WITHOUT_HANDS, Scene

scenes = st.builds(
    Scene,
    ego=st.just("the mason"),
    alter=st.just("the baker"),
    gives=st.just("gives"),
    things=st.just("clay pots"),
    first=st.integers(5, 60),
    second=st.integers(2, 12),
    third=st.integers(2, 9),
)


def work(pieces: int, *paces: int) -> int:
    """The hours after which the pieces are done exactly."""
    hours = 0
    while pieces > 0:
        pieces -= sum(paces)
        hours += 1
    assert pieces == 0
    return hours


def clock(hour: int, minute: int, later: int) -> str:
    for _ in range(later):
        minute += 1
        hour, minute = (hour + 1, 0) if minute == 60 else (hour, minute)
    return f"{hour:02}:{minute:02}"


def hours(minutes: int) -> str:
    whole = len(range(60, minutes + 1, 60))
    return f"{whole} h {minutes - 60 * whole} min"


def boxed(things: int, size: int) -> str:
    full = 0
    while things >= size:
        things, full = things - size, full + 1
    return f"{full} full, {things} left over"


def shares(total: int, one: int, other: int) -> str:
    part = Fraction(total, one + other)
    return f"{part * one} dollars and {part * other} dollars"


SOLVED_AGAIN: dict[str, Callable[..., object]] = {
    "a daily rate and a rest": lambda a, days, given: sum(a for _ in range(days)) - given,
    "change after a purchase": lambda n, price, paid: f"{paid - sum(price for _ in range(n))} dollars",
    "scaling in proportion": lambda n, days, more: Fraction(n, days) * more,
    "sharing with a remainder": lambda a, b, size: boxed(a + b, size),
    "a percentage discount": lambda price, off: f"{Fraction(price * (100 - off), 100)} dollars",
    "two steps with boxes": lambda a, n, each, given: a - given + sum(each for _ in range(n)),
    "an average": lambda *days: mean(days),
    "an area and a fence": lambda a, b, cost: (
        f"{len([1 for _ in range(a) for _ in range(b)])} square metres, {(a + b + a + b) * cost} dollars"
    ),
    "a schedule": lambda hour, minute, each, n, rest: clock(hour, minute, each * n + rest),
    "units of time": lambda a, b, n: hours(sum(a + b for _ in range(n))),
    "working together": lambda a, b, pieces: f"{work(pieces, a, b)} hours",
    "sharing in a ratio": shares,
}
"""Each type of problem, solved in another way from the numbers that stand in its text, in order."""


@pytest.mark.parametrize("kind", STORIES)
@given(scene=scenes)
def test_the_answer_is_what_the_numbers_in_the_text_work_out_to(kind, scene):
    told = STORIES[kind](scene)
    numbers = map(int, re.findall(r"\d+", told.question))
    assert told.answer == str(SOLVED_AGAIN[kind](*numbers))


@pytest.mark.parametrize("kind", STORIES)
@given(scene=scenes)
def test_every_line_of_the_working_is_true_and_no_amount_is_negative(kind, scene):
    working = STORIES[kind](scene).working
    equations = [clause.rpartition(": ")[2].split(" = ") for clause in re.split(r"[;.]", working) if " = " in clause]
    assert equations
    for one, other in equations:
        assert value(one) == value(other) >= 0


@pytest.mark.parametrize("kind", STORIES)
@given(scene=scenes)
def test_both_people_and_the_things_occur_and_it_ends_with_a_question(kind, scene):
    question = STORIES[kind](scene).question
    assert question.endswith("?")
    assert scene.ego in question
    assert scene.alter in question
    assert scene.things in question


def test_there_are_kinds_for_what_cannot_be_handed_over():
    assert set(WITHOUT_HANDS) < set(STORIES)


def value(side: str) -> Fraction:
    """The value of one side of an equation; a unit at its end is left out."""
    found = re.match(r"[\d ×÷+−()]+", side.strip())
    assert found
    python = re.sub(r"(\d+)", r"Fraction(\1)", found[0]).translate(str.maketrans("×÷−", "*/-"))
    return Fraction(eval(python, {"Fraction": Fraction}))
