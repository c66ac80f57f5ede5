"""Personas and relationships as named fields: what every format writes."""

from collections.abc import Mapping
from typing import Any

from personagraph.types import Persona, Relationship
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


def node_types() -> Mapping[str, type]:
    """The fields of a persona, with their types once `flat`: its own, then its stated attributes."""
    return {**_PERSONA, **dict.fromkeys(ATTRIBUTES, str)}


def node_fields(persona: Persona) -> dict[str, Any]:
    """The fields of `node_types`, in order; the depth is None without a link to a seed."""
    own = {name: getattr(persona, name) for name in _PERSONA}
    return {**own, **{name: persona.stated[name] for name in ATTRIBUTES}}


def edge_fields(relationship: Relationship) -> dict[str, Any]:
    """The fields of EDGE, in order; the calls are a list."""
    return {name: getattr(relationship, name) for name in EDGE} | {"calls": list(relationship.calls)}


def flat(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as scalars: what is None is left out, and a list of keys is one text with spaces between them."""
    listed = {name: " ".join(value) if isinstance(value, list) else value for name, value in fields.items()}
    return {name: value for name, value in listed.items() if value is not None}
