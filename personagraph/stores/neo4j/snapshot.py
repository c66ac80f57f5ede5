"""Reads the whole graph from Neo4j as columns: lists of numbers, a page of personas a row, cost a tenth of the rows."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from personagraph.errors import StoreError
from personagraph.graph.snapshot import Categorical, Snapshot
from personagraph.graph.snapshots.ids import order_of
from personagraph.stores.neo4j.connection import Transaction
from personagraph.stores.rows import known_columns
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.relationships import OWN_WORDS, TYPES

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAGE = 2000
"""Personas in a row: what the server must hold at once."""


def read_snapshot(transaction: Transaction, progress: Callable[[float], None]) -> Snapshot:
    """Personas by entry, relationships by source, target, type, key; `progress` hears which share is read.

    Raises StoreError when a persona has no entry.
    """
    applied: dict[str, int] = dict(transaction.rows("read/runs"))
    [(last,)] = transaction.rows("read/last_entry")
    pages = max(1, last // PAGE + 1)
    names = sorted(TYPES)
    codes = {name: code for code, name in enumerate(names)}
    told = transaction.stream("read/snapshot_personas", last=last, page=PAGE, known=list(known_columns()))
    nodes, ids, depths, entries, runs, simulated, known = _columns(
        _counted(told, lambda n: progress(0.2 * n / pages)), 7
    )
    asked = {"last": last, "page": PAGE, "codes": codes, "worded": list(OWN_WORDS)}
    found = transaction.stream("read/snapshot_relationships", **asked)
    sources, targets, types, confidences, former, steering, via, agreement, texts = _columns(
        _counted(found, lambda n: progress(0.2 + 0.8 * n / pages)), 9
    )
    positions = _Positions(np.array(nodes, dtype=np.int64))
    ends, others = positions.of(sources), positions.of(targets)
    kinds = np.array(types, dtype=np.int16)
    keys = np.array(ids, "S32")
    rank = np.empty(len(ids), dtype=np.int32)
    rank[order_of(keys)] = np.arange(len(ids), dtype=np.int32)
    order = np.lexsort((_by_key(kinds, texts, [codes[type] for type in OWN_WORDS]), kinds, rank[others], rank[ends]))
    *by_name, bases = zip(*known, strict=True) if known else [()] * len(known_columns())
    return Snapshot(
        ids=keys,
        depths=np.array(depths, dtype=np.int32),
        entries=np.array(entries, dtype=np.int64),
        runs=Categorical.of(runs),
        simulated=np.array(simulated, dtype=np.bool_),
        attributes={name: Categorical.of(column) for name, column in zip(ATTRIBUTES, by_name, strict=True)},
        bases=Categorical.of(bases),
        sources=ends[order],
        targets=others[order],
        types=Categorical(kinds, tuple(names)).taken(order),
        confidences=np.array(confidences, dtype=np.float32)[order],
        former=np.array(former, dtype=np.bool_)[order],
        steering=np.array(steering, dtype=np.int8)[order],
        via=Categorical.of(via).taken(order),
        agreement=Categorical.of(agreement).taken(order),
        applied=applied,
    )


def _by_key(kinds: "NDArray[np.int16]", keys: list[str], worded: list[int]) -> "NDArray[np.int64]":
    """The rank of each relationship by its key, where its type is one of these; of another no two tie the same pair."""
    found = np.zeros(len(kinds), np.int64)
    found[np.isin(kinds, worded)] = np.unique(np.array(keys, np.str_), return_inverse=True)[1]
    return found


def _counted(pages: Iterable[tuple[Any, ...]], count: Callable[[int], None]) -> Iterator[tuple[Any, ...]]:
    for number, page in enumerate(pages, 1):
        count(number)
        yield page


def _columns(pages: Iterable[tuple[Any, ...]], width: int) -> list[list[Any]]:
    columns: list[list[Any]] = [[] for _ in range(width)]
    for page in pages:
        for column, values in zip(columns, page, strict=True):
            column += values
    return columns


class _Positions:
    """Which position in the order of entry each of the server's numbers stands for."""

    def __init__(self, nodes: "NDArray[np.int64]") -> None:
        self._order = np.argsort(nodes).astype(np.int32)
        self._sorted = nodes[self._order]

    def of(self, nodes: list[int]) -> "NDArray[np.int32]":
        """The positions. Raises StoreError for a number that is no persona's."""
        wanted = np.array(nodes, dtype=np.int64)
        at = np.searchsorted(self._sorted, wanted)
        if len(wanted) and (at.max() == len(self._sorted) or (self._sorted[at] != wanted).any()):
            raise StoreError("a relationship ends at a persona without a number of entry; the database was altered")
        positions: NDArray[np.int32] = self._order[at]
        return positions
