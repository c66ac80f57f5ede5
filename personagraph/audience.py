"""How a text is asked who would read, write, like or dislike it, and how the reply is read: dialogues of extraction."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from personagraph.dialogue import PromptDialogue
from personagraph.growth import Arrival
from personagraph.portraits import Rejected, compose, read_portrait, read_short_portrait
from personagraph.prompts import parse
from personagraph.types import ChatReply, ChatRequest, digest

_BREADTH = {
    "coarse": "Describe broad kinds of people.",
    "fine": "Describe narrow kinds of people, with what they know, do and care about.",
}


class ShortPortraits(PromptDialogue):
    """Asks a small model for one persona in short fields; of a coarse one for its topic and role alone."""

    longest = 1_500
    items = 1

    def __init__(self, model: str, secret: bytes, *, seed: int = 0) -> None:
        super().__init__("extract-small", model, secret, seed=seed)
        properties = dict(self._file.schema["properties"])
        self._openings = self._file.schema["$defs"]["openings"]
        self._schemas = {
            "fine": _closed(properties),
            "coarse": _closed({name: properties[name] for name in ("topic", "role")}),
        }
        self._shown = [compose(reply["role"], "", reply["detail"]) for _, reply in self._file.examples]

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The passage, and the question with the beginning of its answer."""
        ask = f"Who is likely to {fields['verb']} this text? This person {self._opening(fields)} …"
        return {"passage": fields["passage"], "ask": ask}

    def request(self, fields: Mapping[str, Any], key: str) -> ChatRequest:
        """The call, with the schema that the grain needs."""
        return replace(super().request(fields, key), schema=self._schemas[fields["grain"]])

    def parse(self, fields: Mapping[str, Any], reply: ChatReply) -> Mapping[str, Any]:
        """The reply as data that fits that schema."""
        return parse(self._file, self._schemas[fields["grain"]], reply)

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """The one persona, or the guard that turned it down."""
        caps = {name: self._file.schema["properties"][name]["maxLength"] for name in ("topic", "detail")}
        return [read_short_portrait(data, fields["passage"], self._opening(fields), caps=caps, shown=self._shown)]

    def _opening(self, fields: Mapping[str, Any]) -> str:
        """The verb phrase that joins role and topic: one of the verb's, drawn by the text."""
        choices = self._openings[fields["verb"]]
        return str(choices[int(digest(fields["passage"], fields["grain"])[:8], 16) % len(choices)])


class FullPortraits(PromptDialogue):
    """Asks a large model for up to three personas, each a sentence with its attributes beside it."""

    longest = 6_000
    items = 3

    def __init__(self, model: str, secret: bytes, *, seed: int = 0) -> None:
        super().__init__("extract-large", model, secret, seed=seed)

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The passage and the question."""
        ask = f"Who is likely to {fields['verb']} this text? {_BREADTH[fields['grain']]}"
        return {"passage": fields["passage"], "ask": ask}

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """The personas in the order of the reply, or the guards that turned them down."""
        longest = self._file.schema["properties"]["personas"]["items"]["properties"]["description"]["maxLength"]
        return [read_portrait(item, fields["passage"], longest=longest) for item in data["personas"]]


def _closed(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": dict(properties),
    }
