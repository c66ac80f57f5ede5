"""Paths between personas and groups, in every store: as networkx finds them, and the same in both."""

import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personagraph.errors import PersonaNotFoundError
from personagraph.stores.graph_store import GraphStore
from personagraph.types import Attributes, Persona, Relationship
from tests.graphs import refilled
from tests.stored import empty, fill, open_graph, people, persona, tie

TYPES = ("TEACHES", "TREATS", "FRIEND_OF")


def oracle(
    personas: list[Persona], ties: list[Relationship], types: tuple[str, ...] = (), *, directed: bool = False
) -> "nx.Graph[str]":
    graph: nx.Graph[str] = nx.MultiDiGraph() if directed else nx.MultiGraph()
    graph.add_nodes_from(p.id for p in personas)
    graph.add_edges_from((r.source, r.target) for r in ties if not types or r.type in types)
    return graph


def all_shortest(graph: "nx.Graph[str]", starts: list[str], ends: list[str], bound: int | None) -> list[list[str]]:
    """Every shortest path between two groups, in the order of the ids along it."""
    pairs = [(a, b) for a in starts for b in ends if a in graph and b in graph and nx.has_path(graph, a, b)]
    hops = min((nx.shortest_path_length(graph, a, b) for a, b in pairs), default=None)
    if hops is None or (bound is not None and hops > bound):
        return []
    found = [[list(path) for path in nx.all_shortest_paths(graph, a, b)] for a, b in pairs]
    return sorted(path for paths in found for path in paths if len(path) == hops + 1)


def told(found) -> list[list[str]]:
    return [[p.id for p in path.personas] for path in found.paths]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Persona], list[Relationship]]:
    """Few personas with parallel and opposite relationships, in one piece or several."""
    personas = people(draw(st.integers(2, 9)))
    ends = st.sampled_from(personas)
    drawn = draw(st.lists(st.tuples(ends, ends, st.sampled_from(TYPES), st.sampled_from([0.25, 0.5])), max_size=25))
    ties = {made.key: made for a, b, type, c in drawn if a is not b for made in [tie(a, b, type, confidence=c)]}
    return personas, list(ties.values())


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)], scope="module")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    """One store for many small graphs, one after the other."""
    url = request.getfixturevalue("neo4j_url") if request.param == "neo4j" else None
    empty(url)
    store = open_graph(tmp_path_factory.mktemp("paths"), url)
    yield store
    store.close()


places = st.lists(st.integers(0, 8), min_size=1, max_size=3)
asking = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@asking
@given(
    graph=graphs(),
    places=st.tuples(places, places, st.lists(st.integers(0, 8), max_size=2)),
    types=st.sampled_from([(), TYPES[:1], TYPES[1:]]),
    directed=st.booleans(),
    bound=st.sampled_from([None, 1, 2, 3]),
)
def test_all_shortest_paths_between_groups_are_those_of_networkx(shared, graph, places, types, directed, bound):
    personas, ties = graph
    refilled(shared, personas, ties)
    starts, ends, avoid = ([personas[i % len(personas)].id for i in dict.fromkeys(chosen)] for chosen in places)
    free = oracle(personas, ties, types, directed=directed)
    free.remove_nodes_from(avoid)
    expected = all_shortest(free, list(dict.fromkeys(starts)), list(dict.fromkeys(ends)), bound)
    options = {"types": types, "directed": directed, "avoid": avoid, "max_hops": bound}
    found = shared.shortest_paths(starts, ends, limit=1000, **options)
    assert told(found) == expected
    assert found.count == len(expected)
    assert told(shared.shortest_paths(starts, ends, limit=2, **options)) == expected[:2]
    for path in found.paths:
        for one, other, tied in zip(path.personas, path.personas[1:], path.relationships, strict=False):
            ways = [(tied.source, tied.target), (tied.target, tied.source)][: 1 if directed else 2]
            assert (one.id, other.id) in ways
            between = [r for r in ties if (r.source, r.target) in ((one.id, other.id), (other.id, one.id))]
            assert tied in between
            assert not types or tied.type in types
            if not directed and not types:
                assert tied.confidence == max(r.confidence for r in between)
    single = shared.shortest_path(starts[0], ends[0], **options)
    pair = all_shortest(free, starts[:1], ends[:1], bound)
    assert single is None if not pair else [p.id for p in single.personas] in pair


@asking
@given(graph=graphs(), chosen=places, hops=st.integers(1, 4), directed=st.booleans())
def test_who_is_within_some_hops_of_a_group_is_as_far_as_networkx_says(shared, graph, chosen, hops, directed):
    personas, ties = graph
    refilled(shared, personas, ties)
    starts = {personas[i % len(personas)].id for i in chosen}
    graph = oracle(personas, ties, directed=directed)
    lengths = [nx.single_source_shortest_path_length(graph, id, cutoff=hops) for id in starts]
    nearest = {id: min(d[id] for d in lengths if id in d) for id in set().union(*lengths) - starts}
    found = shared.neighbours(sorted(starts), hops=hops, directed=directed)
    assert {n.persona.id: n.hops for n in found} == nearest


