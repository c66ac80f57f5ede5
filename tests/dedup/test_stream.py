"""Rows are kept, or merged into the first row that they duplicate."""

from personagraph.dedup.index import THRESHOLD
from personagraph.dedup.rules import METHODS, Deduplicator
from personagraph.dedup.stream import deduplicate
from personagraph.dedup.veto.veto import differs


def test_each_row_is_kept_or_merged_into_an_earlier_one():
    rows = [(3, "A weaver"), (5, "A diver"), (8, "a WEAVER"), (9, "A weaver and cook"), (12, "A  diver")]
    decisions = list(deduplicate(rows, Deduplicator(METHODS["content"].make(THRESHOLD), differs)))
    assert [(d.row, d.into, d.method) for d in decisions] == [
        (3, None, ""),
        (5, None, ""),
        (8, 3, "text"),
        (9, None, ""),
        (12, 5, "text"),
    ]


def test_rows_are_decided_while_others_are_still_to_come():
    def rows():
        yield from ((n, f"A weaver of {n} carpets") for n in range(10_000))
        raise RuntimeError("must not be read yet")

    assert next(deduplicate(rows(), Deduplicator(METHODS["content"].make(THRESHOLD), differs))).into is None
