"""How an ego is asked by a prompt file, and how the reply is read: the `Dialogue` of an expansion."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any

from personagraph.growth import Arrival
from personagraph.prompts import load, parse, render
from personagraph.readings import read_alter
from personagraph.relationships import TYPES
from personagraph.types import ChatReply, ChatRequest, digest


class ShortFields:
    """Asks a small model for one alter in short fields."""

    prompt = "expand-small"

    def __init__(self, model: str, secret: bytes, *, seed: int = 0) -> None:
        self._prompt = load(self.prompt)
        self._model = model
        self._secret = secret
        self._seed = seed
        self._longest = self._prompt.schema["properties"]["detail"]["maxLength"]

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that a reply can name."""
        return tuple(self._prompt.schema["properties"]["country"]["enum"])

    def ask(self, fields: Mapping[str, Any]) -> str:
        """A hash of the prompt, the model, the seed and the fields."""
        return digest(self._prompt.digest, self._model, str(self._seed), json.dumps(fields, sort_keys=True))

    def request(self, fields: Mapping[str, Any], key: str) -> ChatRequest:
        """The call: the delimiter is derived from the key, so that a replay is exact and no text can guess it."""
        mark = hmac.new(self._secret, key.encode(), hashlib.sha256).hexdigest()[:6]
        given = {"ego": fields["ego"], "ask": _question(fields["type"], fields["hint"])}
        parameters = {**self._prompt.parameters, "seed": int(key[:7], 16)}
        messages = render(self._prompt, given, mark)
        return ChatRequest(key, self.prompt, messages, self._prompt.schema, parameters, fields)

    def parse(self, fields: Mapping[str, Any], reply: ChatReply) -> Mapping[str, Any]:
        """The reply as data."""
        return parse(self._prompt, self._prompt.schema, reply)

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | tuple[str, str]]:
        """The one alter, or the guard that turned it down."""
        return [read_alter(data, ego=fields["ego"], longest=self._longest, named=fields["type"])]


def _question(type: str | None, hint: Mapping[str, str] | None) -> str:
    by = f" by: {TYPES[type].forward.removeprefix('is ')}" if type else ""
    wish = f" Ideally a {hint['occupation']} from {hint['country']}, only if plausible." if hint else ""
    return f"Who is connected to this person{by}?{wish}"
