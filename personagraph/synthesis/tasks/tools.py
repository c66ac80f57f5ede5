"""Tools that an assistant can call for a persona: a signature as JSON Schema, calls that fit, and calls that do not."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from random import Random
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from personagraph.runs.growth import Rejected
from personagraph.synthesis.checks.check import Draft
from personagraph.synthesis.problems.things import things
from personagraph.synthesis.tasks.task import Task, TaskKind
from personagraph.synthesis.tasks.written import WrittenTask

Named = Sequence[Mapping[str, Any]]
"""Arguments as a reply has them: each with its name and value."""


class Detail(NamedTuple):
    """A detail that a tool takes: its schema, values that fit, in pairs of what is said and what is passed, and not."""

    schema: Mapping[str, Any]
    fits: Sequence[tuple[str, Any]]
    unfit: Any


DETAILS: Final[Mapping[str, Detail]] = {
    "amount": Detail({"type": "integer", "minimum": 1}, [("12", 12), ("40", 40), ("7", 7)], 0),
    "colour": Detail({"type": "string"}, [("red", "red"), ("dark blue", "dark blue"), ("white", "white")], 3),
    "condition": Detail(
        {"type": "string", "enum": ["new", "used", "broken"]}, [("new", "new"), ("broken", "broken")], "fine"
    ),
    "date": Detail(
        {"type": "string", "format": "date"}, [("3 May 2027", "2027-05-03"), ("28 February 2027", "2027-02-28")], 2027
    ),
    "deadline": Detail(
        {"type": "string", "format": "date"}, [("30 June 2027", "2027-06-30"), ("1 October 2027", "2027-10-01")], 30
    ),
    "material": Detail({"type": "string"}, [("wood", "wood"), ("paper", "paper"), ("metal", "metal")], True),
    "name": Detail({"type": "string"}, [("Ana", "Ana"), ("Tomas", "Tomas"), ("Ngozi", "Ngozi")], 5),
    "owner": Detail({"type": "string"}, [("Ravi", "Ravi"), ("Lena", "Lena"), ("Omar", "Omar")], False),
    "place": Detail({"type": "string"}, [("the store room", "store room"), ("shelf 4", "shelf 4")], 4),
    "price": Detail({"type": "number", "exclusiveMinimum": 0}, [("20 dollars", 20), ("4.50 dollars", 4.5)], "cheap"),
    "size": Detail(
        {"type": "string", "enum": ["small", "medium", "large"]}, [("small", "small"), ("large", "large")], "huge"
    ),
    "time": Detail(
        {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
        [("9:30", "09:30"), ("16:05", "16:05")],
        "noon",
    ),
    "weight": Detail({"type": "number", "exclusiveMinimum": 0}, [("2 kilograms", 2), ("1.5 kilograms", 1.5)], 0),
}
"""What a small model can choose as details of a tool; a weight is in kilograms, a price in dollars."""
DOES: Final = ("counts", "finds", "lists", "orders", "records", "compares")
"""What a tool does that a small model chooses the rest of."""


class ChosenTool(Task):
    """A tool by a small model: it chooses things and details; the code makes the signature and the calls."""

    vary = MappingProxyType({"kind": DOES})
    composes = True

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Draft | Rejected:
        """What the person asks for, and the tool with its calls."""
        if data["first"] == data["second"]:
            return "repeats", f"{data['first']} twice"
        does, thing, rng = fields["kind"].removesuffix("s"), things()[data["things"]], self.rng(fields, data)
        name = f"{does}_{'_'.join(thing.many.lower().replace('-', ' ').split())}"
        needed = [data["first"], data["second"]]
        about = f"{fields['kind'].capitalize()} {thing.many} by {needed[0]}, and by {needed[1]} where that is given."
        properties = {
            each: {**DETAILS[each].schema, "description": f"the {each} of the {thing.many}"} for each in needed
        }
        parameters = {
            "type": "object",
            "properties": properties,
            "required": needed[:1],
            "additionalProperties": False,
        }
        tool = {"name": name, "description": about, "parameters": parameters}
        both, one = (_call(does, thing.many, needed[:n], rng) for n in (2, 1))
        bad = [
            {"name": name, "arguments": {needed[1]: both[1][needed[1]]}},
            {"name": name, "arguments": {needed[0]: DETAILS[needed[0]].unfit}},
        ]
        calls = [{"name": name, "arguments": arguments, "request": said} for said, arguments in (both, one)]
        need = f"I need a tool that {fields['kind']} {thing.many} for me: I know the {needed[0]}, and sometimes the"
        form = {"tools": [tool], "calls": calls, "bad_calls": bad, "skeleton": f"{does}({', '.join(needed)})"}
        return Draft(f"{need} {needed[1]}.", told(form), "", form)


class StatedTool(WrittenTask):
    """A tool by a large model, which states parameters, calls, and calls that have to be refused."""

    def told(self, data: Mapping[str, Any]) -> Mapping[str, str]:
        """The tool with its calls, as an answer."""
        return {"tool": told(self.form({}, data))}

    def form(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The signature as JSON Schema, and the calls, as the check of tools reads them."""
        parameters = {
            "type": "object",
            "properties": {one["name"]: _property(one) for one in data["parameters"]},
            "required": [one["name"] for one in data["parameters"] if one["required"]],
            "additionalProperties": False,
        }
        name = data["name"]
        tool = {"name": name, "description": data["description"], "parameters": parameters}
        calls = [
            {"name": name, "arguments": _arguments(call["arguments"]), "request": call["request"]}
            for call in data["calls"]
        ]
        bad = [{"name": name, "arguments": _arguments(each)} for each in data["bad_calls"]]
        return {"tools": [tool], "calls": calls, "bad_calls": bad}


def told(form: Mapping[str, Any]) -> str:
    """The answer that has a tool: its signature, and what it is called with for which request."""
    [tool] = form["tools"]
    calls = "\n".join(
        f"- {call['request']}\n  {call['name']}({json.dumps(call['arguments'], ensure_ascii=False)})"
        for call in form["calls"]
    )
    return f"```json\n{json.dumps(tool, ensure_ascii=False, indent=2)}\n```\nExample calls:\n{calls}"


def _property(parameter: Mapping[str, Any]) -> dict[str, Any]:
    allowed = {"enum": list(parameter["values"])} if parameter["values"] else {}
    return {"type": parameter["type"], "description": parameter["about"], **allowed}


def _arguments(named: Named) -> dict[str, Any]:
    return {one["name"]: one["value"] for one in named}


def _call(does: str, many: str, details: Sequence[str], rng: Random) -> tuple[str, dict[str, Any]]:
    """What a person says, and the arguments of the call."""
    chosen = [(detail, *rng.choice(DETAILS[detail].fits)) for detail in details]
    said = " and ".join(f"the {detail} {words}" for detail, words, _ in chosen)
    return f"{does.capitalize()} the {many} with {said}.", {detail: value for detail, _, value in chosen}


TASK = TaskKind(
    {"small": partial(ChosenTool, "tools-small"), "large": partial(StatedTool, "tools-large")},
    "tools that personas need, with signatures and calls",
)
