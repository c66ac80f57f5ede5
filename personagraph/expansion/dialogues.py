"""How an ego is asked for its alters, and how the reply is read: the dialogues of an expansion."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from personagraph.expansion.readings import compose, read_short, read_written
from personagraph.prompts import Example
from personagraph.prompts.dialogue import PromptDialogue
from personagraph.prompts.retold import EXAMPLE
from personagraph.prompts.tongue import LANGUAGE
from personagraph.runs.growth import Arrival, Rejected
from personagraph.text.english import article
from personagraph.types import digest
from personagraph.vocabulary.attributes import stated
from personagraph.vocabulary.faults.ties import heals
from personagraph.vocabulary.places import REGIONS, countries
from personagraph.vocabulary.relationships import ROLES, told
from personagraph.vocabulary.work_names import names_of_work, occupation_pattern

ALTERS = 3
SURPLUS = "surplus"


class ShortFields(PromptDialogue):
    """Asks a small model for one alter in short fields, from which the code composes the description."""

    subject = "ego"

    def __init__(self, model: str, secret: bytes, *, seed: int = 0, language: str = "", before: bool = False) -> None:
        super().__init__("expand-small", model, secret, seed=seed, language=language, before=before)

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that a reply can name."""
        return tuple(self._file.schema["properties"]["country"]["enum"])

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The ego, and the question."""
        return {"ego": fields["ego"], "ask": _ask_for_one(_drawn_role(fields), fields["hint"])}

    def examples(self, fields: Mapping[str, Any]) -> Sequence[Example]:
        """The set that the ego draws, each asked as this step asks: with its tie named, with a hint that it follows."""
        return [self._asked_alike(example, fields) for example in self._file.examples_for(fields["ego"])]

    def schema(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Narrower than the prompt's, since a small model keeps to no wish.

        Occupations are real ones, and without a hint other work than the ego's; relations are those that fit: the one
        that is named, or any but the treating of patients, which only a healer has.
        """
        role, ego = _drawn_role(fields), fields["ego"]
        same = frozenset() if fields["hint"] or fields["type"] else names_of_work(ego)
        known = self._file.schema["properties"]
        kept = [r for r in known["relation"]["enum"] if r == role or (role is None and _fits(r, ego))]
        occupation = {"type": "string", "pattern": occupation_pattern(without=same)}
        properties = {**known, "occupation": occupation, "relation": {"type": "string", "enum": kept}}
        return {**self._file.schema, "properties": properties}

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """The one alter, or the guard that turned it down."""
        shown = {reply["occupation"] for _, reply in self._file.examples_for(fields["ego"])}
        wished = {(fields["hint"] or {}).get("occupation")}
        capped = not re.search(self._file.schema["properties"]["detail"]["pattern"], data["detail"] + "x")
        if self.retells(fields, data["detail"]):
            return [(EXAMPLE, compose(data["age"], data["occupation"], data["country"], data["detail"]))]
        return [read_short(data, ego=fields["ego"], named=fields["type"], capped=capped, copied=shown - wished)]

    def _asked_alike(self, example: Example, fields: Mapping[str, Any]) -> Example:
        shown, reply = example
        role = reply["relation"] if fields["type"] else None
        hint = {name: reply[name] for name in ("occupation", "country")} if fields["hint"] else None
        return {"ego": shown["ego"], "ask": _ask_for_one(role, hint)}, reply


class WholeSentences(PromptDialogue):
    """Asks a large model for several alters, whose descriptions it writes and whose attributes it states.

    The field `alters` of a step says how many, by default three; the prompt's schema has the most.
    """

    items = ALTERS
    subject = "ego"

    def __init__(self, model: str, secret: bytes, *, seed: int = 0, language: str = "", before: bool = False) -> None:
        super().__init__("expand-large", model, secret, seed=seed, language=language, before=before)

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that a hint can name."""
        return tuple(chain.from_iterable(countries(region) for region in REGIONS))

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The ego, and the question."""
        return {"ego": fields["ego"], "ask": _ask_for_several(_count(fields), fields["type"], fields["hint"])}

    def schema(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The prompt's, with room for as many alters as are asked for."""
        whole = super().schema(fields)
        alters = {**whole["properties"]["alters"], "maxItems": _count(fields)}
        return {**whole, "properties": {"alters": alters}}

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """Each alter, or the guard that turned it down; more than were asked for are turned down as surplus."""
        for n, item in enumerate(data["alters"]):
            if n >= _count(fields):
                yield SURPLUS, item["description"], stated(item)
            elif self.strays(fields, item["description"]):
                yield LANGUAGE, item["description"], stated(item)
            elif self.retells(fields, item["description"]):
                yield EXAMPLE, item["description"], stated(item)
            else:
                yield read_written(item, ego=fields["ego"], named=fields["type"])


DIALOGUES: dict[str, type[ShortFields] | type[WholeSentences]] = {"small": ShortFields, "large": WholeSentences}
"""The dialogue for each size of model."""


def _fits(role: str, ego: str) -> bool:
    """Whether a small model may choose the role: of who is treated by whom it knows too little."""
    return role != "treated by" and (role != "treats" or heals(ego))


def _count(fields: Mapping[str, Any]) -> int:
    return int(fields.get("alters", ALTERS))


def _roles(type: str) -> list[str]:
    return [role for role, (of, _) in ROLES.items() if of == type]


def _drawn_role(fields: Mapping[str, Any]) -> str | None:
    """The end of the named type at which the ego stands: drawn by the ego, so that both come up."""
    if fields["type"] is None:
        return None
    roles = _roles(fields["type"])
    return roles[int(digest(fields["type"], fields["ego"])[:8], 16) % len(roles)]


def _ask_for_one(role: str | None, hint: Mapping[str, str] | None) -> str:
    tie = f"This person {told(role)} someone. Who is it?" if role else "Who is connected to this person?"
    return f"{tie} Someone who is {_wish(hint)}." if hint else f"{tie} Someone with a different job."


def _ask_for_several(count: int, type: str | None, hint: Mapping[str, str] | None) -> str:
    people = "one person who is" if count == 1 else f"{count} people who are"
    tie = f" The relation must be {' or '.join(_roles(type))}." if type else ""
    wish = f" The first is ideally {_wish(hint)}, only if that is plausible." if hint else ""
    return f"Name {people} connected to this person.{tie}{wish}"


def _wish(hint: Mapping[str, str]) -> str:
    return f"{article(hint['occupation'])} {hint['occupation']} from {hint['country']}"
