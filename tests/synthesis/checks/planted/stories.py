"""Word problems in many forms, each with its formula, givens, working and value."""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PEOPLE = ("Amara", "Bruno", "Chen", "Dilnoza", "Efua", "Farid", "Greta", "Hana", "Iker", "Jaya", "Kofi", "Lucia")
TRADES = ("beekeeper", "tram driver", "baker", "midwife", "weaver", "welder", "librarian", "fisherman", "potter")
WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}
WORDS |= {11: "eleven", 12: "twelve", 15: "fifteen", 20: "twenty", 25: "twenty-five", 30: "thirty", 40: "forty"}
Rng = random.Random


@dataclass(frozen=True)
class Told:
    """A problem in sentences: the givens with the sentence that says each, the question, formula, value and unit."""

    opening: str
    said: Mapping[str, str]
    question: str
    formula: str
    givens: Mapping[str, tuple[Any, str]]
    value: float
    unit: str
    working: str = ""
    rounding: str = ""
    extra: Sequence[str] = field(default_factory=tuple)

    @property
    def text(self) -> str:
        return " ".join([self.opening, *self.said.values(), *self.extra, self.question])


def number(rng: Rng, value: int) -> str:
    """A number in digits or as a word."""
    return WORDS[value] if value in WORDS and rng.random() < 0.3 else f"{value:,}" if value > 999 else str(value)


def shown(value: float, unit: str, rng: Rng) -> str:
    """An answer, written in one of several ways."""
    whole = abs(value - round(value)) < 1e-9
    digits = str(round(value)) if whole else f"{value:.2f}".rstrip("0")
    if whole and abs(value) > 9999 and rng.random() < 0.5:
        digits = f"{round(value):,}"
    if unit == "dollars" and rng.random() < 0.4:
        return f"${value:.2f}" if not whole else f"${digits}"
    if unit == "%":
        return f"{digits} %"
    lead = rng.choice(("", "", "The answer is ", "x = "))
    return f"{lead}{digits} {unit}".strip() + ("." if lead == "The answer is " else "")


def wages(rng: Rng) -> Told:
    hours, wage, bonus = rng.randint(3, 60), rng.randint(9, 48), rng.choice((15, 25, 40, 75))
    who = rng.choice(TRADES)
    return Told(
        f"A {who} keeps a notebook of what comes in.",
        {
            "hours": f"This month the {who} worked {number(rng, hours)} hours.",
            "wage": f"Each hour is paid with {number(rng, wage)} dollars.",
            "bonus": f"On top there is a bonus of ${bonus}.",
        },
        "How many dollars come in altogether?",
        rng.choice(("hours * wage + bonus", "bonus + wage × hours", "total = (hours * wage) + bonus")),
        {"hours": (hours, "hours"), "wage": (wage, rng.choice(("dollars per hour", "dollars"))), "bonus": (bonus, "$")},
        hours * wage + bonus,
        "dollars",
        f"{hours} × {wage} = {hours * wage}; {hours * wage} + {bonus} = {hours * wage + bonus}.",
    )


def shares(rng: Rng) -> Told:
    each, groups = rng.randint(3, 30), rng.randint(3, 12)
    total = each * groups
    return Told(
        f"{rng.choice(PEOPLE)} hands out tickets for the village fair.",
        {"total": f"There are {number(rng, total)} tickets.", "groups": f"They go to {number(rng, groups)} families."},
        "How many tickets does each family get, if all get the same?",
        "total / groups",
        {"total": (total, "tickets"), "groups": (groups, "families")},
        each,
        "tickets",
        f"{total} ÷ {groups} = {each}.",
    )


def discount(rng: Rng) -> Told:
    price, off = rng.choice((40, 60, 80, 120, 250, 300, 1200)), rng.choice((5, 10, 15, 20, 25, 30, 35))
    formula = rng.choice(("price * (1 - off/100)", "price - price * off / 100", "price * (100 - off) / 100"))
    return Told(
        f"{rng.choice(PEOPLE)} buys a second-hand loom.",
        {"price": f"Its price is ${price:,}.", "off": f"The seller takes {off} % off."},
        "How much is to be paid?",
        formula,
        {"price": (price, "dollars"), "off": (off, "%")},
        price * (100 - off) / 100,
        "dollars",
        f"{price} × {off}% = {price * off / 100:g}.",
    )


