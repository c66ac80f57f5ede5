"""Word problems: a large model writes them; for a small one the code composes and solves them with what it chooses."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from personagraph.runs.growth import Rejected
from personagraph.synthesis.checks.check import Draft
from personagraph.synthesis.tasks.task import Task, TaskKind
from personagraph.synthesis.tasks.written import WrittenTask
from personagraph.synthesis.word_problems import DIFFICULTIES, tell


class ChosenNumbers(Task):
    """Mathematics by a small model: it chooses things, place and numbers; the code tells the problem and solves it."""

    vary = MappingProxyType({"kind": tuple(DIFFICULTIES)})
    composes = True

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Draft | Rejected:
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
        return Draft(made.question, told, f"{made.answer} {made.unit}", form)


TASK = TaskKind(
    {"small": partial(ChosenNumbers, "math-small"), "large": partial(WrittenTask, "math-large")},
    "word problems with their solutions",
)
