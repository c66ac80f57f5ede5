"""Fills a JSON schema with data that fits it: with what is known of its properties, and else with anything."""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import cycle
from math import ceil, floor
from random import Random
from typing import Any

from personagraph.llm import patterns

Schema = Mapping[str, Any]
Knows = Callable[[str, Schema], Iterable[Any]]
"""What one object would like to say for a property: values, best first; those that do not fit are passed over."""

_KEYWORDS = frozenset(
    {"type", "enum", "const", "properties", "required", "additionalProperties", "items", "minItems", "maxItems"}
    | {
        "pattern",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "title",
        "description",
        "default",
        "examples",
        "$defs",
    }
)
_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "null": type(None),
}
_WIDTH = 100
_ITEMS = 2


def fill(schema: Schema, rng: Random, begin: Callable[[], Knows]) -> Any:
    """Data that fits the schema; `begin` is called for each object, so that its properties agree with each other.

    Raises ValueError for a keyword or a pattern that is not among those that are understood, and for a schema that
    nothing fits.
    """
    return _fill(schema, "", begin(), rng, begin)


def fits(schema: Schema, value: Any) -> bool:
    """Whether a value that is no object and no array fits the schema."""
    kind = _kind(schema)
    if not isinstance(value, _KINDS.get(kind, ())) or (isinstance(value, bool) and kind != "boolean"):
        return False
    if "const" in schema and value != schema["const"]:
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, str):
        return schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)) and (
            "pattern" not in schema or re.search(schema["pattern"], value) is not None
        )
    if kind in ("integer", "number"):
        return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
    return True


def _fill(schema: Schema, name: str, knows: Knows, rng: Random, begin: Callable[[], Knows]) -> Any:
    if unknown := schema.keys() - _KEYWORDS:
        raise ValueError(f"the schema keyword {min(unknown)} is not understood")
    patterns.parse(schema.get("pattern", ""))
    kind = _kind(schema)
    if kind == "object":
        knows = begin()
        return {key: _fill(of, key, knows, rng, begin) for key, of in schema.get("properties", {}).items()}
    if kind == "array":
        most = schema.get("maxItems", schema.get("minItems", 0) + _ITEMS)
        count = rng.randint(min(schema.get("minItems", 1), most), most)
        return [_fill(schema.get("items", {}), name, knows, rng, begin) for _ in range(count)]
    texts: list[str] = []
    for value in knows(name, schema):
        if fits(schema, value):
            return value
        texts += [value] if isinstance(value, str) else []
    return _made_up(schema, kind, texts, rng)


def _kind(schema: Schema) -> str:
    kind = schema.get("type")
    if isinstance(kind, str):
        return kind
    if kind:
        return str(next((one for one in kind if one != "null"), "null"))
    if "properties" in schema:
        return "object"
    values = [schema["const"]] if "const" in schema else schema.get("enum", [""])
    return next((name for name, of in _KINDS.items() if all(isinstance(value, of) for value in values)), "")


def _made_up(schema: Schema, kind: str, texts: list[str], rng: Random) -> Any:
    made: Any = None
    if "const" in schema or "enum" in schema:
        values = [schema["const"]] if "const" in schema else schema["enum"]
        made = rng.choice([value for value in values if fits(schema, value)] or [None])
    elif kind == "boolean":
        made = rng.random() < 0.5
    elif kind in ("integer", "number"):
        low = schema.get("minimum", min(0, schema.get("maximum", 0)))
        high = schema.get("maximum", low + _WIDTH)
        if kind == "integer":
            made = rng.randint(ceil(low), floor(high)) if ceil(low) <= floor(high) else None
        else:
            made = min(max(round(rng.uniform(low, high), 2), low), high)
    elif kind == "string":
        made = _text(schema, texts, rng)
    if made is None and kind != "null":
        raise ValueError(f"nothing fits the schema {dict(schema)!r}"[:300])
    return made


def _text(schema: Schema, texts: list[str], rng: Random) -> str | None:
    """One of the texts, changed until it fits; else whatever fits."""
    pattern = schema.get("pattern", "")
    shortest, longest = patterns.lengths(patterns.parse(pattern)) if pattern else (0, patterns.UNBOUNDED)
    low, high = schema.get("minLength", 0), schema.get("maxLength", patterns.UNBOUNDED)
    if not pattern.endswith("$"):
        longest = patterns.UNBOUNDED
    opening = patterns.opening(pattern, rng)
    for text in [*texts, *(opening + text for text in texts if opening)]:
        for form in _forms(text, max(low, shortest), min(high, longest), texts):
            if fits(schema, form):
                return form
    if pattern:
        return patterns.generate(pattern, rng, least=low, most=high)
    return "x" * low if low <= high else None


def _forms(text: str, low: int, high: int, more: list[str]) -> Iterable[str]:
    """The text at a length between the two, with a small and a capital first letter, without and with a full stop."""
    if not text:
        return
    following = cycle(more)
    while len(text) < low:
        text = f"{text} and {next(following)}"
    for longest in (high, high - 1):
        cut = text if len(text) <= longest else text[: longest + 1].rpartition(" ")[0].rstrip(" ,-'")
        for body in (cut, text[:longest]):
            for form in (body, body[:1].lower() + body[1:], body[:1].upper() + body[1:]):
                yield form if longest == high else f"{form}."
