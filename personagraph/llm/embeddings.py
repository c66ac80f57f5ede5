"""Buys vectors of texts through the client of a run or a command: many a call, each kept in the ledger, none twice."""

import base64
import json
import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from personagraph.errors import BudgetExceededError, ChatError, ReplyFormatError
from personagraph.llm.backend import Client
from personagraph.types import ChatReply, ChatRequest, Step, digest

PROMPT = "embed"
A_CALL = 32
"""Texts of a call: their vectors, written out in digits, are less than the client lets an answer have."""
LONGEST = 8_000
"""Characters of a text that are sent: models that embed take some thousand tokens, and refuse more."""
AT_ONCE = 64
"""Calls that are handed to the client at once."""
STEP = -1
"""The number of the step in the ledger: none of a run's."""


class Embeddings:
    """What an encoder is handed to buy vectors with: called with texts, it gives a vector for each, in their order.

    `run` is the run that pays, or "" for a command that has none.
    """

    def __init__(self, client: Client, model: str, run: str = "") -> None:
        self._client, self._model, self._run = client, model, run

    def __call__(self, texts: Sequence[str]) -> list[Sequence[float]]:
        """Raises ChatError when the provider fails or sends anything else, BudgetExceededError for too little money."""
        calls = [texts[first : first + A_CALL] for first in range(0, len(texts), A_CALL)]
        return [v for first in range(0, len(calls), AT_ONCE) for v in self._bought(calls[first : first + AT_ONCE])]

    def _bought(self, calls: Sequence[Sequence[str]]) -> Iterator[Sequence[float]]:
        asked = [[text[:LONGEST] for text in texts] for texts in calls]
        steps = [
            (Step(STEP, "", PROMPT, {"texts": texts}), digest(PROMPT, self._model, json.dumps(texts)))
            for texts in asked
        ]
        for future, texts in zip(self._client.submit(self._run, steps, _Embedding()), asked, strict=True):
            answer = future.result()
            if answer is None:
                raise BudgetExceededError(
                    f"{self._model} was not asked for {len(texts)} vectors: the budget has no room, or the run was"
                    " stopped; give more with --max-cost, then resume"
                )
            if answer.data is None:
                raise ChatError(f"{self._model} gave no vectors: {answer.error}")
            yield from answer.data["vectors"]


class _Embedding:
    """How texts are put to a model that embeds, and how its reply becomes vectors."""

    items = 0

    def prompt_of(self, fields: Mapping[str, Any]) -> str:
        return PROMPT

    def ask(self, fields: Mapping[str, Any]) -> str:
        return digest(PROMPT, json.dumps(fields["texts"]))

    def request(self, fields: Mapping[str, Any], key: str) -> ChatRequest:
        messages = tuple({"role": "user", "content": text} for text in fields["texts"])
        return ChatRequest(key, PROMPT, messages, None, {"max_tokens": 0}, fields)

    def parse(self, fields: Mapping[str, Any], reply: ChatReply) -> Mapping[str, Any]:
        vectors = vectors_of(reply.text)
        if len(vectors) != len(fields["texts"]):
            raise ReplyFormatError(f"{len(vectors)} vectors for {len(fields['texts'])} texts", reply.text[:200])
        return {"vectors": vectors}


def text_of(vectors: Sequence[Sequence[float]]) -> str:
    """Vectors of one length as the text of a reply: how long they are, and their numbers (float32) in base64."""
    numbers = array("f", [number for vector in vectors for number in vector])
    if sys.byteorder == "big":
        numbers.byteswap()
    return json.dumps({"dims": len(vectors[0]), "vectors": base64.b64encode(numbers.tobytes()).decode()})


def vectors_of(text: str) -> list[Sequence[float]]:
    """The vectors in such a text. Raises ReplyFormatError for any other."""
    try:
        said = json.loads(text)
        dims, numbers = int(said["dims"]), array("f", base64.b64decode(said["vectors"], validate=True))
        if sys.byteorder == "big":
            numbers.byteswap()
        if dims <= 0 or len(numbers) % dims:
            raise ValueError("cut off")
    except (ValueError, LookupError, TypeError) as error:
        raise ReplyFormatError(f"no vectors are kept there ({error})", text[:200]) from None
    return [numbers[first : first + dims] for first in range(0, len(numbers), dims)]
