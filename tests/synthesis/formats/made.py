"""A ledger with samples as the checks of tasks leave them: held, disputed, with a tool, and of nobody's check."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from personagraph.ledger import Ledger
from personagraph.ledger.steps import Decided, Planned
from personagraph.types import Step, Verdict

SEEDS = [f"A baker of Lima who sells {n} loaves of bread" for n in range(9)]
PARTS = (0.8, 0.1, 0.1)
SETTINGS = {"task": "math", "n": 10, "seed": 3, "context": "neighbours", "sampler": "random", "language": "own"}
LONG = "é\n" * 500_000
"""A megabyte and a half."""


def sample(user: str, assistant: str, check: str = "agreed", people: Sequence[str] = ("a",), **more: Any) -> Verdict:
    """A sample as a synthesis leaves it in the ledger."""
    lineage = {
        "prompt": "math-large@3",
        "personas": list(people),
        "relationships": [],
        "sources": [],
        "simulated": False,
    }
    detail = {"user": user, "assistant": assistant, "check": check, "lineage": lineage, **more}
    return Verdict(0, "sample", check, people[0], detail)


def entered(ledger: Ledger, verdicts: Sequence[Verdict], *, status: str = "done", **settings: Any) -> str:
    """The run of a ledger that brought these, a step each."""
    run = ledger.runs.start("synthesize", {**SETTINGS, **settings}, {}, model="gpt-test").id
    steps = [Step(n, verdict.persona, "math-large@3") for n, verdict in enumerate(verdicts)]
    ledger.steps.plan(run, [Planned(step, "", "") for step in steps])
    ledger.steps.decide(run, [Decided(n, f"call{n}", (verdict,)) for n, verdict in enumerate(verdicts)])
    ledger.runs.end(run, status)
    return run


def tool(name: str, *calls: Mapping[str, Any]) -> dict[str, Any]:
    """A tool with its example calls, as a form."""
    parameters = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    return {
        "tools": [{"name": name, "description": f"{name} something", "parameters": parameters}],
        "calls": [{"name": name, **call} for call in calls],
    }


def every_kind(people: Sequence[str]) -> list[Verdict]:
    """Samples of which each format can hold some, about these people in turn."""
    made = []
    for n in range(12):
        who = [people[n % len(people)]]
        made += [
            sample(
                f"What is {n} + {n}?", f"It is {n + n}.\nAnswer: {n + n}", "verified", who, rejected=[f"It is {n}."]
            ),
            sample(f"Is {n} odd?\u2028«?»", "No.", "disputed", who, believed="It depends.", answer="no"),
            sample(
                f"Write a tool, {n}",
                "{}",
                "verified",
                who,
                form=tool(f"count_{n}", {"request": f"Count to {n}", "arguments": {"n": n, f"by_{n}": [n]}}),
            ),
        ]
    return made


def read(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n")[:-1]]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
