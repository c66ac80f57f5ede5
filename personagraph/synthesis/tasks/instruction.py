"""Instructions and answers to them: what somebody asks an assistant for."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from personagraph.runs.growth import Rejected
from personagraph.synthesis.checks.check import Draft
from personagraph.synthesis.guards import alike, first_clause
from personagraph.synthesis.tasks.task import Task, TaskKind
from personagraph.synthesis.tasks.written import WrittenTask

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


class BegunRequest(Task):
    """An instruction by a small model: it ends a request that the code began, and answers in a clause."""

    vary = MappingProxyType({"kind": BEGINNINGS})

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Draft | Rejected:
        """The request and the answer, which nobody has checked."""
        rules = self._file.schema["properties"]
        said = {name: first_clause(data[name], rules[name]["maxLength"]) for name in ("request", "answer")}
        found = self.fault(fields, said, *said)
        if found or alike(said["request"], said["answer"]):
            return found or ("repeats", "; ".join(said.values()))
        end = "?" if fields["kind"].startswith(("How", "What")) else "."
        request = said["request"].removeprefix("please ")
        return Draft(f"{fields['kind']} {request}{end}", f"You could {said['answer']}.")


TASK = TaskKind(
    {"small": partial(BegunRequest, "instruction-small"), "large": partial(WrittenTask, "instruction-large")},
    "requests with their answers",
)
