"""The cells that values of attributes and of other columns make, such as managers in East Asia."""

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
CONDITIONED: Final = frozenset({"activity", "age"})
"""The axes that structural zeros lie between."""
NO_COLUMNS: Final[Mapping[str, Sequence[str]]] = MappingProxyType({})


def cells(axes: Sequence[str] = DEFAULT_AXES, values: Mapping[str, Sequence[str]] = NO_COLUMNS) -> list[Cell]:
    """Every combination of known values on `axes`, structural zeros left out; the last axis varies fastest.

    An axis is an attribute, or a column whose `values` are given, such as communities. Raises ValueError for an axis
    that is neither, or is named twice.
    """
    check_axes(axes, values)
    listed = [axis_values(axis, values) for axis in axes]
    if not set(axes) >= CONDITIONED:
        return list(product(*listed))
    return [cell for cell in product(*listed) if is_possible(dict(zip(axes, cell, strict=True)))]


def axis_values(axis: str, values: Mapping[str, Sequence[str]] = NO_COLUMNS) -> tuple[str, ...]:
    """The known values of an attribute, or those given for another column, in order. Raises KeyError for neither."""
    return ATTRIBUTES[axis].values if axis in ATTRIBUTES else tuple(values[axis])


def is_possible(values: Mapping[str, str]) -> bool:
    """Whether somebody can have all of these values of attributes at once: False for a structural zero."""
    return values.get("age") not in _AGES_WITHOUT.get(values.get("activity", ""), frozenset())


def cell_of(attributes: Attributes, axes: Sequence[str] = DEFAULT_AXES) -> Cell:
    """The values of `attributes` on `axes`; any of them may be "unknown". Raises ValueError as `cells` does."""
    check_axes(axes)
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


def check_axes(axes: Sequence[str], values: Mapping[str, Sequence[str]] = NO_COLUMNS) -> None:
    """Raises ValueError for axes that are neither attributes nor columns whose `values` are given, twice, or none."""
    known = (*ATTRIBUTES, *(name for name in values if name not in ATTRIBUTES))
    if set(axes) - set(known) or not axes or len(set(axes)) < len(axes):
        raise ValueError(
            f"axes must be different attributes or columns out of {', '.join(known)}; got {', '.join(axes) or 'none'}"
        )
