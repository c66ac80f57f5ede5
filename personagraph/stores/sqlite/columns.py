"""Reads the whole graph from SQLite as columns: a page comes as a few long texts, so that no row costs an object."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.errors import StoreError
from personagraph.graph.snapshot import Categorical, Snapshot, codes_for
from personagraph.graph.snapshots.ids import Places, order_of
from personagraph.stores.rows import known_columns
from personagraph.vocabulary.attributes import ATTRIBUTES

PAGE = 5_000
"""Personas in a page of them, and in one of relationships: those that these are the sources of."""
_END = "\x1f"
"""Stands between two texts, and is part of none."""
_TEXTS = ("run", *known_columns())
_STATED = f"SELECT {', '.join(_TEXTS)} FROM persona WHERE entry >= ? AND entry < ? ORDER BY entry, id"
_PERSONA = np.dtype([("id", "S32"), ("simulated", "u1")])
_PEOPLE = ((_PERSONA, 0), (np.int32, 0), (np.int64, 0))
_RELATIONSHIP = np.dtype([("source", "S32"), ("target", "S32"), ("traits", "u1")])
_TIED = ((np.int32, 0), (np.int32, 0), (np.int32, 0), (np.float32, 0), (np.uint8, 0))
Progress = Callable[[float], None]
_BETWEEN = "\x1e"
"""Stands between what is said of one relationship, and is part of none of it."""
_SAID = 3
"""Type, via and agreement; the type alone where the others are empty, as they mostly are."""
_TIES = f"""
SELECT count(*), group_concat(source || target || char(48 + 8 * former + steering), ''),
  group_concat(type || iif(via = '' AND agreement = '', '', '{_BETWEEN}' || via || '{_BETWEEN}' || agreement),
    '{_END}'), group_concat(confidence, ' ')
