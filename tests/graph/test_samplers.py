"""Each sampler draws with the probabilities, or as far apart, as it says: beside networkx, scipy, and all choices."""

from collections import Counter
from itertools import combinations, permutations
from random import Random

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare  # type: ignore[import-untyped]

from personagraph.graph.sampling import sample
from personagraph.graph.sampling.diverse import directions
from personagraph.graph.sampling.walk import visits_of
from personagraph.graph.snapshot import Snapshot
from personagraph.steering.targets.weights import weights
from tests.graph.shapes import lattice, snapshot
from tests.graph.test_sampling import EDGES, as_networkx
from tests.graphs import persona, tie

LIKELY = 0.001


def counts(drawn: list[list[str]], ids: list[str]) -> list[int]:
    met = Counter(id for each in drawn for id in each)
    return [met[id] for id in ids]


def test_with_a_cap_each_type_is_followed_that_often_from_each_persona():
    people = [persona(f"A potter of house {i}", i) for i in range(13)]
    first = [tie(people[0], other, "TEACHES") for other in people[1:7]]
    second = [tie(people[0], other, "FRIEND_OF") for other in people[7:9]]
    graph = Snapshot.build(people, [*first, *second, *(tie(people[7], other, "MENTORS") for other in people[9:13])])
    drawn = [sample(graph, 50, "ego", rng=Random(n), around=people[0].id, per_type=2, hops=1) for n in range(900)]
    assert {len(each) for each in drawn} == {1 + 2 + 2}
    taught = graph.ids_of(range(1, 7))
    assert chisquare(counts(drawn, taught)).pvalue > LIKELY
    farther = sample(graph, 50, "ego", rng=Random(0), around=people[0].id, per_type=2)
    assert len(farther) == 1 + 2 + 2 + 2


@given(EDGES, st.integers(0, 2**32))
def test_a_cap_that_nobody_reaches_cuts_nothing(edges, seed):
    graph = snapshot(edges)
    for hops in (1, 3):
        drawn = sample(graph, 99, "ego", rng=Random(seed), around=graph.id(0), hops=hops, per_type=99)
        assert set(drawn) == set(nx.ego_graph(as_networkx(graph), graph.id(0), radius=hops))


def test_a_walk_is_at_each_persona_as_often_as_personalised_pagerank_says():
    graph = snapshot([(0, 1), (1, 2), (2, 3), (3, 0), (2, 4), (4, 5), (5, 6), (6, 4), (7, 8)])
    restart, starts = 0.2, np.zeros(40_000, np.int64)
    visits = np.append(visits_of(graph.both, starts, restart, np.random.default_rng(1)), starts)
    stationary = nx.pagerank(
        as_networkx(graph), alpha=1 - restart, personalization={graph.id(0): 1}, tol=1e-12, max_iter=2000
    )
    shares = np.bincount(visits, minlength=len(graph)) / len(visits)
    assert shares == pytest.approx([stationary[id] for id in graph.ids_of(range(len(graph)))], abs=0.006)


def test_whom_a_walk_meets_first_is_as_likely_as_any_neighbour_and_the_near_are_met_more_often():
    graph = lattice(9)
    middle = graph.id(40)
    drawn = [sample(graph, 10, "walk", rng=Random(n), around=middle) for n in range(800)]
    assert chisquare([*Counter(each[1] for each in drawn).values()]).pvalue > LIKELY
    distances = nx.single_source_shortest_path_length(as_networkx(graph), middle)
    rates = [
        np.mean(counts(drawn, [id for id, hops in distances.items() if hops == far])) / len(drawn) for far in range(5)
    ]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] == 1


def test_a_walk_from_nobody_in_particular_goes_on_elsewhere_and_one_around_somebody_does_not():
    pairs = snapshot([(0, 1), (2, 3), (4, 5)])
    assert len(sample(pairs, 9, "walk", rng=Random(0))) == 6
    assert set(sample(pairs, 9, "walk", rng=Random(0), around=pairs.id(2))) == {pairs.id(2), pairs.id(3)}
    assert sample(pairs, 9, "walk", rng=Random(0), around=pairs.id(9)) == [pairs.id(9)]


