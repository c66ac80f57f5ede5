"""Extracts personas from texts: asks of each text who would read, write, like or dislike it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple, Protocol

from personagraph.prompts.dialogue import Dialogue
from personagraph.runs.growth import Arrival, Changes, Growth, Link, Rejected, noted, rejection
from personagraph.runs.work import KnownSteps
from personagraph.text.documents import Document
from personagraph.text.passages import excerpt, passages
from personagraph.types import Source, Step, Verdict
from personagraph.vocabulary.relationships import SOURCE_TYPES

VERBS = tuple(SOURCE_TYPES)
GRAINS = ("coarse", "fine")


class PortraitDialogue(Dialogue, Protocol):
    """How a passage is asked, and how the reply is read; small and large models have different ones.

    `longest` is how many characters of a text a call can hold, `items` how many personas a reply can bring.
    """

    longest: int
    items: int

    def read(self, fields: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[Arrival | Rejected]:
        """The items of a reply: arrivals without a link, or (guard, detail) for what a guard turned down."""


class Question(NamedTuple):
    """One call: the text, the passage of it, and what is asked."""

    document: Document
    passage: str
    verb: str
    grain: str


def questions(
    documents: Iterable[Document],
    *,
    longest: int,
    calls_per_text: int = 1,
    verbs: Sequence[str] = VERBS,
    grains: Sequence[str] = GRAINS,
) -> Iterator[Question]:
    """What is asked, text by text: `calls_per_text` calls each, going round its passages.

    The pairs of verb and grain go round over all calls, so that a corpus gets all of them whatever `calls_per_text`;
    verb and grain change with every call.
    """
    pairs = [(verb, grains[(i + j) % len(grains)]) for j in range(len(grains)) for i, verb in enumerate(verbs)]
    asked = 0
    for document in documents:
        parts = passages(document.text, longest=longest)
        for call in range(calls_per_text):
            yield Question(document, parts[call % len(parts)], *pairs[asked % len(pairs)])
            asked += 1


class Extraction(KnownSteps):
    """The work of an extraction: a step a question, which holds all that is needed to send it again.

    `total` is how many questions there are, if that is known.
    """

    def __init__(
        self,
        growth: Growth,
        asked: Iterable[Question],
        dialogue: PortraitDialogue,
        *,
        run: str,
        total: int | None = None,
    ) -> None:
        self._growth = growth
        self._asked = iter(asked)
        self._taken = 0
        self.total = total
        self.dialogue = dialogue
        self._run = run
        self._sources: dict[str, Source] = {}

    def next_step(self, n: int) -> Step | None:
        """The n-th question; those that an earlier session planned are passed over."""
        question = next(islice(self._asked, n - self._taken, None), None)
        if question is None:
            return None
        self._taken = n + 1
        document, passage, verb, grain = question
        context = {"uri": document.uri, "sha256": document.sha256, "excerpt": excerpt(document.text)}
        fields = {"passage": passage, "verb": verb, "grain": grain}
        return Step(n, document.id, self.dialogue.prompt_of(fields), fields, context)

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """A verdict a persona; what a guard turned down is rejected with the guard's name."""
        link = Link(SOURCE_TYPES[step.fields["verb"]], source=step.subject)
        for item, read in enumerate(self.dialogue.read(step.fields, data)):
            if isinstance(read, Arrival):
                verdict = self._growth.judge(item, replace(read, link=link))
            else:
                verdict = rejection(item, read, data)
            yield noted(verdict, data)

    def fold(self, step: Step, verdict: Verdict) -> None:
        """Let the persona in."""
        self._growth.fold(self._run, step, verdict)

    def decided(self, step: Step) -> None:
        """The source is known with the first verdict on it; writing it again with later ones changes nothing."""
        self._sources[step.subject] = Source(step.subject, **step.context)

    def collect(self) -> Changes:
        """What the replies brought, and the sources that they speak of."""
        changes, changes.sources, self._sources = self._growth.collect(), list(self._sources.values()), {}
        return changes
