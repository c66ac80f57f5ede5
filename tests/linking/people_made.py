"""People whose descriptions are points that a test places, with what is known of them."""

from collections.abc import Mapping, Sequence

import numpy as np

from personagraph.graph.snapshot import Snapshot
from personagraph.linking.candidates import EVERYTHING, SOURCES, Candidates
from personagraph.linking.people import Described
from personagraph.meaning.nearest import Nearest
from tests.graphs import persona, tie

DIMS = 24
MIX = dict.fromkeys((name for name, source in SOURCES.items() if not source.tied), 1.0)


def points(count: int, *, seed: int = 0, groups: int = 8, spread: float = 0.5) -> np.ndarray:
    """Directions around some centres (count, DIMS): those at i and at i + groups are around the same."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(size=(groups, DIMS))
    return directions(centres[np.arange(count) % groups] + spread * rng.normal(size=(count, DIMS)))


def directions(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


def snapshot(known: Sequence[Mapping[str, str]], ties: Sequence[tuple[int, int] | tuple[int, int, str]] = ()):
    """A snapshot of so many people, of each of whom this is known, tied so (TEACHES where no type is given)."""
    people = [persona(f"A potter of house {n}", n, **said) for n, said in enumerate(known)]
    return Snapshot.build(people, [tie(people[a], people[b], *type) for a, b, *type in ties])


def described(rows: np.ndarray, whole: Snapshot) -> Described:
    """The rows as vectors of these people."""
    index = Nearest(DIMS)
    index.add(whole.ids_of(range(len(whole))), rows)
    return Described(index, whole.ids)


def candidates(rows: np.ndarray, known=None, ties=(), *, seed: int = 0, mix=None, **of) -> Candidates:
    """Candidates among people at these points."""
    whole = snapshot(known or [{}] * len(rows), ties)
    return Candidates(whole, described(rows, whole), seed=seed, mix=EVERYTHING.mix if mix is None else mix, **of)
