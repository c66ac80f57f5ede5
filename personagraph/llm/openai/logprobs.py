"""Reads what a server tells of the likeliest first tokens of a reply, which it may have written in any way."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

LONGEST = 40
"""Characters of a token that is kept; no word that is asked for has as many."""
LOWEST = -1e6
"""No server means a logarithm that is lower."""


def tops_of(choice: Mapping[str, Any], most: int) -> dict[str, float]:
    """The likeliest first tokens of a choice with the natural logarithms of their probabilities, the likeliest first.

    At most so many. Tokens that are written alike count as one, which is as likely as they are together. Empty where
    the server told none, or nothing that can be read as one. Never raises.
    """
    # One that is told twice, with the same logarithm, is the same.
    return dict(list(together(dict.fromkeys(_told(choice.get("logprobs")))).items())[:most])


def together(told: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Tokens with their logarithms, the likeliest first; those that are the same are added up."""
    found: dict[str, float] = {}
    for token, value in told:
        low, high = sorted((found.get(token, -math.inf), value))
        found[token] = min(high + math.log1p(math.exp(low - high)), 0.0)
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def _told(told: Any) -> Iterator[tuple[str, float]]:
    """What is told of the first token: as chat completions tell it, or as plain completions do, by token."""
    if not isinstance(told, Mapping):
        return
    content, by_token = told.get("content"), told.get("top_logprobs")
    if isinstance(content, list) and content and isinstance(content[0], Mapping):
        others = content[0].get("top_logprobs")
        listed = [one for one in others if isinstance(one, Mapping)] if isinstance(others, list) else []
        named = {str(one.get("token")) for one in listed}
        for one in listed if str(content[0].get("token")) in named else [*listed, content[0]]:
            yield from _read(one.get("token"), one.get("logprob"))
    elif isinstance(by_token, list) and by_token and isinstance(by_token[0], Mapping):
        for token, value in by_token[0].items():
            yield from _read(token, value)


def _read(token: Any, value: Any) -> Iterator[tuple[str, float]]:
    """The token and its logarithm, if they can be such."""
    if not isinstance(token, str) or len(token) > LONGEST or isinstance(value, bool):
        return
    # Compared before it is converted: JSON has whole numbers that no float holds.
    if isinstance(value, int | float) and LOWEST <= value <= 1e-3:
        yield token.encode("utf-8", "replace").decode(), min(float(value), 0.0)
