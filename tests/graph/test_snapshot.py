"""The links of a snapshot: every relationship from where it is asked for, in one order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.errors import PersonaNotFoundError
from personagraph.graph.snapshot import Snapshot, links
from tests.stored import persona

arcs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 40)), max_size=30)


@given(arcs, st.sampled_from([0, 2**31 - 100]), st.sampled_from([5, 2**17]))
def test_rows_are_in_order_of_ends_and_numbers_however_large_these_are(found, more, n):
    columns = np.array(found, np.int64).reshape(-1, 3)
    sources, targets, numbers = columns[:, 0].astype(np.int32), columns[:, 1].astype(np.int32), columns[:, 2] + more
    made = links(n, sources, targets, numbers)
    ordered = sorted(zip(sources.tolist(), targets.tolist(), numbers.tolist(), strict=True))
    assert made.ends.tolist() == [target for _, target, _ in ordered]
    assert made.edges.tolist() == [number for _, _, number in ordered]
    assert made.degrees[:5].tolist() == [sum(source == i for source, _, _ in ordered) for i in range(5)]
    assert (made.starts.dtype, made.ends.dtype, made.edges.dtype) == (np.int64, np.int32, np.int32)


def test_few_are_found_as_many_are():
    people = [persona(f"somebody {n}", n) for n in range(300)]
    graph = Snapshot.build(people, ())
    ids = [people[n].id for n in np.random.default_rng(0).permutation(300).tolist()]
    assert graph.positions(ids).tolist() == [int(graph.positions([id])[0]) for id in ids]
    for strange in ("0" * 32, "f" * 32, people[7].id[:31] + "g"):
        with pytest.raises(PersonaNotFoundError, match=strange):
            graph.positions([ids[0], strange])
