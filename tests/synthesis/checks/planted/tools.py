"""Tools with signatures and example calls, and faults planted in them."""

import json
import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from tests.synthesis.checks.planted.sample import Sample

Rng = random.Random
Made = tuple[dict[str, Any], dict[str, Any]]


def booking(rng: Rng) -> Made:
    schema = {
        "type": "object",
        "properties": {
            "pier": {"type": "string", "enum": ["north", "south", "harbour"]},
            "passengers": {"type": "integer", "minimum": 1, "maximum": 12},
            "day": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        },
        "required": ["pier", "passengers", "day"],
    }
    call = {"pier": rng.choice(("north", "south")), "passengers": rng.randint(1, 12), "day": "2031-05-17"}
    return {"name": "book_ferry", "description": "Books a ferry.", "parameters": schema}, call


def order(rng: Rng) -> Made:
    item = {
        "type": "object",
        "properties": {"thing": {"type": "string", "minLength": 1}, "count": {"type": "integer", "minimum": 1}},
        "required": ["thing", "count"],
        "additionalProperties": False,
    }
    schema = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": item, "minItems": 1, "maxItems": 5},
            "express": {"type": "boolean"},
            "note": {"type": ["string", "null"]},
        },
        "required": ["items"],
        "additionalProperties": False,
    }
    items = [{"thing": rng.choice(("seed", "twine", "wax")), "count": rng.randint(1, 40)} for _ in range(2)]
    return {"name": "place_order", "description": "Orders goods.", "parameters": schema}, {
        "items": items,
        "express": rng.random() < 0.5,
    }


def weather(rng: Rng) -> Made:
    schema = {
        "type": "object",
        "properties": {
            "place": {
                "type": "object",
                "properties": {"lat": {"type": "number", "minimum": -90, "maximum": 90}, "lon": {"type": "number"}},
                "required": ["lat", "lon"],
            },
            "hours": {"type": "integer", "exclusiveMinimum": 0, "maximum": 240},
        },
        "required": ["place", "hours"],
    }
    call = {"place": {"lat": rng.randint(-80, 80) / 2, "lon": rng.randint(-170, 170)}, "hours": rng.choice((24, 48))}
    return {"name": "forecast", "parameters": schema}, call


def patient(rng: Rng) -> Made:
    schema = {
        "type": "object",
        "properties": {
            "id": {"type": "string", "pattern": "^P[0-9]{4}$"},
            "fields": {"type": "array", "items": {"enum": ["name", "dose", "ward"]}, "uniqueItems": True},
            "limit": {"type": "integer", "multipleOf": 5, "default": 10},
        },
        "required": ["id"],
    }
    return {"name": "look_up", "parameters": schema}, {"id": f"P{rng.randint(1000, 9999)}", "fields": ["name", "ward"]}


def any_labels(rng: Rng) -> Made:
    """Arguments of any name."""
    schema = {"type": "object", "properties": {"name": {"type": "string"}}, "additionalProperties": {"type": "string"}}
    return {"name": "label", "parameters": schema}, {"name": "crate", "colour": rng.choice(("red", "blue"))}


def now(rng: Rng) -> Made:
    return {"name": "time_now", "parameters": {"type": "object", "properties": {}}}, {}


MAKERS = (booking, order, weather, patient, any_labels, now)


def sample(tools: list[Any], calls: list[Any], bad: list[Any], **changes: Any) -> Sample:
    form = {"tools": tools, "calls": calls, "bad_calls": bad}
    user = "Define the tools that this person's work needs, with example calls."
    return Sample("tool", user, json.dumps(form), "", form, checks=("tool",), **changes)


def call(tool: dict[str, Any], arguments: Any, rng: Rng) -> dict[str, Any]:
    as_text = rng.random() < 0.3
    return {"name": tool["name"], "arguments": json.dumps(arguments) if as_text else arguments}


def good(rng: Rng) -> Sample:
    makers = rng.sample(MAKERS, 2)
    made = [maker(rng) for maker in makers]
    bad = [{"name": "no_such_tool", "arguments": {}}] if rng.random() < 0.3 else []
    wrapped = rng.random() < 0.4
    tools = [{"type": "function", "function": tool} if wrapped else tool for tool, _ in made]
    return sample(tools, [call(tool, arguments, rng) for tool, arguments in made], bad)


def spoiled(rng: Rng) -> tuple[dict[str, Any], dict[str, Any], str]:
    """A tool, arguments that do not fit it, and what is wrong with them."""
    maker = rng.choice((booking, order, weather, patient))
    tool, arguments = maker(rng)
    arguments = deepcopy(arguments)
    ways = ["missing", "type", "misspelled"]
    name = rng.choice(tool["parameters"]["required"])
    way = rng.choice([*ways, "value"])
    if way == "missing":
        del arguments[name]
    elif way == "type":
        arguments[name] = {"unexpected": 1} if name != "place" else "here"
    elif way == "misspelled":
        arguments[f"{name}s_"] = arguments.pop(name) if rng.random() < 0.5 else arguments[name]
    else:
        arguments |= {
            "book_ferry": {"passengers": 40},
            "place_order": {"items": []},
            "forecast": {"hours": 0},
            "look_up": {"id": "4711"},
        }[tool["name"]]
    return tool, arguments, way


def wrong_call(rng: Rng) -> Sample:
    tool, arguments, _ = spoiled(rng)
    return sample([tool], [call(tool, arguments, rng)], [], fault="wrong call")


def unknown_tool(rng: Rng) -> Sample:
    tool, arguments = rng.choice(MAKERS)(rng)
    return sample([tool], [{"name": f"{tool['name']}_all", "arguments": arguments}], [], fault="unknown tool")


def broken_schema(rng: Rng) -> Sample:
    tool, arguments = rng.choice((booking, order, weather, patient))(rng)
    tool = deepcopy(tool)
    name = rng.choice(list(tool["parameters"]["properties"]))
    tool["parameters"]["properties"][name] = rng.choice(
        ({"type": "strng"}, {"type": "string", "minLength": "three"}, {"enum": "a or b"}, {"required": "yes"}, 7)
    )
    return sample([tool], [call(tool, arguments, rng)], [], fault="broken schema")


def allows_nothing(rng: Rng) -> Sample:
    tool, arguments = booking(rng)
    tool = deepcopy(tool)
    parameters = tool["parameters"]
    way = rng.randint(0, 2)
    if way == 0:
        parameters["properties"]["passengers"] = {"type": "integer", "minimum": 9, "maximum": 2}
    elif way == 1:
        parameters["required"].append("code")
        parameters["additionalProperties"] = False
    else:
        parameters["properties"]["pier"] = {"type": "string", "minLength": 9, "maxLength": 3}
    return sample([tool], [call(tool, arguments, rng)], [], fault="contradiction")


def good_bad_call(rng: Rng) -> Sample:
    """A call that is meant to be wrong is valid."""
    tool, arguments = rng.choice(MAKERS)(rng)
    valid = call(tool, arguments, rng)
    return sample([tool], [valid], [valid], fault="bad call that is valid")


def other_meaning(rng: Rng) -> Sample:
    """A call that fits, with what nobody asked for."""
    tool, arguments = booking(rng)
    arguments = {**arguments, "pier": "harbour", "day": "1931-05-17"}
    return sample([tool], [call(tool, arguments, rng)], [], fault="wrong meaning", decidable=False)


FAULTS: tuple[tuple[Callable[[Rng], Sample], int], ...] = (
    (wrong_call, 50),
    (unknown_tool, 10),
    (broken_schema, 20),
    (allows_nothing, 12),
    (good_bad_call, 12),
    (other_meaning, 12),
)
