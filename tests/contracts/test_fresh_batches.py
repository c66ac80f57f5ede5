"""What a copy asks of every store: all sources, and batches of rows that it does not hold yet."""

from dataclasses import replace

import pytest

from personagraph.errors import StoreError
from personagraph.types import Batch, Source, SourceLink
from tests.stored import people, tie


def test_sources_come_by_id_also_those_without_a_link(store):
    sources = [Source(f"s{i}", f"file:{i}", "0", f"Text {i}") for i in (2, 0, 1)]
    one = people(1)
    link = SourceLink("s0", one[0].id, "LIKELY_TO_READ")
    store.write(Batch("r1", 0, 1, tuple(one), sources=tuple(sources), source_links=(link,)))
    assert [s.id for s in store.scan_sources()] == ["s0", "s1", "s2"]
    assert list(store.scan_sources()) == sorted(sources, key=lambda s: s.id)


def test_a_fresh_batch_holds_what_any_other_would_and_is_applied_once(store):
    a, b, c = people(3)
    bonds = (tie(a, b, label="it's", calls=("c1", "c2")), tie(b, c, "FRIEND_OF", former=True, steering=2))
    batch = Batch("r1", 0, 1, (a, b, c), relationships=bonds, fresh=True)
    store.write(batch)
    store.write(batch)
    assert store.personas([a.id, b.id, c.id]) == [a, b, c]
    assert list(store.scan_relationships()) == sorted(bonds, key=lambda r: (r.source, r.target, r.type))
    store.write(Batch("r1", 1, 2, (replace(a, depth=4),), relationships=bonds[:1]))
    assert store.stats().relationships == 2
    assert store.personas([a.id])[0].depth == 4


def test_a_fresh_relationship_without_its_ends_is_refused_and_nothing_is_written(store):
    a, b = people(2)
    with pytest.raises(StoreError):
        store.write(Batch("r1", 0, 1, (a,), relationships=(tie(a, b),), fresh=True))
    assert (store.stats().personas, store.applied("r1")) == (0, 0)
