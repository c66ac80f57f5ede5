"""Word problems by type: a few words and numbers from a model in, the question, the working and the answer out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import gcd
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Scene:
    """What a problem is about.

    `ego`, `alter` are names as of the second mention; `gives` is what the ego does when things change hands. `first`
    is 5 to 60, `second` 2 to 12, `third` 2 to 9. `things` is a plural.
    """

    ego: str
    alter: str
    gives: str
    things: str
    first: int
    second: int
    third: int


class Problem(NamedTuple):
    """A problem: what is told and asked, the working step by step, and the answer."""

    question: str
    working: str
    answer: str


def rate(s: Scene) -> Problem:
    """How many are left after some days of work."""
    made = s.first * s.second
    return Problem(
        f"The {s.things} come to {s.first} a day. After {s.second} days, {s.ego} {s.gives} {s.third} of them to "
        f"{s.alter}. How many {s.things} are left?",
        f"{s.first} × {s.second} = {made}; {made} − {s.third} = {made - s.third}.",
        f"{made - s.third}",
    )


def change(s: Scene) -> Problem:
    """What comes back from a round sum after a purchase."""
    price = s.second * s.third
    paid = next(sum for sum in (5, 10, 20, 50, 100, 200) if sum > price)
    return Problem(
        f"{s.alter} takes {s.third} of the {s.things} at {s.second} dollars each and hands {s.ego} {paid} dollars. "
        f"How many dollars does {s.ego} give back?",
        f"{s.third} × {s.second} = {price}; {paid} − {price} = {paid - price}.",
        f"{paid - price} dollars",
    )


def scaling(s: Scene) -> Problem:
    """How much is needed for a longer time, in proportion."""
    days, times = 2 * s.third, 2 + s.first % 4
    return Problem(
        f"{s.second} {s.things} are enough for {days} days. How many {s.things} do {s.ego} and {s.alter} need for "
        f"{days * times} days?",
        f"{days * times} ÷ {days} = {times}; {s.second} × {times} = {s.second * times}.",
        f"{s.second * times}",
    )


def sharing(s: Scene) -> Problem:
    """Full boxes, and what is left over."""
    total, size = s.first + s.third, s.second
    full, over = divmod(total, size)
    return Problem(
        f"{s.ego} has {s.first} {s.things}, and {s.alter} brings {s.third} more. Together they pack all of them into "
        f"boxes of {size}. How many boxes are full, and how many {s.things} are left over?",
        f"{s.first} + {s.third} = {total}; {total} = {full} × {size} + {over}.",
        f"{full} full, {over} left over",
    )


def discount(s: Scene) -> Problem:
    """A price after a percentage is taken off."""
    price, percent = 20 * s.first, 5 * s.second
    off = price * percent // 100
    return Problem(
        f"All the {s.things} together cost {price} dollars. {s.ego} takes {percent} % off the price for {s.alter}. "
        f"How many dollars does {s.alter} pay?",
        f"{percent} % of {price} is {off}; {price} − {off} = {price - off}.",
        f"{price - off} dollars",
    )


def boxes(s: Scene) -> Problem:
    """Boxes are added and a part is given away: two steps."""
    added = s.second * s.third
    left = s.first + added - s.third
    return Problem(
        f"{s.ego} begins the week with {s.first} {s.things} and gets {s.second} boxes with {s.third} of them in each. "
        f"Then {s.ego} {s.gives} {s.third} {s.things} to {s.alter}. How many {s.things} does {s.ego} have now?",
        f"{s.second} × {s.third} = {added}; {s.first} + {added} − {s.third} = {left}.",
        f"{left}",
    )


def average(s: Scene) -> Problem:
    """The mean of three days."""
    two = s.first + s.second
    wednesday = s.third + -(two + s.third) % 3
    mean = (two + wednesday) // 3
    return Problem(
        f"{s.alter} counts the {s.things} for {s.ego}: {s.first} on Monday, {s.second} on Tuesday and {wednesday} on "
        f"Wednesday. How many {s.things} are that a day on average?",
        f"{s.first} + {s.second} + {wednesday} = {two + wednesday}; {two + wednesday} ÷ 3 = {mean}.",
        f"{mean}",
    )


def fence(s: Scene) -> Problem:
    """The area of a rectangle, and the cost of a fence around it."""
    area, around = s.first * s.second, 2 * (s.first + s.second)
    return Problem(
        f"To keep the {s.things} safe, {s.ego} and {s.alter} put a fence around a rectangle that is {s.first} metres "
        f"long and {s.second} metres wide. A metre of fence costs {s.third} dollars. What is the area in square "
        "metres, and what does the fence cost?",
        f"Area: {s.first} × {s.second} = {area}. Fence: 2 × ({s.first} + {s.second}) = {around} metres; "
        f"{around} × {s.third} = {around * s.third}.",
        f"{area} square metres, {around * s.third} dollars",
    )


def schedule(s: Scene) -> Problem:
    """The time at which work with a break is done."""
    start, work, rest = datetime(2000, 1, 1, 6 + s.second % 4, 15), s.first * s.third, 5 * s.second
    end = start + timedelta(minutes=work + rest)
    return Problem(
        f"{s.ego} starts at {start:%H:%M}, needs {s.first} minutes for each of {s.third} {s.things}, and takes a break "
        f"of {rest} minutes with {s.alter}. At what time is {s.ego} done with the {s.things}?",
        f"{s.third} × {s.first} = {work} minutes; {work} + {rest} = {work + rest} minutes, "
        f"that is {_hours(work + rest)}; {start:%H:%M} plus {_hours(work + rest)} is {end:%H:%M}.",
        f"{end:%H:%M}",
    )


def conversion(s: Scene) -> Problem:
    """Minutes added up and told in hours and minutes."""
    total = s.first * (s.second + s.third)
    return Problem(
        f"Each of the {s.things} takes {s.ego} {s.second} minutes, and {s.alter} another {s.third} minutes. How long "
        f"do {s.first} {s.things} take the two in all, in hours and minutes?",
        f"{s.second} + {s.third} = {s.second + s.third}; {s.first} × {s.second + s.third} = {total} minutes; "
        f"{total} = {total // 60} × 60 + {total % 60}.",
        _hours(total),
    )


def together(s: Scene) -> Problem:
    """How long two take for a piece of work."""
    pace, hours = s.second + s.third, 2 + s.first % 6
    return Problem(
        f"{s.ego} gets through {s.second} {s.things} an hour, and {s.alter} through {s.third}. How many hours do the "
        f"two need together for {pace * hours} {s.things}?",
        f"{s.second} + {s.third} = {pace}; {pace * hours} ÷ {pace} = {hours}.",
        f"{hours} hours",
    )


def ratio(s: Scene) -> Problem:
    """A sum shared in a ratio."""
    total, parts = s.first * (s.second + s.third), s.second + s.third
    common = gcd(s.second, s.third)
    return Problem(
        f"The {s.things} bring in {total} dollars. {s.ego} and {s.alter} share them in the ratio "
        f"{s.second // common} to {s.third // common}. How many dollars does each get?",
        f"{s.second // common} + {s.third // common} = {parts // common} parts; {total} ÷ {parts // common} = "
        f"{total * common // parts}; {s.second // common} × {total * common // parts} = {s.first * s.second}; "
        f"{s.third // common} × {total * common // parts} = {s.first * s.third}.",
        f"{s.first * s.second} dollars and {s.first * s.third} dollars",
    )


def _hours(minutes: int) -> str:
    return f"{minutes // 60} h {minutes % 60} min"


STORIES: dict[str, Callable[[Scene], Problem]] = {
    "a daily rate and a rest": rate,
    "change after a purchase": change,
    "scaling in proportion": scaling,
    "sharing with a remainder": sharing,
    "a percentage discount": discount,
    "two steps with boxes": boxes,
    "an average": average,
    "an area and a fence": fence,
    "a schedule": schedule,
    "units of time": conversion,
    "working together": together,
    "sharing in a ratio": ratio,
}
"""Every type of problem, by what it is about."""

WITHOUT_HANDS = (
    "a percentage discount",
    "an average",
    "a schedule",
    "units of time",
    "working together",
    "sharing in a ratio",
)
"""Those that can also be told of what is not packed or handed over: lessons, houses, goats."""
