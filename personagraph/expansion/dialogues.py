"""How an ego is asked for its alters, and how the reply is read: the dialogues of an expansion."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from personagraph.expansion.readings import composed, read_short, read_written
from personagraph.expansion.wishes import (
    IN_FIELDS,
    head_of,
    hints_of,
    like_lines,
    phrases,
    short_form,
    someone,
    stated_form,
    wishes,
)
from personagraph.prompts import Example, Prompt
from personagraph.prompts.dialogue import PromptDialogue
from personagraph.prompts.retold import EXAMPLE
from personagraph.prompts.tongue import LANGUAGE
from personagraph.runs.growth import Arrival, Rejected
from personagraph.steering.hints import LIKE, shown_by, told_by
from personagraph.steering.policies.policy import Hint
from personagraph.types import digest
from personagraph.vocabulary.attributes import ATTRIBUTES, stated
from personagraph.vocabulary.faults.ties import heals
from personagraph.vocabulary.places import REGIONS, countries
from personagraph.vocabulary.relationships import ROLES, told
from personagraph.vocabulary.sexes import read_sex
from personagraph.vocabulary.work_names import names_of_work, occupation_pattern

ALTERS = 3
SURPLUS = "surplus"


class ShortFields(PromptDialogue):
    """Asks a small model for one alter in short fields, from which the code composes the description."""

    subject = "ego"
    steers = told_by(IN_FIELDS)
    """The attributes that a hint can name: of the others the sentence says nothing."""

    def __init__(self, model: str, secret: bytes, *, seed: int = 0, language: str = "", before: bool = False) -> None:
        super().__init__("expand-small", model, secret, seed=seed, language=language, before=before)

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that a reply can name."""
        return tuple(self._file.schema["properties"]["country"]["enum"])

    def wished(self, fields: Mapping[str, Any]) -> Prompt:
        """With a field for the sex where a sex is wished for, with a place for descriptions where some are shown."""
        return short_prompt(self._file, fields["hint"])

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The ego, and the question."""
        asked = {"ego": fields["ego"], "ask": _ask_for_one(_drawn_role(fields), fields["hint"])}
        return asked | like_field([fields["hint"]])

    def examples(self, fields: Mapping[str, Any]) -> Sequence[Example]:
        """The set that the ego draws, each asked as this step asks: with its tie named, with a hint that it follows."""
        return [self._asked_alike(example, fields) for example in self.wished(fields).examples_for(fields["ego"])]

    def schema(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Narrower than the prompt's, since a small model keeps to no wish.

        Occupations are real ones, and without a hint other work than the ego's; relations are those that fit: the one
        that is named, or any but the treating of patients, which only a healer has. With `narrow`, all is as the hint
        says.
        """
        role, ego, whole = _drawn_role(fields), fields["ego"], self.wished(fields).schema
        same = frozenset() if fields["hint"] or fields["type"] else names_of_work(ego)
        known = whole["properties"]
        kept = [r for r in known["relation"]["enum"] if r == role or (role is None and _fits(r, ego))]
        occupation = {"type": "string", "pattern": occupation_pattern(without=same)}
        properties = {**known, "occupation": occupation, "relation": {"type": "string", "enum": kept}}
        if fields.get("narrow") and fields["hint"]:
            properties = short_form(properties, fields["hint"], without=self._copied(fields))
        return {**whole, "properties": properties}

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """The one alter, or the guard that turned it down."""
        if self.retells(fields, data["detail"]):
            return [(EXAMPLE, composed(data))]
        capped = is_capped(self._file, data["detail"])
        own = {"ego": fields["ego"], "named": fields["type"], "shown": shown_by(fields["hint"])}
        return [read_short(data, **own, capped=capped, copied=self._copied(fields))]

    def _copied(self, fields: Mapping[str, Any]) -> set[str]:
        """The occupations of the examples, which are no answer unless they are wished for."""
        return occupations_in(self._file.examples_for(fields["ego"]), fields["hint"])

    def _asked_alike(self, example: Example, fields: Mapping[str, Any]) -> Example:
        shown, reply = example
        role = reply["relation"] if fields["type"] else None
        hint = alike(example, fields["hint"])
        return {**shown, "ask": _ask_for_one(role, hint)}, reply


