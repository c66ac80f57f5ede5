"""How an ego is asked for its alters, and how the reply is read: the dialogues of an expansion."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from personagraph.dialogue import PromptDialogue
from personagraph.growth import Arrival
from personagraph.prompts import Example
from personagraph.readings import read_short
from personagraph.relationships import ROLES, TYPES


class ShortFields(PromptDialogue):
    """Asks a small model for one alter in short fields."""

    def __init__(self, model: str, secret: bytes, *, seed: int = 0) -> None:
        super().__init__("expand-small", model, secret, seed=seed)
        self._longest = 112

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that a reply can name."""
        return tuple(self._file.schema["properties"]["country"]["enum"])

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The ego, and the question."""
        return {"ego": fields["ego"], "ask": _question(fields["type"], fields["hint"])}

    def examples(self, fields: Mapping[str, Any]) -> Sequence[Example]:
        """The set that the ego draws, each asked as this step asks: an example of a hint that was followed, say."""
        return [self._asked_alike(example, fields) for example in self._file.examples_for(fields["ego"])]

    def _asked_alike(self, example: Example, fields: Mapping[str, Any]) -> Example:
        shown, reply = example
        type = ROLES[reply["relation"]][0] if fields["type"] else None
        hint = {name: reply[name] for name in ("occupation", "country")} if fields["hint"] else None
        return self.given({"ego": shown["ego"], "type": type, "hint": hint}), reply

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | tuple[str, str]]:
        """The one alter, or the guard that turned it down."""
        return [read_short(data, ego=fields["ego"], longest=self._longest, named=fields["type"])]


def _question(type: str | None, hint: Mapping[str, str] | None) -> str:
    tie = f"This person {TYPES[type].forward} someone. Who is it?" if type else "Who is connected to this person?"
    if hint is None:
        return f"{tie} Someone with a different job."
    article = "an" if hint["occupation"][0] in "aeiou" else "a"
    return f"{tie} Someone who is {article} {hint['occupation']} from {hint['country']}."
