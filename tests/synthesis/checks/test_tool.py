"""Tools: calls are held to signatures, within limits of size, depth and expressions."""

from time import process_time
from typing import Any

import pytest

from personagraph.synthesis.checks import Draft, Judgement, checked

SCHEMA = {
    "type": "object",
    "properties": {"pier": {"type": "string", "enum": ["north", "south"]}, "count": {"type": "integer", "minimum": 1}},
    "required": ["pier"],
}
GOOD = {"name": "book", "arguments": {"pier": "north", "count": 2}}


def found(schema: Any = SCHEMA, calls: Any = (GOOD,), bad: Any = (), name: Any = "book") -> Judgement:
    form = {"tools": [{"name": name, "parameters": schema}], "calls": list(calls), "bad_calls": list(bad)}
    return checked(["tool"], Draft("Define a tool.", "", "", form))


def call(**arguments: Any) -> dict[str, Any]:
    return {"name": "book", "arguments": arguments}


def test_calls_that_fit_verify_a_signature():
    told = found(bad=[call(pier="west"), call(), {"name": "other", "arguments": {}}])
    assert told.outcome == "verified"
    assert told.figures == {"tools": 1, "calls": 1, "bad_calls": 3, "borne_out": True}


@pytest.mark.parametrize(
    ("spoiled", "reason"),
    [
        (call(pier="west"), '"west" is not one of'),
        (call(count=2), "required"),
        (call(pier="north", count="2"), 'not of type "integer"'),
        (call(pier="north", count=0), "less than the minimum"),
        (call(pier="north", piers=2), "has no argument 'piers'"),
        ({"name": "unbook", "arguments": {"pier": "north"}}, "there is no tool 'unbook'"),
        ({"name": "book", "arguments": "{"}, "no JSON"),
        ({"name": "book", "arguments": "[" * 40_000}, "no JSON"),
        ({"name": "book", "arguments": ["north"]}, "no object"),
        ({"name": ["book"]}, "there is no tool"),
        ("book", "no object"),
        (None, "no object"),
    ],
)
def test_a_call_that_does_not_fit_is_disputed_and_named(spoiled, reason):
    told = found(calls=[GOOD, spoiled])
    assert told.outcome == "disputed", told
    assert told.reason.startswith("call 2: ")
    assert reason in told.reason


def test_a_call_that_is_meant_to_be_wrong_and_is_not():
    figures = {"tools": 1, "calls": 1, "bad_calls": 1, "borne_out": False}
    assert found(bad=[GOOD]) == Judgement("disputed", "bad call 1 is valid", figures)


@pytest.mark.parametrize("more", [True, {"type": "integer"}])
def test_a_signature_can_say_that_there_may_be_more(more):
    assert found({**SCHEMA, "additionalProperties": more}, [call(pier="north", more=7)]).outcome == "verified"


@pytest.mark.parametrize(
    "schema",
    [
        7,
        None,
        [],
        {},
        {"type": "strng"},
        {"type": "array"},
        {"type": "object", "properties": 7},
        {"type": "object", "required": "a"},
        {"type": "object", "properties": {"a": {"type": "strng"}}},
        {"type": "object", "properties": {"a": {"pattern": "([a-z"}}},
        {"type": "object", "properties": {"a": {"minLength": -1}}},
    ],
)
def test_what_is_no_schema_of_an_object_is_disputed(schema):
    assert found(schema).outcome == "disputed"


@pytest.mark.parametrize(
    "part",
    [
        {"type": "integer", "minimum": 9, "maximum": 2},
        {"type": "integer", "exclusiveMinimum": 2, "maximum": 2},
        {"type": "string", "minLength": 9, "maxLength": 2},
        {"type": "array", "minItems": 3, "maxItems": 2},
        {"enum": []},
        {"type": "object", "properties": {}, "required": ["b"], "additionalProperties": False},
    ],
)
def test_a_schema_that_allows_nothing_is_unanswerable(part):
    told = found({"type": "object", "properties": {"a": part}, "required": ["a"]}, [call(a=1)])
    assert told.outcome in ("unanswerable", "disputed")
    assert told.outcome == "unanswerable" or part == {"enum": []}


def deep(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


BEYOND: dict[str, Any] = {
    "depth": deep(5000),
    "parts": {"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(5000)}},
    "size": {"type": "object", "description": "x" * 1_000_000},
    "a reference": {"type": "object", "properties": {"a": {"$ref": "#"}}},
    "a reference to a server": {"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:9/schema"}}},
    "a reference to a file": {"type": "object", "properties": {"a": {"$ref": "file:///etc/passwd"}}},
    "another dialect": {"$schema": "http://127.0.0.1:9/schema", "type": "object"},
    "an expression that grows": {"type": "object", "properties": {"a": {"pattern": "((a{99}){99}){99}"}}},
    "an expression that looks ahead": {"type": "object", "properties": {"a": {"pattern": "^(?=a)b"}}},
    "a long expression": {"type": "object", "properties": {"a": {"pattern": "a" * 1000}}},
    "a long name as an expression": {"type": "object", "patternProperties": {"a" * 1000: {}}},
    "a number without end": {"type": "object", "properties": {"a": {"minimum": 10**1000}}},
}


@pytest.mark.parametrize("what", BEYOND)
def test_what_is_beyond_a_limit_is_unchecked_at_once(what):
    started = process_time()
    told = found(BEYOND[what], [call(a="a")])
    assert told.outcome == "unchecked", told
    assert len(told.reason) < 400
    assert process_time() - started < 1


@pytest.mark.parametrize("pattern", ["(a+)+$", "^(a|a)*$", "^(\\w+\\s?)*$", "(.*a){30}$", "(x+x+)+y"])
def test_an_expression_that_would_backtrack_takes_linear_time(pattern):
    started = process_time()
    schema = {"type": "object", "properties": {"a": {"type": "string", "pattern": pattern}}}
    told = found(schema, [call(a="a" * 40_000 + "!")])
    assert told.outcome in ("disputed", "verified")
    assert process_time() - started < 1


@pytest.mark.parametrize(
    ("calls", "bad"),
    [
        ([call(a="x" * 1_000_000)], []),
        ([GOOD] * 1000, []),
        ([GOOD], [call(a=[[0] * 2000] * 20)]),
        ([call(a=10**999)], []),
    ],
)
def test_calls_beyond_a_limit_are_unchecked(calls, bad):
    assert found(calls=calls, bad=bad).outcome == "unchecked"


@pytest.mark.parametrize("name", ["", "a b", "a;b", "x" * 65, 7, None, "é\n"])
def test_a_tool_has_a_plain_name(name):
    assert found(name=name).outcome == "disputed"


def test_two_tools_have_two_names():
    tool = {"name": "book", "parameters": SCHEMA}
    told = checked(["tool"], Draft("", "", "", {"tools": [tool, tool], "calls": [GOOD]}))
    assert told.reason == "two tools have the same name"
