"""Personas and relationships as named fields, or as rows of scalars: what every format writes."""

from collections.abc import Mapping
from itertools import repeat
from operator import attrgetter
from typing import Any

from personagraph.types import UNKNOWN, Persona, Relationship
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
    "calls": str,
}
"""The fields of a relationship, with their types once `flat`."""


_persona, _edge = attrgetter(*_PERSONA), attrgetter(*EDGE)


def node_types() -> Mapping[str, type]:
    """The fields of a persona, with their types once `flat`: its own, then its stated attributes."""
    return {**_PERSONA, **dict.fromkeys(ATTRIBUTES, str)}


def node_fields(persona: Persona) -> dict[str, Any]:
    """The fields of `node_types`, in order; the depth is None without a link to a seed."""
    return dict(zip(node_types(), node_row(persona), strict=True))


def edge_fields(relationship: Relationship) -> dict[str, Any]:
    """The fields of EDGE, in order; the calls are a list."""
    *own, calls = _edge(relationship)
    return dict(zip(EDGE, (*own, list(calls)), strict=True))


def node_row(persona: Persona) -> tuple[Any, ...]:
    """The values of `node_types`, in order, as scalars; the depth is None without a link to a seed."""
    known = persona.stated.known()
    return (
        *_persona(persona),
        *(map(known.get, ATTRIBUTES, repeat(UNKNOWN)) if known else [UNKNOWN] * len(ATTRIBUTES)),
    )


def edge_row(relationship: Relationship) -> tuple[Any, ...]:
    """The values of EDGE, in order, as scalars: the calls are one text with spaces between them."""
    *own, calls = _edge(relationship)
    return (*own, " ".join(calls))