FROM (SELECT * FROM relationship WHERE source >= ? AND source < ? ORDER BY source, target, type, key)"""


class _Codes(defaultdict[str, int]):
    """Numbers texts in the order in which they are first met."""

    def __init__(self) -> None:
        super().__init__(self.__len__)

    def numbers(self, texts: Sequence[str]) -> NDArray[np.int32]:
        """The number of each."""
        return np.fromiter(map(self.__getitem__, texts), np.int32, len(texts))

    def column(self, codes: NDArray[np.int32]) -> Categorical:
        """The column of these numbers, with the names in their order."""
        return _column(list(self), codes)

    def columns(self, codes: NDArray[np.int32]) -> list[Categorical]:
        """The columns of what is said of a relationship, which has one number. Raises StoreError for foreign texts."""
        said = [text.split(_BETWEEN) for text in self]
        if not all(len(values) in (1, _SAID) for values in said):
            raise StoreError(_foreign("relationship"))
        said = [values if len(values) == _SAID else [*values, "", ""] for values in said]
        return [_column([values[n] for values in said], codes) for n in range(_SAID)]


def read_snapshot(connection: sqlite3.Connection, progress: Progress) -> Snapshot:
    """Personas by entry, relationships by source, target, type, key, of one state of the file.

    `progress` hears which share is read. Raises StoreError for an id that is none, and for a relationship that names
    nobody.
    """
    applied = dict(connection.execute("SELECT id, CAST(applied AS INTEGER) FROM run"))
    size = max(1, connection.execute("SELECT count(*) FROM persona").fetchone()[0])
    told = [_Codes() for _ in _TEXTS]
    people = _personas(connection, told, lambda done: progress(0.2 * done / size))
    head, depths, entries, codes = _joined(people, [*_PEOPLE, (np.int32, (0, len(told)))])
    runs, *known, bases = (names.column(column) for names, column in zip(told, codes.T, strict=True))
    ids = head["id"].copy()
    said = _Codes()
    found = _relationships(connection, ids, said, lambda done: progress(0.2 + 0.8 * done / size))
    sources, targets, kinds, confidences, traits = _joined(found, _TIED)
    types, via, agreement = said.columns(kinds)
    return Snapshot(
        ids=ids,
        depths=depths,
        entries=entries,
        runs=runs,
        simulated=head["simulated"] == ord("1"),
        attributes=dict(zip(ATTRIBUTES, known, strict=True)),
        bases=bases,
        sources=sources,
        targets=targets,
        types=types,
        confidences=confidences,
        former=(traits & 8).astype(np.bool_),
        steering=(traits & 7).astype(np.int8),
        via=via,
        agreement=agreement,
        applied=applied,
    )


def _personas(
    connection: sqlite3.Connection, told: Sequence[_Codes], progress: Progress
) -> Iterator[tuple[NDArray[Any], ...]]:
    """Page by page: ids with marks, depths, entries, and the codes (n, 1 + attributes) of runs and attributes."""
    following = f"SELECT entry FROM persona WHERE entry >= ? ORDER BY entry LIMIT 1 OFFSET {PAGE}"
    low, done = -(2**63), 0
    while low is not None:
        after = connection.execute(following, (low,)).fetchone()
        # As many may have one entry as there are: no page ends within it.
        high = after and max(after[0], low + 1)
        count, head, depths, entries, texts = connection.execute(_people(), (low, high or 2**63 - 1)).fetchone()
        if count:
            stated = texts.split(_END)
            if len(stated) != count * len(told):  # a stranger's texts hold the mark
                stated = list(chain.from_iterable(connection.execute(_STATED, (low, high or 2**63 - 1))))
            columns = [names.numbers(stated[n :: len(told)]) for n, names in enumerate(told)]
            done += count
            progress(done)
            numbers = _numbers(depths, np.int32, count), _numbers(entries, np.int64, count)
            yield _fixed(head, _PERSONA, count), *numbers, np.stack(columns, axis=1)
        low = high


def _relationships(
    connection: sqlite3.Connection, ids: NDArray[np.bytes_], said: _Codes, progress: Progress
) -> Iterator[tuple[NDArray[Any], ...]]:
    """Page by page: positions of sources and of targets, codes of what is said, confidences, steering + 8 for former.

    What is said is the type, via and agreement as one text: few of them differ.
    """
    places, ordered = Places(ids), ids[order_of(ids)][PAGE::PAGE]
    cuts = ["", *(id.decode() for id in ordered.tolist()), "\U0010ffff"]
    for page, bounds in enumerate(pairwise(cuts), 1):
        count, head, told, confidences = connection.execute(_TIES, bounds).fetchone()
        if count:
            rows, kinds = _fixed(head, _RELATIONSHIP, count), said.numbers(told.split(_END))
            if len(kinds) != count:
                raise StoreError(_foreign("relationship"))
            sources = rows["source"]
            first = np.append(True, sources[1:] != sources[:-1])
            begun = places.of(sources[first])[np.cumsum(first) - 1]
            # Of 15 digits, as SQLite tells a number: what is rounded to 7 next is not another one.
            shares = _numbers(confidences, np.float64, count).astype(np.float32)
            yield begun, places.of(rows["target"]), kinds, shares, rows["traits"] - 48
        progress(min(page * PAGE, len(ids)))


def _column(values: Sequence[str], codes: NDArray[np.int32]) -> Categorical:
    """The column in which each number stands for one of the values, which may be alike."""
    names = sorted(set(values))
    place = {name: n for n, name in enumerate(names)}
    return Categorical(np.array([place[value] for value in values], codes_for(len(names)))[codes], tuple(names))


def _people() -> str:
    told = f" || '{_END}' || ".join(_TEXTS)
    return f"""
    SELECT count(*), group_concat(id || simulated, ''), group_concat(ifnull(depth, -1), ' '),
      group_concat(entry, ' '), group_concat({told}, '{_END}')
    FROM (SELECT * FROM persona WHERE entry >= ? AND entry < ? ORDER BY entry, id)"""


def _joined(pages: Iterator[tuple[NDArray[Any], ...]], kinds: Sequence[tuple[Any, ...]]) -> list[NDArray[Any]]:
    """The columns of all pages; of these kinds, with nothing in them, where there is no page."""
    columns = list(zip(*pages, strict=True))
    return [np.concatenate(parts) for parts in columns] if columns else [np.zeros(shape, of) for of, shape in kinds]


def _fixed(text: str, row: np.dtype[Any], count: int) -> NDArray[Any]:
    data = text.encode()
    if len(data) != count * row.itemsize:
        raise StoreError(_foreign("persona"))
    return np.frombuffer(data, row)


def _numbers(text: str, kind: type[np.generic], count: int) -> NDArray[Any]:
    found: NDArray[Any] = np.fromstring(text, kind, sep=" ")
    if len(found) != count:
        raise StoreError(_foreign("persona"))
    return found


def _foreign(what: str) -> str:
    return (
        f"a {what} in the graph has an id or a value that personagraph does not write; `personagraph store check` says"
        " what else is wrong"
    )
