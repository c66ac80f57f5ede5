"""Deals the people of a prompt's examples: over a cycle each value of each attribute is stated equally often.

A small share of what a model of 1.5 billion weights stated was its own: most was copied from the example that it saw.
So no value is offered more than another, and what is stated stands in the words of the description beside it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import lcm, prod
from random import Random
from typing import Any, TypeVar

from personagraph.text.english import article
from personagraph.types import UNKNOWN
from personagraph.vocabulary.ages import read_age
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.cells import cells
from personagraph.vocabulary.languages import language_name
from personagraph.vocabulary.occupations import titles
from personagraph.vocabulary.places import countries
from personagraph.vocabulary.sexes import read_sex

_T = TypeVar("_T")
Frame = tuple[Mapping[str, str], Mapping[str, Any]]
"""Fields and reply of an example whose people are not dealt yet: `{person}`, `{own}` and `{said}` stand in it."""

_TIED = ("activity", "age")
"""Dealt as a pair, as not every one can be."""
_FREE = ("region", "sex")
_YEARS = {
    "0-14": (12, 13, 14),
    "15-24": (22, 23, 24),
    "25-44": (28, 35, 42),
    "45-64": (47, 55, 62),
    "65+": (66, 73, 81),
}
_OWN = {"female": "her", "male": "his", "other": "their", UNKNOWN: "a"}
_PEOPLE = {"female": "women", "male": "men", "other": "non-binary people"}
_PUPIL = "secondary school student"
_COUNTRIES = 6
"""How many of a region's countries come up, the most populous."""
_LONGEST_NAME = 3
"""Words of a country: more are a copy where the text has them, too."""
_WITH_ARTICLE = re.compile(r"United |Central |Philippines|Netherlands")
_SLOT = re.compile(r"\{(\w+)\}")


def cycle(frames: Sequence[Frame], people: str) -> int:
    """After how many examples each activity, age, sex and region was stated equally often of the `people`.

    Languages are through after more, as there are so many: half of the people have one, each as often as the others.
    """
    rounds = len(_dealt(_grown(frames, people))) // len(_grown(frames, people))
    return len(frames) * rounds * prod(len(_values(attribute)) for attribute in _FREE)


def deal(frames: Sequence[Frame], people: str, number: int, *, coded: bool) -> Frame:
    """The example with this number, 0 or more: a frame, and whom it is dealt. `people` is the list of its reply.

    `coded` says that a language is stated by its code, else by its name.
    """
    turn, at = divmod(number, len(frames))
    grown = _grown(frames, people)
    pairs = _dealt(grown)
    first = sum(len(reply[people]) for _, reply in frames[:at])
    fields, reply = frames[at]
    persons, said = [], []
    for place, item in enumerate(reply[people], first):
        lap, slot = divmod(turn * len(grown) + place, len(pairs))
        values = _stated(pairs[slot], slot, lap)
        filled = {"person": _person(values, slot, lap), "own": _OWN[values["sex"]]}
        said.append(_cue(values, slot, lap))
        language = values["language"]
        if not coded and language != UNKNOWN:
            values["language"] = language_name(language)
        persons.append({**_WHOLE, **_without_slots(item, filled), **values})
    wanted = {name: text.replace("{said}", f"For: {'; '.join(said)}") for name, text in fields.items()}
    return wanted, {people: persons}


_WHOLE: Mapping[str, Any] = {"nature": "person"}


def _without_slots(item: Mapping[str, Any], filled: Mapping[str, str]) -> dict[str, Any]:
    kept = {name: value for name, value in item.items() if name != "grown"}
    description = _SLOT.sub(lambda slot: filled[slot[1]], item["description"])
    kept["description"] = f"{article(description).capitalize()} {description}"
    if "relation" in kept:
        kept["former"] = False
    return kept


