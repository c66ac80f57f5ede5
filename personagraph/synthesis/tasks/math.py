"""Word problems: a large model writes them; for a small one the code tells and solves what it chooses."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from personagraph.runs.growth import Rejected
from personagraph.synthesis.stories import STORIES
from personagraph.synthesis.tasks.task import Exchange, Task, TaskKind
from personagraph.synthesis.word_problems import tell
from personagraph.text.english import may_be_english


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
        if found or _asks(data["problem"]):
            return found or Exchange(data["problem"], f"{data['working']}\nAnswer: {data['answer']}", "unchecked")
        return "no question", data["problem"]


def _asks(problem: str) -> bool:
    """Whether a question is in it, as far as that can be told: many languages ask without a mark."""
    return "?" in problem or not may_be_english(problem)


TASK = TaskKind(
    {"small": partial(ChosenNumbers, "math-small"), "large": partial(WrittenProblem, "math-large")},
    "word problems with their solutions",
)
