"""The closed vocabularies of attributes, and the cells that their values make.

World regions are UN M49 groupings, so that population tables add up to them: Northern Africa; Western and Middle
Africa; Eastern and Southern Africa; Northern America; Latin America and the Caribbean; Western Asia; Central and
Southern Asia; Eastern Asia; South-eastern Asia; Eastern Europe; Northern, Southern and Western Europe; Oceania. They
differ less in population than M49's sub-regions do, and have names that people and models know. Taiwan and Kosovo,
which M49 does not list, go with their neighbours.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from types import MappingProxyType
from typing import Final

from personagraph.types import Attributes
from personagraph.vocabulary.ages import AGES

Cell = tuple[str, ...]

UNKNOWN: Final = "unknown"
DEFAULT_AXES: Final = ("activity", "age", "region")

EMPLOYED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "managers": "Managers",
        "professionals": "Professionals",
        "technicians": "Technicians and associate professionals",
        "clerks": "Clerical support workers",
        "service": "Service and sales workers",
        "agriculture": "Skilled agricultural, forestry and fishery workers",
        "craft": "Craft and related trades workers",
        "operators": "Plant and machine operators, and assemblers",
        "elementary": "Elementary occupations",
        "armed_forces": "Armed forces occupations",
    }
)
ACTIVITIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **EMPLOYED,
        "student": "Students and pupils",
        "carer": "Homemakers and unpaid carers",
        "retired": "Retired people",
        "unemployed": "Unemployed people",
        "child": "Children",
    }
)
"""Activity → title. The employed come in ISCO-08's order: its major groups 1 to 9, then 0."""

ISCO_MAJOR_GROUPS: Final[Mapping[str, str]] = MappingProxyType(dict(zip("1234567890", EMPLOYED, strict=True)))

SEXES: Final = ("female", "male", "other")
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
_LANGUAGE_CODES = (
    "af am ar as ay az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gn gu ha he hi hr ht hu hy id ig is it "
    "ja jv ka kk km kn ko ku ky lo lt lv mg mi mk ml mn mr ms my ne nl no ny om or pa pl ps pt qu ro ru rw sd si sk sl "
    "sn so sq sr su sv sw ta te tg th ti tk tl tr uk ur uz vi wo xh yo zh zu"
)
LANGUAGES: Final = tuple(_LANGUAGE_CODES.split())
VOCABULARIES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "activity": tuple(ACTIVITIES),
        "age": AGES,
        "sex": SEXES,
        "region": tuple(REGIONS),
        "language": LANGUAGES,
    }
)
"""Attribute → its known values, in the order in which cells are listed."""

_AGES_WITHOUT: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        **dict.fromkeys([*EMPLOYED, "carer", "unemployed"], frozenset({"0-14"})),
        "armed_forces": frozenset({"0-14", "65+"}),
        "retired": frozenset({"0-14", "15-24", "25-44"}),
        "child": frozenset(AGES[1:]),
    }
)
"""Left out by definition, not by custom: labour statistics begin at 15, armed forces discharge before 65, and pensions
begin after 45."""


def cells(axes: Sequence[str] = DEFAULT_AXES) -> list[Cell]:
    """Every combination of known values on `axes`, structural zeros left out; the last axis varies fastest.

    Raises ValueError for an axis that is no attribute, or is named twice.
    """
    _check(axes)
    return [
        cell
        for cell in product(*(VOCABULARIES[axis] for axis in axes))
        if _possible(dict(zip(axes, cell, strict=True)))
    ]


def cell_of(attributes: Attributes, axes: Sequence[str] = DEFAULT_AXES) -> Cell:
    """The values of `attributes` on `axes`; any of them may be "unknown". Raises ValueError as `cells` does."""
    _check(axes)
    return tuple(str(getattr(attributes, axis)) for axis in axes)


def _possible(values: Mapping[str, str]) -> bool:
    return values.get("age") not in _AGES_WITHOUT.get(values.get("activity", ""), frozenset())


def _check(axes: Sequence[str]) -> None:
    unknown = [axis for axis in axes if axis not in VOCABULARIES]
    if unknown or not axes or len(set(axes)) < len(axes):
        raise ValueError(
            f"axes must be different attributes out of {', '.join(VOCABULARIES)}; got {', '.join(axes) or 'none'}"
        )
