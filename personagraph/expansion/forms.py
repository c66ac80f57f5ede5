"""The two forms in which a model is asked for people, with an ego or without: short fields, and whole sentences."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from personagraph.expansion.readings import composed, read_short, read_written
from personagraph.expansion.wishes import IN_FIELDS, hints_of, like_lines, short_form, stated_form
from personagraph.prompts import Example, Prompt
from personagraph.prompts.dialogue import PromptDialogue
from personagraph.prompts.retold import EXAMPLE
from personagraph.prompts.tongue import LANGUAGE
from personagraph.runs.growth import Arrival, Rejected
from personagraph.steering.hints import LIKE, shown_by, told_by
from personagraph.steering.policies.policy import Hint
from personagraph.vocabulary.attributes import ATTRIBUTES, stated
from personagraph.vocabulary.places import REGIONS, countries
from personagraph.vocabulary.sexes import read_sex

ALTERS = 3
SURPLUS = "surplus"


class InFields(PromptDialogue, ABC):
    """Asks a small model for one person in short fields, from which the code composes the description."""

    steers = told_by(IN_FIELDS)
    """The attributes that a hint can name: of the others the sentence says nothing."""

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that a reply can name."""
        return tuple(self._file.schema["properties"]["country"]["enum"])

    @abstractmethod
    def drawn_by(self, fields: Mapping[str, Any]) -> str:
        """What draws the set of examples."""

    @abstractmethod
    def asked_alike(self, example: Example, fields: Mapping[str, Any]) -> str:
        """The question of an example, asked as this step asks."""

    def wished(self, fields: Mapping[str, Any]) -> Prompt:
        """With a field for the sex where a sex is wished for, with a place for descriptions where some are shown."""
        hint = fields["hint"]
        file = self._file.sexed if hint and "sex" in hint else self._file
        return file.liking if shown_by(hint) else file

    def examples(self, fields: Mapping[str, Any]) -> Sequence[Example]:
        """The set that is drawn, each asked as this step asks: by a hint of the same kind, which it follows."""
        drawn = self.wished(fields).examples_for(self.drawn_by(fields))
        return [({**shown, "ask": self.asked_alike((shown, reply), fields)}, reply) for shown, reply in drawn]

    def narrowed(self, properties: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
        """The prompt's schema with these properties; with `narrow`, all is as the hint says."""
        if fields.get("narrow") and fields["hint"]:
            properties = short_form(properties, fields["hint"], without=self._copied(fields))
        return {**self.wished(fields).schema, "properties": properties}

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """The one person, or the guard that turned them down."""
        if self.retells(fields, data["detail"]):
            return [(EXAMPLE, composed(data))]
        room = self._file.schema["properties"]["detail"]["pattern"]
        own = {"ego": fields.get("ego", ""), "named": fields.get("type"), "shown": shown_by(fields["hint"])}
        capped = not re.search(room, data["detail"] + "x")
        return [read_short(data, **own, capped=capped, copied=self._copied(fields))]

    def _copied(self, fields: Mapping[str, Any]) -> set[str]:
        """The occupations of the examples, which are no answer unless they are wished for."""
        examples = self._file.examples_for(self.drawn_by(fields))
        return {reply["occupation"] for _, reply in examples} - {(fields["hint"] or {}).get("occupation", "")}


class InSentences(PromptDialogue, ABC):
    """Asks a large model for several people, whom it describes and whose attributes it states.

    `listed` is the field of the reply in which they are.
    """

    items = ALTERS
    steers = tuple(ATTRIBUTES)
    """The attributes that a hint can name."""
    listed: str

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that a hint can name."""
        return tuple(chain.from_iterable(countries(region) for region in REGIONS))

    @abstractmethod
    def count(self, fields: Mapping[str, Any]) -> int:
        """How many people a step asks for."""

    def wished(self, fields: Mapping[str, Any]) -> Prompt:
        """With a place for descriptions where hints show some."""
        return self._file.liking if like_field(hints_of(fields)) else self._file

    def schema(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The prompt's, with room for as many people as are asked for; with `narrow`, as the hints say."""
        whole = super().schema(fields)
        people = {**whole["properties"][self.listed], "maxItems": self.count(fields)}
        if fields.get("narrow") and hints_of(fields):
            items = people["items"]
            people["items"] = {**items, "properties": stated_form(items["properties"], hints_of(fields))}
        return {**whole, "properties": {self.listed: people}}

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """Each person, or the guard that turned them down, in order; more than were asked for are surplus."""
        shown = [text for hint in hints_of(fields) for text in shown_by(hint)]
        most = self.count(fields)
        for n, item in enumerate(data[self.listed]):
            if n >= most:
                yield SURPLUS, item["description"], stated(item)
            elif self.strays(fields, item["description"]):
                yield LANGUAGE, item["description"], stated(item)
            elif self.retells(fields, item["description"]):
                yield EXAMPLE, item["description"], stated(item)
            else:
                yield read_written(item, ego=fields.get("ego", ""), named=fields.get("type"), shown=shown)


def like_field(hints: Iterable[Hint | None]) -> dict[str, str]:
    """The descriptions that hints show, as a prompt has them; nothing where there are none."""
    lines = like_lines(hint for hint in hints if hint)
    return {LIKE: lines} if lines else {}


def alike(example: Example, hint: Hint | None) -> Hint | None:
    """The hint that an example follows, of the same kind as the hint of a step."""
    shown, reply = example
    if not hint:
        return None
    told = {name: read_sex(reply[name]) if name == "sex" else str(reply[name]) for name in hint if name in reply}
    return told | ({LIKE: shown[LIKE]} if LIKE in shown else {})
