"""Which models think before they answer, and the room that their thoughts need beside the reply, as of November 2026.

What a model thinks counts for the cap on its reply: with a cap that suits the reply alone, it is paid for and cut off.
"""

import re
from collections.abc import Mapping
from typing import Any

ROOM = 8_000
"""Tokens. Most thoughts about one question take some hundreds to some thousands."""
_THINKS = re.compile(
    r"\bo[134](-(mini|preview|pro|deep-research))?\b|\bgpt-5(?!.*\bchat\b)|\bcodex-mini|\bgpt-oss"
    r"|\bdeepseek-(reasoner|r\d)|\br1\b|\bqwq\b|\bqwen-?3(\.\d+)?\b(?!.*(instruct|coder))|\bqvq\b"
    r"|\bgemini-(2\.5|[3-9])(?!.*\b(image|tts)\b)(?!-flash-lite)|\bmagistral|\bgrok-(3-mini|[4-9])(?!.*non-reasoning)"
    r"|\bglm-(4\.[5-9]|[5-9]|z1)|\bkimi-k2\.[5-9]|\bminimax-m\d|\bseed-oss|\bexaone-deep|\bernie-x1|\bhunyuan-t1|\bphi-4-mini-flash"
    r"|\bnemotron-.*(nano|ultra|super)|\bsmollm3|\bcogito|\bopenthinker|\bsky-t1|\bmarco-o1|\bdeephermes|\bmimo",
    re.IGNORECASE,
)
_SAYS_SO = re.compile(
    r"(?<!non-)(?<!non_)(?<!no-)(thinking|thinker|reasoning|reasoner)(?!-?off)|[-:]think\b", re.IGNORECASE
)
"""Such as Claude's, which thinks when it is asked to: a name that ends in :thinking, as some gateways have it."""
_SWITCHES = ("thinking", "reasoning", "reasoning_effort", "enable_thinking", "thinking_budget", "include_reasoning")
_OFF = ("none", "off", "disabled", "false", "0")


def room_for(model: str, request: Mapping[str, Any]) -> int:
    """The tokens that the model's thoughts need, by its name, or by what the request sets; 0 for one that has none.

    A request that turns thinking off in words that are known leaves it without.
    """
    said = [_said(value) for name, value in _flat(request) if name in _SWITCHES]
    if any(word in _OFF for word in said):
        return 0
    return ROOM if said or _SAYS_SO.search(model) or _THINKS.search(model) else 0


def _flat(request: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The names and values of a request, with those of its arguments of a chat template."""
    inner = request.get("chat_template_kwargs")
    return [*request.items(), *(inner.items() if isinstance(inner, Mapping) else ())]


def _said(value: Any) -> str:
    """The word of a switch: itself, or what stands in it as its type, its effort, or whether it is on."""
    if isinstance(value, Mapping):
        value = next((value[name] for name in ("type", "effort", "enabled") if name in value), "on")
    return str(value).lower()
