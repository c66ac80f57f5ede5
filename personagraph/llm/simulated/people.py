"""The people of the simulated world: who they are, and what they say; all of it made up from tables."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import NamedTuple

from personagraph.vocabulary.ages import band
from personagraph.vocabulary.places import read_region
from personagraph.vocabulary.sexes import SEXES

POPULAR = 4_000
"""How long the head of the world's popularity is: the share of person n falls as (1 + n/POPULAR)^(-4/3). Replies repeat
themselves, as a model's do: 2 in 100 of the first 1,500, 7 in 100 of 10,000, a third of 100,000; but there is always
somebody new."""
ACTIVITIES: Mapping[str, float] = {
    "professionals": 0.30,
    "service": 0.13,
    "technicians": 0.12,
    "student": 0.10,
    "managers": 0.09,
    "retired": 0.07,
    "craft": 0.06,
    "agriculture": 0.05,
    "carer": 0.025,
    "clerks": 0.015,
    "operators": 0.015,
    "elementary": 0.01,
    "unemployed": 0.005,
    "child": 0.005,
    "armed_forces": 0.005,
}
"""The world's prior over activities: skewed as a language model's is, and no evidence about any."""
REGIONS: Mapping[str, float] = {
    "north_america": 0.30,
    "western_europe": 0.22,
    "south_asia": 0.12,
    "east_asia": 0.10,
    "latin_america": 0.08,
    "eastern_europe": 0.05,
    "southeast_asia": 0.04,
    "west_asia": 0.03,
    "east_southern_africa": 0.02,
    "west_central_africa": 0.02,
    "north_africa": 0.01,
    "oceania": 0.01,
}
"""Its prior over world regions."""
LANGUAGES: Mapping[str, str] = {
    "north_america": "English",
    "western_europe": "German",
    "south_asia": "Hindi",
    "east_asia": "Chinese",
    "latin_america": "Spanish",
    "eastern_europe": "Polish",
    "southeast_asia": "Indonesian",
    "west_asia": "Turkish",
    "east_southern_africa": "Swahili",
    "west_central_africa": "Hausa",
    "north_africa": "Arabic",
    "oceania": "English",
}
"""What is spoken in each region: one language is enough here."""
_PRIORS = [(tuple(shares), tuple(accumulate(shares.values()))) for shares in (ACTIVITIES, REGIONS)]
_YEARS: Mapping[str, tuple[int, int]] = {
    "child": (6, 12),
    "student": (15, 26),
    "retired": (60, 88),
    "armed_forces": (19, 50),
}
_WORKING_YEARS = (23, 64)


class Person(NamedTuple):
    """One of the people. `draw` is a number in [0, 1) that chooses among the titles and countries that may be named."""

    activity: str
    region: str
    age: int
    sex: str
    detail: str
    draw: float

    @property
    def band(self) -> str:
        """The age band."""
        return band(self.age)

    def pick(self, values: Sequence[str]) -> str:
        """One of the values, always the same."""
        return values[int(self.draw * len(values))]


def meet(rng: Random, world: int, *, activity: str | None = None, region: str | None = None) -> Person:
    """Somebody of the world, by popularity; with this activity and from this region, if one is given."""
    return _person(world, int(POPULAR * ((1 - rng.random()) ** -3 - 1)), activity, region)


@lru_cache(maxsize=65_536)
def _person(world: int, number: int, activity: str | None, region: str | None) -> Person:
    own = Random(f"{world}:{number}")
    prior = [own.choices(names, cum_weights=weights)[0] for names, weights in _PRIORS]
    activity, region = activity or prior[0], region or prior[1]
    age = own.randint(*_YEARS.get(activity, _WORKING_YEARS))
    return Person(activity, region, age, own.choice(SEXES[:2]), tell(own), own.random())


def tell(rng: Random) -> str:
    """What somebody does, as the words after "who"."""
    does, where, also = (rng.choice(phrases(name)) for name in ("does", "where", "also"))
    return f"{does} {where} and {also}"


@lru_cache
def phrases(name: str) -> tuple[str, ...]:
    """A table of phrases."""
    file = files("personagraph.llm.simulated").joinpath("phrases.toml")
    return tuple(tomllib.loads(file.read_text(encoding="utf-8"))[name])


@lru_cache
def by_region(countries: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """The countries of each region, out of those given."""
    regions = [(read_region(country), country) for country in countries]
    return {region: tuple(country for of, country in regions if of == region) for region, _ in regions}
