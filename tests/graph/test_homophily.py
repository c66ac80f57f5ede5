"""Homophily: Newman's r as networkx has it, what chance gives, and what was never asked."""

import json
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagraph.graph.metrics import METRICS
from personagraph.graph.metrics.homophily import assortativity_of, deviation_of
from personagraph.graph.metrics.metric import MetricOptions
from personagraph.graph.rewired import rewired
from personagraph.graph.snapshot import Categorical, Snapshot
from personagraph.types import Persona, Relationship
from tests.graphs import persona
from tests.stored import tie

REGIONS = ("unknown", "south_asia", "east_asia", "western_europe")
FEW = settings(max_examples=40, deadline=None)
METRIC = METRICS["homophily"]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Persona], list[Relationship]]:
    """Up to 12 personas of some regions, with parallel relationships, some of them steered."""
    count = draw(st.integers(0, 12))
    regions = draw(st.lists(st.sampled_from(REGIONS), min_size=count, max_size=count))
    people = [persona(f"A potter of house {i}", i, region=region) for i, region in enumerate(regions)]
    places = st.integers(0, max(count - 1, 0))
    kinds = st.sampled_from(["TEACHES", "FRIEND_OF"])
    drawn = st.tuples(places, places, kinds, st.integers(0, 2), st.sampled_from(["", "similar"]))
    ties = [
        tie(people[a], people[b], type, steering=steering, via=via)
        for a, b, type, steering, via in draw(st.lists(drawn, max_size=40 if count else 0))
        if a != b
    ]
    return people, list({r.key: r for r in ties}.values())


OF_PART: dict[str, Callable[[Relationship], bool]] = {
    "unsteered": lambda r: not r.steering and not r.via,
    "links": lambda r: bool(r.via),
    "all": lambda r: True,
}


def found(snapshot: Snapshot, attribute: str = "region", **options: Any) -> dict[str, Any]:
    return METRIC.measure(snapshot, MetricOptions(**options)).values["attributes"][attribute]


def expected(people: list[Persona], ties: list[Relationship], part: str) -> tuple[int, float]:
    """How many pairs of neighbours have a region, and networkx's coefficient of them."""
    region = {p.id: p.attributes["region"] for p in people if p.attributes["region"] != "unknown"}
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from((id, {"region": value}) for id, value in region.items())
    graph.add_edges_from(
        (r.source, r.target) for r in ties if OF_PART[part](r) and r.source in region and r.target in region
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        r = nx.attribute_assortativity_coefficient(graph, "region") if graph.size() else float("nan")
    return graph.size(), r


@FEW
@given(graphs())
def test_the_coefficient_is_that_of_networkx_over_pairs_whose_both_ends_are_known(graph):
    people, ties = graph
    told = found(Snapshot.build(people, ties), samples=1)
    for part in OF_PART:
        pairs, r = expected(people, ties, part)
        assert told[part]["pairs"] == pairs
        assert told[part]["r"] == (None if np.isnan(r) else pytest.approx(r, abs=1e-9))


@FEW
@given(graphs(), st.integers(0, 5))
def test_what_is_found_is_the_same_for_the_same_seed_and_can_be_written_as_json(graph, seed):
    snapshot = Snapshot.build(*graph)
    one, other = (METRIC.measure(snapshot, MetricOptions(seed=seed, samples=2)).values for _ in range(2))
    assert json.dumps(one, allow_nan=False) == json.dumps(other, allow_nan=False)
    assert METRIC.lines(one)


@FEW
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=2, max_size=30))
def test_the_deviation_is_that_of_leaving_out_one_pair_after_the_other(ends):
    def table(pairs):
        return np.bincount([a * 3 + b for a, b in pairs], minlength=9).reshape(3, 3)

    r = assortativity_of(table(ends))
    if r is None:
        return
    without = [assortativity_of(table(ends[:i] + ends[i + 1 :])) for i in range(len(ends))]
    squares = sum(((r if one is None else one) - r) ** 2 for one in without)
    assert deviation_of(table(ends), r) == pytest.approx(squares**0.5)


