"""Tasks that their prompt file describes: a model writes texts, and the file says which field is what of a sample."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from personagraph.prompts import Prompt
from personagraph.runs.growth import Rejected
from personagraph.synthesis.checks.check import Draft
from personagraph.synthesis.tasks.task import Task
from personagraph.text.english import may_be_english

SAMPLE: Final[Mapping[str, type]] = {
    "user": str,
    "assistant": str,
    "answer": str,
    "form": list,
    "question": str,
    "checks": list,
}
"""What the table `sample` of a file can have.

`user`, `assistant` and `answer` are templates of the fields of a reply and of what was asked for; the answer is what a
grader compares. `form` are the fields that checks read, `question` is one in which a question has to be asked, and
`checks` are those that look at each sample.
"""
_FIELD = re.compile(r"\{(\w+)\}")


class WrittenTask(Task):
    """A task as its file has it. Every text of a reply that is told goes through the guards."""

    def __init__(self, prompt: str | Prompt, *named: Any, **more: Any) -> None:
        super().__init__(prompt, *named, **more)
        said = self._file.sample
        self.vary = self._file.vary
        self.checks = tuple(said.get("checks", ()))
        self._user, self._assistant, self._answer = (said.get(name, "") for name in ("user", "assistant", "answer"))
        told = dict.fromkeys([*fields_in(self._user), *fields_in(self._assistant)])
        properties = self._file.schema["properties"]
        self._guarded = [name for name in told if properties.get(name, {}).get("type") == "string"]

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Draft | Rejected:
        """The texts of the reply in their places, and what the checks read."""
        found = self.fault(fields, data, *self._guarded)
        if found:
            return found
        question = self._file.sample.get("question")
        if question and not _asks(data[question]):
            return "no question", data[question]
        known = {**fields, **data, **self.told(data)}
        user, assistant, answer = (_filled(said, known) for said in (self._user, self._assistant, self._answer))
        return Draft(user, assistant, answer, self.form(fields, data))

    def told(self, data: Mapping[str, Any]) -> Mapping[str, str]:
        """What the templates can name besides the fields of the reply."""
        return {}

    def form(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the checks read of the reply."""
        return {name: data[name] for name in self._file.sample.get("form", ())}


def fields_in(template: str) -> Iterator[str]:
    """The names of the fields in a template, in order."""
    yield from _FIELD.findall(template)


def _filled(template: str, known: Mapping[str, Any]) -> str:
    """The template with each field in its place, once: what a field holds is not looked through for others."""

    def value(found: re.Match[str]) -> str:
        said = known[found[1]]
        return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)

    return _FIELD.sub(value, template).strip()


def _asks(problem: str) -> bool:
    """Whether a question is in it, as far as that can be told: many languages ask without a mark."""
    return "?" in problem or not may_be_english(problem)
