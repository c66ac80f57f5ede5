"""A made-up world that answers from reference tables: for scale tests and trials, without a model."""

import json
from random import Random

from personagraph.errors import ChatError
from personagraph.llm.schemas import fill
from personagraph.llm.speaker import Speaker
from personagraph.types import ChatReply, ChatRequest

_CHARACTERS_A_TOKEN = 4


class SimulatedBackend:
    """Answers any prompt by the JSON schema of its reply; the reply is a function of `seed` and the request alone.

    People come from a skewed prior (`personagraph.llm.people`), and are asked for again and again, so that duplicates
    merge. Hints and types are followed most of the time. Every reply fits its schema; about one object in 50 is one
    that guards turn down, and a parent may be younger than the child. What it says is no evidence about any real model.
    """

    model = "simulated"
    small = True
    free = True
    simulated = True

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed

    async def complete(self, request: ChatRequest) -> ChatReply:
        """One made-up reply. Raises ChatError for a schema that it does not understand."""
        rng = Random(f"{self._seed}:{request.key}")
        if request.schema is None:
            text = f"{Speaker(request.fields, rng, self._seed).sentence()}."
        else:
            try:
                data = fill(request.schema, rng, lambda: Speaker(request.fields, rng, self._seed))
            except ValueError as error:
                raise ChatError(f"the simulated world cannot answer the prompt {request.prompt}: {error}") from error
            text = json.dumps(data, ensure_ascii=False)
        asked = sum(len(turn["content"]) for turn in request.messages)
        return ChatReply(
            text,
            prompt_tokens=asked // _CHARACTERS_A_TOKEN,
            completion_tokens=len(text) // _CHARACTERS_A_TOKEN + 1,
        )

    async def close(self) -> None:
        """Nothing to release."""
