"""How a text is asked who would read, write, like or dislike it, and how the reply is read: dialogues of extraction."""

from collections.abc import Iterable, Mapping
from typing import Any

from personagraph.extraction.readings import TIES, read_portrait, read_short_portrait, telling_words
from personagraph.prompts import parse
from personagraph.prompts.dialogue import PromptDialogue
from personagraph.prompts.retold import EXAMPLE
from personagraph.prompts.tongue import LANGUAGE
from personagraph.runs.growth import Arrival, Rejected
from personagraph.text.english import may_be_english
from personagraph.types import ChatReply, digest
from personagraph.vocabulary.attributes import stated
from personagraph.vocabulary.work_names import trie_pattern

_BREADTH = {
    "coarse": "Describe broad kinds of people.",
    "fine": "Describe narrow kinds of people, with what they know, do and care about.",
}


class ShortPortraits(PromptDialogue):
    """Asks a small model for one persona in short fields; of a coarse one for its topic and role alone."""

    longest = 1_000
    items = 1
    subject = "passage"

    def __init__(self, model: str, secret: bytes, *, seed: int = 0, language: str = "", before: bool = False) -> None:
        super().__init__("extract-small", model, secret, seed=seed, language=language, before=before)
        self._openings = self._file.schema["$defs"]["openings"]
        self._shown = [" ".join(reply.values()) for _, reply in self._file.examples]

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The passage and the question."""
        return {"passage": fields["passage"], "ask": f"Who is likely to {fields['verb']} this text?"}

    def parse(self, fields: Mapping[str, Any], reply: ChatReply) -> Mapping[str, Any]:
        """The reply as data of the step's form; of its words the guards judge."""
        return parse(self._file, self._form(fields), reply, self.given(fields))

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """The one persona, or the guard that turned it down."""
        return [read_short_portrait(data, fields["passage"], self._opening(fields), shown=self._shown)]

    def schema(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The form, told in the passage's own words and small ones: a small model loses the thread otherwise.

        It writes English, also of a passage that is in another language, whose words then do not bind it.
        """
        telling = telling_words(fields["passage"]) if may_be_english(fields["passage"]) else None
        if not telling:
            return self._form(fields)
        word, last = trie_pattern(telling | TIES), trie_pattern(telling)
        about = f"(a|an|the|how to) ({word} ){{%s}}{last}$"
        form = self._form(fields)
        properties = dict(form["properties"])
        properties["topic"] = {**properties["topic"], "pattern": "^" + about % "0,4"}
        if "detail" in properties:
            properties["detail"] = {**properties["detail"], "pattern": f"^{self._opening(fields)} {about % '1,6'}"}
        return {**form, "properties": properties}

    def _form(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """A coarse persona is told by topic and role; of a fine one the detail begins with the opening."""
        properties = dict(self._file.schema["properties"])
        detail = properties.pop("detail")
        if fields["grain"] == "fine":
            pattern = detail["pattern"].replace("OPENING", self._opening(fields))
            properties["detail"] = {**detail, "pattern": pattern}
        closed = {"type": "object", "additionalProperties": False}
        return {**closed, "required": list(properties), "properties": properties}

    def _opening(self, fields: Mapping[str, Any]) -> str:
        """The verb phrase that joins role and topic: one of the verb's, drawn by the text."""
        choices = self._openings[fields["verb"]]
        return str(choices[int(digest(fields["passage"])[:8], 16) % len(choices)])


class FullPortraits(PromptDialogue):
    """Asks a large model for up to three personas, each a sentence with its attributes beside it."""

    longest = 6_000
    items = 3
    subject = "passage"

    def __init__(self, model: str, secret: bytes, *, seed: int = 0, language: str = "", before: bool = False) -> None:
        super().__init__("extract-large", model, secret, seed=seed, language=language, before=before)

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The passage and the question."""
        ask = f"Who is likely to {fields['verb']} this text? {_BREADTH[fields['grain']]}"
        return {"passage": fields["passage"], "ask": ask}

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """The personas in the order of the reply, or the guards that turned them down."""
        form = self.schema(fields)["properties"]["personas"]["items"]["properties"]
        for item in data["personas"]:
            if self.strays(fields, item["description"]):
                yield LANGUAGE, item["description"], stated(item)
            elif self.retells(fields, item["description"]):
                yield EXAMPLE, item["description"], stated(item)
            else:
                yield read_portrait(item, fields["passage"], longest=form["description"]["maxLength"])


DIALOGUES: dict[str, type[ShortPortraits] | type[FullPortraits]] = {"small": ShortPortraits, "large": FullPortraits}
"""The dialogue for each size of model."""
