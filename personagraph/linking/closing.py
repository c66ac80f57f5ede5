"""An expansion whose graph closes while it grows: of each hundred steps some link personas who are there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from personagraph.linking.people.everybody import Everybody
from personagraph.linking.work import Linking
from personagraph.prompts.dialogue import ALONE, ASKED, GROW, Dialogues, without_asked
from personagraph.runs.growth import Changes
from personagraph.runs.work import Work
from personagraph.types import Step, Verdict


class Growing(Work, Protocol):
    """The work of an expansion, which is told of what others bring."""

    def hear(self) -> None:
        """Take in what came in, and whose depth changed, by a step of another."""


class Closing:
    """The work of an expansion, `growing`, of which `linking` takes a share of the steps, in per cent.

    Where linking has nothing to ask for now, the expansion goes on. Without linking the expansion is as it is, and
    only `everybody` hears of it. Of a run that goes on, `recall` is told all that was decided first.
    """

    total = None

    def __init__(self, growing: Growing, everybody: Everybody, linking: Linking | None, *, share: int) -> None:
        self._growing, self._everybody, self._linking, self._share = growing, everybody, linking, share
        self.dialogue = growing.dialogue
        if linking is not None and growing.dialogue is not None:
            own = growing.dialogue
            ways = own.named() if isinstance(own, Dialogues) else {GROW: own}
            self.dialogue = Dialogues(**ways, **linking.ways.named())
        self._planned = self._linked = self._recalled = 0

    def recall(self, decided: Iterable[tuple[Step, Sequence[Verdict]]]) -> None:
        """Take what the run decided before, in order."""
        for step, verdicts in decided:
            for verdict in verdicts:
                self._heard(step, verdict)
            self._done(step)
            self._recalled = step.n + 1

    @property
    def enough(self) -> str:
        """What the expansion says."""
        return self._growing.enough

    @property
    def may_end(self) -> bool:
        """What the expansion says."""
        return self._growing.may_end

    def next_step(self, n: int) -> Step | None:
        """Of linking, while that has had less than its share; else, or where it has nothing, of the expansion."""
        if self._linking is None:
            return self._growing.next_step(n)
        if self._linked * 100 < self._share * (self._planned + 1) and (step := self._linking.next_step(n)):
            return step
        step = self._growing.next_step(n)
        return step and replace(step, fields={ASKED: GROW, **step.fields})

    def planned(self, step: Step) -> None:
        """Tell the one whose step it is."""
        self._planned += 1
        if self._is_link(step):
            self._linked += 1
            self._links.planned(step)
        else:
            self._growing.planned(_plain(step))

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """What the one whose step it is makes of the reply."""
        return self._links.decide(step, data) if self._is_link(step) else self._growing.decide(_plain(step), data)

    def fold(self, step: Step, verdict: Verdict) -> None:
        """Carried out by the one whose step it is."""
        if self._is_link(step):
            self._links.carry_out(step, verdict)
        else:
            self._growing.fold(_plain(step), verdict)
        if step.n >= self._recalled:
            self._heard(step, verdict)

    def decided(self, step: Step) -> None:
        """Both are told: the expansion of depths that a link changed, too."""
        if self._is_link(step):
            self._growing.hear()
        else:
            self._growing.decided(_plain(step))
        if step.n >= self._recalled:
            self._done(step)

    def _heard(self, step: Step, verdict: Verdict) -> None:
        if self._is_link(step):
            self._links.heard(step, verdict)
        else:
            self._everybody.heard(step, verdict)

    def _done(self, step: Step) -> None:
        if self._is_link(step):
            self._links.done(step)
        if self._linking is not None:
            self._linking.begin_when_ready(self._everybody)

    @property
    def _links(self) -> Linking:
        if self._linking is None:
            raise ValueError("the run has steps of linking, and its settings have none")
        return self._linking

    def _is_link(self, step: Step) -> bool:
        return step.fields.get(ASKED, GROW) not in (GROW, ALONE)

    def waiting(self) -> Mapping[int, int]:
        """Who is still to be asked for alters."""
        return self._growing.waiting()

    def collect(self) -> Changes:
        """What both have changed: they have one growth."""
        return self._growing.collect()


def _plain(step: Step) -> Step:
    """The step as the expansion planned it, which itself says only of somebody alone how it is asked."""
    return replace(step, fields=without_asked(step.fields)) if step.fields.get(ASKED) == GROW else step
