"""Which other parameters a user may add to every request to a model, and which are not his to say."""

import json
import re
from typing import Any

MOST_TOKENS = 1_000_000
LEAST_CAP = 16
"""The lowest cap on the tokens of a reply that every server takes, such as gateways to OpenAI's Responses API."""
_OURS = "it is what personagraph makes of your question"
_RESERVED = {
    **dict.fromkeys(("messages", "response_format", "stream", "stream_options", "n", "prompt", "input"), _OURS),
    **dict.fromkeys(("tools", "tool_choice", "functions", "function_call", "parallel_tool_calls"), _OURS),
    "best_of": _OURS,
    **dict.fromkeys(
        ("max_tokens", "max_completion_tokens", "max_output_tokens", "max_new_tokens", "num_predict", "n_predict"),
        "set max_tokens beside it",
    ),
    "reasoning_effort": "set reasoning_effort beside it",
    "model": "set model beside it",
    "models": "set model beside it",
    "seed": "give --seed",
    "extra_body": "write what it holds in its place",
}
"""What other parameters cannot be, and why."""


def checked(request: dict[str, Any] | None) -> dict[str, Any] | None:
    """The parameters. Raises ValueError for what cannot be asked for, or is not the user's to say."""
    for name in request or {}:
        if remedy := _RESERVED.get(name):
            raise ValueError(f"it must not hold {name}; {remedy}")
        if not re.fullmatch(r"[A-Za-z]\w{0,60}", name, re.ASCII):
            raise ValueError(f"{name[:60]!r} is no name of a parameter")
    try:
        json.dumps(request, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError("it holds what JSON cannot say, such as a date") from error
    return request or None
