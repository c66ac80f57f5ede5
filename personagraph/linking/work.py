"""Links personas who are there: tries the model, has pairs rated, asks for ties where they pass, from both ends."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from personagraph.linking.dialogues import PairDialogue, TieDialogue
from personagraph.linking.grounding import Grounding
from personagraph.linking.pairs import IMAGINE, JUDGE, TELL, Offer, PairQueue
from personagraph.linking.people.everybody import Everybody
from personagraph.linking.trial import PairTrial, Rating
from personagraph.linking.trying import TRIAL, Trying, hear
from personagraph.linking.turns import OtherEnds, Turn, answered
from personagraph.prompts.dialogue import ASKED, Dialogue, Dialogues, without_asked
from personagraph.runs.growth import GROUNDED, PERSON, Arrival, Changes, Growth, Link, Rejected, noted, rejection
from personagraph.steering.evidence import weigh
from personagraph.types import Step, Verdict

ONE_IN = 10
"""Where pairs are judged too, one step in so many asks the other end of a relationship."""
NONE = "none"
SELF = "self"


class Imagination(Dialogue, Protocol):
    """How an ego is asked for people, as an expansion asks it, and how the reply is read."""

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """The items of a reply: arrivals whose link lacks the ego, or what a guard turned down."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How the steps of linking are asked, by what they ask: to judge a pair, to tell its tie, to imagine people."""

    judge: PairDialogue
    tell: TieDialogue
    imagine: Imagination

    def named(self) -> dict[str, Dialogue]:
        """The three by the names by which a step has its own."""
        return {JUDGE: self.judge, TELL: self.tell, IMAGINE: self.imagine}


