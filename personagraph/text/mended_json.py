"""Finds the one JSON object in a reply, and mends what can be mended without a guess.

What a model left out is never made up: no end of a text, no bracket, no quotation mark. So nothing that was cut off
becomes data, and of two objects none is chosen. (The package json-repair does all of these.)
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from json import JSONDecodeError
from typing import Any, NoReturn

from personagraph.text.thoughts import answer_of, begins_thought

EMPTY, NONE, SEVERAL, BROKEN = "empty", "no JSON object", "more than one JSON object", "not JSON"
THOUGHT, TWICE = "a line of thought without an answer", "a name twice in one object"
MOST_OPENINGS = 100
"""How many braces a text may have that open no part of an object: each is tried."""
ARGUMENTS = ("arguments", "parameters", "input")
"""What the envelope of a tool call names its content."""
MOST_ENVELOPES = 3
"""How many envelopes are taken off, one in the other."""
_KINDS: dict[str, type | tuple[type, ...]] = {
    "array": list,
    "object": dict,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}
"""What JSON values of a type are here."""


class UnreadableError(ValueError):
    """A text does not hold exactly one JSON object; the message says why, in a few words."""


class Mended(dict[str, Any]):
    """An object that was not JSON, or not alone, as it came."""


def read_object(text: str) -> dict[str, Any]:
    """The one JSON object in a text, whatever stands around it: a fence, prose, a line of thought before it.

    It is `Mended` when trailing commas, comments, other quotation marks, Python's or JavaScript's spelling were put
    right in it. Raises UnreadableError. Takes time linear in the length of the text.
    """
    said = _after_thought(text.strip("\ufeff \t\r\n"))
    if not said:
        raise UnreadableError(EMPTY)
    try:
        found = _objects(said)
        if len(found) > 1:
            raise UnreadableError(SEVERAL)
        return found[0] if found else _mended(said)
    except UnreadableError:
        raise
    except (ValueError, RecursionError) as error:
        raise UnreadableError(BROKEN) from error


def readings(text: str, schema: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What the object of this form can be that a text holds: as it stands, then as it is without what was put around.

    All but what stands there are `Mended`: the content of an envelope (a tool call, one name around it all); JSON that
    stands in it as a text; a list, or one of its items, where an object is asked for that holds nothing but this list.
    None of them need fit the form. Raises UnreadableError when there is none.
    """
    found = False
    for data in _values(text, schema):
        found = True
        for shape in _shapes(data, schema, MOST_ENVELOPES):
            yield shape
            if (decoded := _decoded(shape, schema)) != shape:
                yield Mended(decoded)
    if not found:
        read_object(text)  # which says why not


def holds_object(text: str) -> bool:
    """Whether exactly one JSON object stands in a text."""
    try:
        return bool(read_object(text))
    except UnreadableError:
        return False


def _values(text: str, schema: Mapping[str, Any], depth: int = 2) -> Iterator[Any]:
    """The object in a text, the list in it, and what is there once a text of JSON in it is read as one."""
    with suppress(UnreadableError):
        yield read_object(text)
    with suppress(UnreadableError):
        said = _after_thought(text.strip("\ufeff \t\r\n"))
        if (name := _list_of(schema)) and (found := _list(said) or _lone(said)):
            yield Mended({name: found})
        if depth and (inner := _unescaped(said)):
            for value in _values(inner, schema, depth - 1):
                yield Mended(value)


