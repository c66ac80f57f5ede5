"""Word problems: a large model writes them; for a small one the code composes and solves them with what it chooses."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from personagraph.runs.growth import Rejected
from personagraph.synthesis.tasks.task import Exchange, Task, TaskKind
from personagraph.synthesis.word_problems import DIFFICULTIES, tell
from personagraph.text.english import may_be_english

TOPICS: Final = (
    "a daily rate and a rest",
    "change after a purchase",
    "scaling in proportion",
    "sharing with a remainder",
    "a percentage discount",
    "two steps with boxes",
    "an average",
    "an area and a fence",
    "a schedule",
    "units of time",
    "working together",
    "sharing in a ratio",
)
"""What a large model is asked for problems about."""


class ChosenNumbers(Task):
    """Mathematics by a small model: it chooses things, place and numbers; the code tells the problem and solves it."""

    kinds = tuple(DIFFICULTIES)

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Exchange | Rejected:
        """The problem with its computed solution, its formula, and its skeleton."""
        made = tell(data, fields["persona"], fields["ties"], fields["kind"], self.rng(fields, data))
        form = {
            "formula": made.formula,
            "givens": [{"name": name, "value": n} for name, n in zip("abcdefghijkl", made.givens, strict=False)],
            "unneeded": list(made.unneeded),
            "unit": made.unit,
            "skeleton": made.skeleton,
            "difficulty": {"operations": made.operations, "distractors": len(made.unneeded)},
        }
        told = f"{made.working}\nAnswer: {made.answer} {made.unit}"
        return Exchange(made.question, told, "computed", f"{made.answer} {made.unit}", form)


class WrittenProblem(Task):
    """Mathematics by a large model, which writes problem, working and answer."""

    kinds = TOPICS

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Exchange | Rejected:
        """The problem with the model's own solution, which nobody has checked."""
        found = self.fault(fields, data, "problem", "working", "answer")
        if found or _asks(data["problem"]):
            solution = f"{data['working']}\nAnswer: {data['answer']}"
            return found or Exchange(data["problem"], solution, "unchecked", data["answer"])
        return "no question", data["problem"]


def _asks(problem: str) -> bool:
    """Whether a question is in it, as far as that can be told: many languages ask without a mark."""
    return "?" in problem or not may_be_english(problem)


TASK = TaskKind(
    {"small": partial(ChosenNumbers, "math-small"), "large": partial(WrittenProblem, "math-large")},
    "word problems with their solutions",
)
