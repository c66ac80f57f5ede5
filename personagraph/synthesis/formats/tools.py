"""The form of tool calling: a request, the call that an assistant makes for it, and the tools that it may call."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from personagraph.synthesis.formats.conversations import ROLES
from personagraph.synthesis.formats.sample_format import Row, SampleFormat, about
from personagraph.synthesis.samples import Sample


def tool_calls(sample: Sample) -> Iterator[Row]:
    """A row for each example call of a tool that says what was asked for.

    The sample's form has `tools`, each with its name, description, and as JSON Schema its parameters, and `calls`, each
    with the tool's name, its `request` and `arguments`.
    """
    stated, calls = sample["form"].get("tools"), sample["form"].get("calls")
    known = [tool for one in stated if (tool := _tool(one))] if isinstance(stated, list) else []
    if not known or not isinstance(calls, list):
        return
    names = {tool["name"] for tool in known}
    tools = json.dumps([{"type": "function", "function": tool} for tool in known], ensure_ascii=False)
    for call in calls:
        if not isinstance(call, Mapping) or not isinstance(call.get("arguments"), Mapping):
            continue
        request = str(call.get("request") or "").strip()
        if request and call.get("name") in names:
            turns = [{"role": "user", "content": request}, _called(call["name"], call["arguments"])]
            yield {"messages": turns, "tools": tools, **about(sample)}


def _tool(signature: Any) -> dict[str, Any] | None:
    """The tool that a signature is of; None for what is none."""
    if not isinstance(signature, Mapping) or not isinstance(signature.get("name"), str):
        return None
    parameters = signature.get("parameters")
    if not signature["name"] or not isinstance(parameters, Mapping):
        return None
    description = str(signature.get("description") or "")
    return {"name": signature["name"], "description": description, "parameters": dict(parameters)}


def _called(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The message in which an assistant calls a tool. The arguments are an object, as chat templates want them."""
    call = {"id": "call_0", "type": "function", "function": {"name": name, "arguments": dict(arguments)}}
    return {"role": "assistant", "content": "", "tool_calls": [call]}


TOOLS = SampleFormat(
    tool_calls,
    "requests, and the calls of tools that they lead to",
    {
        "messages": "the request, and the assistant's `tool_calls`",
        "tools": "the tools that may be called, with their JSON Schemas: a text that is JSON, since no two have the"
        " same fields",
    },
    "TRL's `SFTTrainer` as it is; Axolotl as `type: chat_template`; LLaMA-Factory by dataset_info.json",
    {"formatting": "openai", "columns": {"messages": "messages", "tools": "tools"}, "tags": ROLES},
    lacks="a tool's signature with example calls that say what was asked for",
)
