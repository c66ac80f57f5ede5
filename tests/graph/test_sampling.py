"""Samplers draw what they say, the same for a seed everywhere; walks over arrays agree with networkx."""

import json
import subprocess
import sys
from random import Random

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare  # type: ignore[import-untyped]

from personagraph.errors import ConfigError, PersonaNotFoundError
from personagraph.graph.sampling import SAMPLERS, sample
from personagraph.graph.snapshot import Snapshot
from personagraph.graph.traversal import components, levels
from tests.graph.shapes import snapshot, told
from tests.graphs import line

EDGES = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda e: e[0] != e[1]), max_size=25)


def as_networkx(graph: Snapshot) -> nx.MultiGraph:
    made = nx.MultiGraph()
    made.add_nodes_from(graph.ids_of(range(len(graph))))
    made.add_edges_from((graph.id(a), graph.id(b)) for a, b in zip(graph.sources, graph.targets, strict=True))
    return made


@given(EDGES, st.integers(0, 2**32), st.integers(1, 4))
def test_an_ego_network_that_nothing_cuts_short_is_networkxs(edges, seed, hops):
    graph = snapshot(edges)
    for id in (graph.id(0), graph.id(7)):
        drawn = sample(graph, 99, "ego", rng=Random(seed), around=id, hops=hops)
        distances = nx.single_source_shortest_path_length(as_networkx(graph), id, cutoff=hops)
        assert set(drawn) == set(nx.ego_graph(as_networkx(graph), id, radius=hops))
        assert [distances[other] for other in drawn] == sorted(distances.values())
        assert drawn[0] == id


@given(EDGES, st.integers(1, 12), st.integers(0, 2**32))
def test_a_cut_ego_network_has_the_nearest_and_as_many_as_asked_for(edges, count, seed):
    graph = snapshot(edges)
    distances = nx.single_source_shortest_path_length(as_networkx(graph), graph.id(0))
    drawn = sample(graph, count, "ego", rng=Random(seed), around=graph.id(0))
    assert [distances[id] for id in drawn] == sorted(distances.values())[:count]
    assert len(set(drawn)) == len(drawn)


def test_within_a_hop_everybody_is_as_likely_as_any_other():
    star = snapshot([(0, i) for i in range(1, 11)], n=11)
    rng = Random(5)
    drawn = [id for _ in range(1000) for id in sample(star, 4, "ego", rng=rng, around=star.id(0))[1:]]
    assert chisquare([drawn.count(id) for id in star.ids_of(range(1, len(star)))]).pvalue > 0.001


def test_without_a_persona_the_ego_is_drawn_among_those_with_a_relationship():
    graph = snapshot([(2, 3), (5, 6), (6, 7)])
    egos = [sample(graph, 1, "ego", rng=Random(seed))[0] for seed in range(600)]
    connected = [graph.id(i) for i in (2, 3, 5, 6, 7)]
    assert set(egos) == set(connected)
    assert chisquare([egos.count(id) for id in connected]).pvalue > 0.001


def test_a_lone_persona_is_its_own_network_and_nobody_is_drawn_where_all_are_alone():
    graph = snapshot([])
    assert sample(graph, 5, "ego", rng=Random(0), around=graph.id(3)) == [graph.id(3)]
    assert sample(graph, 5, "ego", rng=Random(0)) == []