def test_very_many_shortest_paths_are_counted_and_not_all_told(store):
    rungs = [people(80)[i : i + 2] for i in range(0, 80, 2)]
    made = [tie(a, b) for one, other in itertools.pairwise(rungs) for a in one for b in other]
    fill(store, *(p for rung in rungs for p in rung), *made)
    found = store.shortest_paths([rungs[0][0].id], [rungs[-1][0].id], limit=5)
    assert found.count == 2**38
    assert [path.hops for path in found.paths] == [39] * 5


def test_a_persona_in_both_groups_is_a_path_of_no_hops(store):
    a, b, c = people(3)
    fill(store, a, b, c, tie(a, b), tie(b, c))
    found = store.shortest_paths([a.id, b.id], [b.id, c.id], limit=5)
    assert (found.count, told(found)) == (1, [[b.id]])
    assert told(store.shortest_paths([a.id, b.id], [b.id, c.id], limit=5, avoid=[b.id])) == []


def test_groups_of_nobody_have_no_path_and_an_unknown_persona_is_named(store):
    a, b = people(2)
    fill(store, a, b, tie(a, b))
    assert store.shortest_paths([], [b.id], limit=5).count == 0
    with pytest.raises(PersonaNotFoundError, match="'x'"):
        store.shortest_paths([a.id, "x"], [b.id], limit=5)


def test_who_is_in_a_cell_comes_by_entry_and_has_every_value(store):
    farmer = Attributes(activity="agriculture", region="south_asia")
    a = persona("A farmer of Nepal", 2, attributes=farmer)
    b = persona("A farmer of rice", 1, attributes=Attributes(activity="agriculture"))
    c = persona("A herder of Nepal", 0, attributes=farmer)
    fill(store, a, b, c)
    assert store.in_cell({"activity": "agriculture", "region": "south_asia"}) == [c, a]
    assert store.in_cell({"activity": "agriculture"}) == [c, b, a]
    assert store.in_cell({"activity": "agriculture", "region": "unknown"}) == [b]
    assert store.in_cell({"activity": "craft"}) == []
    assert store.in_cell({}) == [c, b, a]


def test_who_is_in_a_cell_of_any_attributes_has_them_all(store):
    values = {"activity": "craft", "age": "adult", "sex": "female", "region": "oceania", "language": "fr"}
    cells = [dict(some) for size in range(len(values) + 1) for some in itertools.combinations(values.items(), size)]
    made = [persona(f"number {i}", 99 - i, attributes=Attributes(**cell)) for i, cell in enumerate(cells)]
    fill(store, *made)
    for cell in cells:
        whole = [{**dict.fromkeys(values, "unknown"), **cell}, cell] if cell else [cell]
        for wanted in whole:
            fit = [p for p in reversed(made) if all(p.attributes[k] == v for k, v in wanted.items())]
            assert store.in_cell(wanted) == fit


class Network(NamedTuple):
    """A network of real people, as personas without a story."""

    personas: list[Persona]
    ties: list[Relationship]


def email_eu_core(folder: Path) -> Network:
    """Who wrote to whom in a research institution: 1,005 people, 25,571 arcs, loops left out."""
    lines = (folder / "graphs" / "email_eu_core" / "email-Eu-core.txt").read_text().split("\n")
    pairs = [tuple(map(int, line.split())) for line in lines if line.strip()]
    members = [persona(f"Member {i} of a research institution", i) for i in range(1 + max(map(max, pairs)))]
    ties = {made.key: made for a, b in pairs if a != b for made in [tie(members[a], members[b], "INFLUENCES")]}
    return Network(members, list(ties.values()))


@pytest.mark.slow
def test_a_sample_of_pairs_in_a_network_of_real_people_is_as_networkx_says(store, shared_data):
    personas, ties = email_eu_core(shared_data)
    fill(store, *personas, *ties)
    rng = random.Random(5)
    for directed in (False, True):
        graph = oracle(personas, ties, directed=directed)
        for _ in range(100):
            a, b = (p.id for p in rng.sample(personas, 2))
            expected = all_shortest(graph, [a], [b], None)
            found = store.shortest_paths([a], [b], limit=10, directed=directed)
            assert (found.count, told(found)) == (len(expected), expected[:10])
            one = store.shortest_path(a, b, directed=directed)
            assert one is None if not expected else [p.id for p in one.personas] in expected
