"""Levels, shortest and best paths over a snapshot, and the reasons for none, are what networkx says."""

import random
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagraph.errors import PersonaNotFoundError
from personagraph.graph.paths.apart import apart
from personagraph.graph.paths.best import best_paths
from personagraph.graph.paths.shortest import shortest
from personagraph.graph.snapshot import Snapshot
from personagraph.graph.traversal import arcs, depths, levels
from personagraph.types import Persona, Relationship
from tests.contracts.test_paths import all_shortest, graphs, oracle
from tests.graph.test_paths import rank, ranked_by_networkx, weighted
from tests.stored import people, tie

TYPES = ("TEACHES", "TREATS", "FRIEND_OF")


def snapshot(personas: list[Persona], ties: list[Relationship]) -> Snapshot:
    return Snapshot.build(personas, sorted(ties, key=lambda r: (r.source, r.target, r.type, r.key)))


def hubs(count: int, seed: int) -> tuple[list[Persona], list[Relationship]]:
    """A few hubs with hundreds of relationships, parallel and opposite ones, and some small islands."""
    rng, personas = random.Random(seed), people(count)
    ties: dict[str, Relationship] = {}
    for place, one in enumerate(personas[: -count // 10]):
        for other in rng.sample(personas[: 1 + place // 4], min(3, 1 + place // 4)):
            made = tie(*rng.sample([one, other], 2), rng.choice(TYPES), confidence=rng.choice([0.25, 0.5, 1.0]))
            if one is not other:
                ties[made.key] = made
    ties |= {made.key: made for a, b in pairwise(personas[-count // 20 :]) for made in [tie(a, b)]}
    return personas, list(ties.values())


places = st.lists(st.integers(0, 8), min_size=1, max_size=3)


@settings(max_examples=200, deadline=None)
@given(
    graph=graphs(),
    places=st.tuples(places, places, st.lists(st.integers(0, 8), max_size=2)),
    types=st.sampled_from([(), TYPES[:1], TYPES[1:]]),
    directed=st.booleans(),
    bound=st.sampled_from([None, 1, 2, 3]),
)
def test_all_shortest_paths_of_small_graphs_are_those_of_networkx(graph, places, types, directed, bound):
    personas, ties = graph
    starts, ends, avoid = ([personas[i % len(personas)].id for i in dict.fromkeys(chosen)] for chosen in places)
    free = oracle(personas, ties, types, directed=directed)
    free.remove_nodes_from(avoid)
    expected = all_shortest(free, list(dict.fromkeys(starts)), list(dict.fromkeys(ends)), bound)
    options = {"types": types, "directed": directed, "avoid": avoid, "max_hops": bound}
    found = shortest(snapshot(personas, ties), starts, ends, **options)
    assert (found.count(), found.first(1000)) == (len(expected), expected)
    assert found.first(2) == expected[:2]


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("types", [(), TYPES[1:]])
def test_wide_levels_and_paths_among_hubs_are_those_of_networkx(types, directed):
    personas, ties = hubs(1200, 3)
    whole, graph = snapshot(personas, ties), oracle(personas, ties, types, directed=directed)
    rng = random.Random(5)
    for _ in range(25):
        a, b = rng.sample([p.id for p in personas], 2)
        expected = all_shortest(graph, [a], [b], None)
        found = shortest(whole, [a], [b], types=types, directed=directed)
        assert (found.count(), found.first(10**6)) == (len(expected), expected)
        lengths = nx.single_source_shortest_path_length(graph, a)
        start = whole.positions([a]).tolist()
        told = levels(arcs(whole, types, directed=directed), start)
        assert {id: hop for hop, level in enumerate(told, 1) for id in whole.ids_of(level)} == {
            id: hop for id, hop in lengths.items() if hop
        }


@pytest.mark.parametrize("directed", [False, True])
def test_the_best_paths_among_hubs_are_those_of_networkx(directed):
    personas, ties = hubs(800, 4)
    whole, graph = snapshot(personas, ties), weighted(personas, ties, (), directed=directed)
    rng, some = random.Random(6), 0
    for _ in range(5):
        a, b = rng.sample([p.id for p in personas], 2)
        expected = ranked_by_networkx(graph, a, b, 6)
        assert [list(path.ids) for path in best_paths(whole, [a], [b], 6, directed=directed)] == expected
        some += len(expected)
        short = sorted(nx.all_simple_paths(graph, a, b, cutoff=3), key=lambda path: rank(graph, path))[:6]
        assert [list(p.ids) for p in best_paths(whole, [a], [b], 6, directed=directed, max_hops=3)] == short
    assert some


def chain(count: int) -> Snapshot:
    personas = people(count)
    return snapshot(personas, [tie(a, b) for a, b in pairwise(personas)])


def test_paths_along_a_chain_take_no_more_than_its_length():
    long = chain(20_000)
    ids = long.ids_of(range(len(long)))
    assert shortest(long, ids[:1], ids[-1:]).first(5) == [ids]
    assert [list(path.ids) for path in best_paths(long, ids[:1], ids[-1:], 3)] == [ids]
    assert best_paths(long, ids[-1:], ids[:1], 3, directed=True) == []


def test_nobody_and_one_persona_are_graphs_too():
    assert shortest(Snapshot.build([], []), [], []).count() == 0
    [one] = people(1)
    alone = snapshot([one], [])
    assert shortest(alone, [one.id], [one.id]).first(5) == [[one.id]]
    assert [path.ids for path in best_paths(alone, [one.id], [one.id], 5)] == [(one.id,)]
    assert [level.tolist() for level in levels(alone.both, 0)] == []
    with pytest.raises(PersonaNotFoundError, match="'x'"):
        shortest(alone, [one.id], ["x"])


def test_two_components_have_their_sizes_and_who_is_best_connected_in_each():
    a, b, c, d, e = people(5)
    why = apart(snapshot([a, b, c, d, e], [tie(a, b), tie(b, c), tie(d, e)]), [a.id], [d.id], types=["TEACHES"])
    assert (why.start.personas, why.start.best, why.start.relationships) == (3, b.id, 2)
    assert (why.end.personas, why.end.best, why.end.relationships) == (2, d.id, 1)
    assert why.without == ()


@pytest.mark.parametrize(
    ("limits", "without", "sizes"),
    [
        ({"max_hops": 2}, [(("max_hops",), 3)], (4, 4)),
        ({"types": ["TREATS"]}, [(("types",), 3)], (1, 2)),
        ({"directed": True}, [(("directed",), 3)], (2, 2)),
        ({"avoid": [1]}, [(("avoid",), 3)], (1, 2)),
        ({"types": ["TREATS"], "max_hops": 1}, [(("max_hops", "types"), 3)], (1, 2)),
        ({"types": ["TEACHES", "TREATS"], "max_hops": 2}, [(("max_hops",), 3)], (4, 4)),
    ],
)
def test_the_limit_that_excludes_a_path_is_named_with_the_path_that_there_is_without_it(limits, without, sizes):
    personas = people(4)
    a, b, c, d = personas
    ties = [tie(a, b), tie(c, b), tie(c, d, "TREATS")]
    limits = limits | ({"avoid": [personas[1].id]} if "avoid" in limits else {})
    why = apart(snapshot(personas, ties), [a.id], [d.id], **limits)
    assert list(why.without) == without
    assert (why.start.personas, why.end.personas) == sizes


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 12), st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15))), st.sets(st.integers(0, 15)))
def test_depths_are_the_fewest_hops_from_any_seed_whoever_is_not_there_is_passed_over(count, pairs, seeds):
    ids = [f"{number:032x}" for number in range(16)]
    there = set(range(count))
    graph = nx.Graph([pair for pair in pairs if set(pair) <= there])
    graph.add_nodes_from(there)
    told = nx.multi_source_dijkstra_path_length(graph, seeds & there) if seeds & there else {}
    ends = [(1, ids[one] + ids[other]) for one, other in pairs]
    found = depths(np.array(ids[:count], "S32"), ends, [ids[seed] for seed in seeds])
    assert found.tolist() == [told.get(number, -1) for number in range(count)]
