"""What every task is: how a sample is asked for, how the reply becomes one, and what is to be known of the task."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from personagraph.prompts import Prompt
from personagraph.prompts.dialogue import PromptDialogue
from personagraph.prompts.tongue import LANGUAGE
from personagraph.runs.growth import Rejected
from personagraph.synthesis.guards import fault


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a reply was made into: what a user says, what the assistant answers, and whether that was checked.

    `check` is computed (the code composed and answered it) or unchecked. `answer` is what the answer comes to, alone,
    and `form` what can be evaluated or counted: a formula, a puzzle, the skeleton and how hard it is.
    """

    user: str
    assistant: str
    check: str
    answer: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)


class Task(PromptDialogue, ABC):
    """What the tasks share: a persona and its neighbours as text, and the kind of sample that is asked for.

    A synthesis rotates through `kinds`.
    """

    kinds: tuple[str, ...] = ()
    subject = "persona"

    def __init__(self, prompt: str | Prompt, model: str, secret: bytes, *, seed: int = 0, language: str = "") -> None:
        super().__init__(prompt, model, secret, seed=seed, language=language)
        self._examples = tuple(str(value) for _, reply in self._file.examples for value in reply.values())

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The persona, a line for each neighbour, and the kind."""
        ties = (f"This person {tie['phrase']}: {tie['persona']}" for tie in fields["ties"])
        return {"people": "\n".join((fields["persona"], *ties)), "kind": fields["kind"]}

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
    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Exchange | Rejected:
        """The sample that the reply makes, or the guard that turned it down."""


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A task as it is registered.

    `dialogues` has, by the size of model that the prompts are for (small, large), what makes the dialogue from (model,
    secret, *, seed, language). `about` says in a few words what the samples are.
    """

    dialogues: Mapping[str, Callable[..., Task]]
    about: str
