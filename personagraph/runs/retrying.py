"""Asks dead letters again: each is a new step of another run, and the workflow that it came from decides it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from personagraph.prompts.dialogue import Dialogue
from personagraph.runs.growth import Changes
from personagraph.runs.work import KnownSteps, Work
from personagraph.types import Step, Verdict

COMMAND = "dead-letters retry"


class Retrying(KnownSteps):
    """The work of a retry: a step for each of the letters (run.step), in that order, with all that its step held.

    `work` is the work that the letters came from; it plans nothing here. `step_of` gives the step of a letter.
    """

    def __init__(self, work: Work, letters: Sequence[str], step_of: Callable[[str], Step]) -> None:
        self._work = work
        self._letters = letters
        self._step_of = step_of
        self.total = len(letters)

    @property
    def dialogue(self) -> Dialogue | None:
        """That of the work that the letters came from."""
        return self._work.dialogue

    def next_step(self, n: int) -> Step | None:
        """The n-th letter, asked with the prompt as it is now."""
        if n >= len(self._letters) or self.dialogue is None:
            return None
        step = self._step_of(self._letters[n])
        return replace(step, n=n, prompt=self.dialogue.prompt_of(step.fields), retries=self._letters[n])

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """What the work makes of the reply."""
        return self._work.decide(step, data)

    def fold(self, step: Step, verdict: Verdict) -> None:
        """Carried out by the work."""
        self._work.fold(step, verdict)

    def decided(self, step: Step) -> None:
        """The work is told."""
        self._work.decided(step)

    def collect(self) -> Changes:
        """What the work has changed."""
        return self._work.collect()
