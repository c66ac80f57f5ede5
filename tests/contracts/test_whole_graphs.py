"""Random graphs: every store answers as networkx does, and as the other stores do."""

import random
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personagraph.graph.snapshot import Categorical, Snapshot
from personagraph.stores.graph_store import GraphStore
from personagraph.types import Batch, Persona, Relationship
from tests.stored import empty, open_graph, people, tie

TYPES = ("TEACHES", "TREATS", "FRIEND_OF", "RELATED_TO", "TIED_TO")
WORDS = ("", "reports to", "is the landlord of")
"""Labels; of own words each is a relationship of its own."""


class Grown(NamedTuple):
    """A graph in a store, and what it was made of."""

    store: GraphStore
    personas: list[Persona]
    ties: list[Relationship]

    def oracle(self, types: tuple[str, ...], *, directed: bool) -> "nx.Graph[str]":
        """The same graph for networkx."""
        graph: nx.Graph[str] = nx.DiGraph() if directed else nx.Graph()
        graph.add_nodes_from(p.id for p in self.personas)
        graph.add_edges_from((r.source, r.target) for r in self.ties if not types or r.type in types)
        return graph


def grow(rng: random.Random) -> tuple[list[Persona], list[Relationship]]:
    """Some hundreds of relationships: hubs, parallel ones, cycles, islands."""
    personas = people(rng.randint(20, 150))
    hubs = personas[: rng.randint(1, 5)]
    ties = {}
    for _ in range(rng.randint(100, 500)):
        a, b = rng.choice(rng.choice([hubs, personas])), rng.choice(personas[: rng.randint(2, len(personas))])
        if a != b:
            type, label = rng.choice(TYPES), rng.choice(WORDS)
            more = {"via": rng.choice(["", "bridge"]), "agreement": rng.choice(["", "both", "denied"])}
            made = tie(a, b, type, label=label, confidence=rng.choice([0.25, 0.5, 1.0]), **more)
            ties[made.key] = made
    return personas, list(ties.values())


def write(store: GraphStore, personas: list[Persona], ties: list[Relationship], parts: int) -> None:
    """In several batches, the relationships of a persona never before it."""
    store.write(Batch("r1", 0, 1, tuple(personas)))
    for n in range(parts):
        store.write(Batch("r1", n + 1, n + 2, relationships=tuple(ties[n::parts])))


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)], scope="module")
def grown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grown]:
    """One random graph, asked many things."""
    url = request.getfixturevalue("neo4j_url") if request.param == "neo4j" else None
    empty(url)
    store = open_graph(tmp_path_factory.mktemp("grown"), url)
    personas, ties = grow(random.Random(4))
    write(store, personas, ties, 3)
    yield Grown(store, personas, ties)
    store.close()


questions = st.tuples(
    st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from([(), TYPES[:1], TYPES[1:3]]), st.booleans()
)
asking = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@asking
@given(question=questions, bound=st.sampled_from([None, 1, 2, 3, 5]))
def test_paths_are_as_short_as_those_of_networkx_and_made_of_real_relationships(grown, question, bound):
    a, b, types, directed = question
    start, end = (grown.personas[i % len(grown.personas)].id for i in (a, b))
    path = grown.store.shortest_path(start, end, types=types, directed=directed, max_hops=bound)
    graph = grown.oracle(types, directed=directed)
    if not nx.has_path(graph, start, end) or (bound is not None and nx.shortest_path_length(graph, start, end) > bound):
        assert path is None
        return
    assert path is not None
    assert path.hops == nx.shortest_path_length(graph, start, end)
    assert (path.personas[0].id, path.personas[-1].id) == (start, end)
    for one, other, tied in zip(path.personas, path.personas[1:], path.relationships, strict=False):
        assert tied in grown.ties
        assert (one.id, other.id) in [(tied.source, tied.target), (tied.target, tied.source)][: 1 if directed else 2]
        assert not types or tied.type in types


@asking
@given(question=questions, hops=st.integers(1, 4))
def test_neighbours_are_those_of_networkx_at_their_distance(grown, question, hops):
    a, b, types, directed = question
    starts = {grown.personas[i % len(grown.personas)].id for i in (a, b)}
    graph = grown.oracle(types, directed=directed)
    lengths = nx.multi_source_dijkstra_path_length(graph, starts, cutoff=hops)
    found = grown.store.neighbours(list(starts), hops=hops, types=types, directed=directed)
    assert {n.persona.id: n.hops for n in found} == {id: n for id, n in lengths.items() if n > 0}
    assert found == sorted(found, key=lambda n: (n.hops, n.persona.entry))


def test_a_snapshot_is_what_the_scans_say(grown):
    made = Snapshot.build(grown.store.scan_personas(), grown.store.scan_relationships())
    taken = grown.store.snapshot()
    assert taken.applied == grown.store.held().applied
    for field in fields(Snapshot):
        if field.name in ("applied", "derived"):
            continue
        one, other = getattr(taken, field.name), getattr(made, field.name)
        assert_same = _assert_same_columns if field.name == "attributes" else _assert_same
        assert_same(one, other)


def _assert_same_columns(one, other):
    assert one.keys() == other.keys()
    for name in one:
        _assert_same(one[name], other[name])


def _assert_same(one, other):
    if isinstance(one, Categorical):
        assert one.names == other.names
        one, other = one.codes, other.codes
    assert one.tolist() == other.tolist()
    assert one.dtype == other.dtype


@pytest.mark.neo4j
@settings(max_examples=5, deadline=None, derandomize=True)
@given(seed=st.integers(0, 1_000_000), parts=st.integers(1, 4))
def test_both_stores_answer_alike(seed, parts, neo4j_url, tmp_path_factory):
    rng = random.Random(seed)
    personas, ties = grow(rng)
    empty(neo4j_url)
    folder: Path = tmp_path_factory.mktemp("alike")
    stores = [open_graph(folder), open_graph(folder, neo4j_url)]
    for store in stores:
        write(store, personas, ties, parts)
    ids = [p.id for p in rng.sample(personas, 12)]
    answers = [
        (
            list(store.scan_personas()),
            list(store.scan_relationships()),
            store.stats(),
            store.relationships(ids),
            store.relationships_at(ids[:3]),
            [store.shortest_paths([a], [b], limit=20, types=TYPES[:2]) for a, b in pairwise(ids)],
            [path and path.hops for a, b in pairwise(ids) for path in [store.shortest_path(a, b, types=TYPES[:2])]],
            store.neighbours(ids[:2], hops=3, limit=50),
            [p.id for p in store.search("chair number 1", limit=30)],
            store.ids_with_prefix(ids[0][:1], limit=100),
        )
        for store in stores
    ]
    assert answers[0] == answers[1]
    for store in stores:
        store.close()
