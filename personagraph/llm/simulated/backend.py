"""Answers as a language model would, with what the people of a made-up world are and say."""

import json
import math
from collections.abc import Mapping
from random import Random

from personagraph.errors import ChatError
from personagraph.llm.kind import ModelKind
from personagraph.llm.simulated.answers import ANSWERS, WORDS
from personagraph.llm.simulated.inquiry import Inquiry
from personagraph.llm.simulated.samples import anything
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
        """One made-up reply: to a prompt that is not among `ANSWERS` what fits its schema, as far as that is plain.

        Raises ChatError for a prompt without a schema that is not among `WORDS`.
        """
        name = request.prompt.partition("@")[0]
        if request.schema is None and name not in WORDS:
            raise ChatError(
                f"the simulated world does not know the prompt {request.prompt}; what its reply looks like is said by "
                "a function in personagraph/llm/simulated/answers.py, which is entered in WORDS there"
            )
        form = {} if request.schema is None else request.schema["properties"]
        asked = Inquiry(request.fields, form, Random(f"{self._seed}:{request.key}"), self._seed)
        if request.schema is None:
            likely = WORDS[name](asked)
            text, tops = max(likely, key=likely.__getitem__), _likeliest(likely, request.tops)
        else:
            text, tops = json.dumps(ANSWERS.get(name, anything)(asked), ensure_ascii=False), {}
        return ChatReply(
            text,
            prompt_tokens=sum(len(turn["content"]) for turn in request.messages) // _CHARACTERS_A_TOKEN,
            completion_tokens=len(text) // _CHARACTERS_A_TOKEN + 1,
            tops=tops,
        )

    async def close(self) -> None:
        """Nothing to release."""


def _likeliest(likely: Mapping[str, float], most: int) -> dict[str, float]:
    """The logarithms of the likeliest, of which there are at most so many."""
    return {word: math.log(likely[word]) for word in sorted(likely, key=likely.__getitem__, reverse=True)[:most]}


KIND = ModelKind(lambda options: SimulatedBackend(), "a made-up world, without a model", inside=True)
