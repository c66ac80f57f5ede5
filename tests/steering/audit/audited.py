"""Facts to audit, made by hand."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from personagraph.graph.snapshot import Categorical, Snapshot
from personagraph.steering.audit import AuditFacts
from personagraph.steering.audit.facts import Entrants, GrowthHistory
from personagraph.steering.targets import target_of
from personagraph.types import Persona, Relationship
from personagraph.vocabulary.cells import PAIR


def arrivals(graph: Snapshot, told: Sequence[tuple[Persona, Persona, int, str]] = ()) -> Entrants:
    """Who came by asking whom: ego, persona, level of steering, type."""
    position = {graph.id(number): number for number in range(len(graph))}
    return Entrants(
        np.array([position.get(ego.id, -1) for ego, *_ in told], np.int64),
        np.array([position.get(one[1].id, -1) for one in told], np.int64),
        np.array([one[2] for one in told], np.int8),
        Categorical.of(one[3] for one in told),
    )


def facts(
    people: Sequence[Persona],
    ties: Sequence[Relationship] = (),
    *,
    axes: Sequence[str] = PAIR,
    target: str = "uniform",
    came: Sequence[tuple[Persona, Persona, int, str]] = (),
    **more: Any,
) -> AuditFacts:
    """The facts of a graph of these."""
    graph = Snapshot.build(people, sorted(ties, key=lambda r: (r.source, r.target, r.type, r.key)))
    asked = np.zeros(len(graph), np.int64)
    found = arrivals(graph, came)
    np.add.at(asked, found.egos[found.egos >= 0], 1)
    more.setdefault("history", GrowthHistory(found, asked))
    return AuditFacts(graph, graph.attributes, {}, tuple(axes), lambda names: target_of(target, names), **more)
