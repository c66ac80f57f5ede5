"""The report of what fails: the numbers of samples, every group with its answer, reasons, and what agreement misses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from personagraph.steering.flags import RATE
from personagraph.steering.shares import wilson
from personagraph.synthesis.failures.groups import WEAK, FailingGroup
from personagraph.synthesis.failures.tally import FailureTally


@dataclass(frozen=True, slots=True)
class ReadRun:
    """A run whose samples were read: its task, who wrote them, and who solved them, where that is another model."""

    run: str
    task: str
    model: str
    checker: str
    samples: int


@dataclass(frozen=True, slots=True)
class FailureReport:
    """What fails of the samples of some runs; `axes` are what cells are made of.

    `unplaced` counted samples are about somebody of whom no cell is known, of these `gone` are about somebody whom the
    graph no longer has. `go_on` are command lines, as arguments, that make more where the model is weak; `target` is
    the file of a target that was written for them.
    """

    runs: Sequence[ReadRun]
    axes: tuple[str, ...]
    tally: FailureTally
    groups: Sequence[FailingGroup]
    unplaced: int
    gone: int
    go_on: Sequence[Sequence[str]] = ()
    target: str | None = None

    @property
    def weak(self) -> list[FailingGroup]:
        """The groups that fail more than those beside them, beyond chance."""
        return [group for group in self.groups if group.answer == WEAK]

    def to_json(self) -> dict[str, Any]:
        """What `personagraph failures --json` prints."""
        tally = self.tally
        share: Mapping[str, Any] = {"share": None, "interval": None}
        if tally.counted:
            share = {
                "share": tally.failed / tally.counted,
                "interval": list(wilson(tally.failed, tally.counted)),
            }
        return {
            "runs": [
                {"run": r.run, "task": r.task, "model": r.model, "checker": r.checker, "samples": r.samples}
                for r in self.runs
            ],
            "samples": tally.samples,
            "counted": tally.counted,
            "failed": tally.failed,
            **share,
            "not_counted": dict(tally.uncounted.most_common()),
            "false_discovery_rate": RATE,
            "by": list(self.axes),
            "unplaced": self.unplaced,
            "gone": self.gone,
            "groups": [group.to_json() for group in self.groups],
            "reasons": tally.reasons(),
            "missed": tally.missed(),
            "target": self.target,
            "go_on": [list(line) for line in self.go_on],
        }


def nothing_counted(samples: int) -> str:
    """What to say where none of so many samples can be counted."""
    if not samples:
        return "no sample was made"
    return (
        f"none of the {samples:,} samples can be counted, as nothing was found of their answers;"
        " `personagraph synthesize … --answers 2` asks for some"
    )
