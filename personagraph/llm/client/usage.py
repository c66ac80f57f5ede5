"""Whether what a server says that a call used can be true, by what left and what came back."""

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from personagraph.types import ChatReply, ChatRequest

OVERHEAD = 16
"""Tokens that a server may add to a message, for who speaks."""
NO_CAP = 4096
"""Tokens of a reply to a request that does not bound them."""
DENSEST = 16
"""Characters of a text that a token holds at most, on average.

In the vocabularies of today it is 4 or 5 of English, 6 of the scripts that they know best, and less of all others. A
single token can hold 128, but these are runs of one character, or of white space, which count here as one.
"""
_RUN = re.compile(r"\s+|(.)\1+", re.DOTALL)

UNTOLD, TOO_FEW, TOO_MANY, AT_ODDS = "untold", "too few", "too many", "at odds"


class Doubt(NamedTuple):
    """What is odd about a usage: its kind, what the server says, and whether it is booked as it says."""

    kind: str
    said: str
    believed: bool


def doubts(reply: ChatReply, request: ChatRequest) -> list[Doubt]:
    """What cannot be true of what the server says that a reply used, or is more than it was asked to use."""
    prompt, completion = reply.prompt_tokens, reply.completion_tokens
    if not reply.metered:
        return [Doubt(AT_ODDS, reply.doubt, False) if reply.doubt else Doubt(UNTOLD, "nothing", False)]
    found, asked = [], [turn["content"] for turn in request.messages]
    if prompt < (fewest := _missing(prompt, asked)):
        found.append(Doubt(TOO_FEW, f"{prompt:,} tokens for a prompt that has at least {fewest:,}", False))
    if (capped := longest_reply(request)) and completion < (fewest := _missing(completion, [reply.text])):
        found.append(Doubt(TOO_FEW, f"{completion:,} tokens for a reply that has at least {fewest:,}", False))
    if prompt > sum(map(len, asked)) and prompt > (most := most_of_prompt(request)):
        found.append(Doubt(TOO_MANY, f"{prompt:,} tokens for a prompt that has at most {most:,}", True))
    if completion > capped:
        found.append(Doubt(TOO_MANY, f"{completion:,} tokens for a reply that may have {capped:,}", True))
    if reply.doubt:
        found.append(Doubt(AT_ODDS, reply.doubt, True))
    return found


def fewest_tokens(text: str) -> int:
    """A lower bound of the tokens of a text."""
    return len(_RUN.sub("-", text)) // DENSEST or bool(text.strip())


def _missing(tokens: int, texts: Sequence[str]) -> int:
    """The lower bound of the tokens of some texts; 0 when so many are enough whatever the texts say."""
    if tokens and tokens * DENSEST >= sum(map(len, texts)):
        return 0
    return sum(map(fewest_tokens, texts))


def most_of_prompt(request: ChatRequest) -> int:
    """An upper bound of the tokens of a prompt with its schema: a token is at least a byte."""
    said = sum(_bytes(turn["content"]) + OVERHEAD for turn in request.messages)
    return said + (len(json.dumps(request.schema)) if request.schema is not None else 0)


def longest_reply(request: ChatRequest) -> int:
    """How many tokens a reply may have; 0 where no words are asked for, but vectors."""
    return int(request.parameters.get("max_tokens", NO_CAP))


def most_of_reply(reply: ChatReply, request: ChatRequest) -> int:
    """An upper bound of the tokens of a reply: what it may have, unless its text shows that nobody heeded that."""
    cap = longest_reply(request)
    return cap if not cap or fewest_tokens(reply.text) <= cap else max(cap, _bytes(reply.text))


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
