"""Grows the graph from persona to persona: asks an ego who is connected to it, and lets the answers in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

from personagraph.prompts.dialogue import Dialogue
from personagraph.runs.growth import Arrival, Changes, Growth, Rejected, noted, rejection
from personagraph.steering.policies.policy import Ego, Policy
from personagraph.types import Step, Verdict


class AlterDialogue(Dialogue, Protocol):
    """How an ego is asked, and how the reply is read; small and large models have different ones."""

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """The items of a reply: arrivals whose link lacks the ego, or (guard, detail) for what a guard turned down."""


class Expansion:
    """The work of an expansion: a step for each ego that the policy offers."""

    total = None

    def __init__(self, growth: Growth, policy: Policy, dialogue: AlterDialogue, *, run: str) -> None:
        growth.watch()
        self._growth = growth
        self._policy = policy
        self.dialogue = dialogue
        self._run = run

    def next_step(self, n: int) -> Step | None:
        """Ask the policy."""
        ego = self._policy.next(n)
        if ego is None:
            return None
        fields = {"ego": self._growth.description(ego.id), "type": ego.type, "hint": ego.hint}
        return Step(n, ego.id, self.dialogue.prompt_of(fields), fields, {}, ego.steering)

    def planned(self, step: Step) -> None:
        """Tell the policy."""
        self._policy.planned(Ego(step.subject, step.fields["type"], step.fields["hint"], step.steering))

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """A verdict an alter; what a guard turned down is rejected with the guard's name."""
        for item, read in enumerate(self.dialogue.read(step.fields, data)):
            if isinstance(read, Arrival):
                link = read.link._replace(ego=step.subject) if read.link else None
                verdict = self._growth.judge(item, replace(read, link=link))
            else:
                verdict = rejection(item, read, data)
            yield noted(verdict, data)

    def fold(self, step: Step, verdict: Verdict) -> None:
        """Let the alter in."""
        self._growth.fold(self._run, step, verdict)

    def decided(self, step: Step) -> None:
        """Tell the policy who came in, and whose depth changed."""
        entered, reached = self._growth.news()
        for persona in entered:
            self._policy.enter(persona)
        for id, depth in reached.items():
            self._policy.reach(id, depth)

    def waiting(self) -> Mapping[int, int]:
        """How many personas at each depth are still to be asked."""
        return self._policy.frontier()

    def collect(self) -> Changes:
        """What the replies brought."""
        return self._growth.collect()
