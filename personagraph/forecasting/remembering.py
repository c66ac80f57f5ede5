"""Reads from a ledger what was seen of steps: of a rehearsal's, or of earlier runs'."""

from collections.abc import Callable, Iterator
from itertools import islice

from personagraph.attributes import read_activity, read_region
from personagraph.cells import Cell, cell_of
from personagraph.forecasting.evidence import Asked, Evidence, Seen
from personagraph.ledger import Ledger, Run
from personagraph.ledger.steps import Decided, Planned
from personagraph.protocols import Dialogue
from personagraph.types import Attributes, Step, Verdict

STEPS = 2000
"""How many of the latest steps of history are looked at."""
METERED = 300
"""Of how many of them the tokens are: each prompt is rendered once more, to know its characters."""
ALIKE = ("policy", "task")
"""Runs of one command that differ in these settings ask something else."""


def decided_steps(ledger: Ledger, run: Run, *, first: int = 0) -> Iterator[tuple[Planned, Decided]]:
    """The decided steps of a run from number `first` on, in order, with their verdicts."""
    decided = ledger.steps.decided(run.id, first=first, last=run.decided)
    planned = islice(ledger.steps.planned(run.id, first=first), max(0, run.decided - first))
    return zip(planned, decided, strict=True)


def seen(planned: Planned, decided: Decided, *, axes: tuple[str, ...], size: int, asked: Asked | None) -> Seen:
    """What was seen of one step; `size` is how many generated personas there were."""
    counts = [sum(v.outcome in outcomes for v in decided.verdicts) for outcomes in (_LET_IN, ("rejected",), ("dead",))]
    return Seen(
        kind=(counts[0], counts[1], counts[2]),
        merged=sum(v.outcome == "merged" for v in decided.verdicts),
        size=size,
        cells=tuple(cell_of(_stated(v), axes) for v in decided.verdicts if v.outcome == "new"),
        wished=wished(planned.step),
        asked=asked,
        again=bool(decided.call) and decided.call != planned.call,
    )


def wished(step: Step) -> Cell | None:
    """The cell, activity by region, that the step's hint names."""
    hint = step.fields.get("hint")
    return (read_activity(hint["occupation"]), read_region(hint["country"])) if hint else None


def remember(ledger: Ledger, asked: Run, dialogue: Dialogue, *, axes: tuple[str, ...], imported: int) -> Evidence:
    """The latest steps that did what the run `asked` would do: the same command, model and prompt.

    `imported` personas of the graph no such run made.
    """
    found: list[Seen] = []
    for run in reversed(ledger.runs.all()):
        if len(found) < STEPS and is_alike(run, asked):
            steps = decided_steps(ledger, run, first=max(0, run.decided - STEPS + len(found)))
            found += _seen_in_run(ledger, steps, dialogue, axes, imported, metered=METERED - len(found))
    return Evidence(found)


def sizes(imported: int) -> Callable[[Decided], int]:
    """From one step of a run to the next: how many generated personas there were, as the new ones are numbered."""
    last = 1

    def size(decided: Decided) -> int:
        nonlocal last
        entries = [v.detail["entry"] for v in decided.verdicts if v.outcome == "new"]
        last = max(1, entries[0] - imported) if entries else last
        return last

    return size


def _seen_in_run(
    ledger: Ledger,
    steps: Iterator[tuple[Planned, Decided]],
    dialogue: Dialogue,
    axes: tuple[str, ...],
    imported: int,
    *,
    metered: int,
) -> list[Seen]:
    size, alike = sizes(imported), [pair for pair in steps if pair[0].step.prompt == dialogue.prompt]
    found = []
    for n, (planned, decided) in enumerate(alike):
        usage = _usage(ledger, planned, dialogue) if n >= len(alike) - metered else None
        found.append(seen(planned, decided, axes=axes, size=size(decided), asked=usage))
    return found


def _usage(ledger: Ledger, planned: Planned, dialogue: Dialogue) -> Asked | None:
    reply = ledger.calls.reply(planned.call)
    if reply is None:
        return None
    messages = dialogue.request(planned.step.fields, planned.call).messages
    return Asked(
        sum(len(turn["content"]) for turn in messages),
        reply.prompt_tokens,
        reply.completion_tokens,
        reply.cached_tokens,
        reply.latency,
    )


def is_alike(run: Run, asked: Run) -> bool:
    """Whether a run did what `asked` would do: the same command, model, and policy or task."""
    same = all(run.settings.get(name) == asked.settings.get(name) for name in ALIKE)
    return same and (run.command, run.model) == (asked.command, asked.model)


def _stated(verdict: Verdict) -> Attributes:
    return Attributes(**verdict.detail["stated"])


_LET_IN = ("new", "merged", "sample")
