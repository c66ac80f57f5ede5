"""The cells that values of attributes make, such as managers in East Asia."""

from collections.abc import Mapping, Sequence
from itertools import product
from types import MappingProxyType
from typing import Final

from personagraph.errors import UsageError
from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.ages import AGES
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.occupations import EMPLOYED

Cell = tuple[str, ...]

DEFAULT_AXES: Final = ("activity", "age", "region")
PAIR: Final = ("activity", "region")
"""What coverage is told by and hints are given for, so that an index of both finds who is in such a cell."""

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
        for cell in product(*(ATTRIBUTES[axis].values for axis in axes))
        if _possible(dict(zip(axes, cell, strict=True)))
    ]


def cell_of(attributes: Attributes, axes: Sequence[str] = DEFAULT_AXES) -> Cell:
    """The values of `attributes` on `axes`; any of them may be "unknown". Raises ValueError as `cells` does."""
    _check(axes)
    return tuple(attributes[axis] for axis in axes)


def cell_named(text: str) -> dict[str, str]:
    """The values of a cell such as activity=agriculture,region=south_asia. Raises UsageError listing what is known."""
    cell: dict[str, str] = {}
    for part in text.split(","):
        attribute, _, value = (word.strip() for word in part.partition("="))
        if attribute not in ATTRIBUTES or attribute in cell:
            shape = "attribute=value,… with different attributes"
            raise UsageError(f"the cell {text!r} is not {shape}; these are {', '.join(ATTRIBUTES)}")
        if value not in (*ATTRIBUTES[attribute].values, UNKNOWN):
            known = ", ".join((*ATTRIBUTES[attribute].values, UNKNOWN))
            raise UsageError(f"the cell {text!r}: {value!r} is no {attribute}; it can be {known}")
        cell[attribute] = value
    return cell


def _possible(values: Mapping[str, str]) -> bool:
    return values.get("age") not in _AGES_WITHOUT.get(values.get("activity", ""), frozenset())


def _check(axes: Sequence[str]) -> None:
    unknown = [axis for axis in axes if axis not in ATTRIBUTES]
    if unknown or not axes or len(set(axes)) < len(axes):
        raise ValueError(
            f"axes must be different attributes out of {', '.join(ATTRIBUTES)}; got {', '.join(axes) or 'none'}"
        )
