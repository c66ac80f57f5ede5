"""What a word problem can be built of: beginnings, and operations that lead from one amount to the next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from personagraph.synthesis.problems.formulas import Term, number
from personagraph.synthesis.problems.numbers import Numbers
from personagraph.synthesis.problems.things import WEIGHED, Thing

Operands = tuple[int, ...]

COUNTS: Final = ("things", "others", "joint", "group", "part")
"""Kinds of numbers of things: somebody's own, the neighbour's, of both together, of one group of equal ones, a part."""
NOUNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(COUNTS, "things"),
    **{"rate": "things", "size": "things", "full": "holders", "least": "holders"},
    **dict.fromkeys(("price", "money", "bill", "cost", "portion"), "dollars"),
    **{
        "minutes": "minutes",
        "turn": "minutes",
        "hours": "hours",
        "drive": "hours",
        "days": "days",
        "left": "things",
        "kilometres": "kilometres",
        "kilograms": "kilograms",
    },
    **{"trips": "trips", "pairs": "pairs", "litres": "litres"},
}
"""What an amount of each kind is counted in."""
SUBJECTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("price", "money", "bill", "cost", "portion", "pairs"), "money"),
    **dict.fromkeys(("rate", "minutes", "turn", "hours", "drive", "days"), "time"),
    **{"kilograms": "weight", "kilometres": "way", "litres": "way"},
}
"""What an amount of each kind is about; the others are numbers of things."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a problem begins with: an amount of a kind. `suits` says of which things it can be told.

    Operations in `never` would contradict it.
    """

    kind: str
    draw: Callable[[Numbers], int | None]
    suits: Callable[[Thing], bool] = lambda thing: True
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """A step from an amount of one of the kinds `source` to one of `target`.

    `draw` gives the operands that suit an amount, or None where there are none; `apply` works out the result, of the
    amount, the operands and, where `both`, the amount before that. `undo` works out the amount from the result, and
    `find` the operand from the amount and the result; None where that is not asked. `counts` is what the operand is
    counted in.
    """

    source: tuple[str, ...]
    target: str
    draw: Callable[[Numbers, int], Operands | None]
    apply: Callable[..., Term]
    undo: Callable[..., Term] | None = None
    find: Callable[[Term, Term], Term] | None = None
    counts: str = ""
    suits: Callable[[Thing], bool] = lambda thing: True
    both: bool = False


def _packed(thing: Thing) -> bool:
    return bool(thing.holders)


def _weighed(thing: Thing) -> bool:
    return thing.holders in WEIGHED


def _traded(thing: Thing) -> bool:
    return thing.traded and bool(thing.holders)


def _whole(low: int, high: int, step: int = 1) -> Callable[[Numbers, int], Operands | None]:
    """One operand from a range, whatever the amount."""
    return lambda numbers, amount: numbers.one(range(low, high + 1, step))


def _share_of(low: float, high: float) -> Callable[[Numbers, int], Operands | None]:
    """One operand that is such a share of the amount; of money in round sums."""
    return lambda numbers, amount: numbers.one(numbers.near(amount, low, high))


def _beyond(low: float, high: float) -> Callable[[Numbers, int], Operands | None]:
    """A goal above the amount: so many times as much, rounded up."""
    return lambda numbers, amount: numbers.one(numbers.round_beyond(amount, low, high))


def _divisor(low: int, high: int) -> Callable[[Numbers, int], Operands | None]:
    """One operand that divides the amount into whole parts of two or more."""
    return lambda numbers, amount: numbers.one(
        [n for n in range(low, high + 1) if amount % n == 0 and amount // n >= 2]
    )


def _undivided(low: int, high: int) -> Callable[[Numbers, int], Operands | None]:
    """One operand that does not divide the amount."""
    return lambda numbers, amount: numbers.one([n for n in range(low, min(high, amount // 2) + 1) if amount % n])


def _percent(*percents: int) -> Callable[[Numbers, int], Operands | None]:
    """A percentage that makes a whole number of the amount."""
    return lambda numbers, amount: numbers.one([n for n in percents if amount * n % 100 == 0])


def _whole_over(parts: int, choices: range) -> Callable[[Numbers, int], Operands | None]:
    """One operand whose product with the amount is a whole number of so many parts."""
    return lambda numbers, amount: numbers.one([n for n in choices if amount * n % parts == 0])


def _no(numbers: Numbers, amount: int) -> Operands:
    return ()


def _third_and_second(numbers: Numbers, amount: int) -> Operands | None:
    """Two more amounts of about the same size, so that the three have a whole mean."""
    more = numbers.near(amount, 0.5, 1.5)
    two = numbers.one(more)
    if not two:
        return None
    three = numbers.one([n for n in more if (amount + two[0] + n) % 3 == 0 and n != amount])
    return (*two, *three) if three else None


def _ratio(numbers: Numbers, amount: int) -> Operands | None:
    ratios = [(1, 2), (2, 1), (1, 3), (3, 1), (2, 3), (3, 2), (1, 4), (4, 1), (3, 4), (4, 3), (2, 5), (5, 2), (3, 5)]
    found = [pair for pair in ratios if amount % sum(pair) == 0]
    return numbers.rng.choice(found) if found else None


def _note(numbers: Numbers, amount: int) -> Operands | None:
    """The round sum that somebody would pay with."""
    found = next((note for note in (20, 50, 100, 200, 500, 1000, 2000, 5000) if note > amount), None)
    return (found,) if found else None


def _speed(numbers: Numbers, amount: int) -> Operands | None:
    """What a car may do in an hour, so that the way takes whole hours."""
    return numbers.one([n for n in (30, 40, 45, 50, 60, 70, 75, 80, 90) if amount % n == 0 and amount // n >= 2])


def _hours_for(numbers: Numbers, amount: int) -> Operands | None:
    return numbers.one([amount * hours for hours in range(2, 13)])


def _plus(a: Term, b: Term) -> Term:
    return a + b


def _minus(a: Term, b: Term) -> Term:
    return a - b


def _times(a: Term, b: Term) -> Term:
    return a * b


def _over(a: Term, b: Term) -> Term:
    return a / b


def _from(a: Term, b: Term) -> Term:
    return b - a


def _into(a: Term, b: Term) -> Term:
    return b / a


def _percent_of(a: Term, n: Term) -> Term:
    return a * n / number(100)


def _without_percent(a: Term, n: Term) -> Term:
    return a - a * n / number(100)


def _least(a: Term, n: Term) -> Term:
    return a.up(n)


def _at(thing: Callable[[Thing], int]) -> Callable[[Numbers, int], Operands | None]:
    """About what the table of things says of this one."""
    return lambda numbers, amount: numbers.one(numbers.about(thing(numbers.thing)))


BEGINNINGS: Final[Mapping[str, Beginning]] = {
    "an amount": Beginning("things", lambda numbers: numbers.some()),
    "a pace": Beginning(
        "rate",
        lambda numbers: numbers.first(numbers.about(numbers.thing.pace)),
        lambda thing: bool(thing.unit),
        ("minutes each",),
    ),
    "a full holder": Beginning(
        "size",
        lambda numbers: numbers.first(numbers.load()),
        _packed,
        ("pack", "what is left over", "holders needed"),
    ),
    "a price": Beginning("price", lambda numbers: numbers.first(numbers.about(numbers.thing.price)), _traded),
    "hours of work": Beginning("hours", lambda numbers: numbers.first(range(3, 41))),
    "a distance": Beginning("kilometres", lambda numbers: numbers.first(range(10, 91, 5))),
}
"""By the name under which its wording stands."""

OPPOSITES: Final = (frozenset({"minutes to hours", "hours to minutes"}), frozenset({"average of three", "share"}))
"""Operations of which a problem has one at most: the other would lead back, or be told of no real things."""
_PRICED: Final = ("things", "others", "joint", "part")
_OWN: Final = ("things",)

OPERATIONS: Final[Mapping[str, Operation]] = {
    "put together": Operation(_OWN, "things", _share_of(0.2, 1.0), _plus, _minus, _from, "things"),
    "take away": Operation(_OWN, "things", _share_of(0.1, 0.7), _minus, _plus, _minus, "things"),
    "grow to a multiple": Operation(_OWN, "things", _whole(2, 5), _times, _over),
    "take a fraction away": Operation(
        _OWN, "things", _divisor(2, 5), lambda a, n: a - a / n, lambda r, n: r * n / (n - number(1))
    ),
    "take a percentage away": Operation(_OWN, "things", _percent(10, 20, 25, 30, 40, 50, 60, 75), _without_percent),
    "a percentage of them": Operation(_OWN, "part", _percent(10, 20, 25, 30, 40, 60, 75, 80), _percent_of),
    "some more than": Operation(_OWN, "others", _share_of(0.1, 0.9), _plus, _minus, _from, "things"),
    "some fewer than": Operation(_OWN, "others", _share_of(0.1, 0.7), _minus, _plus),
    "times as many as": Operation(_OWN, "others", _whole(2, 5), _times, _over),
    "both together": Operation(("others",), "joint", _no, lambda a, before: before + a, both=True),
    "share": Operation(_PRICED, "group", _divisor(2, 12), _over, _times, _over, "groups"),
    "pack": Operation(_PRICED, "full", _divisor(3, 40), _over, _times, _over, "things", _packed),
    "what is left over": Operation(_PRICED, "left", _undivided(3, 24), lambda a, n: a % n),
    "holders needed": Operation(_PRICED, "least", _undivided(3, 40), _least, suits=_packed),
    "minutes each": Operation(
        COUNTS, "minutes", _at(lambda t: t.minutes), _times, _over, _into, "minutes", lambda t: 0 < t.minutes <= 120
    ),
    "unit price": Operation(
        COUNTS, "money", _at(lambda t: t.price), _times, _over, _into, "dollars", lambda t: t.price > 1
    ),
    "unit price in cents": Operation(
        COUNTS, "money", _whole_over(100, range(10, 96, 5)), _percent_of, suits=lambda t: _traded(t) and t.price <= 2
    ),
    "short of a goal": Operation(_OWN, "part", _beyond(1.1, 2.0), _from, lambda r, n: n - r),
    "average of three": Operation(_OWN, "part", _third_and_second, lambda a, n, m: (a + n + m) / number(3)),
    "joint pace": Operation(("rate",), "rate", _share_of(0.5, 1.2), _plus, _minus, _from, "things"),
    "pace times time": Operation(("rate",), "things", _whole(2, 12), _times, _over, _into, "units"),
    "hours for an amount": Operation(("rate",), "hours", _hours_for, _into, _into, suits=lambda t: t.unit == "hour"),
    "days for an amount": Operation(("rate",), "days", _hours_for, _into, _into, suits=lambda t: t.unit == "day"),
    "so many holders": Operation(("size",), "things", _whole(3, 15), _times, _over, _into, "holders"),
    "more holders": Operation(("full",), "full", _share_of(0.3, 1.5), _plus, _minus, _from, "holders"),
    "price of a holder": Operation(
        ("full",), "money", _whole(8, 90), _times, _over, _into, "dollars", lambda t: _traded(t) and t.price < 10
    ),
    "rent of a holder": Operation(("least",), "cost", _whole(2, 12), _times, suits=_weighed),
    "weight of a holder": Operation(("full",), "kilograms", _whole(2, 15), _times, _over, _into, "kilograms", _weighed),
    "weight in grams": Operation(
        ("full",),
        "kilograms",
        _whole_over(1000, range(600, 5000, 50)),
        lambda a, n: a * n / number(1000),
        suits=_weighed,
    ),
    "weight of the cart": Operation(("kilograms",), "kilograms", _whole(9, 40), _plus, _minus),
    "freight": Operation(("kilograms",), "cost", _whole(2, 6), _times, _over),
    "trips": Operation(("full", "least"), "trips", _undivided(2, 6), _least, suits=_packed),
    "costs": Operation(("money",), "money", _share_of(0.1, 0.7), _minus, _plus, _minus, "dollars"),
    "savings": Operation(("money",), "money", _share_of(0.2, 1.5), _plus, _minus, _from, "dollars"),
    "a percentage of the money": Operation(("money",), "money", _percent(5, 10, 15, 20, 25, 30, 40), _without_percent),
    "divide the money": Operation(("money",), "portion", _divisor(2, 9), _over, _times, _over, "people"),
    "a ratio": Operation(("money",), "portion", _ratio, lambda a, n, m: a * m / number(n.value + m.value)),
    "short of a sum": Operation(("money",), "portion", _beyond(1.1, 2.5), _from, lambda r, n: n - r),
    "as many as it buys": Operation(("money",), "pairs", _undivided(4, 19), lambda a, n: a // n),
    "so many bought": Operation(("price",), "bill", _whole(2, 12), _times, _over, _into, "things"),
    "discount": Operation(("bill",), "bill", _percent(5, 10, 15, 20, 25, 30, 50), _without_percent),
    "delivery": Operation(("bill",), "bill", _whole(5, 30), _plus, _minus, _from, "dollars"),
    "change": Operation(("bill", "cost"), "portion", _note, _from),
    "instalments": Operation(("bill", "cost"), "portion", _divisor(2, 12), _over, _times, _over, "parts"),
    "breaks": Operation(("minutes",), "minutes", _whole(10, 60, 5), _plus, _minus, _from, "minutes"),
    "minutes to hours": Operation(("minutes", "turn"), "hours", _no, lambda a: a / number(60)),
    "split the minutes": Operation(("minutes",), "turn", _divisor(2, 6), _over, _times, _over, "people"),
    "on several days": Operation(("minutes", "turn"), "minutes", _whole(2, 12), _times, _over, _into, "days"),
    "more hours": Operation(("hours",), "hours", _whole(2, 12), _plus, _minus, _from, "hours"),
    "wage": Operation(("hours", "drive"), "money", _whole(11, 45), _times, _over, _into, "dollars"),
    "hours a day": Operation(("hours",), "days", _divisor(2, 8), _over, _times, _over, "hours"),
    "hours to minutes": Operation(("hours", "drive"), "minutes", _no, lambda a: a * number(60)),
    "days with rest": Operation(("days",), "days", _whole(2, 9), _plus, _minus),
    "there and back": Operation(("kilometres",), "kilometres", _no, lambda a: number(2) * a, lambda r: r / number(2)),
    "so many times": Operation(("kilometres",), "kilometres", _whole(2, 8), _times, _over, _into, "times"),
    "speed": Operation(("kilometres",), "drive", _speed, _over, _times),
    "cents a kilometre": Operation(("kilometres",), "cost", _whole_over(100, range(20, 90, 5)), _percent_of),
    "litres for a hundred kilometres": Operation(
        ("kilometres",), "litres", _whole_over(100, range(4, 13)), _percent_of
    ),
}
"""By the name under which its wording stands."""
