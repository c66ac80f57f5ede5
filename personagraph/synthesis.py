"""Synthesises training data: asks a model for one sample about each given persona, alone or with its neighbours."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from personagraph.growth import Changes, noted
from personagraph.protocols import GraphStore
from personagraph.relationships import phrase
from personagraph.tasks import Exchange, Task
from personagraph.types import Persona, Relationship, Step, Verdict


class Synthesis:
    """The work of a synthesis: a step for each of `ids`, in that order; it changes nothing in the graph.

    Each persona is shown with up to `neighbours` others, drawn by `seed` and the step from those that it is connected
    to; with 0, or when it has none, alone.
    """

    def __init__(
        self, store: GraphStore, ids: Sequence[str], dialogue: Task, *, neighbours: int = 1, seed: int = 0
    ) -> None:
        self._store = store
        self._ids = ids
        self.total = len(ids)
        self.dialogue = dialogue
        self._neighbours = neighbours
        self._seed = seed

    def next_step(self, n: int) -> Step | None:
        """The next persona, with whom it is shown and what for; where all this comes from is the step's context."""
        if n >= len(self._ids):
            return None
        [ego] = self._store.personas([self._ids[n]])
        ties = self._ties(ego.id, n)
        alters = self._store.personas([alter for alter, _ in ties])
        kinds = self.dialogue.kinds
        fields = {
            "persona": ego.description,
            "ties": [_told(ego, tie, alter) for (_, tie), alter in zip(ties, alters, strict=True)],
            "kind": kinds[(n + self._seed) % len(kinds)],
        }
        return Step(n, ego.id, self.dialogue.prompt, fields, self._lineage([ego, *alters], [tie for _, tie in ties]))

    def planned(self, step: Step) -> None:
        """Nothing to remember: the personas are known beforehand."""

    def decide(self, step: Step, data: Mapping[str, Any]) -> Iterator[Verdict]:
        """One verdict: a sample with its messages and lineage, or rejected with the guard's name and what it saw."""
        read = self.dialogue.read(step.fields, data)
        if isinstance(read, Exchange):
            lineage = {"prompt": step.prompt, **step.context}
            verdict = Verdict(0, "sample", read.check, step.subject, {**asdict(read), "lineage": lineage})
        else:
            verdict = Verdict(0, "rejected", read[0], step.subject, {"fault": read[1], "item": dict(data)})
        yield noted(verdict, data)

    def fold(self, step: Step, verdict: Verdict) -> None:
        """A sample stays in the ledger."""

    def decided(self, step: Step) -> None:
        """Nothing follows from a sample."""

    def waiting(self) -> Mapping[int, int]:
        """Nobody: whom to ask is drawn beforehand."""
        return {}

    def collect(self) -> Changes:
        """Nothing changes in the graph."""
        return Changes()

    def _ties(self, ego: str, n: int) -> list[tuple[str, Relationship]]:
        """Up to `neighbours` (neighbour, relationship), a relationship each."""
        if not self._neighbours:
            return []
        found: dict[str, Relationship] = {}
        for tie in self._store.relationships_of(ego):
            found.setdefault(tie.target if tie.source == ego else tie.source, tie)
        rng = random.Random(f"{self._seed} {n}")
        return rng.sample(sorted(found.items(), key=lambda item: item[0]), min(self._neighbours, len(found)))

    def _lineage(self, personas: Sequence[Persona], ties: Sequence[Relationship]) -> dict[str, Any]:
        sources = {source.id for p in personas for source, _ in self._store.source_links(persona=p.id)}
        return {
            "personas": [p.id for p in personas],
            "relationships": [tie.key for tie in ties],
            "sources": sorted(sources),
            "simulated": any(p.simulated for p in personas),
        }


def _told(ego: Persona, tie: Relationship, alter: Persona) -> dict[str, str]:
    """A relationship, told from the ego: "teaches", or "formerly teaches"."""
    told = phrase(tie.type, forward=tie.source == ego.id, label=tie.label)
    return {"phrase": f"formerly {told}" if tie.former else told, "type": tie.type, "persona": alter.description}
