"""Ids in their order, and where they are among many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagraph.errors import StoreError
from personagraph.graph.snapshots.ids import Places, order_of

ids = st.lists(
    st.tuples(st.sampled_from(["0000000a", "0000000b", "ffffffff"]), st.text("01af", min_size=24, max_size=24)),
    unique=True,
    max_size=40,
).map(lambda parts: np.array([head + tail for head, tail in parts], "S32"))


@given(ids)
def test_ids_are_in_order_also_where_many_begin_alike(found):
    assert order_of(found).tolist() == np.argsort(found, kind="stable").tolist()


@given(ids)
def test_every_id_is_found_where_it_is(found):
    assert Places(found).of(found[::-1]).tolist() == list(range(len(found)))[::-1]


@given(ids)
def test_an_id_that_is_not_there_is_named(found):
    with pytest.raises(StoreError, match="names the persona '9'"):
        Places(found).of(np.array(["9"], "S32"))
