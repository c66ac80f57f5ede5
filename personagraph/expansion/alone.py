"""How a model is asked for somebody whom nobody need know: by a hint alone, without an ego, and without a tie."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from personagraph.expansion.forms import InFields, InSentences, alike, like_field
from personagraph.expansion.wishes import NTH, head_of, hints_of, phrases, someone
from personagraph.prompts import Example
from personagraph.prompts.retold import retells
from personagraph.prompts.tongue import OWN, Tongue, tongue
from personagraph.vocabulary.work_names import occupation_pattern

ANYBODY = "Someone of any kind."


class AloneInFields(InFields):
    """Asks a small model for one person in short fields, from which the code composes the description."""

    def __init__(self, model: str, secret: bytes, *, seed: int = 0, language: str = "", before: bool = False) -> None:
        super().__init__("alone-small", model, secret, seed=seed)

    def drawn_by(self, fields: Mapping[str, Any]) -> str:
        """All that the step asks, and the seed."""
        return json.dumps([self._seed, fields], sort_keys=True)

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The question."""
        return {"ask": someone(fields["hint"]) if fields["hint"] else ANYBODY} | like_field([fields["hint"]])

    def asked_alike(self, example: Example, fields: Mapping[str, Any]) -> str:
        """By a hint that it follows."""
        hint = alike(example, fields["hint"])
        return someone(hint) if hint else ANYBODY

    def retells(self, fields: Mapping[str, Any], text: str) -> bool:
        """Whether the text of a reply says what an example says that the call showed."""
        return retells(text, self.examples(fields), known=self.given(fields)["ask"])

    def schema(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The prompt's with real occupations; with `narrow`, all is as the hint says."""
        occupation = {"type": "string", "pattern": occupation_pattern()}
        return self.narrowed({**self.wished(fields).schema["properties"], "occupation": occupation}, fields)


class AloneInSentences(InSentences):
    """Asks a large model for as many people as there are hints, whom it describes and whose attributes it states."""

    listed = "people"

    def __init__(self, model: str, secret: bytes, *, seed: int = 0, language: str = "", before: bool = False) -> None:
        super().__init__("alone-large", model, secret, seed=seed, language="" if language == OWN else language)

    def count(self, fields: Mapping[str, Any]) -> int:
        """As many as there are hints."""
        return max(1, len(hints_of(fields)))

    def tongue(self, fields: Mapping[str, Any]) -> Tongue | None:
        """The language that the user named; there is no text whose own it could be."""
        return tongue(self._language, "", own="") if self._language else None

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The question."""
        return {"ask": _ask(phrases(hints_of(fields)), count=self.count(fields))} | like_field(hints_of(fields))

    def examples(self, fields: Mapping[str, Any]) -> Sequence[Example]:
        """The one that is dealt, whose people are wished for as they are described."""
        asked = []
        for _, reply in super().examples(fields):
            heads = [head_of(item["description"]) for item in reply["people"]]
            told = heads if hints_of(fields) else []
            asked.append(({"ask": _ask(told, count=len(heads))}, reply))
        return asked

    def retells(self, fields: Mapping[str, Any], text: str) -> bool:
        """Whether the text of a reply says what the example says that the call showed."""
        return retells(text, self.examples(fields), known=self.given(fields)["ask"])


ALONE_DIALOGUES: dict[str, type[AloneInFields] | type[AloneInSentences]] = {
    "small": AloneInFields,
    "large": AloneInSentences,
}
"""The dialogue for each size of model."""


def _ask(told: Sequence[str], *, count: int) -> str:
    people = "one person" if count == 1 else f"{count} people"
    if len(told) == 1:
        whom = f": {told[0]}" if count == 1 else f": the first is {told[0]}"
    else:
        whom = "".join(f"{',' if n else ':'} the {NTH[n]} is {one}" for n, one in enumerate(told))
    return f"Describe {people}{whom}."
