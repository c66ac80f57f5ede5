"""Embeddings of any OpenAI-compatible server: many texts a call, and a vector for each or an error."""

import base64
import binascii
import json
import math
import time
from array import array
from collections.abc import Sequence
from typing import Any

from personagraph.errors import ChatError
from personagraph.llm.embeddings import text_of
from personagraph.llm.openai import completions, headers, refusals
from personagraph.llm.openai.addresses import advice
from personagraph.llm.openai.backend import OpenAIBackend
from personagraph.llm.openai.refusals import Refusal, error_in_reply, error_of
from personagraph.types import ChatReply, ChatRequest

LONGEST_VECTOR = 65_536


class OpenAIEmbeddings(OpenAIBackend):
    """A model that answers with vectors; the texts are what the messages of a request say."""

    sought = "embeddings"

    async def complete(self, request: ChatRequest) -> ChatReply:
        """One attempt: the vectors as text, as `text_of` has them.

        Raises what OpenAIBackend raises; for vectors that are not one for each text, of one length and of numbers,
        ChatUnavailableError that says so, since they may be on the bill.
        """
        texts = [turn["content"] for turn in request.messages]
        began = time.monotonic()
        asked = {"model": self.model, "input": texts, "encoding_format": "base64"}
        answer = await self._send(json.dumps(asked).encode(), "/embeddings")
        told = headers.plain(answer.headers.raw)
        refusal = self._refusal(answer, told)
        if answer.status_code >= 300:
            raise self._no_model(refusal) or error_of(refusal, self._where, self.model)
        data = self._loaded(answer.content, refusal)
        used = _used(data)
        try:
            text = text_of(_vectors(data, len(texts)))
        except ValueError as error:
            raise self._no_completion(str(error), ChatReply("", prompt_tokens=used, metered=used > 0)) from None
        latency, allowance = time.monotonic() - began, headers.allowance(told, time.time())
        return ChatReply(text, prompt_tokens=used, metered=used > 0, latency=latency, allowance=allowance)

    def _loaded(self, body: bytes, refusal: Refusal) -> dict[str, Any]:
        try:
            data = completions.load(body)
        except ValueError:
            raise self._no_completion(f"it sends {completions.kind_of(body)}") from None
        if isinstance(data, dict) and (data.get("data") or not data.get("error")):
            return data
        if isinstance(data, dict):
            inside = refusals.from_inside(refusal)
            raise self._no_model(inside) or error_in_reply(inside, self._where, self.model)
        raise self._no_completion("it sends JSON of another kind")

    def _no_model(self, refusal: Refusal) -> ChatError | None:
        """The error for a server without the model, or without embeddings; None for another refusal."""
        if refusal.spent:
            return None
        if refusal.lacks_model:
            return ChatError(
                f"{self._where} has no model {self.model} ({refusal.told}); name one that it has for embeddings, as"
                ' encoder = "openai:NAME"'
            )
        if refusal.misplaced:
            return ChatError(f"{self._where} has no embeddings ({refusal.told}); {advice(self._where, refusal.said)}")
        return None


def _vectors(data: dict[str, Any], count: int) -> list[Sequence[float]]:
    """The vectors of an answer in the order of the texts. Raises ValueError that says what is wrong with them."""
    entries = data.get("data")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ValueError("it sends JSON of another kind")
    if len(entries) != count:
        raise ValueError(f"it sends {len(entries)} vectors for {count} texts")
    places = [entry.get("index", place) for place, entry in enumerate(entries)]
    if set(map(str, places)) != set(map(str, range(count))):
        raise ValueError("its vectors are numbered otherwise than the texts")
    placed = {int(place): _numbers(entry.get("embedding")) for place, entry in zip(places, entries, strict=True)}
    vectors = [placed[place] for place in range(count)]
    lengths = {len(vector) for vector in vectors}
    if len(lengths) != 1 or not 0 < min(lengths) <= LONGEST_VECTOR:
        raise ValueError(f"its vectors have {' and '.join(map(str, sorted(lengths)[:3]))} numbers")
    if not all(any(vector) and all(map(math.isfinite, vector)) for vector in vectors):
        raise ValueError("its vectors hold what is no number, or nothing but zeros")
    return vectors


def _numbers(said: Any) -> Sequence[float]:
    """A vector, as a list or in base64 (float32, little-endian). Raises ValueError."""
    if isinstance(said, str):
        try:
            numbers = array("f", base64.b64decode(said, validate=True))
        except (binascii.Error, ValueError):
            raise ValueError("its vectors are no base64 of float32") from None
        return numbers
    if isinstance(said, list) and all(isinstance(n, int | float) and not isinstance(n, bool) for n in said):
        try:
            return array("f", said)
        except OverflowError:
            raise ValueError("its vectors hold numbers that are too large") from None
    raise ValueError("its vectors are no lists of numbers")


def _used(data: dict[str, Any]) -> int:
    """The tokens that the texts had, as the server says; 0 when it does not."""
    usage = data.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    for name in ("prompt_tokens", "input_tokens", "total_tokens"):
        if count := completions.count_of(usage.get(name)):
            return count
    return 0
