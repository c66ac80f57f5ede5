"""Synthesises training data: asks a model for one sample about each given persona, alone or with its neighbours."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from personagraph.runs.growth import Changes, noted
from personagraph.runs.work import KnownSteps
from personagraph.stores.graph_store import GraphStore
from personagraph.synthesis.tasks.task import Exchange, Task
from personagraph.types import Persona, Relationship, Step, Verdict
from personagraph.vocabulary.relationships import phrase

COMMAND = "synthesize"
"""The command whose runs make samples."""
BLOCK = 128
"""How many steps are read from the store at once: as many as a session plans ahead."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A persona that a sample is asked about, whom it is shown with and by which relationships, and their sources."""

    ego: Persona
    alters: tuple[Persona, ...]
    ties: tuple[Relationship, ...]
    sources: frozenset[str]


class Synthesis(KnownSteps):
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
        self._block: Mapping[int, _Shown] = {}

    def next_step(self, n: int) -> Step | None:
        """The next persona, with whom it is shown and what for; where all this comes from is the step's context."""
        if n >= len(self._ids):
            return None
        if n not in self._block:
            self._block = self._read(range(n, min(n + BLOCK, len(self._ids))))
        shown, kinds = self._block[n], self.dialogue.kinds
        fields = {
            "persona": shown.ego.description,
            "ties": [_told(shown.ego, tie, alter) for tie, alter in zip(shown.ties, shown.alters, strict=True)],
            "kind": kinds[(n + self._seed) % len(kinds)],
        }
        return Step(n, shown.ego.id, self.dialogue.prompt, fields, _lineage(shown))

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

    def collect(self) -> Changes:
        """Nothing changes in the graph."""
        return Changes()

    def _read(self, steps: range) -> dict[int, _Shown]:
        """What the steps are about: a question of each kind to the store, however many steps there are."""
        egos = {n: self._ids[n] for n in steps}
        around = self._around(egos.values()) if self._neighbours else {}
        drawn = {n: self._draw(n, around.get(ego, {})) for n, ego in egos.items()}
        ids = list(dict.fromkeys([*egos.values(), *(alter for ties in drawn.values() for alter, _ in ties)]))
        people = dict(zip(ids, self._store.personas(ids), strict=True))
        sources: dict[str, set[str]] = defaultdict(set)
        for source, link in self._store.source_links(personas=ids):
            sources[link.persona].add(source.id)
        return {
            n: _Shown(
                people[ego],
                tuple(people[alter] for alter, _ in drawn[n]),
                tuple(tie for _, tie in drawn[n]),
                frozenset(source for id in (ego, *(alter for alter, _ in drawn[n])) for source in sources[id]),
            )
            for n, ego in egos.items()
        }

    def _around(self, egos: Iterable[str]) -> dict[str, dict[str, Relationship]]:
        """Who is connected to each of the egos, each by the first of their relationships."""
        wanted = set(egos)
        around: dict[str, dict[str, Relationship]] = defaultdict(dict)
        for tie in self._store.relationships_at(sorted(wanted)):
            for ego, alter in ((tie.source, tie.target), (tie.target, tie.source)):
                if ego in wanted:
                    around[ego].setdefault(alter, tie)
        return around

    def _draw(self, n: int, around: Mapping[str, Relationship]) -> list[tuple[str, Relationship]]:
        """Up to `neighbours` (neighbour, relationship) for step n, a relationship each."""
        rng = random.Random(f"{self._seed} {n}")
        return rng.sample(sorted(around.items(), key=lambda item: item[0]), min(self._neighbours, len(around)))


def _lineage(shown: _Shown) -> dict[str, Any]:
    people = [shown.ego, *shown.alters]
    return {
        "personas": [p.id for p in people],
        "relationships": [tie.key for tie in shown.ties],
        "sources": sorted(shown.sources),
        "simulated": any(p.simulated for p in people),
    }


def _told(ego: Persona, tie: Relationship, alter: Persona) -> dict[str, str]:
    """A relationship, told from the ego: "teaches", or "formerly teaches"."""
    told = phrase(tie.type, forward=tie.source == ego.id, label=tie.label)
    return {"phrase": f"formerly {told}" if tie.former else told, "type": tie.type, "persona": alter.description}
