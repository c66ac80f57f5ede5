"""The best paths over a snapshot are those that networkx ranks first, with the same weights."""

from itertools import islice, pairwise, takewhile
from math import exp, log

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personagraph.errors import PersonaNotFoundError
from personagraph.graph.paths.best import UNIT, best_paths
from personagraph.graph.snapshot import Snapshot
from personagraph.types import Persona, Relationship
from tests.stored import people, tie

TYPES = ("TEACHES", "TREATS", "FRIEND_OF")
CONFIDENCES = (0.0, 0.005, 0.25, 0.5, 0.5, 1.0)


def snapshot(personas: list[Persona], ties: list[Relationship]) -> Snapshot:
    return Snapshot.build(personas, sorted(ties, key=lambda r: (r.source, r.target, r.type)))


def weighted(
    personas: list[Persona], ties: list[Relationship], types: tuple[str, ...], *, directed: bool
) -> "nx.DiGraph[str]":
    """Arcs with what they cost, and nodes with what passing through them costs, in units."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    chosen = [r for r in ties if not types or r.type in types]
    for p in personas:
        degree = sum(p.id in (r.source, r.target) for r in chosen)
        graph.add_node(p.id, entry=p.entry, inner=round(log(1 + degree) / UNIT))
    for r in chosen:
        cost = round(-log(max(r.confidence, 0.01)) / UNIT)
        for a, b in [(r.source, r.target), (r.target, r.source)][: 1 if directed else 2]:
            if cost < graph.edges.get((a, b), {"cost": cost + 1})["cost"]:
                graph.add_edge(a, b, cost=cost)
    return graph


def rank(graph: "nx.DiGraph[str]", path: list[str]) -> tuple[int, int, list[int]]:
    """What paths are sorted by."""
    steps = sum(graph.edges[pair]["cost"] for pair in pairwise(path))
    inner = sum(graph.nodes[id]["inner"] for id in path[1:-1])
    return steps + inner, len(path), [graph.nodes[id]["entry"] for id in path]


def ranked_by_networkx(graph: "nx.DiGraph[str]", start: str, end: str, k: int) -> list[list[str]]:
    """The k best: networkx gives them by cost in no certain order of ties, so all with the last cost are drawn."""
    # What passing through a persona costs is paid on the way in; the end is not passed through.
    into = {id: 0 if id == end else graph.nodes[id]["inner"] for id in graph}
    found = nx.shortest_simple_paths(graph, start, end, weight=lambda a, b, d: d["cost"] + into[b])
    try:
        best = list(islice(found, k))
    except nx.NetworkXNoPath:
        return []
    last = rank(graph, best[-1])[0]
    best += takewhile(lambda path: rank(graph, path)[0] <= last, found)
    return sorted(best, key=lambda path: rank(graph, path))[:k]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Persona], list[Relationship]]:
    """Few personas, many parallel and opposite relationships, and islands that go round in circles."""
    personas = people(draw(st.integers(2, 8)))
    ends = st.sampled_from(personas)
    drawn = draw(st.lists(st.tuples(ends, ends, st.sampled_from(TYPES), st.sampled_from(CONFIDENCES)), max_size=24))
    ties = {made.key: made for a, b, type, c in drawn if a is not b for made in [tie(a, b, type, confidence=c)]}
    return personas, list(ties.values())


@pytest.fixture(params=[(1000, 128), (0, 1), (1, 2)], ids=["few_relationships", "all_wide", "all_but_leaves_wide"])
def looked_at(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """From how many relationships on a row is wide, and how many positions around the goals are settled at least."""
    wide, few = request.param
    for name, number in {"space.WIDE": wide, "space.FEW": few, "best.FEW": few}.items():
        monkeypatch.setattr(f"personagraph.graph.paths.{name}", number)


options = st.tuples(st.sampled_from([(), TYPES[:1], TYPES[1:]]), st.booleans())


@pytest.mark.usefixtures("looked_at")
def test_a_hub_leads_on_to_those_of_whom_the_search_learns_after_it_has_passed_it():
    personas = people(5)
    ends = [(0, 2, 0.5), (0, 3, 1.0), (1, 2, 0.25), (1, 4, 0.25), (3, 4, 0.0)]
    ties = [tie(personas[a], personas[b], "TEACHES", confidence=c) for a, b, c in ends]
    found = best_paths(snapshot(personas, ties), [personas[0].id], [personas[4].id], 2)
    assert [path.ids for path in found] == [tuple(personas[n].id for n in way) for way in ((0, 2, 1, 4), (0, 3, 4))]


@pytest.mark.usefixtures("looked_at")
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    graph=graphs(),
    option=options,
    k=st.integers(1, 12),
    avoid=st.integers(0, 2),
    bound=st.sampled_from([None, 1, 2, 3]),
)
def test_the_best_paths_between_two_are_those_of_networkx_in_cost_hops_and_entry(graph, option, k, avoid, bound):
    (personas, ties), (types, directed) = graph, option
    start, end, avoided = personas[0].id, personas[-1].id, [p.id for p in personas[1:-1][:avoid]]
    oracle = weighted(personas, ties, types, directed=directed)
    oracle.remove_nodes_from(avoided)
    expected = ranked_by_networkx(oracle, start, end, 10_000 if bound else k)
    expected = [path for path in expected if bound is None or len(path) - 1 <= bound][:k]
    found = best_paths(
        snapshot(personas, ties), [start], [end], k, types=types, directed=directed, avoid=avoided, max_hops=bound
    )
    assert [list(path.ids) for path in found] == expected
    assert [round(path.cost / UNIT) for path in found] == [rank(oracle, path)[0] for path in expected]


@pytest.mark.usefixtures("looked_at")
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graph=graphs(), option=options, k=st.integers(1, 5), cut=st.integers(1, 7), overlap=st.integers(0, 2))
def test_the_best_paths_between_groups_are_the_best_between_those_that_end_none_so_far(graph, option, k, cut, overlap):
    (personas, ties), (types, directed) = graph, option
    cut = min(cut, len(personas) - 1)
    starts, ends = [p.id for p in personas[:cut]], [p.id for p in personas[max(0, cut - overlap) :]]
    if len(starts) == len(ends) == 1:
        return
    oracle = weighted(personas, ties, types, directed=directed)
    expected: list[list[str]] = []
    for _ in range(k):
        left = [id for id in starts if len(starts) == 1 or id not in {path[0] for path in expected}]
        goals = [id for id in ends if len(ends) == 1 or id not in {path[-1] for path in expected}]
        pairs = [[a] if a == b else path for a in left for b in goals for path in nearest(oracle, a, b)]
        if not pairs:
            break
        expected.append(min(pairs, key=lambda path: rank(oracle, path)))
    found = best_paths(snapshot(personas, ties), starts, ends, k, types=types, directed=directed)
    assert [list(path.ids) for path in found] == expected


def nearest(graph: "nx.DiGraph[str]", a: str, b: str) -> list[list[str]]:
    return [[a]] if a == b else ranked_by_networkx(graph, a, b, 1)


def test_a_longer_way_round_a_hub_is_better_than_the_way_through_it():
    a, hub, c, d, end, *others = people(30)
    spokes = [tie(hub, other) for other in [a, end, *others]]
    found = best_paths(
        snapshot([a, hub, c, d, end, *others], [*spokes, tie(a, c), tie(c, d), tie(d, end)]), [a.id], [end.id], 2
    )
    assert [path.ids for path in found] == [(a.id, c.id, d.id, end.id), (a.id, hub.id, end.id)]
    assert [exp(-path.cost) for path in found] == [pytest.approx(1 / 9), pytest.approx(1 / 28)]


def test_of_parallel_relationships_the_most_confident_counts_and_nobody_at_an_end_costs():
    a, b = people(2)
    ties = [tie(a, b, "TEACHES", confidence=0.25), tie(b, a, "TREATS", confidence=0.5)]
    [(cost, ids)] = best_paths(snapshot([a, b], ties), [a.id], [b.id], 5)
    assert (exp(-cost), ids) == (pytest.approx(0.5), (a.id, b.id))
    [(cost, _)] = best_paths(snapshot([a, b], ties), [a.id], [b.id], 5, directed=True)
    assert exp(-cost) == pytest.approx(0.25)


def test_a_ladder_with_very_many_paths_gives_the_first_ones_at_once():
    rungs = [people(80)[i : i + 2] for i in range(0, 80, 2)]
    ties = [tie(a, b) for one, other in pairwise(rungs) for a in one for b in other]
    found = best_paths(snapshot([p for rung in rungs for p in rung], ties), [rungs[0][0].id], [rungs[-1][0].id], 20)
    assert len({path.ids for path in found}) == 20
    assert found == sorted(found, key=lambda path: path.cost)


def test_the_best_paths_from_a_hub_are_those_that_are_found_from_the_other_end():
    hub, *others = people(3000)
    ring = [tie(a, b, confidence=0.4 + i % 50 / 100) for i, (a, b) in enumerate(pairwise([*others, others[0]]))]
    ties = [tie(hub, other, confidence=0.5 + i % 7 / 20) for i, other in enumerate(others[:2990])]
    graph = snapshot([hub, *others], ties + ring)
    for other in (others[5], others[2995]):
        there, back = (best_paths(graph, [a.id], [b.id], 6) for a, b in ((hub, other), (other, hub)))
        assert len({path.ids for path in there}) == 6
        assert [path.cost for path in there] == [path.cost for path in back]


def test_no_path_is_no_error_and_an_unknown_persona_is_one():
    a, b = people(2)
    assert best_paths(snapshot([a, b], []), [a.id], [b.id], 3) == []
    with pytest.raises(PersonaNotFoundError):
        best_paths(snapshot([a, b], []), [a.id], ["nobody"], 3)
