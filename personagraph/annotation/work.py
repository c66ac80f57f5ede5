"""Annotates without a model: reads the words of everybody again, and weighs what was stated of them anew."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from personagraph.annotation.arrivals import Arrivals
from personagraph.annotation.readings import NOTHING, Known, known_by
from personagraph.runs.growth import Changes, known_detail, known_of
from personagraph.runs.work import KnownSteps
from personagraph.types import Attributes, Persona, Step, Verdict

CHUNK = 1_000
"""Personas of a step."""
LABEL = "label"


class Rereading(KnownSteps):
    """The work of annotating without a model: a step for every CHUNK personas, in order of entry.

    `chunk` gives the personas from one number to another in that order, of `count` in all. Somebody of whom the same is
    known as before gets no verdict, so that a second time changes nothing. `labels` are attributes that the user gives,
    by persona; "unknown" takes one back that was given before.
    """

    dialogue = None

    def __init__(
        self,
        count: int,
        chunk: Callable[[int, int], Sequence[Persona]],
        arrived: Arrivals,
        labels: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._count, self._chunk, self._arrived, self._labels = count, chunk, arrived, labels
        self.total = -(-count // CHUNK)
        self._changes = Changes()

    def next_step(self, n: int) -> Step | None:
        """The next chunk of personas."""
        return Step(n, subject="") if n < self.total else None

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """A verdict for each of whom something else is known by now."""
        first = step.n * CHUNK
        for item, persona in enumerate(self._chunk(first, min(first + CHUNK, self._count))):
            if (verdict := judged(item, persona, self._known(persona))) is not None:
                yield verdict

    def _known(self, persona: Persona) -> Known:
        labels = self._labels.get(persona.id)
        if not labels:
            return known_of_persona(persona, self._arrived)
        given = Attributes(**labels)
        grounds = Attributes(**dict.fromkeys(given.known(), LABEL))
        return known_of_persona(_without(persona, labels), self._arrived, (given, grounds))

    def fold(self, step: Step, verdict: Verdict) -> None:
        """What is known by now is written with the next batch."""
        self._changes.known[verdict.persona] = known_of(verdict.detail)

    def collect(self) -> Changes:
        """What is known of whom by now."""
        changes, self._changes = self._changes, Changes()
        return changes


def _without(persona: Persona, names: Container[str]) -> Persona:
    """The persona as it was before these attributes were labelled."""
    left = {name: basis for name, basis in persona.bases.known().items() if basis != LABEL or name not in names}
    values = persona.attributes.known()
    kept = {name: value for name, value in values.items() if name in left or persona.bases[name] != LABEL}
    return replace(persona, attributes=Attributes(**kept), bases=Attributes(**left))


def known_of_persona(persona: Persona, arrived: Arrivals, given: Known = NOTHING) -> Known:
    """What is known of a persona by all that came with it, and what is given now."""
    came, is_told = arrived.of.get(persona.id, ()), persona.run in arrived.runs
    return known_by(persona, came, believes=arrived.believes, given=given, is_told=is_told)


def judged(item: int, persona: Persona, known: Known) -> Verdict | None:
    """The verdict that something else is known of a persona by now; None where it is the same."""
    if known == (persona.attributes, persona.bases):
        return None
    return Verdict(item, "annotated", "", persona.id, known_detail(*known))