def test_each_shortest_path_is_as_likely_as_any_other():
    graph = lattice(4)
    ends = graph.id(0), graph.id(15)
    found = {tuple(path) for path in nx.all_shortest_paths(nx.Graph(as_networkx(graph)), *ends)}
    drawn = Counter(tuple(sample(graph, 7, "between", rng=Random(n), path=ends)) for n in range(2000))
    assert set(drawn) == found
    assert len(found) == 20
    assert chisquare([*drawn.values()]).pvalue > LIKELY


@given(EDGES, st.integers(1, 14), st.integers(0, 2**32))
def test_between_two_a_path_comes_first_and_then_whoever_is_the_smallest_detour(edges, count, seed):
    graph = snapshot(edges)
    ends = graph.id(0), graph.id(7)
    whole, drawn = as_networkx(graph), sample(graph, count, "between", rng=Random(seed), path=ends)
    if not nx.has_path(whole, *ends):
        assert drawn == []
        return
    before, after = (nx.single_source_shortest_path_length(whole, end) for end in ends)
    long = before[ends[1]] + 1
    assert nx.is_path(whole, drawn[:long])
    assert drawn[0] == ends[0]
    assert len(drawn) == min(count, len(before))
    detours = [before[id] + after[id] for id in drawn]
    assert detours == sorted(detours)
    assert [before[id] for id in drawn[:long]] == [*range(min(count, long))]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 60), st.integers(0, 2**32))
def test_communities_have_their_shares_within_one_and_evenly_as_many_as_any_other(sizes, count, seed):
    numbers = np.repeat(np.arange(len(sizes)), sizes)
    graph = snapshot([], n=len(numbers))
    of = dict(zip(graph.ids_of(range(len(graph))), numbers.tolist(), strict=True))
    for even in (None, True):
        drawn = sample(graph, count, "communities", rng=Random(seed), handed=numbers, even=even)
        assert len(drawn) == len(set(drawn)) == min(count, len(graph))
        found = Counter(of[id] for id in drawn)
        if even:
            short = [found[each] for each, size in enumerate(sizes) if found[each] < size]
            assert not short or max(short) - min(short) <= 1
            assert not short or max(found.values()) <= min(short) + 1
        else:
            due = [min(count, len(graph)) * size / len(graph) for size in sizes]
            assert all(abs(found[each] - due[each]) < 1 for each in range(len(sizes)))


def test_of_communities_by_size_each_persona_is_as_likely_as_any_other():
    numbers = np.repeat([0, 1, 2], [7, 4, 1])
    graph = snapshot([])
    drawn = [sample(graph, 5, "communities", rng=Random(n), handed=numbers) for n in range(3000)]
    assert chisquare(counts(drawn, graph.ids_of(range(12)))).pvalue > LIKELY
    evenly = [sample(graph, 4, "communities", rng=Random(n), handed=numbers, even=True) for n in range(2000)]
    lone = counts(evenly, [graph.id(11)])[0]
    assert lone == 2000
    large, small = (sum(counts(evenly, graph.ids_of(those))) for those in (range(7), range(7, 11)))
    assert {large + small} == {3 * 2000}
    assert chisquare([large, small]).pvalue > LIKELY


def test_weights_give_the_probabilities_of_draws_one_after_another():
    heavy = np.array([5.0, 3.0, 1.0, 1.0, 0.0])
    graph, total = snapshot([], n=5), 10.0
    expected = Counter[int]()
    for one, other in permutations(range(4), 2):
        chance = heavy[one] / total * heavy[other] / (total - heavy[one])
        expected[one] += chance
        expected[other] += chance
    drawn = [sample(graph, 2, "deficit", rng=Random(n), handed=heavy) for n in range(4000)]
    found = counts(drawn, graph.ids_of(range(5)))
    assert found[4] == 0
    assert np.array(found[:4]) / 4000 == pytest.approx([expected[n] for n in range(4)], abs=0.03)
    first = counts([each[:1] for each in drawn], graph.ids_of(range(4)))
    assert chisquare(first, heavy[:4] / total * 4000).pvalue > LIKELY


