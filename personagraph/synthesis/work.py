"""Synthesises training data: asks for samples about given personas, and for what others say of each, in ordered steps.

A sample takes one step, or several: what two personas say to each other, the sample itself, then answers of others to
its problem and a criticism of it. The last of them decides what is believed of it.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from random import Random
from typing import Any, Final

from personagraph.prompts.dialogue import ASKED, Dialogue, Dialogues, without_asked
from personagraph.runs.growth import Changes, noted
from personagraph.synthesis.checks.check import UNANSWERABLE, Draft, Opinions
from personagraph.synthesis.dialogues import Conversing, Criticising, Solution, Solving, Turn, Weighing
from personagraph.synthesis.shown import ShownPeople
from personagraph.synthesis.tasks.task import Task
from personagraph.synthesis.weighing import NO_CHECKS, Checking
from personagraph.types import Step, Verdict

COMMAND: Final = "synthesize"
"""The command whose runs make samples."""
ASK, CONVERSE, SOLVE, CRITICISE, WEIGH = "ask", "converse", "solve", "criticise", "weigh"
"""What a step of a sample is for; one that does not say asks for the sample."""
OF: Final = "of"
"""The name, in the context of a step, of the step that its sample began with."""
MADE: Final = ("sample", "set_apart")
"""The outcomes of steps that make a sample: one that is kept, and one whose problem cannot be answered."""


@dataclass(frozen=True, slots=True)
class Asks:
    """How the steps of a synthesis are asked: for samples, conversations, answers, criticism; None for what is not."""

    ask: Task
    converse: Conversing | None = None
    solve: Solving | None = None
    criticise: Criticising | None = None

    def named(self) -> dict[str, Dialogue]:
        """Those that there are, by the name by which a step has its own; that for samples comes first."""
        every = {CONVERSE: self.converse, SOLVE: self.solve, CRITICISE: self.criticise, WEIGH: Weighing()}
        return {ASK: self.ask, **{name: dialogue for name, dialogue in every.items() if dialogue}}


@dataclass(slots=True)
class _Begun:
    """A sample on its way: the step that it began with, what is known of it, and how many steps it still waits for.

    `asked` is the number of the step that asked for it, `others` are those of the steps that tell of it besides.
    """

    first: Step
    draft: Draft | None = None
    asked: int = 0
    waits: int = 0
    others: list[int] = field(default_factory=list)
    solutions: list[Solution] = field(default_factory=list)
    verdict: str = ""
    reason: str = ""
    is_made: bool = False

    @property
    def opinions(self) -> Opinions:
        return Opinions([solution.answer for solution in self.solutions], self.verdict, self.reason)


class Synthesis:
    """The work of a synthesis: a sample about each of `people`, in that order; it changes nothing in the graph.

    Samples differ as `vary` says: its values are taken in turn, from a place by the seed on, and several of them in an
    order by it. Steps that belong to a sample which has begun go before new samples. Of a run that goes on, `recall` is
    told all that was decided before.
    """

    enough = ""
    may_end = False

    def __init__(
        self,
        people: ShownPeople,
        asks: Asks,
        *,
        vary: Mapping[str, Sequence[str]] | None = None,
        checking: Checking = NO_CHECKS,
        seed: int = 0,
    ) -> None:
        self.dialogue: Dialogue = Dialogues(**asks.named())
        self._people, self._asks, self._checking = people, asks, checking
        self._turns = [dict(zip(vary or {}, values, strict=True)) for values in product(*(vary or {}).values())]
        if len(vary or {}) > 1:
            Random(seed).shuffle(self._turns)
        self._samples, self._seed = 0, seed
        self._begun: dict[int, _Begun] = {}
        self._ready: deque[tuple[int, Mapping[str, Any]]] = deque()
        self._recalled = 0
        self._saved = 0

    @property
    def steps_each(self) -> int:
        """How many steps a sample takes that nothing is wrong with."""
        return 1 + (self._asks.converse is not None) + self._followed

    @property
    def total(self) -> int | None:
        """How many steps there are in all, as far as is known: samples that are turned down need no more."""
        return len(self._people) * self.steps_each - self._saved

    def recall(self, decided: Iterable[tuple[Step, Sequence[Verdict]]]) -> None:
        """Take what the run decided before, in order."""
        for step, verdicts in decided:
            self._planned(step)
            for verdict in verdicts:
                self._heard(step, verdict)
            self._done(step)
            self._recalled = step.n + 1

    def next_step(self, n: int) -> Step | None:
        """What the oldest sample that has begun still needs; else the next persona, with whom it is shown, and how."""
        if self._ready:
            of, fields = self._ready[0]
            first = self._begun[of].first
            return Step(n, first.subject, self.dialogue.prompt_of(fields), fields, {**first.context, OF: of})
        if self._samples >= len(self._people):
            return None
        shown = self._people[self._samples]
        fields = {**shown.fields, **self._turns[(self._samples + self._seed) % len(self._turns)]}
        if self._asks.converse:
            fields = {ASKED: CONVERSE, **fields}
        return Step(n, shown.ego.id, self.dialogue.prompt_of(fields), fields, shown.lineage)

    def planned(self, step: Step) -> None:
        """It is not offered again."""
        if step.n >= self._recalled:
            self._planned(step)

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """What the step brings; with the last of a sample also the sample, or that it is set apart.

        A step that is asked again by another run decides alone.
        """
        asked = step.fields.get(ASKED, ASK)
        if asked != WEIGH:
            yield noted(self._read(asked, step, data), data)
        begun = self._begun.get(step.context.get(OF, step.n))
        if begun and begun.draft and begun.waits == 1 and not step.retries and asked in (SOLVE, CRITICISE, WEIGH):
            yield self._weighed(0 if asked == WEIGH else 1, begun.first, begun.draft, begun)

    def fold(self, step: Step, verdict: Verdict) -> None:
        """A sample stays in the ledger; what others say of one is kept until it is decided."""
        if step.n >= self._recalled:
            self._heard(step, verdict)

    def decided(self, step: Step) -> None:
        """What follows from the step can be asked."""
        if step.n >= self._recalled:
            self._done(step)

    def waiting(self) -> Mapping[int, int]:
        """Nobody is nearer than others."""
        return {}

    def collect(self) -> Changes:
        """Nothing changes in the graph."""
        return Changes()

    @property
    def _followed(self) -> int:
        """How many steps follow the one that asks for a sample."""
        return (self._checking.answers if self._asks.solve else 0) + (self._asks.criticise is not None)

    def _planned(self, step: Step) -> None:
        if OF in step.context:
            self._ready.popleft()
        else:
            self._samples += 1
            self._begun[step.n] = _Begun(step)

    def _read(self, asked: str, step: Step, data: Mapping[str, Any]) -> Verdict:
        fields, subject = without_asked(step.fields), step.subject
        if asked == SOLVE and self._asks.solve:
            return Verdict(0, "answered", "", subject, self._asks.solve.read(fields, data)._asdict())
        if asked == CRITICISE and self._asks.criticise:
            verdict, reason = self._asks.criticise.read(fields, data)
            return Verdict(0, "criticised", verdict, subject, {"reason": reason})
        if asked == CONVERSE and self._asks.converse:
            said = self._asks.converse.read(fields, data)
            if isinstance(said, list):
                return Verdict(0, "conversed", "", subject, {"said": said})
            return Verdict(0, "rejected", said[0], subject, {"fault": said[1], "item": dict(data)})
        read = self._asks.ask.read(fields, data)
        if not isinstance(read, Draft):
            return Verdict(0, "rejected", read[0], subject, {"fault": read[1], "item": dict(data)})
        if self._followed and not step.retries:
            detail = {"user": read.user, "assistant": read.assistant, "answer": read.answer, "form": dict(read.form)}
            return Verdict(0, "drafted", "", subject, detail)
        return self._weighed(
            0, step, read, replace(self._begun.get(step.context.get(OF, step.n), _Begun(step)), asked=step.n)
        )

    def _weighed(self, item: int, step: Step, draft: Draft, begun: _Begun) -> Verdict:
        """The sample, with what all that is known of it comes to."""
        checking, composed = self._checking, self._asks.ask.composes
        judged = checking.judged(draft, begun.opinions, composed=composed)
        detail = {
            "user": draft.user,
            "assistant": draft.assistant,
            "answer": draft.answer,
            "form": dict(draft.form),
            "check": judged.outcome,
            "reason": judged.reason,
            "checks": dict(judged.figures),
            **checking.sides(draft, judged, begun.solutions),
            "about": {name: step.fields[name] for name in self._asks.ask.vary},
            "step": begun.asked,
            "others": list(begun.others),
            "lineage": {"prompt": self._asks.ask.prompt, **{k: v for k, v in step.context.items() if k != OF}},
        }
        outcome = MADE[judged.outcome == UNANSWERABLE]
        return Verdict(item, outcome, judged.outcome, step.subject, detail)

    def _heard(self, step: Step, verdict: Verdict) -> None:
        begun = self._begun.get(step.context.get(OF, step.n))
        if begun is None:
            return
        detail = verdict.detail
        if verdict.outcome == "drafted":
            begun.draft = Draft(detail["user"], detail["assistant"], detail["answer"], detail["form"])
            begun.asked = step.n
        elif verdict.outcome == "answered":
            begun.solutions.append(Solution(detail["working"], detail["answer"]))
            begun.others.append(step.n)
        elif verdict.outcome == "criticised":
            begun.verdict, begun.reason = verdict.reason, detail["reason"]
            begun.others.append(step.n)
        elif verdict.outcome == "conversed":
            said: list[Turn] = detail["said"]
            fields = {**without_asked(step.fields), "said": [list(turn) for turn in said]}
            begun.others.append(step.n)
            begun.waits = 1
            self._ready.append((step.n, fields))
        elif verdict.outcome in MADE:
            begun.is_made = True

    def _done(self, step: Step) -> None:
        """All was said of the step: its sample waits for less, or for what follows from it."""
        of = step.context.get(OF, step.n)
        begun, asked = self._begun.get(of), step.fields.get(ASKED, ASK)
        if begun is None:
            return
        if asked == ASK:
            follow = self._follow(begun)
            self._ready.extend((of, fields) for fields in follow)
            begun.waits = len(follow)
            self._saved += self._followed - len(follow)
        elif asked == CONVERSE and not begun.waits:
            self._saved += 1 + self._followed
        elif asked != CONVERSE:
            begun.waits -= 1
            if not begun.waits and not begun.is_made:
                begun.waits = 1
                self._saved -= 1
                self._ready.append((of, {ASKED: WEIGH}))
        if not begun.waits:
            del self._begun[of]

    def _follow(self, begun: _Begun) -> list[Mapping[str, Any]]:
        """What is asked about a draft."""
        draft = begun.draft
        if draft is None:
            return []
        solve = [{ASKED: SOLVE, "problem": draft.user}] * (self._checking.answers if self._asks.solve else 0)
        criticise = {ASKED: CRITICISE, "problem": draft.user, "solution": draft.assistant}
        return [*solve, *([criticise] if self._asks.criticise else [])]
