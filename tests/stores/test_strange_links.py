"""What somebody else wrote into a graph of how a relationship was found breaks no column, no table and no terminal."""

from contextlib import closing

import pytest

from personagraph.cli.terminal.render import mark, visible
from personagraph.errors import StoreError
from personagraph.exporting import export
from tests.stored import fill, open_graph, people, tie


@pytest.fixture
def store(tmp_path):
    a, b, c = people(3)
    with closing(open_graph(tmp_path)) as opened:
        fill(opened, a, b, c, tie(a, b, via="similar"), tie(b, c))
        yield opened


def planted(store, value: object) -> None:
    with store._database.transaction():
        store._database.execute("UPDATE relationship SET via = ? WHERE via = 'similar'", (value,))


@pytest.mark.parametrize("value", ["a\x1eb", "\x1f", "a\x1eb\x1fTEACHES\x1e\x1e", "\x1e\x1e"])
def test_marks_that_would_break_a_column_of_the_snapshot_are_refused(store, value):
    planted(store, value)
    with pytest.raises(StoreError, match="personagraph does not write"):
        store.snapshot()


def test_other_words_are_a_link_and_are_made_visible(store):
    planted(store, "a\x1b[2Jb")
    assert store.snapshot().linked.sum() == 1
    [told] = [mark(r) for r in store.scan_relationships() if r.via]
    assert visible(told) == " [linked: a\ufffd[2Jb]"


def test_what_is_no_text_is_refused_by_exports(store, tmp_path):
    planted(store, b"\x00")
    with pytest.raises(StoreError, match="via in the graph is no text"):
        export(store, tmp_path / "out.json", "json")
