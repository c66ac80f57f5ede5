"""A snapshot that is extended is the one that is read again."""

import random
from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from personagraph.graph.snapshot import Categorical, Links, Snapshot
from personagraph.graph.snapshots.extension import Since, extended
from personagraph.runs.projection import depths_of
from personagraph.types import Attributes, Persona, Relationship
from tests.stored import people, tie

TYPES = ("TEACHES", "FRIEND_OF", "TIED_TO")


def assert_same_snapshot(one: Snapshot, other: Snapshot) -> None:
    """All columns, the links in each direction and the order of ids are equal, and of one kind."""
    columns = [field.name for field in fields(Snapshot) if field.name != "derived"]
    for name in [*columns, "forwards", "backwards", "both", "by_id"]:
        _assert_same(getattr(one, name), getattr(other, name), name)


def _assert_same(one: object, other: object, name: str) -> None:
    if isinstance(one, dict) and name == "attributes":
        assert one.keys() == other.keys()  # type: ignore[attr-defined]
        for key in one:
            _assert_same(one[key], other[key], f"{name} {key}")  # type: ignore[index]
    elif isinstance(one, Links):
        for part, array in one._asdict().items():
            _assert_same(array, getattr(other, part), f"{name} {part}")
    elif isinstance(one, Categorical):
        assert one.names == other.names, name  # type: ignore[attr-defined]
        _assert_same(one.codes, other.codes, name)  # type: ignore[attr-defined]
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype, name  # type: ignore[attr-defined]
        assert one.tolist() == other.tolist(), name  # type: ignore[attr-defined]
    else:
        assert one == other, name


class Growing:
    """A graph of objects that grows, as a store would hold it."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.personas: dict[str, Persona] = {}
        self.ties: dict[str, Relationship] = {}
        self.seeds: set[str] = set()

    def grow(self, some: Sequence[Persona], ties: int) -> Since:
        """Personas enter, some are or become seeds, relationships come in or are said again: what a store tells."""
        rng = self.rng
        for persona in some:
            stated = {name: rng.choice(("unknown", *values)) for name, values in (("sex", ("female", "male")),)}
            run = f"r{rng.randint(1, 12)}"
            self.personas[persona.id] = replace(persona, depth=None, run=run, attributes=Attributes(**stated))
        everyone = list(self.personas.values())
        again = {p.id for p in everyone if rng.random() < 0.1}
        self.seeds |= again
        said = [self._tie(everyone) for _ in range(ties if len(everyone) > 1 else 0)]
        self.ties |= {r.key: r for r in said}
        depths = depths_of(self.seeds, ((r.source, r.target) for r in self.ties.values()))
        self.personas = {id: replace(p, depth=depths.get(id)) for id, p in self.personas.items()}
        pairs = {(r.source, r.target) for r in said}
        touched = again | {id for pair in pairs for id in pair}
        return Since(
            [self.personas[p.id] for p in some],
            [r for r in self.ordered() if (r.source, r.target) in pairs],
            {id: self.personas[id].depth for id in sorted(touched)},
            {"r1": len(self.ties)},
        )

    def ordered(self) -> list[Relationship]:
        return sorted(self.ties.values(), key=lambda r: (r.source, r.target, r.type, r.key))

    def built(self, since: Since) -> Snapshot:
        return replace(Snapshot.build(self.personas.values(), self.ordered()), applied=since.applied)

    def _tie(self, everyone: list[Persona]) -> Relationship:
        a, b = self.rng.sample(everyone[: self.rng.randint(2, len(everyone))], 2)
        label = self.rng.choice(["", "reports to", "is the landlord of"])
        type = self.rng.choice(TYPES)
        more = {"via": self.rng.choice(["", "similar"]), "agreement": self.rng.choice(["", "both", "denied"])}
        return tie(a, b, type, label=label, confidence=self.rng.random(), former=self.rng.random() < 0.2, **more)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), parts=st.lists(st.tuples(st.integers(0, 8), st.integers(0, 12)), max_size=5))
def test_extending_again_and_again_gives_what_building_gives(seed, parts):
    growing, rest = Growing(random.Random(seed)), people(60)
    first = growing.grow(rest[:7], 9)
    known = growing.built(first)
    _ = known.forwards, known.backwards, known.both
    done = 7
    for count, ties in parts:
        before = replace(known)
        since = growing.grow(rest[done : done + count], ties)
        done += count
        found = extended(known, since)
        assert found is not None
        assert_same_snapshot(found, growing.built(since))
        assert_same_snapshot(known, before)
        known = found


def test_an_empty_graph_is_extended_too():
    growing = Growing(random.Random(1))
    found = extended(growing.built(growing.grow([], 0)), since := growing.grow(people(5), 6))
    assert found is not None
    assert_same_snapshot(found, growing.built(since))


def test_where_a_relationship_is_gone_or_a_seed_is_none_any_more_nothing_is_extended():
    a, b, c = people(3)
    label = {"label": "reports to"}
    known = Snapshot.build([a, b, c], sorted([tie(a, b, "TIED_TO", **label), tie(a, b)], key=lambda r: r.type))
    assert extended(known, Since([], [tie(a, b)], {}, {})) is None
    assert extended(known, Since([], [], {a.id: 3}, {})) is None
    assert extended(known, Since([a], [], {}, {})) is None
