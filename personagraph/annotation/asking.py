"""Annotates by a model: tries it on those of whom it is known, then asks about those of whom something is not."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Protocol

from personagraph.annotation.arrivals import Arrivals
from personagraph.annotation.dialogues import batches
from personagraph.annotation.trial import Trial
from personagraph.annotation.work import judged, known_of_persona
from personagraph.prompts.dialogue import Dialogue
from personagraph.runs.growth import Changes, known_of, noted
from personagraph.types import UNKNOWN, Attributes, Persona, Step, Verdict

MODEL = "model"
OPEN = (UNKNOWN, "stated")
"""The grounds of an attribute about which a model is asked: none, or that another one stated it."""
LEFT_OUT = "missing"
NOBODY = (
    "there is no attribute that this model was found to annotate well enough, so nobody else is asked about; labels of"
    " your own (--labels) can show more than the words that are read"
)
AHEAD = 200
"""Personas that are looked at together for whom to ask about."""


class AnnotationDialogue(Dialogue, Protocol):
    """How descriptions are asked about; small and large models have different ones."""

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Sequence[Attributes | None]:
        """What the model says of each description of the step, in their order; None of one that it left out."""


class Annotation:
    """The work of annotating with a model: first a step for every `most` personas of the trial, then of the others.

    `personas` gives those with these ids, `everybody` the ids of all in order of entry; a step shows their descriptions
    and nothing else. The others are asked about once the trial is decided, and only those of whom an attribute is not
    known that the model was found to annotate well; if there is none, nobody is. `applied` is how many steps of the run
    the graph holds. `tell` hears what the trial has shown, once it is over.
    """

    total = None
    enough = ""
    may_end = False

    def __init__(
        self,
        dialogue: AnnotationDialogue,
        trial: Trial,
        arrived: Arrivals,
        *,
        tried: Sequence[str],
        everybody: Iterable[str],
        personas: Callable[[Sequence[str]], Sequence[Persona]],
        most: int,
        applied: int = 0,
        tell: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.dialogue, self._trial, self._arrived = dialogue, trial, arrived
        self._tried, self._personas, self._most = list(tried), personas, most
        self._everybody, self._ready = iter(everybody), list[Persona]()
        self._trials = self._over = 0
        self._applied, self._tell, self._told = applied, tell, False
        self._changes = Changes()

    def next_step(self, n: int) -> Step | None:
        """The next of the trial; None until that is decided, then the next of the others."""
        if self._tried:
            return self._step(n, self._personas(self._tried[: self._most]), is_trial=True)
        if self._over < self._trials:
            return None
        if not self._told:
            self._told = True
            for line in self._trial.lines():
                self._tell(line)
            if not self._trial.believed():
                self._tell(NOBODY)
        return self._step(n, self._wanting(), is_trial=False)

    def _step(self, n: int, people: Sequence[Persona], *, is_trial: bool) -> Step | None:
        if not people:
            return None
        shown = people[: batches([person.description for person in people], self._most)[0]]
        fields: dict[str, Any] = {
            "people": [person.description for person in shown],
            "ids": [person.id for person in shown],
        }
        fields |= {"trial": True} if is_trial else {}
        return Step(n, shown[0].id, self.dialogue.prompt_of(fields), fields)

    def _wanting(self) -> list[Persona]:
        """The next of whom something is not known that the model annotates well: at least as many as a call shows."""
        believed = self._trial.believed()
        while believed and len(self._ready) < self._most and (ids := list(islice(self._everybody, AHEAD))):
            self._ready += [
                person
                for person in self._personas(ids)
                if person.id not in self._trial.truths and any(_is_open(person, name) for name in believed)
            ]
        return self._ready

    def planned(self, step: Step) -> None:
        """Nobody of the step is asked about again."""
        ids = step.fields["ids"]
        if step.fields.get("trial"):
            self._trials += 1
            self._over += step.n < self._applied
            self._tried = self._tried[len(ids) :]
            return
        self._tried = []
        if self._ready:
            self._ready = self._ready[len(ids) :]
            return
        # An earlier session planned it: what comes next is behind whom it asked about last.
        for id in self._everybody:
            if id == ids[-1]:
                return

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """A verdict for each of whom something else is known by now; in the trial, for each on whom it was tried.

        One whom the reply leaves out, or tells of twice, is rejected.
        """
        people = self._personas(step.fields["ids"])
        for item, (person, said) in enumerate(zip(people, self.dialogue.read(step.fields, data), strict=True)):
            if said is None:
                detail = {"fault": person.description, "item": {}}
                yield noted(Verdict(item, "rejected", LEFT_OUT, person.id, detail), data)
            elif step.fields.get("trial"):
                claims = self._trial.claims(person.id, said)
                yield noted(Verdict(item, "tried", "", person.id, {"claims": claims, "said": said.known()}), data)
            elif (verdict := self._annotated(item, person, said)) is not None:
                yield noted(verdict, data)

    def _annotated(self, item: int, person: Persona, said: Attributes) -> Verdict | None:
        counting = {name: said[name] for name in self._trial.believed() if _is_open(person, name)}
        given = Attributes(**{name: value for name, value in counting.items() if value != UNKNOWN})
        known = known_of_persona(person, self._arrived, (given, Attributes(**dict.fromkeys(given.known(), MODEL))))
        verdict = judged(item, person, known)
        if verdict is not None:
            sure = {name: round(self._trial.confidence(name), 4) for name in given.known()}
            verdict.detail.update({"said": said.known(), "confidence": sure})  # type: ignore[attr-defined]
        return verdict

    def fold(self, step: Step, verdict: Verdict) -> None:
        """Count what became of a trial; what is known by now is written with the next batch."""
        if verdict.outcome == "tried":
            self._trial.add(verdict.detail["claims"])
        elif verdict.outcome == "annotated":
            self._changes.known[verdict.persona] = known_of(verdict.detail)

    def decided(self, step: Step) -> None:
        """One step of the trial less to wait for."""
        self._over += bool(step.fields.get("trial"))

    def waiting(self) -> Mapping[int, int]:
        """Nobody is nearer than others."""
        return {}

    def collect(self) -> Changes:
        """What is known of whom by now."""
        changes, self._changes = self._changes, Changes()
        return changes


def _is_open(person: Persona, name: str) -> bool:
    """Whether a model's annotation of the attribute would count."""
    return person.bases[name] in OPEN
