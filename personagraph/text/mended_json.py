"""Finds the one JSON object in a reply, and mends what can be mended without a guess.

What a model left out is never made up: no end of a text, no bracket, no quotation mark. So nothing that was cut off
becomes data, and of two objects none is chosen. (The package json-repair does all of these.)
"""

import json
import math
import re
from json import JSONDecodeError
from typing import Any, NoReturn

EMPTY, NONE, SEVERAL, BROKEN = "empty", "no JSON object", "more than one JSON object", "not JSON"
THOUGHT, TWICE = "a line of thought without an answer", "a name twice in one object"
MOST_OPENINGS = 100
"""How many braces a text may have that open no part of an object: each is tried."""
ARGUMENTS = ("arguments", "parameters", "input")
"""What the envelope of a tool call names its content."""


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


def unwrapped(data: dict[str, Any]) -> dict[str, Any] | None:
    """The content of a tool call's envelope, as an object or as JSON text in it; None when it is none."""
    call = data.get("function", data)
    content = next((call[name] for name in ARGUMENTS if name in call), None) if isinstance(call, dict) else None
    try:
        content = read_object(content) if isinstance(content, str) else content
    except UnreadableError:
        return None
    return Mended(content) if isinstance(content, dict) else None


def _after_thought(text: str) -> str:
    """What follows the line of thought that reasoning models put before an answer; its beginning may be missing."""
    ended = None if text.startswith("{") else _THOUGHT_ENDS.match(text)
    if ended is None and _THOUGHT_BEGINS.match(text):
        raise UnreadableError(THOUGHT)
    return text[ended.end() :].strip() if ended else text


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
    spelt = _spelt_throughout(text[first : last + 1])
    return Mended(_DECODER.decode(_COMMA.sub(lambda found: found["text"] or "", spelt)))


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
_THOUGHT = r"think|thinking|thought|reasoning|analysis|reflection"
_THOUGHT_BEGINS = re.compile(rf"\s*(?:<(?:{_THOUGHT})>|\[THINK\])", re.IGNORECASE)
_THOUGHT_ENDS = re.compile(rf".*(?:</(?:{_THOUGHT})>|\[/THINK\]|<\|channel\|>final<\|message\|>)", re.I | re.S)
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