class Linking:
    """The work of linking. Whom it asks about follows from the graph at the beginning, the seed and decided steps.

    First the trial; then pairs are judged, and those that pass are asked for their tie; `turns` are asked from their
    other end, every tenth step, or alone where `pairs` is None. People are imagined where the pairs want it; who is
    imagined is looked up by `grounding`, in any case where it `always` is, else where the model cannot judge. Of
    `steps`, where they are limited, enough are kept for the ties of those that pass. Of a run that goes on, `recall` is
    told all that was decided, before anything is planned. `tell` hears what the trial showed.
    """

    total = None
    enough = ""
    may_end = False

    def __init__(
        self,
        growth: Growth,
        ways: Ways,
        trial: PairTrial,
        trying: Trying | None,
        pairs: PairQueue | None,
        turns: OtherEnds | None,
        grounding: Grounding,
        *,
        run: str,
        always: bool,
        steps: int | None = None,
        imagines: bool = True,
        later: Callable[[NDArray[np.int32]], Trying] | None = None,
        text_of: Callable[[str], str] | None = None,
        vectors: "Callable[[str, Sequence[str]], None]" = lambda ego, texts: None,
        tell: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.dialogue: Dialogue = Dialogues(**ways.named())
        self._growth, self.ways, self._trial, self._trying = growth, ways, trial, trying
        self._pairs, self._turns, self._grounding, self._always = pairs, turns, grounding, always
        self._run, self._vectors, self._tell_user, self._later = run, vectors, tell, later
        self._text_of, self._imagines = text_of or growth.description, imagines
        self._steps = inf if steps is None else steps
        self._texts: dict[str, list[str]] = {}
        self._planned = {JUDGE: 0, TELL: 0}
        self._recalled = 0
        self._settled = False

    def recall(self, decided: Iterable[tuple[Step, Sequence[Verdict]]]) -> None:
        """Take what the run decided before, in order."""
        for step, verdicts in decided:
            for verdict in verdicts:
                self.heard(step, verdict)
            self.done(step)
            self._recalled = step.n + 1

    def next_step(self, n: int) -> Step | None:
        """The next of the trial; None until that is decided; then the next of the others."""
        offer = self._offer(self._steps - n)
        if offer is None:
            return None
        fields = self._fields(offer)
        return Step(n, offer.ego, self.dialogue.prompt_of(fields), fields, offer.context)

    def _offer(self, left: float) -> Offer | None:
        if self._pairs is not None:
            if self._trying is None:
                return None
            if not self._trying.over:
                return self._trying.next()
            self._settle(self._pairs)
            if self._trial.agrees_to_all:
                return None
            if offer := self._pairs.tell_next():
                return offer
        is_turn = self._pairs is None or self._planned[TELL] * ONE_IN < self._planned[JUDGE]
        if self._turns and is_turn and (offer := self._turns.next()):
            return offer
        return None if self._pairs is None else self._pairs.next(left)

    def _settle(self, pairs: PairQueue) -> None:
        """Begin with what the trial has shown."""
        if self._settled:
            return
        self._settled = True
        pairs.judges = self._trial.judges
        pairs.imagines = self._imagines and (pairs.imagines or self._always or not pairs.judges)
        if pairs.judges:
            pairs.take_up()
        for line in self._trial.lines():
            self._tell_user(line)

    def _fields(self, offer: Offer) -> dict[str, Any]:
        ego = self._text_of(offer.ego)
        if offer.asked == IMAGINE:
            return {ASKED: IMAGINE, "ego": ego, "type": None, "hint": None}
        other = offer.context.get("text") or self._text_of(offer.other)
        a, b = (other, ego) if offer.context.get("turned") else (ego, other)
        return {ASKED: offer.asked, "a": a, "b": b}

    def planned(self, step: Step) -> None:
        """Nobody is asked the same again."""
        asked, context = step.fields[ASKED], step.context
        if TRIAL in context and self._trying is not None:
            self._trying.planned(asked)
        elif "turn" in context and self._turns:
            self._planned[TELL] += 1
            self._turns.planned(step)
        elif self._pairs is not None:
            self._planned[JUDGE] += 1
            self._pairs.planned(step, asked)

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """Of a pair that is judged one verdict, of one that is asked for its tie one, of people imagined one each."""
        asked, context = step.fields[ASKED], step.context
        if asked == JUDGE:
            kept = ("other", "known", "source", "turned")
            detail = {**data, **{name: context[name] for name in kept if name in context}}
            other = "" if "text" in context else context["other"]
            yield noted(Verdict(0, "tried" if TRIAL in context else "judged", "", other, detail), data)
        elif asked == TELL:
            yield noted(self._told(step, self.ways.tell.read(without_asked(step.fields), data), data), data)
        else:
            for item, read in enumerate(self.ways.imagine.read(without_asked(step.fields), data)):
                yield noted(self._imagined(step, item, read, data), data)

    def _told(self, step: Step, read: Link | Rejected | None, data: Mapping[str, Any]) -> Verdict:
        other = step.context["other"]
        if read is not None and not isinstance(read, Link):
            return rejection(0, read, data)
        if turn := step.context.get("turn"):
            return answered(Turn(*turn), read)
        source = step.context["source"]
        if read is None:
            return Verdict(0, "declined", NONE, other, {"source": source})
        link = read._replace(ego=step.subject, via=source)
        return Verdict(0, "linked", source, other, {"link": link.to_json()})

    def _imagined(self, step: Step, item: int, read: Arrival | Rejected, data: Mapping[str, Any]) -> Verdict:
        """Who stays in the ledger; or is tied as whoever stands for him."""
        if not isinstance(read, Arrival):
            return rejection(item, read, data)
        ego, known = step.subject, weigh(read.description, read.stated, exact=read.exact).attributes.known()
        detail: dict[str, Any] = {"description": read.description, "nature": read.nature, "known": known}
        link = read.link and read.link._replace(ego=ego)
        is_grounded = self.grounds and read.nature == PERSON
        if (
            link
            and is_grounded
            and (found := self._grounding.find(read.description, known, ego, self._growth.tied(ego)))
        ):
            told = link._replace(via=GROUNDED).to_json()
            return Verdict(item, "linked", GROUNDED, found[0], {**detail, "cosine": found[1], "link": told})
        return Verdict(item, "imagined", "", "", {**detail, "link": link.to_json() if link else {}})

    @property
    def grounds(self) -> bool:
        """Whether somebody who is imagined is looked up: always, or as the model was found to be no judge."""
        return self._always or (self._trying is not None and self._trying.over and not self._trial.judges)

    def fold(self, step: Step, verdict: Verdict) -> None:
        """Tie them, or remember what was said."""
        self.carry_out(step, verdict)
        if step.n >= self._recalled:
            self.heard(step, verdict)

    def carry_out(self, step: Step, verdict: Verdict) -> None:
        """Tie them in the growing graph."""
        self._growth.fold(self._run, step, verdict)

    def decided(self, step: Step) -> None:
        """What followed from the step alone can be asked."""
        if step.n >= self._recalled:
            self.done(step)

    def begin_when_ready(self, everybody: Everybody) -> None:
        """Begin with the trial once there are enough people, and ties between them; called after each step."""
        if self._trying is None and self._later is not None and everybody.are_enough:
            self._trying = self._later(everybody.ties)

    def heard(self, step: Step, verdict: Verdict) -> None:
        """Remember what was said, for what is asked next.

        Where several work on one run, each verdict comes once, in the order of the steps.
        """
        outcome, in_trial = verdict.outcome, TRIAL in step.context
        if outcome == "tried":
            hear(self._trial, step.subject, verdict.detail)
        elif outcome in ("imagined", "linked") and step.fields[ASKED] == IMAGINE and in_trial and self._trying:
            self._trying.imagined(step.subject, verdict.detail["description"])
        if outcome == "imagined":
            self._texts.setdefault(step.subject, []).append(verdict.detail["description"])
        if self._pairs is None:
            return
        if step.fields[ASKED] == JUDGE and not in_trial:
            detail = verdict.detail
            self._pairs.rated(step, Rating(detail["odds"], detail["said"]) if outcome == "judged" else None)
        elif outcome == "linked" and (link := Link.of(verdict)):
            self._pairs.tie(link, verdict.persona)

    def done(self, step: Step) -> None:
        """All was said of the step."""
        asked = step.fields[ASKED]
        if TRIAL in step.context and self._trying is not None:
            self._trying.decided(asked)
        if self._pairs is None:
            return
        if asked == TELL and "turn" not in step.context:
            self._pairs.answered(step)
        elif asked == IMAGINE:
            if texts := self._texts.pop(step.subject, []):
                self._vectors(step.subject, texts)
            self._pairs.imagined(step.subject)

    def waiting(self) -> Mapping[int, int]:
        """Nobody is nearer than others."""
        return {}

    def collect(self) -> Changes:
        """Whose depth has changed."""
        return self._growth.collect()