def test_random_is_uniform_over_personas_and_over_order():
    graph = snapshot([(0, 1)])
    rng = Random(3)
    drawn = [sample(graph, 3, "random", rng=rng) for _ in range(1000)]
    everyone = [id for ids in drawn for id in ids]
    for seen in (everyone, [ids[0] for ids in drawn]):
        assert chisquare([seen.count(id) for id in graph.ids_of(range(len(graph)))]).pvalue > 0.001
    assert all(len(set(ids)) == 3 for ids in drawn)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_an_empty_graph_gives_nobody_and_a_small_one_everybody(sampler):
    nobody = snapshot([], n=0)
    if sampler != "between":
        assert sample(nobody, 3, sampler, rng=Random(0), **told(sampler, nobody)) == []
    graph = snapshot([(i, i + 1) for i in range(11)])
    drawn = sample(graph, 50, sampler, rng=Random(0), **told(sampler, graph))
    assert sorted(drawn) == sorted(graph.ids_of(range(len(graph))))


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(EDGES, st.integers(1, 12), st.sets(st.integers(1, 10), max_size=9), st.integers(0, 2**32))
def test_only_those_are_drawn_who_may_be_each_once_and_no_more_than_asked_for(sampler, edges, count, without, seed):
    graph, among = snapshot([*edges, (0, 11)]), np.ones(12, np.bool_)
    among[list(without)] = False
    drawn = sample(graph, count, sampler, rng=Random(seed), among=among, **told(sampler, graph))
    assert len(drawn) == len(set(drawn)) <= count
    assert {*drawn} <= {*graph.ids_of(among.nonzero()[0])}
    if not SAMPLERS[sampler].tied and sampler != "between":
        assert len(drawn) == min(count, among.sum())


def test_a_seed_draws_the_same_in_every_process_and_another_seed_differently():
    code = """if True:
        import json, sys
        from random import Random
        from personagraph.graph.sampling import SAMPLERS, sample
        from tests.graph.shapes import lattice, told
        graph, rng = lattice(6), Random(int(sys.argv[1]))
        print(json.dumps([sample(graph, 6, name, rng=rng, **told(name, graph)) for name in SAMPLERS]))
    """
    said = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", code, seed],
                capture_output=True,
                text=True,
                check=True,
                env={"PYTHONHASHSEED": salt},
            ).stdout
        )
        for seed, salt in (("1", "1"), ("1", "2"), ("2", "1"))
    ]
    assert said[0] == said[1]
    assert len(said[0]) == len(SAMPLERS)
    assert all(one != other for one, other in zip(said[0], said[2], strict=True))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"sampler": "first"}, "--sampler 'first' is not known; it can be random, ego"),
        ({"sampler": "random", "around": "x"}, "--around means nothing to the sampler random; .*--sampler ego or walk"),
        ({"sampler": "walk", "per_type": 2}, "--per-type means nothing to the sampler walk; .*--sampler ego"),
        ({"sampler": "between"}, "the sampler between needs --path"),
        ({"sampler": "ego", "per_type": 0}, "--per-type is 0; it must be 1 or more"),
        ({"sampler": "walk", "restart": 1.0}, "--restart is 1.0; it must be above 0 and below 1"),
        ({"sampler": "ego", "hops": 0}, "--hops is 0; it must be 1 or more"),
        ({"sampler": "ego", "count": 0}, "-n is 0; it must be 1 or more"),
    ],
)
def test_what_a_sampler_cannot_do_is_refused(options, says):
    with pytest.raises(ConfigError, match=says):
        sample(snapshot([]), **{"count": 3, "rng": Random(0), **options})


def test_an_unknown_ego_is_an_error():
    with pytest.raises(PersonaNotFoundError, match="'nobody'"):
        sample(snapshot([(0, 1)]), 3, "ego", rng=Random(0), around="nobody")


@given(EDGES)
def test_levels_and_components_are_networkxs(edges):
    graph = snapshot(edges)
    theirs = as_networkx(graph)
    assert components(graph) == nx.number_connected_components(theirs)
    links = graph.both
    assert {graph.id(i): d for i, d in enumerate(links.degrees)} == dict(theirs.degree())
    found = {graph.id(i): hop for hop, level in enumerate(levels(links, 4), 1) for i in level.tolist()}
    assert {graph.id(4): 0, **found} == nx.single_source_shortest_path_length(theirs, graph.id(4))


def test_a_long_line_in_any_order_is_one_component():
    people, ties = line(500)
    order = np.random.default_rng(1).permutation(500)
    assert components(Snapshot.build([people[i] for i in order], ties)) == 1
    assert components(Snapshot.build([], [])) == 0
