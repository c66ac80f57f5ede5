"""What a workflow brings to a run: which steps, how they are asked, and what to make of the answers."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from personagraph.prompts.dialogue import Dialogue
from personagraph.runs.growth import Changes
from personagraph.types import Step, Verdict

BEFORE = "before"
"""The name, in the context of a step, of how often earlier runs asked the same: so it is asked anew."""


class Work(Protocol):
    """What a workflow brings: which steps, how they are asked, and what to make of the answers."""

    @property
    def dialogue(self) -> Dialogue | None:
        """How the steps are asked; None when they need no model."""

    @property
    def total(self) -> int | None:
        """How many steps there are in all; None when nobody knows beforehand."""

    @property
    def enough(self) -> str:
        """Why the run ends after the step that was decided last; empty where it goes on.

        What was asked meanwhile stays in the ledger, and out of the graph: where a run ends is nobody's timing.
        """

    @property
    def may_end(self) -> bool:
        """Whether `enough` may be said: then no more is asked ahead of what is decided than can be in flight."""

    def next_step(self, n: int) -> Step | None:
        """Step n, or None when there is nothing to offer for now."""

    def planned(self, step: Step) -> None:
        """The step is planned; called once for each step of the run, in order, also when the run is resumed."""

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """A verdict an item, each made after `fold` took the one before."""

    def fold(self, step: Step, verdict: Verdict) -> None:
        """Carry a verdict out in memory."""

    def decided(self, step: Step) -> None:
        """All verdicts of the step are folded."""

    def waiting(self) -> Mapping[int, int]:
        """How many personas at each depth are still to be asked; empty when all is known beforehand."""

    def collect(self) -> Changes:
        """What has changed in memory since the last call; the ledger holds the verdicts by then."""


class KnownSteps:
    """What works share whose steps are all known beforehand: nothing is to be remembered of one, and nobody waits."""

    enough = ""
    may_end = False

    def planned(self, step: Step) -> None:
        """Nothing to remember."""

    def decided(self, step: Step) -> None:
        """Nothing follows from a step."""

    def waiting(self) -> Mapping[int, int]:
        """Nobody."""
        return {}
