"""Tells all of a dead letter: what was asked, what came back each time, and why it could not be used."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from personagraph.errors import ReplyFormatError, UsageError
from personagraph.ledger import Ledger, Run
from personagraph.ledger.steps import Attempt, DeadLetter
from personagraph.prompts.dialogue import Dialogue
from personagraph.storage.atomic_files import replacing
from personagraph.types import ChatReply, Step


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply as it came; `error` says why it could not be used, and is empty when this version could use it."""

    call: str
    text: str
    finish: str
    error: str


@dataclass(frozen=True, slots=True)
class DeadLetterReport:
    """All of a dead letter.

    `messages` are those of the first request, as it was sent; none when the prompt is another one in this version.
    `replies` has up to two, in order: the server may have refused one of the requests. `error` is the last one.
    `retries` is the dead letter that this one had asked again, `retried_as` the step that asked this one again: each
    as run.step, or empty.
    """

    run: str
    step: int
    subject: str
    prompt: str
    model: str
    error: str
    retries: str
    retried_as: str
    fields: Mapping[str, Any]
    messages: tuple[Mapping[str, str], ...]
    replies: tuple[Reply, ...]
    attempts: tuple[Attempt, ...]

    def to_json(self) -> dict[str, Any]:
        """The same as plain data; an attempt is an object, too."""
        return {**asdict(self), "attempts": [attempt._asdict() for attempt in self.attempts]}


def named(ledger: Ledger, key: str) -> DeadLetter:
    """The dead letter with this name, run.step. Raises ConfigError when there is none."""
    run, _, step = key.rpartition(".")
    letter = ledger.steps.dead_letter(run, int(step)) if step.isdecimal() and len(step) < 19 else None
    if letter is None:
        raise UsageError(f"there is no dead letter {key!r}; `personagraph dead-letters list` shows them")
    return letter


def tell(ledger: Ledger, letter: DeadLetter, dialogue_of: Callable[[Run], Dialogue]) -> DeadLetterReport:
    """All of a dead letter; `dialogue_of` gives the dialogue of a run."""
    run, (step, _, first) = ledger.runs.get(letter.run), ledger.steps.step(letter.run, letter.step)
    dialogue = dialogue_of(run)
    same = dialogue.prompt_of(step.fields) == step.prompt
    calls = list(dict.fromkeys((first, letter.call)))
    found = [(call, reply) for call in calls if (reply := ledger.calls.reply(call))]
    return DeadLetterReport(
        run=letter.run,
        step=letter.step,
        subject=letter.subject,
        prompt=letter.prompt,
        model=run.model,
        error=letter.error,
        retries=letter.retries,
        retried_as=ledger.steps.retried_as(letter.key) or "",
        fields=step.fields,
        messages=dialogue.request(step.fields, first).messages if same else (),
        replies=tuple(
            Reply(
                call, reply.text, reply.finish, letter.error if call == letter.call else _fault(dialogue, step, reply)
            )
            for call, reply in found
        ),
        attempts=tuple(ledger.steps.attempts(calls)),
    )


def export(ledger: Ledger, path: Path, dialogue_of: Callable[[Run], Dialogue], *, run: str | None = None) -> int:
    """Write all of each dead letter (of one run, or all), newest first, a JSON object a line; how many there are.

    A list or an object is written as a text, in JSON, so that every line has the same types. The file takes its place
    only when it is complete. Raises ConfigError when it cannot be written.
    """
    letters = ledger.steps.dead_letters(run=run, limit=None)
    with replacing([path]) as (file,):
        for letter in letters:
            told = tell(ledger, letter, dialogue_of).to_json()
            flat = {name: _json(value) if not isinstance(value, str | int) else value for name, value in told.items()}
            file.write(f"{_json(flat)}\n".encode())
    return len(letters)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _fault(dialogue: Dialogue, step: Step, reply: ChatReply) -> str:
    try:
        dialogue.parse(step.fields, reply)
    except ReplyFormatError as error:
        return str(error)
    return ""
