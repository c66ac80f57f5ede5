"""The arrays of the whole graph answer what a store answers, in the same order, and take over when a search is wide."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personagraph.stores.graph_store import GraphStore, WideSearchError
from personagraph.stores.routes import Routes
from tests.contracts.test_paths import TYPES, graphs, places
from tests.graphs import refilled
from tests.stored import empty, fill, open_graph, people, tie

asking = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)], scope="module")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphStore]:
    """One store for many small graphs, one after the other."""
    url = request.getfixturevalue("neo4j_url") if request.param == "neo4j" else None
    empty(url)
    store = open_graph(tmp_path_factory.mktemp("routes"), url)
    yield store
    store.close()


@asking
@given(
    graph=graphs(),
    places=st.tuples(places, places, st.lists(st.integers(0, 8), max_size=2)),
    types=st.sampled_from([(), TYPES[:1], TYPES[1:]]),
    directed=st.booleans(),
    hops=st.integers(1, 4),
    limit=st.sampled_from([None, 1, 3]),
)
def test_arrays_and_stores_answer_alike(shared, graph, places, types, directed, hops, limit):
    personas, ties = graph
    refilled(shared, personas, ties)
    starts, ends, avoid = ([personas[i % len(personas)].id for i in dict.fromkeys(chosen)] for chosen in places)
    near = {"hops": hops, "types": types, "directed": directed, "limit": limit}
    between = {"limit": 50, "types": types, "directed": directed, "avoid": avoid, "max_hops": hops}
    whole = Routes(shared, shared.snapshot, ready=True)
    assert whole.neighbours(starts, **near) == shared.neighbours(starts, **near)
    assert whole.shortest(starts, ends, **between) == shared.shortest_paths(starts, ends, **between)


def test_a_search_that_becomes_wide_goes_on_in_the_arrays_with_the_same_answer(store):
    a, b, *others = people(700)
    fill(store, a, b, *others, *(tie(a, other) for other in others), *(tie(other, b) for other in others[:300]))
    made = list[str]()
    routes = Routes(store, lambda: made.append("made") or store.snapshot())
    near = {"hops": 2, "types": (), "directed": False}
    with pytest.raises(WideSearchError):
        store.neighbours([a.id], hops=2, most=1000)
    assert routes.neighbours([others[0].id], **near, limit=None) == store.neighbours([others[0].id], **near)
    assert not made
    wide = {**near, "hops": 3}
    assert routes.neighbours([others[0].id], **wide, limit=9) == store.neighbours([others[0].id], **wide, limit=9)
    assert Routes(store, store.snapshot, ready=True).neighbours([a.id], **near, limit=7) == store.neighbours(
        [a.id], **near, limit=7
    )
    found = Routes(store, store.snapshot, ready=True).shortest([a.id], [b.id], limit=5)
    assert found == store.shortest_paths([a.id], [b.id], limit=5)
    assert found.count == 300


def test_a_chain_is_walked_in_the_arrays_once_it_takes_many_questions(store):
    personas = people(1500)
    fill(store, *personas, *(tie(a, b) for a, b in itertools.pairwise(personas)))
    made = list[str]()
    routes = Routes(store, lambda: made.append("made") or store.snapshot())
    [path] = routes.shortest([personas[0].id], [personas[-1].id], limit=5).paths
    assert list(path.personas) == personas
    assert made == ["made"]