def _shapes(data: dict[str, Any], schema: Mapping[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    """An object, and what is in it when it is an envelope."""
    yield data
    if not depth:
        return
    name = _list_of(schema)
    for content in _contents(data):
        for value in _values(content, schema) if isinstance(content, str) else (content,):
            if isinstance(value, dict):
                yield from _shapes(Mended(value), schema, depth - 1)
            elif isinstance(value, list) and name:
                yield Mended({name: value})


def _contents(data: dict[str, Any]) -> list[Any]:
    """What an envelope holds: that of a tool call, or what stands under the only name there is."""
    named = next((data[name] for name in ARGUMENTS if name in data), None)
    return [named] if named is not None else [*data.values()] if len(data) == 1 else [data.get("function")]


def _list_of(schema: Mapping[str, Any]) -> str:
    """The name of the list of objects that is all that an object of this form holds; empty when it holds more."""
    properties = schema.get("properties", {})
    [name, *more] = properties or [""]
    form = properties.get(name, {})
    alone = not more and form.get("type") == "array" and form.get("items", {}).get("type") == "object"
    return name if alone else ""


def _list(text: str) -> list[Any] | None:
    """The list of objects that a text holds, and no other object."""
    first, last = text.find("["), text.rfind("]")
    if not 0 <= first < text.find("{") or last < text.rfind("}"):
        return None
    part = text[first : last + 1]
    for spelt in (_as_it_is, _spelt_right):
        with suppress(ValueError, RecursionError):
            found = _DECODER.decode(spelt(part))
            if isinstance(found, list) and all(isinstance(item, dict) for item in found):
                return found
    return None


def _lone(text: str) -> list[Any]:
    """The one object of a text, as a list of one; none when another one, or a list, begins there."""
    first = text.find("{")
    if first < 0 or "[" in text[:first]:
        return []
    with suppress(ValueError, RecursionError):
        found, end = _DECODER.raw_decode(text, first)
        return [] if "{" in text[end:] else [found]
    return []


def _unescaped(text: str) -> str:
    """What a text says in which JSON is written as JSON writes a text; empty when it is nothing of the kind."""
    starts, ends = [at for at in map(text.find, "{[") if at >= 0], max(map(text.rfind, "}]"))
    if not starts or '\\"' not in text:
        return ""
    with suppress(ValueError, RecursionError):
        return str(_DECODER.decode(f'"{text[min(starts) : ends + 1]}"'))
    return ""


def _decoded(value: Any, schema: Mapping[str, Any]) -> Any:
    """The value with what is a text of JSON in it, where the form has no text, as what that JSON says."""
    kind = _KINDS.get(str(schema.get("type")))
    if isinstance(value, str) and kind:
        with suppress(ValueError, RecursionError):
            inner = _DECODER.decode(value.strip())
            if isinstance(inner, kind) and isinstance(inner, bool) == (kind is bool):
                return _decoded(inner, schema)
    if isinstance(value, dict):
        forms = schema.get("properties", {})
        return {name: _decoded(part, forms.get(name, {})) for name, part in value.items()}
    if isinstance(value, list):
        return [_decoded(part, schema.get("items", {})) for part in value]
    return value


def _after_thought(text: str) -> str:
    """What follows the line of thought that reasoning models put before an answer; its beginning may be missing."""
    if begins_thought(text):
        raise UnreadableError(THOUGHT)
    return answer_of(text)


def _objects(text: str) -> list[dict[str, Any]]:
    """Every whole object that is not inside another; broken ones are passed over as far as they could be read."""
    found: list[dict[str, Any]] = []
    at = text.find("{")
    for _ in range(MOST_OPENINGS):
        if at < 0:
            return found
        try:
            data, end = _DECODER.raw_decode(text, at)
            found.append(data)
        except JSONDecodeError as error:
            end = max(error.pos, at + 1)
        at = text.find("{", end)
    raise UnreadableError(BROKEN)


def _mended(text: str) -> dict[str, Any]:
    """The object from the first brace to the last, spelt as JSON spells it."""
    first, last = text.find("{"), text.rfind("}")
    if first < 0:
        raise UnreadableError(NONE)
    return Mended(_DECODER.decode(_spelt_right(text[first : last + 1])))


def _as_it_is(text: str) -> str:
    return text


def _spelt_right(text: str) -> str:
    """The text as JSON spells it, without commas at an end."""
    return _COMMA.sub(lambda found: found["text"] or "", _spelt_throughout(text))


def _spelt_throughout(text: str) -> str:
    """The text with every token as JSON has it; after a single quote that nothing closes, there are no more of them."""
    expression, pieces, at = _TOKEN, [], 0
    while found := expression.search(text, at):
        if found.lastgroup == "open":
            expression, end = _TOKEN_BUT_SINGLE, found.start() + 1
            pieces.append(text[at:end])
        else:
            end = found.end()
            pieces += text[at : found.start()], _spelt(found)
        at = end
    return "".join(pieces) + text[at:]


def _spelt(token: re.Match[str]) -> str:
    """A token as JSON has it."""
    kind, text = token.lastgroup, token[0]
    if kind == "word":
        return _WORDS[text]
    if kind == "name":
        return f'"{text}"'
    if kind in ("single", "curly"):
        inner = text[1:-1].replace("\\'", "'") if kind == "single" else text[1:-1]
        return '"' + _BARE_QUOTE.sub(r'\\"', inner) + '"'
    return "" if kind == "comment" else text


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        raise UnreadableError(TWICE)
    return data


def _number(text: str) -> float | int:
    """A whole number as one, since "40.0" is an integer to a schema."""
    number = float(text)
    if not math.isfinite(number):
        _refuse(text)
    return int(number) if number.is_integer() else number


def _refuse(constant: str) -> NoReturn:
    raise UnreadableError(f"{constant[:20]} is no number of JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=_number, parse_constant=_refuse, strict=False)
"""Line breaks inside a text are taken as they are, though JSON would have them escaped."""
_WORDS = {"True": "true", "False": "false", "None": "null"}
_BARE_QUOTE = re.compile(r'(?<!\\)"')
_SINGLE = r"(?P<single>'(?:[^'\\]|\\.)*+') | (?P<open>'.*+) |"
_OTHER = r"""(?P<double>"(?:[^"\\]|\\.)*+"?)
    | (?P<curly>[“”„][^“”„"\\]*+[“”])
    | (?P<comment>//[^\n]*+|/\*.*?(?:\*/|\Z))
    | (?P<word>\b(?:True|False|None)\b)
    | (?P<name>\b[A-Za-z_]\w*+\b(?=\s*+:))"""
_TOKEN, _TOKEN_BUT_SINGLE = (re.compile(each + _OTHER, re.VERBOSE | re.DOTALL) for each in (_SINGLE, ""))
"""What an object may have that JSON spells otherwise, and texts, in which nothing is a token. An end that never comes
is looked for once: what follows a single quote that is `open` has none either, wherever one looks from."""
_COMMA = re.compile(r'(?P<text>"(?:[^"\\]|\\.)*+"?)|,(?=\s*+[}\]])')
