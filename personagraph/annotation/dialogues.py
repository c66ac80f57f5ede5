"""How a model is asked what descriptions say, and how its words are read: the dialogues of an annotation."""

from collections.abc import Mapping, Sequence
from typing import Any

from personagraph.prompts.dialogue import PromptDialogue
from personagraph.types import UNKNOWN, Attributes
from personagraph.vocabulary.attributes import ATTRIBUTES

LONGEST_ANSWER = 100
"""Characters of what a model says of an attribute; what is longer is no answer."""
ROOM = 5_000
"""Characters of the descriptions that one call shows, but for the first one."""


MOST = 50
"""Descriptions of a call."""


class ManyDescriptions(PromptDialogue):
    """Asks a large model about several descriptions in one call.

    The field `people` of a step has the descriptions. Nothing else of whom they are about is shown.
    """

    items = 0
    subject = "people"
    most = MOST

    def __init__(self, model: str, secret: bytes, *, seed: int = 0) -> None:
        super().__init__("annotate-large", model, secret, seed=seed)

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The descriptions, a numbered line for each."""
        people = fields["people"]
        lines = [f"{n}. {' '.join(text.split())}" for n, text in enumerate(people, 1)]
        return {"people": "\n".join(lines), "count": str(len(people))}

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Sequence[Attributes | None]:
        """What the model says of each description, in their order; None of one that it left out or told of twice."""
        told: dict[int, list[Mapping[str, Any]]] = {}
        for item in data["people"]:
            told.setdefault(item["n"], []).append(item)
        each = (told.get(n, []) for n in range(1, len(fields["people"]) + 1))
        return [read_answer(items[0]) if len(items) == 1 else None for items in each]


class OneJob(PromptDialogue):
    """Asks a small model for the job of one person."""

    items = 0
    subject = "people"
    most = 1

    def __init__(self, model: str, secret: bytes, *, seed: int = 0) -> None:
        super().__init__("annotate-small", model, secret, seed=seed)

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The description."""
        return {"people": " ".join(fields["people"][0].split())}

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Sequence[Attributes | None]:
        """What the model says of the one description."""
        return [read_answer(data)]


DIALOGUES: dict[str, type[ManyDescriptions] | type[OneJob]] = {"small": OneJob, "large": ManyDescriptions}
"""The dialogue for each size of model."""


def read_answer(said: Mapping[str, Any]) -> Attributes:
    """The values that the words of an answer are read as; unknown is what can be read as none."""
    found = {}
    for name, attribute in ATTRIBUTES.items():
        words = said.get(name)
        if isinstance(words, str) and len(words) <= LONGEST_ANSWER:
            found[name] = attribute.value(words.strip())
    return Attributes(**{name: value for name, value in found.items() if value != UNKNOWN})


def batches(descriptions: Sequence[str], most: int) -> list[int]:
    """How many of the descriptions, one after another, each call shows: at most so many, and no more than fit."""
    sizes, size, letters = list[int](), 0, 0
    for text in descriptions:
        if size and (size >= most or letters + len(text) > ROOM):
            sizes.append(size)
            size, letters = 0, 0
        size, letters = size + 1, letters + len(text)
    return [*sizes, size] if size else sizes
