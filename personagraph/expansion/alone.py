"""How a model is asked for somebody whom nobody need know: by a hint alone, without an ego, and without a tie."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from personagraph.expansion.dialogues import (
    ALTERS,
    alike,
    all_countries,
    is_capped,
    like_field,
    occupations_in,
    read_several,
    short_prompt,
)
from personagraph.expansion.readings import composed, read_short
from personagraph.expansion.wishes import IN_FIELDS, NTH, head_of, hints_of, phrases, short_form, someone, stated_form
from personagraph.prompts import Example, Prompt
from personagraph.prompts.dialogue import PromptDialogue
from personagraph.prompts.retold import EXAMPLE, retells
from personagraph.prompts.tongue import OWN, Tongue, tongue
from personagraph.runs.growth import Arrival, Rejected
from personagraph.steering.hints import shown_by, told_by
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.work_names import occupation_pattern

ANYBODY = "Someone of any kind."


class AloneInFields(PromptDialogue):
    """Asks a small model for one person in short fields, from which the code composes the description."""

    steers = told_by(IN_FIELDS)
    """The attributes that a hint can name."""

    def __init__(self, model: str, secret: bytes, *, seed: int = 0, language: str = "", before: bool = False) -> None:
        super().__init__("alone-small", model, secret, seed=seed)

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that a reply can name."""
        return tuple(self._file.schema["properties"]["country"]["enum"])

    def wished(self, fields: Mapping[str, Any]) -> Prompt:
        """With a field for the sex where a sex is wished for, with a place for descriptions where some are shown."""
        return short_prompt(self._file, fields["hint"])

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The question."""
        return {"ask": someone(fields["hint"]) if fields["hint"] else ANYBODY} | like_field([fields["hint"]])

    def examples(self, fields: Mapping[str, Any]) -> Sequence[Example]:
        """The set that the hint draws, each asked for by a hint of the same kind."""
        drawn = self.wished(fields).examples_for(_drawn(self._seed, fields))
        return [({**shown, "ask": self._asked(shown, reply, fields)}, reply) for shown, reply in drawn]

    def retells(self, fields: Mapping[str, Any], text: str) -> bool:
        """Whether the text of a reply says what an example says that the call showed."""
        return retells(text, self.examples(fields), known=self.given(fields)["ask"])

    def schema(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The prompt's with real occupations; with `narrow`, all is as the hint says."""
        whole = self.wished(fields).schema
        properties = {**whole["properties"], "occupation": {"type": "string", "pattern": occupation_pattern()}}
        if fields.get("narrow") and fields["hint"]:
            properties = short_form(properties, fields["hint"], without=self._copied(fields))
        return {**whole, "properties": properties}

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """The one person, or the guard that turned them down."""
        if self.retells(fields, data["detail"]):
            return [(EXAMPLE, composed(data))]
        capped, copied = is_capped(self._file, data["detail"]), self._copied(fields)
        return [read_short(data, shown=shown_by(fields["hint"]), capped=capped, copied=copied)]

    def _copied(self, fields: Mapping[str, Any]) -> set[str]:
        return occupations_in(self._file.examples_for(_drawn(self._seed, fields)), fields["hint"])

    def _asked(self, shown: Mapping[str, str], reply: Mapping[str, Any], fields: Mapping[str, Any]) -> str:
        hint = alike((shown, reply), fields["hint"])
        return someone(hint) if hint else ANYBODY


class AloneInSentences(PromptDialogue):
    """Asks a large model for as many people as there are hints, whom it describes and whose attributes it states."""

    items = ALTERS
    steers = tuple(ATTRIBUTES)
    """The attributes that a hint can name."""

    def __init__(self, model: str, secret: bytes, *, seed: int = 0, language: str = "", before: bool = False) -> None:
        super().__init__("alone-large", model, secret, seed=seed, language="" if language == OWN else language)

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that a hint can name."""
        return all_countries()

    def tongue(self, fields: Mapping[str, Any]) -> Tongue | None:
        """The language that the user named; there is no text whose own it could be."""
        return tongue(self._language, "", own="") if self._language else None

    def wished(self, fields: Mapping[str, Any]) -> Prompt:
        """With a place for descriptions where hints show some."""
        return self._file.liking if like_field(hints_of(fields)) else self._file

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The question."""
        return {"ask": _ask(phrases(hints_of(fields)), count=_count(fields))} | like_field(hints_of(fields))

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

    def schema(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The prompt's, with room for as many people as are asked for; with `narrow`, as the hints say."""
        whole = super().schema(fields)
        people = {**whole["properties"]["people"], "maxItems": _count(fields)}
        if fields.get("narrow") and hints_of(fields):
            items = people["items"]
            people["items"] = {**items, "properties": stated_form(items["properties"], hints_of(fields))}
        return {**whole, "properties": {"people": people}}

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """Each person, or the guard that turned them down; more than were asked for are turned down as surplus."""
        return read_several(self, fields, data["people"], most=_count(fields))


ALONE_DIALOGUES: dict[str, type[AloneInFields] | type[AloneInSentences]] = {
    "small": AloneInFields,
    "large": AloneInSentences,
}
"""The dialogue for each size of model."""


def _drawn(seed: int, fields: Mapping[str, Any]) -> str:
    return json.dumps([seed, fields], sort_keys=True)


def _count(fields: Mapping[str, Any]) -> int:
    return max(1, len(hints_of(fields)))


def _ask(told: Sequence[str], *, count: int) -> str:
    people = "one person" if count == 1 else f"{count} people"
    if len(told) == 1:
        whom = f": {told[0]}" if count == 1 else f": the first is {told[0]}"
    else:
        whom = "".join(f"{',' if n else ':'} the {NTH[n]} is {one}" for n, one in enumerate(told))
    return f"Describe {people}{whom}."
