"""What a synthesis is told of its task: which it is, what its samples differ in, and what is believed of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from personagraph.errors import InputError, UsageError
from personagraph.workspace.options import check_known
from personagraph.workspace.run_settings import SynthesizeSettings

if TYPE_CHECKING:
    from personagraph.synthesis.tasks.task import TaskKind

CONTEXTS: Mapping[str, int] = {"persona": 0, "neighbours": 2, "conversation": 1}
"""How many neighbours a persona is shown with; in a conversation it talks to the one."""
CONVERSATION = "conversation"
OWN_FILE = ".toml"
LONGEST_FILE = 100_000
MOST_ANSWERS = 16


class TaskOptions(TypedDict, total=False):
    """How samples are asked for, and what looks at them. None is not given."""

    shots: str | None
    """One of `personagraph.synthesis.tasks.task.SHOTS`; by default none for large models, personas for small ones."""
    vary: Mapping[str, Sequence[str]] | None
    """What samples differ in, with the values that they take in turn, instead of those of the task."""
    answers: int | None
    """How many independent answers are asked for each problem; by default 2 where the task has them compared."""
    checks: Sequence[str] | None
    """Names of `personagraph.synthesis.checks.CHECKS`, instead of those of the task; an empty list for none."""
    checker: str | None
    """The model that answers and criticises, as `openai:NAME`; by default the one that writes."""


def task_named(task: str) -> tuple[str, str]:
    """The name of a task, and the text of its file where it is the user's own.

    Raises UsageError for one that is not known, InputError for a file that cannot be used.
    """
    from personagraph.synthesis.tasks import TASKS

    if not task.endswith(OWN_FILE):
        try:
            check_known("task", task, TASKS)
        except UsageError as error:
            raise UsageError(f"{error}, or a file of your own that ends in {OWN_FILE}") from None
        return task, ""
    from personagraph.synthesis.tasks.own import check_own
    from personagraph.text.files import text_of

    path = Path(task)
    if not path.is_file():
        raise InputError("there is no such file", path)
    text = text_of(path, longest=LONGEST_FILE)
    name = path.name.removesuffix(OWN_FILE)
    check_own(name, text, path)
    return name, text


def task_kind(settings: SynthesizeSettings) -> "TaskKind":
    """The task of a run: one of ours, or the user's own, as the run keeps it."""
    from personagraph.synthesis.tasks import TASKS
    from personagraph.synthesis.tasks.own import own_task

    return own_task(settings.task, settings.own) if settings.own else TASKS[settings.task]


def asked_for(task: str, own: str, options: TaskOptions) -> dict[str, Any]:
    """The settings that these options are. Raises UsageError for what cannot be."""
    from personagraph.synthesis.checks import CHECKS
    from personagraph.synthesis.tasks.task import SHOTS
    from personagraph.workspace.models import check_named

    shots, vary, answers = options.get("shots"), options.get("vary"), options.get("answers")
    checks, checker = options.get("checks"), options.get("checker")
    check_known("shots", shots, SHOTS)
    for name in checks or ():
        check_known("check", name, CHECKS)
    if answers is not None and not 0 <= answers <= MOST_ANSWERS:
        raise UsageError(f"--answers is {answers}; it must be from 0 to {MOST_ANSWERS}")
    if checker is not None:
        check_named(checker)
    return {
        "shots": shots,
        "vary": _varied(task, own, vary) if vary else None,
        "answers": answers,
        "checks": None if checks is None else list(dict.fromkeys(checks)),
        "checker": checker,
    }


def _varied(task: str, own: str, vary: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What samples are to differ in. Raises UsageError where the task does not differ in that, or not so."""
    from personagraph.synthesis.tasks.own import LONGEST_VALUE

    kind = task_kind(SynthesizeSettings.of({**SynthesizeSettings.defaults(), "task": task, "own": own, "dealt": True}))
    known = {name: None for made in kind.dialogues.values() for name in made("", b"").vary}
    for name, values in vary.items():
        if name not in known:
            can = f"it has {', '.join(known)}" if known else "its samples differ in nothing"
            raise UsageError(f"--set {name}: the task {task} has no {name}; {can}")
        for value in values:
            if not value.strip() or len(value) > LONGEST_VALUE:
                raise UsageError(f"--set {name}: a value must be a text of 1 to {LONGEST_VALUE:,} characters")
    return {name: list(dict.fromkeys(values)) for name, values in vary.items()}
