"""Graphs to draw from, and what samplers are told and handed there."""

from typing import Any

import numpy as np

from personagraph.graph.sampling import SAMPLERS
from personagraph.graph.snapshot import Snapshot
from tests.graphs import persona, tie

EVERYBODY = {
    "communities": lambda n: np.arange(n) % 3,
    "weights": lambda n: np.ones(n),
    "vectors": lambda n: np.random.default_rng(0).standard_normal((n, 8)),
}
"""What samplers are handed of so many."""


def told(sampler: str, graph: Snapshot) -> dict[str, Any]:
    """What each needs to be told: the ends of a path, and what it is handed."""
    kind = SAMPLERS[sampler]
    handed = {"handed": EVERYBODY[kind.needs](len(graph))} if kind.needs else {}
    return handed | ({"path": (graph.id(0), graph.id(len(graph) - 1))} if sampler == "between" else {})


def snapshot(edges: list[tuple[int, int]], n: int = 12) -> Snapshot:
    people = [persona(f"A potter of house {i}", i) for i in range(n)]
    return Snapshot.build(people, [tie(people[a], people[b]) for a, b in edges])


def lattice(side: int) -> Snapshot:
    """A square of people, each of whom knows those beside and below."""
    across = [(row * side + at, row * side + at + 1) for row in range(side) for at in range(side - 1)]
    down = [(row * side + at, row * side + at + side) for row in range(side - 1) for at in range(side)]
    return snapshot([*across, *down], n=side * side)