def _stated(pair: tuple[str, str], slot: int, lap: int) -> dict[str, str]:
    values = {**dict.fromkeys(ATTRIBUTES, UNKNOWN), **dict(zip(_TIED, pair, strict=True))}
    for attribute in _FREE:
        choices = _values(attribute)
        values[attribute] = choices[(slot + lap) % len(choices)]
        lap //= len(choices)
    languages, ring = ATTRIBUTES["language"].values, slot + lap
    values["language"] = languages[ring // 2 % len(languages)] if ring % 2 else UNKNOWN
    return values


def _person(values: Mapping[str, str], slot: int, lap: int) -> str:
    """What the description says of who it is, without the article: "51-year-old Tamil-speaking baker from Peru"."""
    age, work, place, tongue = _words(values, slot, lap)
    words = [
        f"{age}-year-old" if age else "",
        "non-binary" if values["sex"] == "other" else "",
        f"{tongue}-speaking" if tongue else "",
        work or ("person" if not age or tongue or values["sex"] == "other" else ""),
        f"from {place}" if place else "",
    ]
    return " ".join(word for word in words if word)


def _cue(values: Mapping[str, str], slot: int, lap: int) -> str:
    """What makes the same plain in a text, in another order, so that the description copies nothing."""
    age, work, place, tongue = _words(values, slot, lap)
    people = _PEOPLE.get(values["sex"], "")
    told = [place, people, work, f"age {age}" if age else "", f"in {tongue}" if tongue else ""]
    return ", ".join(word for word in told if word) or "anybody"


def _words(values: Mapping[str, str], slot: int, lap: int) -> tuple[str, str, str, str]:
    """The years, the work, the country and the language that stand for the values; empty are the unknown."""
    years = _YEARS.get(values["age"], ("",))[(slot + lap // 7) % 3 if values["age"] != UNKNOWN else 0]
    work = ""
    if values["activity"] == "student" and values["age"] == "0-14":
        work = _PUPIL
    elif values["activity"] == "child":
        work = "child"
    elif values["activity"] != UNKNOWN:
        known = _titles(values["activity"])
        work = known[(slot // 16 + lap) % len(known)]
    place = ""
    if values["region"] != UNKNOWN:
        known = _countries(values["region"])
        place = known[(lap + slot // 13) % len(known)]
    tongue = language_name(values["language"]) if values["language"] != UNKNOWN else ""
    return str(years), work, place, tongue


@lru_cache
def _countries(region: str) -> tuple[str, ...]:
    known = [place for place in countries(region) if len(place.split()) <= _LONGEST_NAME][:_COUNTRIES]
    return tuple(f"the {place}" if _WITH_ARTICLE.match(place) else place for place in known)


@lru_cache
def _titles(activity: str) -> tuple[str, ...]:
    """Those that say nothing of sex and age, and of no other person."""
    kept = (title for title in titles(activity) if read_sex(title.split()[-1]) == read_age(title) == UNKNOWN)
    return tuple(title for title in kept if " of a" not in title)


def _values(attribute: str) -> tuple[str, ...]:
    return (*ATTRIBUTES[attribute].values, UNKNOWN)


def _grown(frames: Sequence[Frame], people: str) -> tuple[bool, ...]:
    """Of each of the people of all frames, in order, whether no child can stand there."""
    return tuple(item.get("grown", False) for _, reply in frames for item in reply[people])


@lru_cache
def _dealt(grown: tuple[bool, ...]) -> tuple[tuple[str, str], ...]:
    """An activity and an age for each place of several rounds: each value equally often, and only what can be.

    What the first shuffle put together although it cannot be changes its age with another pair, then a child who would
    stand where no child can its place.
    """
    activities, ages = _values("activity"), _values("age")
    size = lcm(len(grown), len(activities), len(ages))
    work = [activities[i % len(activities)] for i in range(size)]
    age = [ages[i % len(ages)] for i in range(size)]
    chance = Random(0)
    chance.shuffle(work)
    chance.shuffle(age)
    possible = _possible()
    _exchange(age, lambda place, years: (work[place], years) in possible)
    pairs = list(zip(work, age, strict=True))
    _exchange(pairs, lambda place, pair: not (grown[place % len(grown)] and ("child" in pair or "0-14" in pair)))
    return tuple(pairs)


def _exchange(hand: list[_T], fits: Callable[[int, _T], bool]) -> None:
    """Have what does not fit its place change places with what does not mind, the next that comes."""
    size = len(hand)
    for one in range(size):
        if not fits(one, hand[one]):
            others = ((one + step) % size for step in range(1, size))
            other = next(other for other in others if fits(one, hand[other]) and fits(other, hand[one]))
            hand[one], hand[other] = hand[other], hand[one]


@lru_cache
def _possible() -> frozenset[tuple[str, str]]:
    known = {(work, age) for work, age in cells(_TIED)}
    known |= {(UNKNOWN, age) for age in _values("age")}
    return frozenset(known | {(work, UNKNOWN) for work in _values("activity")})
