"""Personas and relationships as columns of named fields: what every format writes."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from personagraph.errors import StoreError
from personagraph.stores import rows
from personagraph.stores.graph_store import Columns
from personagraph.vocabulary.attributes import ATTRIBUTES

_PERSONA: Mapping[str, type] = {
    "id": str,
    "description": str,
    "depth": int,
    "entry": int,
    "origin": str,
    "nature": str,
    "run": str,
    "simulated": bool,
    "fields": str,
}
"""What every persona has, with its type once `flat`."""

EDGE: Mapping[str, type] = {
    "source": str,
    "target": str,
    "key": str,
    "type": str,
    "label": str,
    "confidence": float,
    "former": bool,
    "steering": int,
    "via": str,
    "agreement": str,
    "calls": str,
}
"""The fields of a relationship, with their types once `flat`."""


class FieldColumn(NamedTuple):
    """The values of a field, each of its type or None (`lacking` says that there is one); those of a list are lists."""

    type: type
    values: Sequence[Any]
    lacking: bool = False

    def given(self) -> list[Any]:
        """The values that are not None."""
        return [value for value in self.values if value is not None] if self.lacking else list(self.values)


Table = Mapping[str, FieldColumn]
"""Some personas or relationships: their fields by name, in the order in which they are written."""


def node_types() -> Mapping[str, type]:
    """The fields of a persona, with their types once `flat`: its own, then its attributes, then their grounds."""
    return {**_PERSONA, **dict.fromkeys(ATTRIBUTES, str), rows.BASES: str}


def nodes(page: Columns) -> Table:
    """The fields of `node_types`; the depth is None without a link to a seed. Raises StoreError for foreign values."""
    columns = dict(zip(rows.persona_columns(), page, strict=True))
    # A persona that entered a database before there were such columns has nothing there.
    for name in ("fields", rows.BASES):
        columns[name] = [said or "" for said in columns[name]]
    return {name: _column(name, columns[name], type) for name, type in node_types().items()}


def edges(page: Columns) -> Table:
    """The fields of EDGE; the calls are lists. Raises StoreError for foreign values."""
    columns = dict(zip(rows.RELATIONSHIP, page, strict=True))
    # A relationship that entered a database before there were links has nothing there.
    for name in ("via", "agreement"):
        columns[name] = [said or "" for said in columns[name]]
    found = columns["calls"]
    calls = FieldColumn(list, found if set(map(type, found)) <= {list} else [list(calls or ()) for calls in found])
    return {name: _column(name, columns[name], type) for name, type in EDGE.items() if name != "calls"} | {
        "calls": calls
    }


def flat(table: Table) -> Table:
    """The table with scalars alone: the calls of a relationship are one text with spaces between them."""
    return {
        name: FieldColumn(str, list(map(" ".join, column.values))) if column.type is list else column
        for name, column in table.items()
    }


def _column(name: str, values: Sequence[Any], type_: type) -> FieldColumn:
    if type_ is bool:
        return FieldColumn(bool, list(map(bool, values)))
    kinds = set(map(type, values))
    if type_ is str and not kinds <= {str, type(None)}:
        raise StoreError(
            f"{name} in the graph is no text, which personagraph does not write; `personagraph store check` says what"
            " else is wrong"
        )
    return FieldColumn(type_, values, type(None) in kinds)