class WholeSentences(PromptDialogue):
    """Asks a large model for several alters, whose descriptions it writes and whose attributes it states.

    The field `alters` of a step says how many, by default three; the prompt's schema has the most. Where the form is
    narrow, they are as many as there are wishes.
    """

    items = ALTERS
    subject = "ego"
    steers = tuple(ATTRIBUTES)
    """The attributes that a hint can name."""

    def __init__(self, model: str, secret: bytes, *, seed: int = 0, language: str = "", before: bool = False) -> None:
        super().__init__("expand-large", model, secret, seed=seed, language=language, before=before)

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that a hint can name."""
        return all_countries()

    def wished(self, fields: Mapping[str, Any]) -> Prompt:
        """With a place for descriptions where hints show some."""
        return self._file.liking if like_field(hints_of(fields)) else self._file

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The ego, and the question."""
        told = phrases(hints_of(fields))
        asked = _ask_for_several(_count(fields), fields["type"], told, narrow=bool(fields.get("narrow")))
        return {"ego": fields["ego"], "ask": asked} | like_field(hints_of(fields))

    def examples(self, fields: Mapping[str, Any]) -> Sequence[Example]:
        """The one that is dealt; where there are hints, its first people are wished for as they are described."""
        shown = super().examples(fields)
        if not self._file.dealt or not hints_of(fields):
            return shown
        return [_asked_for(example, len(hints_of(fields)), fields) for example in shown]

    def schema(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """The prompt's, with room for as many alters as are asked for; with `narrow`, as the hints say."""
        whole = super().schema(fields)
        alters = {**whole["properties"]["alters"], "maxItems": _count(fields)}
        if fields.get("narrow") and hints_of(fields):
            items = alters["items"]
            alters["items"] = {**items, "properties": stated_form(items["properties"], hints_of(fields))}
        return {**whole, "properties": {"alters": alters}}

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """Each alter, or the guard that turned it down; more than were asked for are turned down as surplus."""
        return read_several(self, fields, data["alters"], most=_count(fields), ego=fields["ego"], named=fields["type"])


DIALOGUES: dict[str, type[ShortFields] | type[WholeSentences]] = {"small": ShortFields, "large": WholeSentences}
"""The dialogue for each size of model."""


def read_several(
    dialogue: PromptDialogue,
    fields: Mapping[str, Any],
    items: Iterable[Mapping[str, Any]],
    *,
    most: int,
    ego: str = "",
    named: str | None = None,
) -> Iterable[Arrival | Rejected]:
    """What becomes of the people of a reply, in order; more than `most` are turned down as surplus."""
    shown = [text for hint in hints_of(fields) for text in shown_by(hint)]
    for n, item in enumerate(items):
        if n >= most:
            yield SURPLUS, item["description"], stated(item)
        elif dialogue.strays(fields, item["description"]):
            yield LANGUAGE, item["description"], stated(item)
        elif dialogue.retells(fields, item["description"]):
            yield EXAMPLE, item["description"], stated(item)
        else:
            yield read_written(item, ego=ego, named=named, shown=shown)


def all_countries() -> tuple[str, ...]:
    """The countries that a hint for a large model can name."""
    return tuple(chain.from_iterable(countries(region) for region in REGIONS))


def short_prompt(file: Prompt, hint: Hint | None) -> Prompt:
    """A prompt for short fields as a hint needs it."""
    file = file.sexed if hint and "sex" in hint else file
    return file.liking if shown_by(hint) else file


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


def occupations_in(examples: Iterable[Example], hint: Hint | None) -> set[str]:
    """Those that the examples reply, but for the one that is wished for."""
    return {reply["occupation"] for _, reply in examples} - {(hint or {}).get("occupation", "")}


def is_capped(file: Prompt, detail: str) -> bool:
    """Whether a detail is as long as its field has room for."""
    return not re.search(file.schema["properties"]["detail"]["pattern"], detail + "x")


def _fits(role: str, ego: str) -> bool:
    """Whether a small model may choose the role: of who is treated by whom it knows too little."""
    return role != "treated by" and (role != "treats" or heals(ego))


def _count(fields: Mapping[str, Any]) -> int:
    if fields.get("narrow") and (hints := hints_of(fields)):
        return len(hints)
    return int(fields.get("alters", ALTERS))


def _roles(type: str) -> list[str]:
    return [role for role, (of, _) in ROLES.items() if of == type]


def _drawn_role(fields: Mapping[str, Any]) -> str | None:
    """The end of the named type at which the ego stands: drawn by the ego, so that both come up."""
    if fields["type"] is None:
        return None
    roles = _roles(fields["type"])
    return roles[int(digest(fields["type"], fields["ego"])[:8], 16) % len(roles)]


def _ask_for_one(role: str | None, hint: Hint | None) -> str:
    tie = f"This person {told(role)} someone. Who is it?" if role else "Who is connected to this person?"
    return f"{tie} {someone(hint)}" if hint else f"{tie} Someone with a different job."


def _ask_for_several(count: int, type: str | None, told: Sequence[str], *, narrow: bool) -> str:
    people = "one person who is" if count == 1 else f"{count} people who are"
    tie = f" The relation must be {' or '.join(_roles(type))}." if type else ""
    return f"Name {people} connected to this person.{tie}{wishes(told, narrow=narrow, count=count)}"


def _asked_for(example: Example, wanted: int, fields: Mapping[str, Any]) -> Example:
    """An example whose first people are wished for, as many as the step wishes for."""
    shown, reply = example
    heads = [head_of(item["description"]) for item in reply["alters"]][:wanted]
    asked = wishes(heads, narrow=bool(fields.get("narrow")), count=len(reply["alters"]))
    return {**shown, "ask": shown["ask"] + asked}, reply