def test_weights_by_a_target_draw_cells_as_it_wants_and_nobody_who_is_in_none():
    people = [persona(f"A farmer of field {i}", i, activity="agriculture", age="25-44") for i in range(30)]
    people += [persona(f"A clerk of office {i}", 30 + i, activity="clerks", age="25-44") for i in range(10)]
    people += [persona(f"A stroller of street {i}", 40 + i, age="25-44") for i in range(20)]
    graph = Snapshot.build(people, [])
    wanted = {("agriculture", "25-44"): 0.25, ("clerks", "25-44"): 0.5, ("retired", "65+"): 0.25}
    found = weights(graph.attributes, ("activity", "age"), wanted)
    assert found.tolist() == pytest.approx([0.25 / 30] * 30 + [0.5 / 10] * 10 + [0.0] * 20)
    drawn = [sample(graph, 1, "deficit", rng=Random(n), handed=found) for n in range(1500)]
    farmers = sum(counts(drawn, [p.id for p in people[:30]]))
    assert chisquare([farmers, 1500 - farmers], [500, 1000]).pvalue > LIKELY
    assert len(sample(graph, 60, "deficit", rng=Random(0), handed=found)) == 40


def radius(vectors: np.ndarray, chosen: list[int]) -> float:
    """How far the farthest is from the nearest who was drawn: the length between directions."""
    of = directions(vectors).astype(np.float64)
    of /= np.linalg.norm(of, axis=1, keepdims=True)
    return float(np.sqrt(np.maximum(2 - 2 * (of @ of[chosen].T).max(axis=1), 0)).max())


@given(st.integers(0, 2**32), st.integers(2, 4))
def test_nobody_is_farther_from_the_diverse_than_twice_what_the_best_choice_could_do(seed, count):
    vectors, graph = np.random.default_rng(seed).standard_normal((11, 3)), snapshot([], n=11)
    drawn = graph.positions(sample(graph, count, "diverse", rng=Random(seed), handed=vectors)).tolist()
    best = min(radius(vectors, list(some)) for some in combinations(range(11), count))
    assert radius(vectors, drawn) <= 2 * best + 0.01


def test_the_diverse_cover_more_narrowly_than_a_random_draw_and_are_those_of_a_plain_search():
    rng = np.random.default_rng(2)
    vectors = rng.standard_normal((3000, 16)) + 4 * rng.standard_normal((20, 16))[rng.integers(0, 20, 3000)]
    graph = snapshot([], n=3000)
    drawn = graph.positions(sample(graph, 40, "diverse", rng=Random(0), handed=vectors)).tolist()
    by_chance = [radius(vectors, Random(n).sample(range(3000), 40)) for n in range(20)]
    assert radius(vectors, drawn) < 0.9 * min(by_chance)
    rows, plain = directions(vectors), drawn[:1]
    while len(plain) < 40:
        nearest = (rows @ rows[plain].T).max(axis=1)
        nearest[plain] = np.inf
        plain.append(int(nearest.argmin()))
    assert drawn == plain


def test_who_has_no_vector_is_not_among_the_diverse_and_the_first_is_any_of_the_others():
    vectors = np.eye(12)[:, :6]
    graph = snapshot([])
    drawn = [sample(graph, 12, "diverse", rng=Random(n), handed=vectors) for n in range(900)]
    assert {frozenset(each) for each in drawn} == {frozenset(graph.ids_of(range(6)))}
    assert chisquare([*Counter(each[0] for each in drawn).values()]).pvalue > LIKELY


def test_who_has_no_relationship_is_passed_over_and_the_others_are_equally_likely():
    graph, among = snapshot([(n, n + 1) for n in range(8)]), np.arange(12) < 9
    drawn = [sample(graph, 4, "random", rng=Random(n), among=among) for n in range(2000)]
    assert {len(set(each)) for each in drawn} == {4}
    assert chisquare(counts(drawn, graph.ids_of(range(9)))).pvalue > LIKELY
    assert counts(drawn, graph.ids_of(range(9, 12))) == [0, 0, 0]
