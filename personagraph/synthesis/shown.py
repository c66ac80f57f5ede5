"""Whom a sample is asked about: personas, each with neighbours that are drawn for it, read many at once."""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from personagraph.stores.graph_store import GraphStore
from personagraph.types import Persona, Relationship
from personagraph.vocabulary.relationships import phrase

BLOCK = 128
"""Samples whose people are read from the store at once: as many as a session plans ahead."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A persona that a sample is asked about, whom it is shown with and by which relationships, and their sources."""

    ego: Persona
    alters: tuple[Persona, ...]
    ties: tuple[Relationship, ...]
    sources: frozenset[str]

    @property
    def fields(self) -> dict[str, Any]:
        """The persona and the relationships as text."""
        return {
            "persona": self.ego.description,
            "ties": [_told(self.ego, tie, alter) for tie, alter in zip(self.ties, self.alters, strict=True)],
        }

    @property
    def lineage(self) -> dict[str, Any]:
        """Where all this comes from."""
        people = [self.ego, *self.alters]
        return {
            "personas": [p.id for p in people],
            "relationships": [tie.key for tie in self.ties],
            "sources": sorted(self.sources),
            "simulated": any(p.simulated for p in people),
        }


class ShownPeople:
    """Whom each sample is asked about: `ids` in that order, each with up to `neighbours` others.

    They are drawn by the seed and the sample's number from those that the persona is connected to; with 0 neighbours,
    or where there are none, it is shown alone.
    """

    def __init__(self, store: GraphStore, ids: Sequence[str], *, neighbours: int, seed: int) -> None:
        self._store, self._ids, self._neighbours, self._seed = store, ids, neighbours, seed
        self._block: Mapping[int, Shown] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, n: int) -> Shown:
        """Whom sample n is asked about."""
        if n not in self._block:
            self._block = self._read(range(n, min(n + BLOCK, len(self._ids))))
        return self._block[n]

    def _read(self, samples: range) -> dict[int, Shown]:
        """Those of all these samples: a question of each kind to the store, however many they are."""
        egos = {n: self._ids[n] for n in samples}
        around = self._around(egos.values()) if self._neighbours else {}
        drawn = {n: self._draw(n, around.get(ego, {})) for n, ego in egos.items()}
        ids = list(dict.fromkeys([*egos.values(), *(alter for ties in drawn.values() for alter, _ in ties)]))
        people = dict(zip(ids, self._store.personas(ids), strict=True))
        sources: dict[str, set[str]] = defaultdict(set)
        for source, link in self._store.source_links(personas=ids):
            sources[link.persona].add(source.id)
        return {
            n: Shown(
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
        """Up to `neighbours` (neighbour, relationship) for sample n, a relationship each."""
        rng = random.Random(f"{self._seed} {n}")
        return rng.sample(sorted(around.items(), key=lambda item: item[0]), min(self._neighbours, len(around)))


def _told(ego: Persona, tie: Relationship, alter: Persona) -> dict[str, str]:
    """A relationship, told from the ego: "teaches", or "formerly teaches"."""
    told = phrase(tie.type, forward=tie.source == ego.id, label=tie.label)
    return {"phrase": f"formerly {told}" if tie.former else told, "type": tie.type, "persona": alter.description}