def planted(n: int, alike: float, *, known: float = 1.0) -> Snapshot:
    """Two regions, each with half of n personas; a share of the pairs is within one. Some regions are not known."""
    rng = np.random.default_rng(5)
    side = np.arange(n) % 2
    one = rng.integers(0, n, 4 * n)
    other = rng.integers(0, n // 2, 4 * n) * 2 + np.where(rng.random(4 * n) < alike, side[one], 1 - side[one])
    keep = one != other
    codes = np.where(rng.random(n) < known, side, 2).astype(np.int16)
    unknown = Categorical(np.zeros(n, np.int16), ("unknown",))
    m = int(keep.sum())
    return Snapshot(
        ids=np.array([f"{i:032x}" for i in range(n)], "S32"),
        depths=np.zeros(n, np.int32),
        entries=np.arange(n),
        runs=Categorical(np.zeros(n, np.int16), ("r1",)),
        simulated=np.zeros(n, np.bool_),
        attributes={"region": Categorical(codes, ("east_asia", "south_asia", "unknown")), "age": unknown},
        bases=unknown,
        sources=one[keep].astype(np.int32),
        targets=other[keep].astype(np.int32),
        types=Categorical(np.zeros(m, np.int16), ("FRIEND_OF",)),
        confidences=np.ones(m, np.float32),
        former=np.zeros(m, np.bool_),
        steering=np.zeros(m, np.int8),
        via=Categorical.all_of("", m),
        agreement=Categorical.all_of("", m),
    )


def test_the_coefficient_that_was_planted_is_in_the_interval_and_far_from_chance():
    told = found(planted(2_000, 0.8))["all"]
    assert told["interval"][0] < 0.6 < told["interval"][1]
    assert abs(told["chance"]["mean"]) < 0.02
    assert told["z"] > 20


def test_without_homophily_the_coefficient_is_what_chance_gives():
    told = found(planted(2_000, 0.5))["all"]
    assert abs(told["z"]) < 4
    assert told["interval"][0] < told["chance"]["mean"] < told["interval"][1]


def test_what_was_never_asked_changes_nothing_but_how_many_pairs_there_are():
    whole, half = (found(planted(4_000, 0.8, known=known))["all"] for known in (1.0, 0.5))
    assert half["pairs"] == pytest.approx(whole["pairs"] / 4, rel=0.1)
    assert half["r"] == pytest.approx(whole["r"], abs=0.05)
    assert abs(half["chance"]["mean"]) < 0.05


def test_a_single_graph_by_chance_has_no_deviation_that_could_be_known():
    values = METRIC.measure(planted(100, 0.8), MetricOptions(samples=1)).values
    told = values["attributes"]["region"]["all"]
    assert (told["chance"]["draws"], told["chance"]["deviation"], told["z"]) == (1, None, None)
    assert not [line for line in METRIC.lines(values) if "±" in line]


def test_an_attribute_that_nobody_has_says_so():
    values = METRIC.measure(planted(100, 0.8), MetricOptions()).values
    assert values["attributes"]["age"]["personas"] == 0
    assert values["attributes"]["age"]["all"]["r"] is None
    assert "age: nobody has it" in METRIC.lines(values)


def test_one_value_for_all_is_no_coefficient():
    people = [persona(f"A potter of house {i}", i, region="east_asia") for i in range(3)]
    values = METRIC.measure(Snapshot.build(people, [tie(people[0], people[1])]), MetricOptions()).values
    assert values["attributes"]["region"]["all"]["r"] is None
    assert "region: all ends of 1 pair have the same value" in METRIC.lines(values)


@FEW
@given(st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=40), st.integers(0, 9))
def test_by_chance_everyone_has_as_many_neighbours_of_each_kind(drawn, seed):
    pairs = sorted({(min(pair), max(pair)) for pair in drawn if pair[0] != pair[1]})
    kinds = (np.arange(12) % 3).astype(np.uint16)

    def by_kind(one, other):
        told = np.zeros((12, 3), int)
        np.add.at(told, (one, kinds[other]), 1)
        np.add.at(told, (other, kinds[one]), 1)
        return told.tolist()

    one, other = np.array(pairs, np.int32).reshape(-1, 2).T
    new = rewired(12, one, other, rng=np.random.default_rng(seed), kinds=kinds)
    assert by_kind(*new) == by_kind(one, other)
    assert len({(min(pair), max(pair)) for pair in zip(*(ends.tolist() for ends in new), strict=True)}) == len(pairs)
    assert not np.any(new[0] == new[1])
