"""Answers as a language model would, with what the people of a made-up world are and say."""

import json
from random import Random

from personagraph.errors import ChatError
from personagraph.llm.kind import ModelKind
from personagraph.llm.simulated.answers import ANSWERS, Inquiry
from personagraph.types import ChatReply, ChatRequest

_CHARACTERS_A_TOKEN = 4


class SimulatedBackend:
    """Answers every prompt of this package; the reply is a function of `seed` and the request alone.

    People come from a skewed prior (`personagraph.llm.simulated.people`), and are asked for again and again, so that
    duplicates merge. Hints and types are followed most of the time. Every reply fits the request's schema; about one
    person in 50 is one that guards turn down, and a parent may be younger than the child. What it says is no evidence
    about any real model.
    """

    model = "simulated"
    small = True
    free = True
    simulated = True

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed

    async def complete(self, request: ChatRequest) -> ChatReply:
        """One made-up reply. Raises ChatError for a prompt that is not among `ANSWERS`, or is sent without a schema."""
        answer = ANSWERS.get(request.prompt.partition("@")[0])
        if answer is None or request.schema is None:
            raise ChatError(
                f"the simulated world does not know the prompt {request.prompt}; what its reply looks like is said by "
                "a function in personagraph/llm/simulated/answers.py, which is entered in ANSWERS there"
            )
        rng = Random(f"{self._seed}:{request.key}")
        data = answer(Inquiry(request.fields, request.schema["properties"], rng, self._seed))
        text = json.dumps(data, ensure_ascii=False)
        asked = sum(len(turn["content"]) for turn in request.messages)
        return ChatReply(
            text,
            prompt_tokens=asked // _CHARACTERS_A_TOKEN,
            completion_tokens=len(text) // _CHARACTERS_A_TOKEN + 1,
        )

    async def close(self) -> None:
        """Nothing to release."""


KIND = ModelKind(lambda options: SimulatedBackend(), "a made-up world, without a model", inside=True)
