"""How an ego is asked for its alters, and how the reply is read: the dialogues of an expansion."""

from collections.abc import Mapping, Sequence
from typing import Any

from personagraph.expansion.forms import ALTERS, InFields, InSentences, alike, like_field
from personagraph.expansion.wishes import head_of, hints_of, phrases, someone, wishes
from personagraph.prompts import Example
from personagraph.steering.policies.policy import Hint
from personagraph.types import digest
from personagraph.vocabulary.faults.ties import heals
from personagraph.vocabulary.relationships import ROLES, told
from personagraph.vocabulary.work_names import names_of_work, occupation_pattern


class ShortFields(InFields):
    """Asks a small model for one alter in short fields, from which the code composes the description."""

    subject = "ego"

    def __init__(self, model: str, secret: bytes, *, seed: int = 0, language: str = "", before: bool = False) -> None:
        super().__init__("expand-small", model, secret, seed=seed, language=language, before=before)

    def drawn_by(self, fields: Mapping[str, Any]) -> str:
        """The ego."""
        return str(fields["ego"])

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The ego, and the question."""
        asked = {"ego": fields["ego"], "ask": _ask_for_one(_drawn_role(fields), fields["hint"])}
        return asked | like_field([fields["hint"]])

    def asked_alike(self, example: Example, fields: Mapping[str, Any]) -> str:
        """With its tie named where one is asked for, with a hint that it follows."""
        role = example[1]["relation"] if fields["type"] else None
        return _ask_for_one(role, alike(example, fields["hint"]))

    def schema(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Narrower than the prompt's, since a small model keeps to no wish.

        Occupations are real ones, and without a hint other work than the ego's; relations are those that fit: the one
        that is named, or any but the treating of patients, which only a healer has. With `narrow`, all is as the hint
        says.
        """
        role, ego = _drawn_role(fields), fields["ego"]
        same = frozenset() if fields["hint"] or fields["type"] else names_of_work(ego)
        known = self.wished(fields).schema["properties"]
        kept = [r for r in known["relation"]["enum"] if r == role or (role is None and _fits(r, ego))]
        occupation = {"type": "string", "pattern": occupation_pattern(without=same)}
        relation = {"type": "string", "enum": kept}
        return self.narrowed({**known, "occupation": occupation, "relation": relation}, fields)


class WholeSentences(InSentences):
    """Asks a large model for several alters, whose descriptions it writes and whose attributes it states.

    The field `alters` of a step says how many, by default three; the prompt's schema has the most. Where the form is
    narrow, they are as many as there are wishes.
    """

    subject = "ego"
    listed = "alters"

    def __init__(self, model: str, secret: bytes, *, seed: int = 0, language: str = "", before: bool = False) -> None:
        super().__init__("expand-large", model, secret, seed=seed, language=language, before=before)

    def count(self, fields: Mapping[str, Any]) -> int:
        """As many as the field `alters` says, or as there are wishes where the form is narrow."""
        if fields.get("narrow") and (hints := hints_of(fields)):
            return len(hints)
        return int(fields.get("alters", ALTERS))

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The ego, and the question."""
        told = phrases(hints_of(fields))
        asked = _ask_for_several(self.count(fields), fields["type"], told, narrow=bool(fields.get("narrow")))
        return {"ego": fields["ego"], "ask": asked} | like_field(hints_of(fields))

    def examples(self, fields: Mapping[str, Any]) -> Sequence[Example]:
        """The one that is dealt; where there are hints, its first people are wished for as they are described."""
        shown = super().examples(fields)
        if not self._file.dealt or not hints_of(fields):
            return shown
        return [_asked_for(example, len(hints_of(fields)), fields) for example in shown]


DIALOGUES: dict[str, type[ShortFields] | type[WholeSentences]] = {"small": ShortFields, "large": WholeSentences}
"""The dialogue for each size of model."""


def _fits(role: str, ego: str) -> bool:
    """Whether a small model may choose the role: of who is treated by whom it knows too little."""
    return role != "treated by" and (role != "treats" or heals(ego))


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
