"""What a store says of its runs and of its ledger: how many steps it holds, and how far the ledger was."""

from personagraph.types import NO_MARK, Batch, Mark
from tests.stored import fill, open_graph, people


def test_an_empty_store_holds_no_run_and_no_mark(store):
    assert store.held() == ({}, NO_MARK)


def test_every_run_is_held_with_its_steps(store):
    fill(store, *people(2))
    store.write(Batch("r2", 0, 3))
    assert store.held().applied == {"r1": 1, "r2": 3}


def test_a_mark_comes_with_a_batch_or_alone_and_never_goes_back(store):
    store.write(Batch("r1", 0, 1, mark=Mark(1, 20)))
    assert store.held().mark == (1, 20)
    store.mark(Mark(3, 5))
    assert store.held().mark == (3, 20)
    store.write(Batch("r3", 0, 1))
    store.mark(NO_MARK)
    assert store.held() == ({"r1": 1, "r3": 1}, (3, 20))


def test_a_snapshot_leaves_the_mark_as_it_is(store):
    store.mark(Mark(2, 2))
    store.snapshot()
    assert store.held().mark == (2, 2)


def test_the_mark_is_there_when_the_store_is_opened_again(store, graph_url, tmp_path):
    store.mark(Mark(2, 7))
    again = open_graph(tmp_path, graph_url)
    assert again.held().mark == (2, 7)
    again.close()
