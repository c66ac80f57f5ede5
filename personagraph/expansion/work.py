"""Grows the graph from persona to persona: asks an ego who is connected to it, and lets the answers in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from personagraph.expansion.wishes import hints_of
from personagraph.prompts.dialogue import ALONE, ASKED, GROW, Dialogue, Dialogues, without_asked
from personagraph.runs.growth import Arrival, Changes, Growth, Link, Rejected, known_of, noted, rejection
from personagraph.runs.work import BEFORE
from personagraph.steering.policies.policy import Came, Choice, Policy
from personagraph.steering.stops import Stop
from personagraph.types import Attributes, Step, Verdict

AIMS, HINTS, NARROW, MEMO = "aims", "hints", "narrow", "memo"


class AlterDialogue(Dialogue, Protocol):
    """How an ego is asked, and how the reply is read; small and large models have different ones."""

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """The items of a reply: arrivals whose link lacks the ego, or (guard, detail) for what a guard turned down."""


class Alters(Dialogues):
    """The dialogues of an expansion: the one that asks an ego, and the one that asks for somebody without an ego."""

    def __init__(self, grow: AlterDialogue, alone: AlterDialogue) -> None:
        super().__init__(**{GROW: grow, ALONE: alone})
        self._grow, self._alone = grow, alone

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """What the one that asked makes of the reply; who was asked for without an ego has no link."""
        asked = self._alone if fields.get(ASKED) == ALONE else self._grow
        return asked.read(without_asked(fields), data)


class Expansion:
    """The work of an expansion: a step for each ego that the policy offers.

    `stop` says when it is enough. Of a run that goes on, `recall` is told first what is in the graph already, for a
    policy that learns from it, and for `stop`. `idle` says why there is nothing to ask, where that is known.
    """

    total = None

    def __init__(
        self,
        growth: Growth,
        policy: Policy,
        dialogue: AlterDialogue,
        *,
        run: str,
        stop: Stop | None = None,
        idle: str = "",
    ) -> None:
        growth.watch()
        self._growth = growth
        self._policy = policy
        self.dialogue = dialogue
        self._run = run
        self._stop = stop
        self.enough = idle
        self.may_end = stop is not None
        self._came: list[Came] = []
        """Of the step that is being decided."""
        self._open = 0
        """Steps that are planned and not decided, or in the graph already."""

    def recall(self, applied: Iterable[tuple[Step, Sequence[Verdict]]]) -> None:
        """Take what the run brought into the graph before, in order."""
        told = [(choice_of(step), [_came(verdict) for verdict in verdicts]) for step, verdicts in applied]
        self._open -= len(told)
        for choice, came in told:
            self._policy.learn(choice, came)
        if self._stop:
            self._stop.recall([came for _, came in told])
            self.enough = self._stop.reason() or self.enough

    def next_step(self, n: int) -> Step | None:
        """Ask the policy."""
        choice = None if self.enough else self._policy.next(n)
        if choice is None:
            self.enough = self.enough or ("" if self._open else self._policy.idle())
            return None
        return self._step(n, choice)

    def planned(self, step: Step) -> None:
        """Tell the policy."""
        self._policy.planned(choice_of(step))
        self._open += 1

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
        self._came.append(_came(verdict))

    def decided(self, step: Step) -> None:
        """Tell the policy who came in, whose depth changed, and what came of the step."""
        self.hear()
        self._open -= 1
        came, self._came = self._came, []
        self._policy.learn(choice_of(step), came)
        if self._stop:
            self._stop.learn(came)
            self.enough = self._stop.reason()

    def hear(self) -> None:
        """Tell the policy who came in and whose depth changed, by a step of its own or another's."""
        entered, reached = self._growth.news()
        for persona in entered:
            self._policy.enter(persona)
            if self._stop:
                self._stop.enter(persona)
        for id, depth in reached.items():
            self._policy.reach(id, depth)

    def waiting(self) -> Mapping[int, int]:
        """How many personas at each depth are still to be asked."""
        return self._policy.frontier()

    def collect(self) -> Changes:
        """What the replies brought."""
        return self._growth.collect()

    def _step(self, n: int, choice: Choice) -> Step:
        hints = choice.hints[: self.dialogue.items]
        aims = choice.aims if len(hints) == len(choice.hints) else choice.aims[: len(hints)]
        fields: dict[str, Any] = {"hint": next(iter(hints), None)}
        if choice.ego:
            fields = {"ego": self._growth.description(choice.ego), "type": choice.type, **fields}
        else:
            fields = {ASKED: ALONE, **fields}
        if len(hints) > 1:
            fields[HINTS] = list(hints)
        if choice.narrow:
            fields[NARROW] = True
        context = {AIMS: [list(aim) for aim in aims], BEFORE: choice.before, MEMO: choice.memo}
        held = {name: value for name, value in context.items() if value}
        return Step(n, choice.ego, self.dialogue.prompt_of(fields), fields, held, choice.steering)


def choice_of(step: Step) -> Choice:
    """What the policy had chosen, as far as it is in the step."""
    fields, context = step.fields, step.context
    return Choice(
        step.subject,
        fields.get("type"),
        tuple(hints_of(fields)),
        tuple(tuple(aim) for aim in context.get(AIMS, ())),
        step.steering,
        bool(fields.get(NARROW)),
        context.get(BEFORE, 0),
        context.get(MEMO),
    )


def _came(verdict: Verdict) -> Came:
    detail, link = verdict.detail, Link.of(verdict)
    known = known_of(detail)[0] if "known" in detail or "stated" in detail else Attributes()
    return Came(verdict.item, verdict.outcome, verdict.reason, verdict.persona, known, link.type if link else "")
