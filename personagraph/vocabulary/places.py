"""Reads a country and a world region from the words for a place or a people; names countries of a region for hints.

World regions are UN M49 groupings, so that population tables add up to them: Northern Africa; Western and Middle
Africa; Eastern and Southern Africa; Northern America; Latin America and the Caribbean; Western Asia; Central and
Southern Asia; Eastern Asia; South-eastern Asia; Eastern Europe; Northern, Southern and Western Europe; Oceania. They
differ less in population than M49's sub-regions do, and have names that people and models know. Taiwan and Kosovo,
which M49 does not list, go with their neighbours.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from personagraph.text.english import phrase, singulars
from personagraph.types import UNKNOWN
from personagraph.vocabulary.reference import table

REGIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "north_africa": "North Africa",
        "west_central_africa": "West and Central Africa",
        "east_southern_africa": "East and Southern Africa",
        "north_america": "North America",
        "latin_america": "Latin America and the Caribbean",
        "west_asia": "Western Asia",
        "south_asia": "Central and South Asia",
        "east_asia": "East Asia",
        "southeast_asia": "Southeast Asia",
        "eastern_europe": "Eastern Europe",
        "western_europe": "Northern, Southern and Western Europe",
        "oceania": "Oceania",
    }
)
"""Region → name."""

HEADINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "north_africa": "N Afr",
        "west_central_africa": "W Afr",
        "east_southern_africa": "E Afr",
        "north_america": "N Am",
        "latin_america": "L Am",
        "west_asia": "W As",
        "south_asia": "S As",
        "east_asia": "E As",
        "southeast_asia": "SE As",
        "eastern_europe": "E Eur",
        "western_europe": "W Eur",
        "oceania": "Ocean",
    }
)
"""Region → what it is called where there is little room."""


class Place(NamedTuple):
    """What a name stands for: a country in its world region, or a world region alone."""

    country: str | None
    region: str


AMBIGUOUS_NAMES: Final = {
    "us",
    "polish",
    "turkey",
    "chad",
    "china",
    "jersey",
    "nice",
    "cork",
    "java",
    "phoenix",
    "queens",
    "rio",
}
"""Names that are ordinary words in lower case."""
_ABBREVIATIONS = {"us", "uk", "uae", "usa", "car", "prc", "roc", "rsa", "ksa", "drc", "png", "nyc"}
_SMALL_WORDS = {"of", "the", "and", "es", "de", "do"}
_LONGEST_NAME = 6
_PARENTHESES = re.compile(r"\([^()]*\)")
_WORD = re.compile(r"[^\W_]+(?:['\u2019.][^\W_]+)*\.?")


def read_region(country_or_place: str) -> str:
    """The world region of the country, people, city or area that is named; "unknown" if none is, or several are."""
    regions = {place.region for place in _places_named(country_or_place)}
    return regions.pop() if len(regions) == 1 else UNKNOWN


def country_name(text: str) -> str | None:
    """The English short name of the one country that `text` names, by any name, people or well-known place.

    None if it names none, or several; "Paris, Texas" and "Nigerian-American" name the last of their countries.
    """
    named = {place.country for place in _places_named(text)}
    return named.pop() if len(named) == 1 else None


def countries(region: str) -> tuple[str, ...]:
    """The countries of a world region with at least a million inhabitants, the most populous first; for hints.

    Raises ValueError for what is not a world region.
    """
    if region not in REGIONS:
        raise ValueError(f"no world region is called {region!r}; there are {', '.join(REGIONS)}")
    rows = [row for row in table("countries") if row["region"] == region and float(row["millions"]) >= 1]
    return tuple(row["name"] for row in sorted(rows, key=lambda row: (-float(row["millions"]), row["name"])))


def _places_named(text: str) -> list[Place]:
    """The places that `text` names, in order; what stands in parentheses counts only if nothing else names one."""
    text = unicodedata.normalize("NFC", text).strip()
    place = _places().get(" ".join(phrase(text, determiners=True))) or _codes().get(text)
    if place and text not in AMBIGUOUS_NAMES:
        return [place]
    return _places_along(_PARENTHESES.sub(" ", text)) or _places_along(text)


def _places_along(text: str) -> list[Place]:
    """The places that `text` names, in order; only the last where it is nothing but a list of places."""
    spelled = _WORD.findall(text)
    lower_case = not any(word[:1].isupper() for word in spelled)
    found: list[Place] = []
    named = index = 0
    while index < len(spelled):
        length, place = _place_at(spelled, index, lower_case=lower_case)
        if place:
            found.append(place)
            named += length
        index += length
    return found[-1:] if named == len(spelled) else found


def _place_at(spelled: list[str], index: int, *, lower_case: bool) -> tuple[int, Place | None]:
    """How many words the longest place name at `index` has, and its place; (1, None) if there is none.

    `lower_case` says that no word has a capital, so that capitals tell nothing.
    """
    for length in range(min(_LONGEST_NAME, len(spelled) - index), 0, -1):
        span = spelled[index : index + length]
        key = _place_key(" ".join(span))
        if key and (_is_capitalised(span, key) or (lower_case and len(key) > 3 and key not in AMBIGUOUS_NAMES)):
            return length, _places()[key]
    return 1, None


def _place_key(name: str) -> str | None:
    """The form under which a name is known, also of a plural ("Kenyans")."""
    key = " ".join(phrase(name, determiners=True))
    forms = [key] if " " in key else [form for form in singulars(key) if form == key or len(form) > 3]
    return next((form for form in forms if form in _places()), None)


def _is_capitalised(span: list[str], key: str) -> bool:
    if key in _ABBREVIATIONS:
        return all(word.isupper() for word in span)
    return all(word[:1].isupper() or word in _SMALL_WORDS for word in span)


@lru_cache
def _codes() -> Mapping[str, Place]:
    return {row["code"]: Place(row["name"], row["region"]) for row in table("countries")}


@lru_cache
def _places() -> Mapping[str, Place]:
    """Folded name → place. No name stands for two, which a test holds."""
    named = [(key.replace("_", " "), Place(None, key)) for key in REGIONS]
    named += [(name, Place(None, key)) for key, name in REGIONS.items()]
    named += [(row["name"], Place(None, row["region"])) for row in table("regions")]
    named += [(row["place"], _codes()[row["country"]]) for row in table("places")]
    for row in table("countries"):
        names = [row["name"], *row["aliases"].split(";"), *row["demonyms"].split(";")]
        named += [(name, _codes()[row["code"]]) for name in names if name]
    return {" ".join(phrase(name, determiners=True)): place for name, place in named}


@lru_cache
def region_names() -> Mapping[str, str]:
    """The world region of every known name of a country, a people, a well-known place or an area, by folded name."""
    known = {name: place.region for name, place in _places().items()}
    countries = (" ".join(phrase(row["name"], determiners=True)) for row in table("countries"))
    return {f"{name}s": known[name] for name in (*place_names(), *countries) if name in known} | known


@lru_cache
def place_names() -> frozenset[str]:
    """The folded names of peoples, such as "kenyan"."""
    rows = [name for row in table("countries") for name in row["demonyms"].split(";") if name]
    rows += [row["name"] for row in table("regions") if row["name"].endswith(("n", "ese", "ish"))]
    rows += [
        row["place"]
        for row in table("places")
        if row["place"].endswith(("an", "ese", "er")) and " " not in row["place"]
    ]
    rows += [name for row in table("provinces") for name in row["peoples"].split(";") if name]
    return frozenset(" ".join(phrase(name, determiners=True)) for name in rows)


@lru_cache
def cities() -> Mapping[str, str]:
    """The world region of cities, of provinces and their peoples, by folded name: those of the tables of GeoNames and
    of provinces whose name says where they are."""
    regions = {row["code"]: row["region"] for row in table("countries")}
    found = {name: regions[row["country"]] for row in table("cities") for name in row["names"].split(";")}
    for row in table("provinces"):
        for name in filter(None, f"{row['names']};{row['peoples']}".split(";")):
            found[" ".join(phrase(name, determiners=True))] = regions[row["country"]]
    return found
