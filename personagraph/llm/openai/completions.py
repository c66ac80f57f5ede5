"""Reads the body of a chat completion, which a server may have written in any way."""

import json
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

MOST_TOKENS = 10**9
"""Nobody used more in one call: a larger number is a mistake, as a negative one is."""
_FINISHES = {"length": "length", "max_tokens": "length", "model_length": "length", "content_filter": "refusal"}


class Completion(NamedTuple):
    """What a chat completion says, in the words of `ChatReply`."""

    text: str
    finish: str
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    metered: bool
    doubt: str


def load(body: bytes) -> Any:
    """The body as data. Raises ValueError for what is no JSON."""
    try:
        return json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def kind_of(body: bytes) -> str:
    """What a body is that is no chat completion, in a few words of ours."""
    start = body[:1000].lstrip()
    if start[:1] == b"<":
        return "a web page, as one to log in"
    if start.startswith((b"data:", b"event:")):
        return "a stream of events"
    if start[:1] in (b"{", b"["):
        return "JSON of another kind"
    return "no JSON" if start else "nothing"


def read(data: Any) -> Completion:
    """The first choice and the usage. Raises ValueError, LookupError, TypeError or AttributeError for anything else."""
    choice = data["choices"][0]
    message, told = choice["message"], choice.get("finish_reason")
    refusal = message.get("refusal")
    refusal = refusal if isinstance(refusal, str) else ""
    finish = _FINISHES.get(told.lower(), "stop") if isinstance(told, str) else "stop"
    text = _whole(_text(message.get("content")) or refusal)
    return Completion(text, "refusal" if refusal else finish, *_usage(data.get("usage")))


def _text(content: Any) -> str:
    """The text of a message, also when it comes in parts. Raises TypeError for anything else."""
    if isinstance(content, list):
        return "".join(_text(part["text"]) for part in content if part.get("type") == "text")
    if not isinstance(content, str | None):
        raise TypeError("the content is no text")
    return content or ""


def _whole(text: str) -> str:
    """The text with a question mark for each half character, which no database takes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _usage(usage: Any) -> tuple[int, int, int, bool, str]:
    """Tokens of the prompt, of the completion, those of the prompt that came from a cache, whether they are told.

    And what cannot be true of them, or nothing. Some servers leave what a model thought out of the completion, and have
    it in the total: it is paid for. Some leave what came from a cache out of the prompt: how much they mean is unclear.
    """
    if not isinstance(usage, Mapping):
        return 0, 0, 0, False, ""
    prompt = _first(usage, "prompt_tokens", "input_tokens")
    completion = _first(usage, "completion_tokens", "output_tokens")
    metered, cached = bool(prompt) and completion is not None, _cached(usage)
    prompt, completion = prompt or 0, completion or 0
    if not metered:
        return prompt, completion, min(prompt, cached), False, ""
    if cached > prompt:
        return prompt, completion, prompt, False, f"{cached:,} tokens from a cache in a prompt of {prompt:,}"
    total = _count(usage.get("total_tokens")) or 0
    short = 0 < total < prompt + completion
    doubt = f"{total:,} tokens in all, and {prompt:,} and {completion:,} in its parts" if short else ""
    return prompt, max(completion, total - prompt), cached, True, doubt


def _cached(usage: Mapping[str, Any]) -> int:
    for name in ("prompt_tokens_details", "input_tokens_details"):
        details = usage.get(name)
        if isinstance(details, Mapping):
            return _count(details.get("cached_tokens")) or 0
    return _first(usage, "prompt_cache_hit_tokens", "cache_read_input_tokens", "cached_tokens") or 0


def _first(usage: Mapping[str, Any], *names: str) -> int | None:
    counts = (_count(usage.get(name)) for name in names)
    return next((count for count in counts if count is not None), None)


def _count(value: Any) -> int | None:
    """A number of tokens, also as a float or a string of one; None for nonsense."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value) if len(str(value)) <= 40 else math.nan
    except ValueError:
        return None
    return int(number) if 0 <= number <= MOST_TOKENS else None
