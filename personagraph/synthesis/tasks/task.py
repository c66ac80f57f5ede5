"""The tasks of a synthesis: how each is put to a small or a large model, and how the reply becomes a sample."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from personagraph.prompts.dialogue import PromptDialogue
from personagraph.runs.growth import Rejected
from personagraph.synthesis.guards import alike, fault, first_clause
from personagraph.synthesis.stories import STORIES
from personagraph.synthesis.word_problems import tell

REQUESTS = ("advice", "an explanation", "a plan", "a text to send", "a comparison", "a list of ideas", "a check-list")
"""What people ask an assistant for."""

BEGINNINGS = (
    "How can I",
    "Please tell me how to",
    "What should I do to",
    "Give me some advice on how to",
    "I want to know how to",
    "What is a good way to",
    "Explain to me how to",
)
"""How requests begin that a small model ends; a verb follows each."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a reply was made into: what a user says, what the assistant answers, and whether that was checked.

    `check` is verified (the code computed the answer) or unchecked.
    """

    user: str
    assistant: str
    check: str


class Task(PromptDialogue, ABC):
    """What the tasks share: a persona and its neighbours as text, and the kind of sample that is asked for.

    A synthesis rotates through `kinds`.
    """

    kinds: tuple[str, ...] = ()

    def __init__(self, prompt: str, model: str, secret: bytes, *, seed: int = 0) -> None:
        super().__init__(prompt, model, secret, seed=seed)
        self._examples = tuple(str(value) for _, reply in self._file.examples for value in reply.values())

    def given(self, fields: Mapping[str, Any]) -> Mapping[str, str]:
        """The persona, a line for each neighbour, and the kind."""
        ties = (f"This person {tie['phrase']}: {tie['persona']}" for tie in fields["ties"])
        return {"people": "\n".join((fields["persona"], *ties)), "kind": fields["kind"]}

    def fault(self, fields: Mapping[str, Any], data: Mapping[str, Any], *names: str) -> Rejected | None:
        """The first guard that turns one of these fields of a reply down, and what it saw."""
        people = (fields["persona"], *(tie["persona"] for tie in fields["ties"]))
        rules = self._file.schema["properties"]
        faults = (fault(data[name], people, self._examples, rules[name].get("maxLength")) for name in names)
        return next((found for found in faults if found), None)

    @abstractmethod
    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Exchange | Rejected:
        """The sample that the reply makes, or the guard that turned it down."""


class ChosenNumbers(Task):
    """Mathematics by a small model: it chooses things, place and numbers; the code tells the problem and solves it."""

    kinds = tuple(STORIES)

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Exchange | Rejected:
        """The problem with its computed solution."""
        problem, solution = tell(data, fields["persona"], fields["ties"], fields["kind"])
        return Exchange(problem, solution, "verified")


class WrittenProblem(Task):
    """Mathematics by a large model, which writes problem, working and answer."""

    kinds = tuple(STORIES)

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Exchange | Rejected:
        """The problem with the model's own solution, which nobody has checked."""
        found = self.fault(fields, data, "problem", "working", "answer")
        if found or "?" in data["problem"]:
            return found or Exchange(data["problem"], f"{data['working']}\nAnswer: {data['answer']}", "unchecked")
        return "no question", data["problem"]


class Request(Task):
    """An instruction and its answer, both written by a large model."""

    kinds = REQUESTS

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Exchange | Rejected:
        """The request and the answer, which nobody has checked."""
        return self.fault(fields, data, "request", "answer") or Exchange(data["request"], data["answer"], "unchecked")


class BegunRequest(Task):
    """An instruction by a small model: it ends a request that the code began, and answers in a clause."""

    kinds = BEGINNINGS

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Exchange | Rejected:
        """The request and the answer, which nobody has checked."""
        rules = self._file.schema["properties"]
        said = {name: first_clause(data[name], rules[name]["maxLength"]) for name in ("request", "answer")}
        found = self.fault(fields, said, *said)
        if found or alike(said["request"], said["answer"]):
            return found or ("repeats", "; ".join(said.values()))
        end = "?" if fields["kind"].startswith(("How", "What")) else "."
        request = said["request"].removeprefix("please ")
        return Exchange(f"{fields['kind']} {request}{end}", f"You could {said['answer']}.", "unchecked")


TASKS: dict[str, dict[str, Callable[..., Task]]] = {
    "math": {"small": partial(ChosenNumbers, "math-small"), "large": partial(WrittenProblem, "math-large")},
    "instruction": {
        "small": partial(BegunRequest, "instruction-small"),
        "large": partial(Request, "instruction-large"),
    },
}
"""By task, the dialogue for each size of model: what it makes takes (model, secret, *, seed)."""
