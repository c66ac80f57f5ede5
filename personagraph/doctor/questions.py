"""Two small questions to a model on a server: one for an object of a form, one for a single word.

They are asked as a run asks: with what is set of every request, and room for what the model thinks. Each call is
counted and told. One is made again only when it was refused: with less, as a run does it.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from personagraph.errors import ChatError, ChatUnavailableError
from personagraph.llm.backend import ChatBackend, lifted
from personagraph.prompts.dialogue import ONE_WORD, Asking
from personagraph.types import ChatReply, ChatRequest

MOST_CALLS = 8
"""A question, and once more for each thing that the server does not take."""
SECONDS = 120.0
LONGEST_REPLY = 500
"""Tokens, some twenty for the answer. With the room for thoughts, or with max_tokens in place of both, it bounds what
the question costs."""
LONGEST_QUESTION = 400
"""Tokens, with the schema."""
LONGEST_WORD_QUESTION = 60
"""Tokens of the question for one word."""
TOPS = 20
"""The likeliest first tokens that are asked for, as many as `link` wants."""
BIRD = "hoopoe"
_QUESTION = (
    {"role": "system", "content": f"You know one bird, the {BIRD}, and answer every question about birds with it."},
    {"role": "user", "content": "Which bird do you know, and how many legs has it? Answer as JSON."},
)
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"q1_bird_name": {"type": "string"}, "q2_legs": {"type": "string", "enum": ["two", "four"]}},
    "required": ["q1_bird_name", "q2_legs"],
    "additionalProperties": False,
}
"""Of a shape that nobody falls into by chance: a server that does not hold to it answers with other names. It has none
of the limits that strict modes do not take, as the prompts for large models have none."""
_WORD_QUESTION = (
    {"role": "system", "content": "You answer every question with one word, Yes or No."},
    {"role": "user", "content": "Has a hoopoe two legs? Answer with one word, Yes or No."},
)
_WORD_PARAMETERS: Mapping[str, Any] = {"temperature": 0.0, "max_tokens": ONE_WORD, "seed": 1}
_PARAMETERS: Mapping[str, Any] = {"temperature": 0.7, "max_tokens": LONGEST_REPLY, "seed": 1}


class Wanted(NamedTuple):
    """What a run would want of every request to the model, and what a user does for a longer reply, as a sentence."""

    asking: Asking
    remedy: str

    @property
    def cap(self) -> int:
        """The most tokens of the reply."""
        return int(self.asking.parameters(_PARAMETERS)["max_tokens"])


class AskedQuestion(NamedTuple):
    """The reply, or why there is none; and what the server said to each call before it."""

    reply: ChatReply | None
    error: ChatError | None
    refused: list[str]


async def ask(backend: ChatBackend, wanted: Wanted) -> list[AskedQuestion]:
    """What came of the question for an object; and of that for a word, where the first was answered without a thought.

    Log-probabilities are asked for with the word alone, as runs do it: some servers tell none beside a schema.
    """
    first = ChatRequest("doctor", "doctor", _QUESTION, SCHEMA, wanted.asking.parameters(_PARAMETERS), {})
    parameters = Asking(more=wanted.asking.more).parameters(_WORD_PARAMETERS)
    second = ChatRequest("doctor word", "doctor", _WORD_QUESTION, None, parameters, {}, tops=TOPS)
    try:
        found = [await _answered(backend, first)]
        if found[0].reply and not found[0].reply.thought:
            found.append(await _answered(backend, second))
    finally:
        await backend.close()
    return found


async def _answered(backend: ChatBackend, request: ChatRequest) -> AskedQuestion:
    """Ask, and as often again with less as the backend says. The seconds are for all of these calls together."""
    refused: list[str] = []
    try:
        async with asyncio.timeout(SECONDS):
            for _ in range(MOST_CALLS):
                try:
                    return AskedQuestion(await backend.complete(lifted(request, backend)), None, refused)
                except ChatUnavailableError as error:
                    if error.retry_after != 0.0:
                        return AskedQuestion(None, error, refused)
                    refused.append(str(error).partition("; ")[0])
        told = f"the server refused {MOST_CALLS} calls, each for another reason; look at its log"
    except ChatError as error:
        return AskedQuestion(None, error, refused)
    except TimeoutError:
        told = f"the server did not answer within {SECONDS:g} seconds; try again when it is less busy"
        return AskedQuestion(None, ChatUnavailableError(told, billed=True), refused)
    return AskedQuestion(None, ChatError(told), refused)
