"""Whom a reply of the simulated world describes: people of the world, by the title and the country that it may tell."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from personagraph.llm.simulated.acquaintance import knows
from personagraph.llm.simulated.inquiry import Inquiry
from personagraph.llm.simulated.people import Person, by_region, meet
from personagraph.text.english import article
from personagraph.types import UNKNOWN
from personagraph.vocabulary.occupations import read_activity, titles
from personagraph.vocabulary.places import countries, read_region
from personagraph.vocabulary.sexes import SEX_WORDS, title_sex

KEEPS_HINT: Mapping[str, float] = {"occupation": 0.66, "country": 0.91, "age": 0.85, "sex": 0.9, "language": 0.8}
"""How often a hint is followed: title and country as by a real small model from random egos (SmolLM2-135M-Instruct);
the others are made up. Where the form allows nothing else, it always is."""
MEETINGS = 100
"""How many people an ego meets until one of them is an acquaintance: some ten, where no hint narrows them."""
_TAKES_ARTICLE = re.compile(r"^(United|Philippines|Netherlands|Gambia)|Republic$")


class ToldPerson(NamedTuple):
    """Somebody of the world with the title and the country that a reply tells."""

    person: Person
    title: str
    country: str
    kept: Mapping[str, str] = MappingProxyType({})
    """What of a hint it follows."""

    @property
    def sentence(self) -> str:
        """The description, as a small model's is composed, and as a large one writes it."""
        age, sex = self.person.age, SEX_WORDS[self.person.sex] if "sex" in self.kept else ""
        title = f"{sex} {self.title}" if sex and title_sex(self.title) != self.person.sex else self.title
        opening = f"{article(str(age)).capitalize()} {age}-year-old {title} from {self.country}"
        tongue = f"speaks {self.kept['language']} and " if "language" in self.kept else ""
        return f"{opening} who {tongue}{self.person.detail}"


def acquaintance(
    asked: Inquiry,
    hint: Mapping[str, str] | None,
    telling: Callable[[Person, Mapping[str, str]], tuple[str, str]],
) -> ToldPerson:
    """Somebody whom the ego knows, or where there is none, anybody; a hint is mostly followed.

    `telling` gives the title and the country by which the reply can tell of a person, with what of the hint is kept.
    The rare ego that knows nobody of a kind meets a stranger.
    """
    wished = {name: value for name, value in (hint or {}).items() if name in KEEPS_HINT}
    must = bool(asked.fields.get("narrow"))
    kept = {name: value for name, value in wished.items() if asked.rng.random() < KEEPS_HINT[name] or must}
    activity, region = _activity(kept.get("occupation", "")), _region(kept.get("country", ""))
    for _ in range(MEETINGS):
        person = _fitted(meet(asked.rng, asked.world, activity=activity, region=region), kept)
        found = ToldPerson(person, *telling(person, kept), kept)
        if "ego" not in asked.fields or knows(asked.world, asked.fields["ego"], found.sentence):
            break
    return found


def _fitted(person: Person, kept: Mapping[str, str]) -> Person:
    """The person with the age and the sex of what of a hint is followed."""
    years = kept.get("age", "")
    person = person._replace(age=int(years)) if years.isdecimal() else person
    return person._replace(sex=kept["sex"]) if kept.get("sex") in SEX_WORDS else person


def title_of(person: Person, hint: Mapping[str, str], pattern: str = "") -> str:
    """The hint's occupation, else one of the person's activity, else one of any kind: the first that is allowed."""
    wished = hint.get("occupation", "")
    if wished and re.search(pattern, wished):
        return wished
    return person.pick(_titles(person.activity, pattern) or _titles("service", pattern))


@lru_cache
def _titles(activity: str, pattern: str) -> Sequence[str]:
    return tuple(title for title in titles(activity) if re.search(pattern, title))


def country_of(person: Person, nameable: tuple[str, ...] = ()) -> str:
    """A country of the person's region, out of those that can be named; else any of these."""
    return person.pick((by_region(nameable).get(person.region) or nameable) if nameable else _countries(person.region))


@lru_cache
def _countries(region: str) -> Sequence[str]:
    return countries(region)


def named(country: str) -> str:
    return f"the {country}" if _TAKES_ARTICLE.search(country) else country


@lru_cache(maxsize=4096)
def _activity(occupation: str) -> str | None:
    return _known(read_activity(occupation))


@lru_cache(maxsize=4096)
def _region(country: str) -> str | None:
    return _known(read_region(country))


def _known(value: str) -> str | None:
    return None if value == UNKNOWN else value