def journey(rng: Rng) -> Told:
    speed, hours = rng.choice((40, 50, 60, 80, 90)), rng.randint(2, 9)
    minutes = rng.random() < 0.5
    return Told(
        f"{rng.choice(PEOPLE)} drives a lorry to the coast.",
        {"way": f"The way is {speed * hours} km.", "speed": f"The lorry goes at {speed} km/h."},
        f"How many {'minutes' if minutes else 'hours'} does it take?",
        "way / speed * 60" if minutes else "way / speed",
        {"way": (speed * hours, "km"), "speed": (speed, "km/h")},
        hours * (60 if minutes else 1),
        "minutes" if minutes else "hours",
    )


def recipe(rng: Rng) -> Told:
    serves, grams, times = rng.randint(2, 8), rng.choice((120, 250, 375, 400)), rng.randint(2, 6)
    return Told(
        "A cook makes dumplings for the harvest feast.",
        {
            "grams": f"The recipe takes {grams} grams of flour.",
            "serves": f"It is enough for {number(rng, serves)} guests.",
            "guests": f"This time {serves * times} guests come.",
        },
        "How many grams of flour are needed?",
        "grams / serves * guests",
        {"grams": (grams, "grams"), "serves": (serves, "guests"), "guests": (serves * times, "guests")},
        grams * times,
        "grams",
    )


def fence(rng: Rng) -> Told:
    long, wide, cost = rng.randint(8, 40), rng.randint(4, 20), rng.choice((3, 7, 11))
    return Told(
        "A gardener fences a rectangular plot.",
        {
            "long": f"The plot is {long} metres long.",
            "wide": f"It is {wide} metres wide.",
            "cost": f"A metre of fence costs {cost} dollars.",
        },
        "What does the whole fence cost?",
        "2 * (long + wide) * cost",
        {"long": (long, "metres"), "wide": (wide, "m"), "cost": (cost, "dollars per metre")},
        2 * (long + wide) * cost,
        "dollars",
    )


def average(rng: Rng) -> Told:
    first, second, third = (rng.randint(10, 40) for _ in range(3))
    while (first + second + third) % 4:
        third += 1
    return Told(
        "A teacher counts the pupils who come to the reading hour.",
        {
            "a": f"On Monday {first} come.",
            "b": f"On Tuesday {second} come.",
            "c": f"On Thursday {third} come.",
            "days": "With Friday, when nobody comes, that makes 4 days.",
        },
        "How many pupils come a day on average?",
        "(a + b + c) / days",
        {"a": (first, "pupils"), "b": (second, "pupils"), "c": (third, "pupils"), "days": (4, "days")},
        (first + second + third) / 4,
        "pupils",
    )


def buses(rng: Rng) -> Told:
    seats, people = rng.choice((30, 45, 50)), rng.randint(60, 400)
    return Told(
        "A choir travels to the capital.",
        {"people": f"{people} singers want to go.", "seats": f"A bus has {seats} seats."},
        "How many buses are needed?",
        "ceil(people / seats)",
        {"people": (people, "singers"), "seats": (seats, "seats")},
        math.ceil(people / seats),
        "buses",
        f"{people} ÷ {seats} = {people / seats:.2f}, so {math.ceil(people / seats)} buses.",
    )


def ladder(rng: Rng) -> Told:
    height, foot = rng.randint(2, 9), rng.randint(1, 5)
    return Told(
        "A roofer leans a ladder against a wall.",
        {"height": f"It reaches {height} metres high.", "foot": f"Its foot stands {foot} metres from the wall."},
        "How long is the ladder in metres, to two decimal places?",
        "sqrt(height**2 + foot**2)",
        {"height": (height, "metres"), "foot": (foot, "metres")},
        round(math.hypot(height, foot), 2),
        "metres",
    )


