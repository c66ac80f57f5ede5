"""What every task is: how a sample is asked for, how the reply becomes one, and what is to be known of the task."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from types import MappingProxyType
from typing import Any, Final

from personagraph.prompts import Prompt
from personagraph.prompts.dialogue import PromptDialogue
from personagraph.prompts.tongue import LANGUAGE
from personagraph.runs.growth import Rejected
from personagraph.synthesis.checks.check import Draft
from personagraph.synthesis.guards import fault

PEOPLE: Final = "<{mark}>\n{people}\n</{mark}>"
"""How the template of a task shows whom a sample is about, and marks it as data."""
SHOTS: Final[Mapping[str, str]] = {
    "none": "nothing is shown beforehand",
    "examples": "samples are shown beforehand, without whom they are about",
    "personas": "samples are shown beforehand, each with whom it is about",
}
"""What a prompt shows beforehand: zero-shot, few-shot and persona-enhanced few-shot (arXiv 2406.20094, section 3)."""


class Task(PromptDialogue, ABC):
    """What the tasks share: a persona and its neighbours as text, and what is asked for.

    `vary` are the fields in which samples differ, with their values, which a synthesis takes in turn. `checks` are
    those of `personagraph.synthesis.checks` that look at each sample. A task that `composes` has problem and answer
    made by code, from what the model chooses.
    """

    vary: Mapping[str, Sequence[str]] = MappingProxyType({})
    checks: tuple[str, ...] = ()
    composes = False
    subject = "persona"

    def __init__(
        self,
        prompt: str | Prompt,
        model: str,
        secret: bytes,
        *,
        seed: int = 0,
        language: str = "",
        shots: str = "personas",
    ) -> None:
        super().__init__(prompt, model, secret, seed=seed, language=language)
        self._file = _showing(self._file, shots)
        self._examples = tuple(str(value) for _, reply in self._file.examples for value in reply.values())

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The persona, a line for each neighbour, what they say to each other if they talk, and what is asked for."""
        lines = [fields["persona"]]
        lines += [f"This person {tie['phrase']}: {tie['persona']}" for tie in fields["ties"]]
        if said := fields.get("said"):
            names = {"first": "This person", "second": "The other"}
            lines += ["They talk:", *(f"{names[by]}: {text}" for by, text in said)]
        return {"people": "\n".join(lines), **{name: fields[name] for name in self.vary}}

    def fault(self, fields: Mapping[str, Any], data: Mapping[str, Any], *names: str) -> Rejected | None:
        """The first guard that turns one of these fields of a reply down, and what it saw."""
        people = (fields["persona"], *(tie["persona"] for tie in fields["ties"]))
        strayed = next(((LANGUAGE, data[name]) for name in names if self.strays(fields, data[name])), None)
        if strayed:
            return strayed
        rules = self.schema(fields)["properties"]
        faults = (fault(data[name], people, self._examples, rules[name].get("maxLength")) for name in names)
        return next((found for found in faults if found), None)

    def rng(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Random:
        """What the code composes a sample with: the same for the same step, reply and seed."""
        return Random(json.dumps([self._seed, fields, data], sort_keys=True))

    @abstractmethod
    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Draft | Rejected:
        """The sample that the reply makes, before any check, or the guard that turned it down."""


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A task as it is registered.

    `dialogues` has, by the size of model that the prompts are for (small, large), what makes the dialogue from (model,
    secret, *, seed, language, shots). `about` says in a few words what the samples are.
    """

    dialogues: Mapping[str, Callable[..., Task]]
    about: str


def _showing(prompt: Prompt, shots: str) -> Prompt:
    """The prompt as it is asked with these of SHOTS."""
    if shots == "personas":
        return prompt
    if shots == "none":
        return replace(prompt, examples=(), shown=0)
    bare = tuple(({**given, "people": ""}, reply) for given, reply in prompt.examples)
    return replace(prompt, examples=bare, shown_by=prompt.template.replace(f"{PEOPLE}\n", ""))
