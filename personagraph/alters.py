"""How an ego is asked for its alters, and how the reply is read: the dialogues of an expansion."""

from collections.abc import Iterable, Mapping
from typing import Any

from personagraph.dialogue import PromptDialogue
from personagraph.growth import Arrival
from personagraph.readings import read_alter
from personagraph.relationships import TYPES


class ShortFields(PromptDialogue):
    """Asks a small model for one alter in short fields."""

    def __init__(self, model: str, secret: bytes, *, seed: int = 0) -> None:
        super().__init__("expand-small", model, secret, seed=seed)
        self._longest = self._file.schema["properties"]["detail"]["maxLength"]

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that a reply can name."""
        return tuple(self._file.schema["properties"]["country"]["enum"])

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The ego, and the question."""
        return {"ego": fields["ego"], "ask": _question(fields["type"], fields["hint"])}

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | tuple[str, str]]:
        """The one alter, or the guard that turned it down."""
        return [read_alter(data, ego=fields["ego"], longest=self._longest, named=fields["type"])]


def _question(type: str | None, hint: Mapping[str, str] | None) -> str:
    by = f" by: {TYPES[type].forward.removeprefix('is ')}" if type else ""
    wish = f" Ideally a {hint['occupation']} from {hint['country']}, only if plausible." if hint else ""
    return f"Who is connected to this person{by}?{wish}"


DIALOGUES = {"small": ShortFields}
"""How an expansion asks, by the prompts that suit the model."""
