"""Reads the samples of a synthesis from the ledger, as every format writes them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypedDict

from personagraph.errors import ConfigError
from personagraph.ledger import Ledger, Run
from personagraph.ledger.steps import Decided
from personagraph.synthesis.work import COMMAND
from personagraph.types import Verdict, digest

CHUNK = 500
MADE = ("sample", "set_apart")
"""The outcomes of steps that make a sample: one that is kept, and one whose problem cannot be answered."""
ANSWER = "Answer: "
"""How the last line of an answer begins that a sample without a field of its own for it has."""


class Message(TypedDict):
    """One turn of a conversation; `role` is user or assistant."""

    role: str
    content: str


class Lineage(TypedDict):
    """Where a sample comes from. Ids and keys are one text with spaces between them, which may be empty."""

    run: str
    step: int
    call: str
    model: str
    prompt: str
    personas: str
    relationships: str
    sources: str
    simulated: bool


class Sample(TypedDict):
    """A sample as the ledger has it.

    `answer` is what a grader compares, "" where there is none. `check` is the outcome of all checks, `reason` why it is
    that, `checks` the figures that it rests on, as a text that is JSON. `about` is what was asked for, such as a field
    of mathematics and a difficulty, as a text that is JSON. `rejected` are replies to the same problem that a
    check found wrong, `believed` is what is held to be right where the sample itself is disputed. `form` is what a
    check evaluates, such as a formula, or a tool with its calls.
    """

    id: str
    task: str
    messages: list[Message]
    answer: str
    check: str
    reason: str
    checks: str
    about: str
    lineage: Lineage
    rejected: Sequence[str]
    believed: str
    form: Mapping[str, Any]


def samples(ledger: Ledger, run_id: str) -> Iterator[Sample]:
    """The samples of a run in order of step, also those that were set apart as nobody could answer them.

    The id is a hash of the messages' text and the call. The lineage has the persona that it is about first. Whatever a
    run made, fields have the same types, and any two files load together. Raises ConfigError when the run is no
    synthesis.
    """
    run = ledger.runs.get(run_id)
    if run.work != COMMAND:
        raise ConfigError(f"run {run.id} is of the command {run.command}, which makes no samples")
    for first in range(0, run.decided, CHUNK):
        last = min(first + CHUNK, run.decided)
        for decided in ledger.steps.decided(run.id, first=first, last=last):
            for verdict in decided.verdicts:
                if verdict.outcome in MADE:
                    yield _sample(run, decided, verdict)


def _sample(run: Run, decided: Decided, verdict: Verdict) -> Sample:
    detail = verdict.detail
    user, assistant, lineage = (detail[name] for name in ("user", "assistant", "lineage"))
    known = {name: " ".join(value) if isinstance(value, list) else value for name, value in lineage.items()}
    return {
        "id": digest(user, assistant, decided.call),
        "task": run.settings["task"],
        "messages": [{"role": "user", "content": user}, {"role": "assistant", "content": assistant}],
        "answer": detail["answer"] if "answer" in detail else _answer(assistant),
        "check": detail["check"],
        "reason": detail.get("reason", ""),
        "checks": json.dumps(detail.get("checks", []), ensure_ascii=False),
        "about": json.dumps(detail.get("about", {}), ensure_ascii=False),
        "lineage": {
            "run": run.id,
            "step": decided.n,
            "call": decided.call,
            "model": run.model,
            "prompt": known["prompt"],
            "personas": known["personas"],
            "relationships": known["relationships"],
            "sources": known["sources"],
            "simulated": run.simulated or lineage["simulated"],
        },
        "rejected": detail.get("rejected", ()),
        "believed": detail.get("believed", ""),
        "form": detail.get("form", {}),
    }


def _answer(assistant: str) -> str:
    """What stands behind "Answer: " in the last line, if that begins so."""
    last = assistant.rpartition("\n")[2]
    return last.removeprefix(ANSWER) if last.startswith(ANSWER) else ""
