"""Reads the body of a chat completion, which a server may have written in any way."""

import json
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from personagraph.llm.openai.logprobs import tops_of
from personagraph.text.mended_json import holds_object
from personagraph.text.thoughts import answer_of, holds_thought

MOST_TOKENS = 10**9
"""Nobody used more in one call: a larger number is a mistake, as a negative one is."""
THOUGHTS = ("reasoning_content", "reasoning", "thinking")
"""Where servers put what a model thinks."""
_TEXTS = ("text", "output_text")
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
    thought: bool = False
    tops: Mapping[str, float] = MappingProxyType({})


class FailedChoiceError(Exception):
    """The choice is an error of whoever answers behind the server, or there is none; with what the server says it used.

    `error` is what stands in its place.
    """

    def __init__(self, error: Any, used: Completion) -> None:
        super().__init__("no choice" if error is None else "the choice is an error")
        self.error = error
        self.used = used


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


def read(data: Any, *, asks_object: bool = False, tops: int = 0) -> Completion:
    """The first choice and the usage; with so many of the likeliest first tokens, where the server tells them.

    Where an object is asked for, it may stand where a model calls a tool, or thinks: the text is then that part of the
    message as it came, as JSON, which only a mended reading takes for the answer. Raises FailedChoiceError, and
    ValueError, LookupError, TypeError or AttributeError for anything that is no completion.
    """
    usage, choices = _usage(data.get("usage")), data["choices"]
    if choices == []:
        raise FailedChoiceError(None, Completion("", "stop", *usage))
    choice = choices[0]
    told = choice.get("finish_reason")
    told = told.lower() if isinstance(told, str) else ""
    message = choice.get("message")
    if choice.get("error") or told == "error":
        said = _text(message.get("content")) if isinstance(message, Mapping) else ""
        failed = choice.get("error") or data.get("error") or {"message": "the model failed"}
        raise FailedChoiceError(failed, Completion(said, "stop", *usage))
    message = choice["message"]
    refusal = message.get("refusal")
    refusal = refusal if isinstance(refusal, str) else ""
    finish = _FINISHES.get(told, "stop")
    as_data = asks_object and isinstance(message.get("content"), Mapping)
    text = "" if as_data else _text(message.get("content"))
    if asks_object and not refusal and "{" not in text:
        text = _elsewhere(message, answer_of(text)) or text
    thought = _thinks(message, data.get("usage")) or holds_thought(text)
    # Of a model that thinks, the first token is one of its thoughts.
    told = tops_of(choice, tops) if tops and not thought else {}
    return Completion(_whole(text or refusal), "refusal" if refusal else finish, *usage, thought, told)


def _elsewhere(message: Mapping[str, Any], said: str) -> str:
    """The part of a message, as JSON, that holds an object though it is no text; empty when none does.

    What a model thinks counts only where nothing is `said`: it may have thought better of it.
    """
    calls = message.get("tool_calls")
    called = calls[0] if isinstance(calls, list) and len(calls) == 1 else None
    called = called if isinstance(called, Mapping) else {}
    content = message.get("content")
    parts = {
        "function": called.get("function"),
        "function_call": message.get("function_call"),
        "content": content if isinstance(content, Mapping) else None,
        **{name: message.get(name) for name in THOUGHTS if not said},
    }
    for name, part in parts.items():
        if (isinstance(part, Mapping) and part) or (isinstance(part, str) and holds_object(part)):
            return json.dumps({name: part}, ensure_ascii=False)
    return ""


def _thinks(message: Mapping[str, Any], usage: Any) -> bool:
    """Whether the model thought before it answered, as the usage says, or the message shows."""
    for name in ("completion_tokens_details", "output_tokens_details"):
        details = usage.get(name) if isinstance(usage, Mapping) else None
        if isinstance(details, Mapping) and count_of(details.get("reasoning_tokens")):
            return True
    told, content = usage.get("reasoning_tokens") if isinstance(usage, Mapping) else None, message.get("content")
    parts = content if isinstance(content, list) else []
    in_parts = any(isinstance(part, Mapping) and part.get("type") in THOUGHTS for part in parts)
    return in_parts or bool(count_of(told)) or any(message.get(name) for name in (*THOUGHTS, "reasoning_details"))


def _text(content: Any) -> str:
    """The text of a message, also when it comes in parts. Raises TypeError for anything else."""
    if isinstance(content, list):
        parts = [part for part in content if not isinstance(part, Mapping) or part.get("type", "text") in _TEXTS]
        return "".join(_text(part["text"] if isinstance(part, Mapping) else part) for part in parts)
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
    total = count_of(usage.get("total_tokens")) or 0
    short = 0 < total < prompt + completion
    doubt = f"{total:,} tokens in all, and {prompt:,} and {completion:,} in its parts" if short else ""
    return prompt, max(completion, total - prompt), cached, True, doubt


def _cached(usage: Mapping[str, Any]) -> int:
    for name in ("prompt_tokens_details", "input_tokens_details"):
        details = usage.get(name)
        if isinstance(details, Mapping):
            return count_of(details.get("cached_tokens")) or 0
    return _first(usage, "prompt_cache_hit_tokens", "cache_read_input_tokens", "cached_tokens") or 0


def _first(usage: Mapping[str, Any], *names: str) -> int | None:
    counts = (count_of(usage.get(name)) for name in names)
    return next((count for count in counts if count is not None), None)


def count_of(value: Any) -> int | None:
    """A number of tokens, also as a float or a string of one; None for nonsense."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value) if len(str(value)) <= 40 else math.nan
    except ValueError:
        return None
    return int(number) if 0 <= number <= MOST_TOKENS else None
