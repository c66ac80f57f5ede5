"""Imports personas from a file: PersonaHub's JSONL, or any JSONL or CSV with a field of descriptions."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from personagraph.runs.growth import Arrival, Changes, Growth
from personagraph.runs.work import KnownSteps
from personagraph.text.descriptions import DescribedRow, Descriptions
from personagraph.types import Step, Verdict

CHUNK = 200


class Importing(KnownSteps):
    """The work of an import: a step for every CHUNK rows, without a model.

    Rows of steps that an earlier session carried out are read past.
    """

    dialogue = None

    def __init__(self, rows: Descriptions | Sequence[DescribedRow], growth: Growth, *, run: str) -> None:
        self._rows, self._read = iter(rows), 0
        self.total = -(-len(rows) // CHUNK)
        self._growth = growth
        self._run = run

    def next_step(self, n: int) -> Step | None:
        """The next chunk of rows."""
        return Step(n, subject="") if n < self.total else None

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """A verdict a row: new, merged, or rejected with the line and the fault."""
        first, self._read = step.n * CHUNK - self._read, (step.n + 1) * CHUNK
        for item, row in enumerate(islice(self._rows, first, first + CHUNK)):
            if row.fault:
                yield Verdict(item, "rejected", "malformed", "", {"line": row.line, "fault": row.fault})
            else:
                yield self._growth.judge(item, Arrival(row.description, "import"))

    def fold(self, step: Step, verdict: Verdict) -> None:
        """Let the persona in."""
        self._growth.fold(self._run, step, verdict)

    def collect(self) -> Changes:
        """What the chunks brought."""
        return self._growth.collect()
