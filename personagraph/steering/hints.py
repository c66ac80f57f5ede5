"""Says in words whom a region asks for: a title, a country, an age, a sex, a language, which take turns."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from math import gcd, lcm
from typing import Final

from personagraph.types import UNKNOWN, digest
from personagraph.vocabulary.ages import AGES, band
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.cells import is_possible
from personagraph.vocabulary.languages import language_name
from personagraph.vocabulary.occupations import read_activity, titles
from personagraph.vocabulary.places import read_region
from personagraph.vocabulary.sexes import title_sex

LIKE: Final = "like"
"""The key under which a hint shows descriptions, a line each, with whom the one wished for could belong. They come from
the graph, and so from outside: a dialogue keeps them between marks, as it does the ego."""
YOUNGEST, OLDEST = 6, 88
"""The years that a hint names: those of which a form of a small model has some to spare on either side."""
_YEARS: Final[Mapping[str, tuple[int, int]]] = {
    "managers": (22, 74),
    "professionals": (22, 74),
    "technicians": (19, 74),
    "clerks": (17, 74),
    "service": (17, 74),
    "agriculture": (16, 80),
    "craft": (17, 74),
    "operators": (18, 74),
    "elementary": (16, 74),
    "armed_forces": (18, 60),
    "student": (12, 76),
    "carer": (18, OLDEST),
    "retired": (52, OLDEST),
    "unemployed": (17, 70),
    "child": (YOUNGEST, 12),
}
"""From and up to what age somebody of an activity is asked for: what can be, without the rarest."""
_YEARS_OF: Final[Mapping[str, tuple[int, int]]] = {
    "army captain": (24, 60),
    "army colonel": (36, 60),
    "army general": (45, 60),
    "army sergeant": (22, 60),
    "child of a street vendor": (6, 12),
    "doctoral student": (23, 76),
    "engineering student": (18, 76),
    "full-time carer of a disabled child": (18, 74),
    "full-time grandparent carer": (45, OLDEST),
    "job-seeking school leaver": (17, 20),
    "judge": (30, 74),
    "kindergarten child": (4, 6),
    "military conscript": (18, 26),
    "parent on long parental leave": (20, 48),
    "preschool child": (3, 6),
    "secondary school student": (12, 19),
    "surgeon": (28, 74),
    "toddler": (1, 3),
    "unemployed graduate": (22, 70),
    "university lecturer": (25, 74),
    "village chief": (28, 80),
    "vocational school student": (15, 60),
}
"""The same of titles for which that of their activity is too wide."""
_GROWN_STUDENT: Final = 18
"""Whoever studies something by name is as old as this."""


class Wording:
    """Words for regions, out of what can be asked for: `countries` that can be named, `steers` the attributes.

    An aim has values of attributes by name, such as {"activity": "craft", "age": "65+"}.
    """

    def __init__(self, countries: Iterable[str], *, steers: Collection[str] = tuple(ATTRIBUTES)) -> None:
        self._countries: dict[str, list[str]] = {}
        for country in countries:
            self._countries.setdefault(read_region(country), []).append(country)
        self._steers = frozenset(steers)

    def can(self, aim: Mapping[str, str]) -> bool:
        """Whether words name the region, and somebody can be in it."""
        return self.hint(aim, 0) is not None

    def hint(
        self, aim: Mapping[str, str], turn: int, *, occupations: Sequence[str] = (), countries: Sequence[str] = ()
    ) -> Mapping[str, str] | None:
        """The words of a turn, 0 or more, by what a hint calls them; None where the region has none.

        Titles and countries are paired so that no pair comes again before all have been there. Which comes first
        differs from region to region, and is always the same for one. Of `occupations` and `countries` those that go
        with the region stand for all of it, where there are some.
        """
        if not aim or not self._can_say(aim):
            return None
        named, region = self._named(aim, occupations), aim.get("region", "")
        places = [one for one in countries if read_region(one) == region] or self._countries.get(region, [])
        if ("activity" in aim and not named) or ("region" in aim and not places):
            return None
        turn += int(digest(*(f"{axis}={aim[axis]}" for axis in sorted(aim)))[:6], 16) % (len(named) or 1)
        found: dict[str, str] = {}
        if named:
            found["occupation"] = named[turn % len(named)]
        if places:
            # After a round of both, one of them moves on by a place, so that the next brings other pairs.
            rounds = turn // lcm(len(named) or 1, len(places)) % gcd(len(named) or 1, len(places))
            found["country"] = places[(turn + rounds) % len(places)]
        if "age" in aim:
            years = years_of(aim.get("activity", ""), aim["age"], found.get("occupation", ""))
            found["age"] = str(years[turn * _stride(len(years)) % len(years)])
        if "sex" in aim:
            found["sex"] = aim["sex"]
        if "language" in aim:
            found["language"] = language_name(aim["language"])
        return found

    def _can_say(self, aim: Mapping[str, str]) -> bool:
        known = all(axis in self._steers and axis in keys() for axis in aim)
        return known and all(aim[axis] in ATTRIBUTES[axis].values for axis in aim) and is_possible(aim)

    def _named(self, aim: Mapping[str, str], among: Sequence[str]) -> Sequence[str]:
        """The titles of the activity that go with the age and the sex; those `among`, where some do."""
        if "activity" not in aim:
            return ()
        activity, fits = aim["activity"], (aim.get("age", ""), aim.get("sex", ""))
        own = tuple(one for one in among if read_activity(one) == activity)
        return (own and _titles(activity, *fits, own)) or _titles(activity, *fits)


def years_of(activity: str, age: str, title: str = "") -> range:
    """The years of an age band in which somebody of an activity, or with a title, can be; either may be left open."""
    first, last = _YEARS.get(activity, (YOUNGEST, OLDEST))
    if activity == "student" and "school" not in title:
        first = _GROWN_STUDENT
    least, most = _YEARS_OF.get(title, (first, last))
    within = [years for years in range(max(least, YOUNGEST), most + 1) if band(years) == age]
    return range(within[0], within[-1] + 1) if within else range(0)


def told_by(words: Collection[str]) -> tuple[str, ...]:
    """The attributes for which a hint has one of these names."""
    return tuple(name for name, key in keys().items() if key in words)


def keys() -> dict[str, str]:
    """What a hint calls the words for each attribute that it can name."""
    return {name: attribute.wish for name, attribute in ATTRIBUTES.items() if attribute.wish}


def aim_of(hint: Mapping[str, str]) -> dict[str, str]:
    """The values of attributes that the words of a hint stand for; what cannot be read is left out."""
    read = {name: _read(name, str(hint[key])) for name, key in keys().items() if key in hint}
    return {name: value for name, value in read.items() if value != UNKNOWN}


def likeness(descriptions: Iterable[str]) -> str:
    """Descriptions as the LIKE of a hint."""
    return "\n".join(" ".join(text.split()) for text in descriptions)


def shown_by(hint: Mapping[str, str] | None) -> list[str]:
    """The descriptions that a hint shows."""
    return [line for line in (hint or {}).get(LIKE, "").split("\n") if line.strip()]


@lru_cache(maxsize=10_000)
def _read(name: str, words: str) -> str:
    return ATTRIBUTES[name].read(f"{words} years old" if name == "age" and words not in AGES else words)


@lru_cache
def _titles(activity: str, age: str, sex: str, among: tuple[str, ...] = ()) -> tuple[str, ...]:
    return tuple(
        title
        for title in among or titles(activity)
        if (not age or years_of(activity, age, title)) and (not sex or title_sex(title) in (UNKNOWN, sex))
    )


def _stride(count: int) -> int:
    """A step through so many places that comes to each before it comes to one again, and seldom to the next."""
    step = max(1, round(count * 0.38))
    return next(one for one in range(step, 2 * count + 1) if gcd(one, count) == 1)