def committee(rng: Rng) -> Told:
    among, chosen = rng.randint(5, 12), rng.randint(2, 4)
    return Told(
        f"A cooperative of {among} weavers elects a committee.",
        {"chosen": f"The committee has {number(rng, chosen)} members."},
        "How many different committees are possible?",
        "comb(among, chosen)",
        {"among": (among, "weavers"), "chosen": (chosen, "members")},
        math.comb(among, chosen),
        "committees",
    )


def tank(rng: Rng) -> Told:
    size, rate = rng.choice((240, 360, 480, 600)), rng.choice((4, 5, 6, 8))
    return Told(
        f"{rng.choice(PEOPLE)} waters the vineyard from a tank.",
        {
            "size": f"The tank holds {size} litres.",
            "left": "Three quarters of it are left.",
            "rate": f"The hose takes {rate} litres a minute.",
        },
        "How many minutes does the water last?",
        "size * 3/4 / rate",
        {"size": (size, "litres"), "rate": (rate, "litres per minute")},
        size * 3 / 4 / rate,
        "minutes",
    )


def stock(rng: Rng) -> Told:
    boxes, each, broken = rng.randint(4, 30), rng.choice((6, 12, 24)), rng.randint(2, 20)
    return Told(
        f"A potter packs jars for {rng.choice(PEOPLE)}.",
        {
            "boxes": f"There are {number(rng, boxes)} boxes.",
            "each": f"Each box has {number(rng, each)} jars.",
            "broken": f"{broken} jars break on the way.",
        },
        "How many jars arrive whole?",
        "boxes * each - broken",
        {"boxes": (boxes, "boxes"), "each": (each, rng.choice(("jars per box", "jars"))), "broken": (broken, "jars")},
        boxes * each - broken,
        "jars",
        f"{boxes} * {each} = {boxes * each}, and {boxes * each} - {broken} = {boxes * each - broken}.",
        extra=(f"The potter has worked there for {rng.randint(3, 30)} years.",),
    )


def growth(rng: Rng) -> Told:
    start, percent = rng.choice((200, 400, 1500, 2000)), rng.choice((5, 8, 10, 12))
    return Told(
        f"{rng.choice(PEOPLE)} puts money into a cooperative.",
        {"start": f"It is {start:,} dollars.", "percent": f"Every year it grows by {percent}%."},
        "How many dollars are there after two years, rounded to the nearest cent?",
        f"start * {1 + percent / 100:g} ** 2",
        {"start": (start, "dollars")},
        round(start * (1 + percent / 100) ** 2 + 1e-9, 2),
        "dollars",
    )


def german(rng: Rng) -> Told:
    eggs, days, sold = rng.randint(12, 60), rng.randint(3, 14), rng.randint(5, 30)
    return Told(
        "Eine Bäuerin sammelt jeden Morgen Eier.",
        {
            "eggs": f"Jeden Tag sind es {eggs}.",
            "days": f"Das tut sie {days} Tage lang.",
            "sold": f"{sold} verkauft sie.",
        },
        "Wie viele Eier bleiben ihr?",
        "eggs * days - sold",
        {"eggs": (eggs, "Eier"), "days": (days, "Tage"), "sold": (sold, "Eier")},
        eggs * days - sold,
        "Eier",
    )


def arabic(rng: Rng) -> Told:
    loaves, price = rng.randint(12, 60), rng.randint(3, 9)
    digits = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    return Told(
        "خباز يبيع الخبز في السوق.",
        {
            "loaves": f"باع {str(loaves).translate(digits)} رغيفا.",
            "price": f"ثمن الرغيف {str(price).translate(digits)} دراهم.",
        },
        "كم درهما كسب؟",
        "loaves * price",
        {"loaves": (loaves, ""), "price": (price, "")},
        loaves * price,
        "",
    )


STORIES: tuple[Callable[[Rng], Told], ...] = (
    *(wages, shares, discount, journey, recipe, fence, average, buses, ladder, committee, tank, stock, growth),
    *(german, arabic),
)
