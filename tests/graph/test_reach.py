"""Distances from many starts at once are those of networkx, by arrays and by compiled loops alike."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagraph.graph.reach import Reach, reach
from personagraph.graph.reach_loops import search
from personagraph.graph.snapshot import Snapshot, links
from tests.contracts.test_paths import oracle
from tests.graph.test_traversal import hubs, snapshot


def by_networkx(graph: "nx.Graph[str]", whole: Snapshot, starts: list[int], hops: int | None) -> Reach:
    each = [nx.single_source_shortest_path_length(graph, whole.id(start), cutoff=hops) for start in starts]
    far = [[d for d in lengths.values() if d] for lengths in each]
    pairs = np.bincount([0, *(d for of in far for d in of)])
    pairs[0] = 0
    near = [sum(d <= 2 for d in of) for of in far]
    return Reach(pairs, *(np.array(row, np.int64) for row in (list(map(len, far)), list(map(sum, far)), near)))


def same(one: Reach, other: Reach) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(20, 300),
    seed=st.integers(0, 99),
    directed=st.booleans(),
    hops=st.sampled_from([None, 1, 3]),
    drawn=st.lists(st.integers(0, 10**6), max_size=150),
)
def test_many_searches_at_once_find_what_networkx_finds_one_by_one(count, seed, directed, hops, drawn):
    personas, ties = hubs(count, seed)
    whole = snapshot(personas, ties)
    starts = np.array([place % count for place in drawn], np.int64)
    expected = by_networkx(oracle(personas, ties, directed=directed), whole, starts.tolist(), hops)
    along, against = (whole.forwards, whole.backwards) if directed else (whole.both, whole.both)
    found = reach(along, starts, hops=hops, near=2, backwards=against if directed else None)
    assert same(found, expected)
    batches = [starts[i : i + 64] for i in range(0, len(starts), 64)]
    loops = search(along, against, batches, count if hops is None else hops, 2)
    assert same(
        loops._replace(pairs=np.trim_zeros(loops.pairs, "b")), found._replace(pairs=np.trim_zeros(found.pairs, "b"))
    )


@pytest.mark.parametrize("count", [3_000, 60_000])
def test_a_chain_is_as_far_as_it_is_long(count):
    one = np.arange(count - 1, dtype=np.int32)
    ways = links(
        count, np.concatenate([one, one + 1]), np.concatenate([one + 1, one]), np.zeros(2 * count - 2, np.int64)
    )
    found = reach(ways, np.array([0, count - 1, count // 2]))
    assert found.reached.tolist() == [count - 1] * 3
    assert len(found.pairs) == count
    assert found.total[:2].tolist() == [count * (count - 1) // 2] * 2
    assert found.near.tolist() == [6, 6, 12]


def test_nobody_is_near_in_a_graph_without_relationships():
    empty = Snapshot.build([], [])
    assert [part.tolist() for part in reach(empty.both, np.empty(0, np.int64))] == [[0], [], [], []]
