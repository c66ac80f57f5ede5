"""JSON Schemas that a model wrote, held to limits before anything reads them: size, depth, references, expressions."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

DEEPEST: Final = 16
MOST_PARTS: Final = 2000
LONGEST: Final = 50_000
LONGEST_PATTERN: Final = 200
LARGEST_EXPRESSION: Final = 200_000
"""Bytes of a compiled regular expression, so that "(a{99}){99}" is none."""
LONGEST_MESSAGE: Final = 200
_REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef", "$id", "$schema")
_BOUNDS: Final = (
    ("minimum", "maximum"),
    ("exclusiveMinimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)


class SchemaError(ValueError):
    """A schema that is none, or is beyond a limit; the message says which, `beyond` whether it may yet be valid."""

    def __init__(self, message: str, *, beyond: bool = False) -> None:
        super().__init__(message)
        self.beyond = beyond


def within_limits(data: Any) -> str:
    """Why JSON data is beyond the limits of depth and size; empty when it is within them. Takes bounded time."""
    parts, letters = 0, 0
    waiting = [(data, 0)]
    while waiting:
        part, depth = waiting.pop()
        parts += 1
        if isinstance(part, str):
            letters += len(part)
        elif isinstance(part, int) and part.bit_length() > 256:
            return "a number is too large"
        elif isinstance(part, Mapping):
            waiting += [(each, depth + 1) for each in part.values()]
            letters += sum(len(str(name)) for name in part)
        elif isinstance(part, Sequence):
            waiting += [(each, depth + 1) for each in part]
        if depth > DEEPEST:
            return f"it is nested deeper than {DEEPEST}"
        if parts + len(waiting) > MOST_PARTS:
            return f"it has more than {MOST_PARTS} parts"
        if letters > LONGEST:
            return f"it has more than {LONGEST} characters"
    return ""


def validator(schema: Mapping[str, Any]) -> "Draft202012Validator":
    """What holds data to a schema (draft 2020-12), without references; its expressions take linear time.

    Raises SchemaError when it is no valid schema, or is beyond a limit.
    """
    from jsonschema_rs import Draft202012Validator, RegexOptions
    from jsonschema_rs import ValidationError as InvalidSchema

    beyond = within_limits(schema)
    if beyond:
        raise SchemaError(f"the schema is too large: {beyond}", beyond=True)
    for part in _parts(schema):
        named = next((name for name in _REFERENCES if name in part and not isinstance(part[name], Mapping)), None)
        if named:
            raise SchemaError(f"the schema has {named}, which is not followed", beyond=True)
        for pattern in (part.get("pattern"), *_names(part.get("patternProperties"))):
            if isinstance(pattern, str) and len(pattern) > LONGEST_PATTERN:
                said = f"an expression of the schema has more than {LONGEST_PATTERN} characters"
                raise SchemaError(said, beyond=True)
    try:
        linear = RegexOptions(size_limit=LARGEST_EXPRESSION, dfa_size_limit=LARGEST_EXPRESSION)
        return Draft202012Validator(plain(schema), pattern_options=linear, offline=True)
    except InvalidSchema as error:
        beyond_linear = (
            error.kind.name == "format" and isinstance(error.instance, str) and _is_expression(error.instance)
        )
        raise SchemaError(f"it is no valid JSON Schema: {short(error)}", beyond=beyond_linear) from error
    except ValueError as error:
        raise SchemaError(f"it cannot be read: {short(error)}", beyond=True) from error


def allows_nothing(schema: Mapping[str, Any]) -> str:
    """Why no data can satisfy a part of a schema, as far as that is plain to see; empty when it is not."""
    for part in _parts(schema):
        if part.get("enum") == []:
            return "an enum has no values"
        for low, high in _BOUNDS:
            least, most = part.get(low), part.get(high)
            if isinstance(least, int | float) and isinstance(most, int | float):
                is_strict = low.startswith("exclusive") or high.startswith("exclusive")
                if least > most or (is_strict and least == most):
                    return f"{low} is {least}, {high} is {most}"
        named, required = part.get("properties", {}), part.get("required", ())
        if not isinstance(named, Mapping) or not isinstance(required, Sequence):
            continue
        for name in required:
            if isinstance(name, str) and named.get(name) is False:
                return f"{name!r} is required, and nothing can be it"
            closed = part.get("additionalProperties") is False and "patternProperties" not in part
            if isinstance(name, str) and name not in named and closed:
                return f"{name!r} is required, and not allowed"
    return ""


def plain(data: Any) -> Any:
    """JSON data as dicts and lists."""
    return json.loads(json.dumps(data, default=dict))


def short(error: Exception) -> str:
    """The first line of a message, cut."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:LONGEST_MESSAGE]


def _is_expression(pattern: str) -> bool:
    """Whether a pattern is an expression, if not one that can be matched in linear time and a bounded space."""
    try:
        re.compile(pattern[:LONGEST_PATTERN])
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _names(mapping: Any) -> Iterator[str]:
    yield from mapping if isinstance(mapping, Mapping) else ()


def _parts(schema: Any) -> Iterator[Mapping[str, Any]]:
    """All objects in a schema."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            yield part
            waiting += part.values()
        elif isinstance(part, list | tuple):
            waiting += part
