"""Word problems as samples, and faults of several kinds planted in them."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.synthesis.checks.planted.sample import Sample
from tests.synthesis.checks.planted.stories import (
    PEOPLE,
    STORIES,
    WORDS,
    Rng,
    Told,
    arabic,
    average,
    committee,
    discount,
    fence,
    german,
    growth,
    journey,
    recipe,
    shares,
    shown,
    stock,
    tank,
    wages,
)


def good(rng: Rng) -> Sample:
    """A problem with the right answer."""
    told = rng.choice(STORIES)(rng)
    return as_sample(told, shown(told.value, told.unit, rng))


def as_sample(told: Told, answer: str, **changes: Any) -> Sample:
    form: dict[str, Any] = {
        "formula": changes.pop("formula", told.formula),
        "givens": changes.pop("givens", givens(told.givens)),
    }
    if told.rounding:
        form["rounding"] = told.rounding
    user = changes.pop("user", told.text)
    assistant = f"{changes.pop('working', told.working)}\nAnswer: {answer}".strip()
    return Sample("word problem", user, assistant, answer, form, **changes)


def givens(stated: Mapping[str, tuple[Any, str]]) -> list[dict[str, Any]]:
    return [{"name": name, "value": value, "unit": unit} for name, (value, unit) in stated.items()]


def wrong_answer(rng: Rng) -> Sample:
    """The answer is off: by a slip of one, of a digit, of a factor."""
    told = rng.choice(STORIES)(rng)
    slips = (told.value + rng.choice((1, -1, 2, 10)), told.value * 10, told.value * 2, told.value / 2 + 1)
    wrong = rng.choice([slip for slip in slips if abs(slip - told.value) > 0.5])
    return as_sample(told, shown(wrong, told.unit, rng), fault="wrong answer")


def wrong_working(rng: Rng) -> Sample:
    """A calculation in the working is wrong; the answer is right."""
    told = rng.choice((wages, shares, stock))(rng)
    left, _, right = told.working.partition(" = ")
    digits = right.split(";")[0].split(",")[0].rstrip(".")
    wrong = f"{left} = {int(digits) + rng.choice((1, -1, 10))}{right[len(digits) :]}"
    return as_sample(told, shown(told.value, told.unit, rng), working=wrong, fault="wrong working")


def contradiction(rng: Rng) -> Sample:
    """A given is said twice, with another value."""
    told = rng.choice([story for story in STORIES if story not in (arabic, german, growth, committee)])(rng)
    name = rng.choice([name for name in told.said if name in told.givens])
    value, unit = told.givens[name]
    other = value + rng.choice((1, 2, 5, 10))
    sentence = told.said[name].replace(f"{value:,}", f"{other:,}")
    for digits, word in WORDS.items():
        if value == digits:
            sentence = sentence.replace(word, str(other))
    stated = [*givens(told.givens), {"name": name, "value": other, "unit": unit}]
    user = told.text.replace(told.question, f"{sentence} {told.question}")
    return as_sample(told, shown(told.value, told.unit, rng), user=user, givens=stated, fault="contradiction")


def missing(rng: Rng) -> Sample:
    """What the formula needs is not said."""
    told = rng.choice([story for story in STORIES if story not in (arabic, german, tank, committee, growth, average)])(
        rng
    )
    name = rng.choice([name for name in told.said if name in told.givens])
    others = {key: said for key, said in told.said.items() if key != name}
    user = " ".join([told.opening, *others.values(), told.question])
    value = told.givens[name][0]
    elsewhere = [str(value), WORDS.get(value, "-")]
    if any(word in " ".join(user.replace(",", "").replace(".", " ").split()).split() for word in elsewhere):
        return missing(rng)
    return as_sample(told, shown(told.value, told.unit, rng), user=user, fault="missing data")


def not_given(rng: Rng) -> Sample:
    """The formula uses a name that is not among the givens."""
    told = rng.choice(STORIES)(rng)
    name = next(iter(told.givens))
    if name not in told.formula:
        return not_given(rng)
    stated = [given for given in givens(told.givens) if given["name"] != name]
    return as_sample(told, shown(told.value, told.unit, rng), givens=stated, fault="missing given")


def wrong_unit(rng: Rng) -> Sample:
    """The answer has the right number and the unit of something else."""
    told = rng.choice((wages, discount, journey, recipe, fence, tank))(rng)
    others = ("dollars", "hours", "kilograms", "kilometres", "litres", "minutes", "days")
    kin = {"minutes": ("hours", "days"), "hours": ("minutes", "days"), "grams": ("kilograms",)}
    wrong = rng.choice([unit for unit in others if unit not in (told.unit, *kin.get(told.unit, ()))])
    return as_sample(told, f"{told.value:g} {wrong}", fault="wrong unit")


def wrong_scale(rng: Rng) -> Sample:
    """The number is that of another unit of the same quantity: hours said to be minutes."""
    hours, speed = rng.randint(2, 9), rng.choice((40, 50, 60, 80, 90))
    told = journey(rng)
    told = Told(
        told.opening,
        {"way": f"The way is {speed * hours} km.", "speed": f"The lorry goes at {speed} km/h."},
        "How many minutes does it take?",
        "way / speed",
        {"way": (speed * hours, "km"), "speed": (speed, "km/h")},
        hours,
        "minutes",
    )
    return as_sample(told, f"{hours} minutes", fault="wrong unit")


def mixed_units(rng: Rng) -> Sample:
    """The formula adds hours to minutes, or dollars to hours."""
    hours, minutes, fee = rng.randint(2, 9), rng.choice((15, 20, 40, 45)), rng.choice((12, 35, 50))
    who = rng.choice(PEOPLE)
    if rng.random() < 0.5:
        user = f"{who} weaves for {hours} hours and then for {minutes} minutes. How many minutes is that in all?"
        stated = givens({"long": (hours, "hours"), "short": (minutes, "minutes")})
        return Sample(
            "word problem",
            user,
            f"{hours} + {minutes} = {hours + minutes}",
            f"{hours + minutes} minutes",
            {"formula": "long + short", "givens": stated},
            fault="wrong unit",
        )
    user = f"{who} works {hours} hours and pays a fee of {fee} dollars. How many dollars is that in all?"
    stated = givens({"time": (hours, "hours"), "fee": (fee, "dollars")})
    form = {"formula": "time + fee", "givens": stated}
    return Sample("word problem", user, "", f"{hours + fee} dollars", form, fault="wrong unit")


def half_people(rng: Rng) -> Sample:
    """People come out in parts, or below zero."""
    people, groups = rng.randint(20, 90), rng.choice((4, 6, 7, 8))
    noun = rng.choice(("children", "workers", "guests", "students", "passengers"))
    if rng.random() < 0.5:
        people += people % groups == 0
        user = f"{people} {noun} form {groups} teams of the same size. How many {noun} are in each team?"
        stated = givens({"people": (people, noun), "teams": (groups, "teams")})
        form = {"formula": "people / teams", "givens": stated}
        return Sample("word problem", user, "", f"{people / groups:.4g} {noun}", form, fault="impossible count")
    more = people + rng.randint(3, 20)
    user = f"{people} {noun} are on the ferry. At the first pier {more} {noun} get off. How many {noun} stay?"
    form = {"formula": "on - off", "givens": givens({"on": (people, noun), "off": (more, noun)})}
    return Sample("word problem", user, "", f"{people - more} {noun}", form, fault="impossible count")


def wrong_question(rng: Rng) -> Sample:
    """The formula is another than the problem's, and the answer follows it: nothing in the form tells."""
    told = rng.choice((wages, stock, shares))(rng)
    formula, value = {
        "dollars": ("hours * wage - bonus", None),
        "jars": ("boxes * each + broken", None),
        "tickets": ("total - groups", None),
    }[told.unit]
    values = {name: value for name, (value, _) in told.givens.items()}
    value = eval(formula, {}, values)
    answer = f"{value} {told.unit}"
    return as_sample(told, answer, formula=formula, working="", fault="wrong formula", decidable=False)


def prose_contradiction(rng: Rng) -> Sample:
    """The text says a given twice, with two values; the form has it once."""
    told = rng.choice((wages, journey, recipe, fence, stock))(rng)
    name = rng.choice([name for name in told.said if str(told.givens[name][0]) in told.said[name]] or ["-"])
    if name == "-":
        return prose_contradiction(rng)
    value = told.givens[name][0]
    sentence = told.said[name].replace(str(value), str(value + 7))
    user = told.text.replace(told.question, f"{sentence} {told.question}")
    answer = shown(told.value, told.unit, rng)
    return as_sample(told, answer, user=user, fault="contradiction in prose", decidable=False)


FAULTS: tuple[tuple[Callable[[Rng], Sample], int], ...] = (
    (wrong_answer, 80),
    (wrong_working, 25),
    (contradiction, 40),
    (missing, 50),
    (not_given, 15),
    (wrong_unit, 30),
    (wrong_scale, 10),
    (mixed_units, 20),
    (half_people, 30),
    (wrong_question, 30),
    (prose_contradiction, 30),
)
"""Each with how many are planted."""
