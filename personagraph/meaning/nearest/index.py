"""The index of vectors: grown a few at a time, asked in batches, kept in two files."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.meaning.nearest.batches import Best, in_batches
from personagraph.meaning.nearest.lists import FIRST, Centres, centres_of, due, in_turn, sample_of
from personagraph.meaning.nearest.numbers import (
    NOBODY,
    OneRow,
    Queries,
    parted,
    quantised,
    scan_few,
    scores,
    widened,
)
from personagraph.meaning.nearest.rows import KEY, LONGEST_KEY, Rows, all_below, move
from personagraph.storage.array_files import DamagedError, read_arrays, write_arrays
from personagraph.storage.atomic_files import make_folder, replacing

HEAD, BODY = "vectors", "vectors.lists"
"""The files: what came last, with the note; and what lies in lists."""
PROBES = 16
_FEW = 16
"""Vectors that are looked for among all others without machine code, which takes a second to load."""
_PART = 1 << 16
Found = tuple[list[list[str]], list[list[float]]]


class Nearest:
    """Vectors of `dims` numbers by key, of at most 32 letters of ASCII; it takes dims + 44 bytes for each.

    The same vectors in the same order make the same index, however they are cut, as long as none is removed. A vector
    of zeros has no direction: it is kept, and near nothing. `note` is what its user keeps with it (what JSON can hold).
    """

    def __init__(self, dims: int) -> None:
        self.dims = dims
        self.note: dict[str, Any] = {}
        self._body = Rows(dims)
        """What lies list by list, `_starts` says from where on; `_order` is the rank of each by entry."""
        self._centres: Centres | None = None
        self._starts = np.zeros(1, np.int64)
        self._order = np.zeros(0, np.int32)
        self._tail = Rows(dims)
        """What came later, in order of entry: of each list, the last one, and of each row, the one before it."""
        self._heads = np.zeros(0, np.int32)
        self._nexts = np.zeros(0, np.int32)
        self._linked = 0
        self._body_name = ""
        """What the file of lists is called in its header while it holds the body as it is; empty when it does not."""

    def __len__(self) -> int:
        return len(self._body.live) + len(self._tail.live)

    def keys(self) -> NDArray[np.bytes_]:
        """The keys, in no order."""
        return np.concatenate([part.keys[part.live] for part in (self._body, self._tail)])

    def unread(self) -> int:
        """How many have no direction, and so are near nothing."""
        return sum(int((part["inverse"][part.live] == 0.0).sum()) for part in (self._body, self._tail))

    def add(self, keys: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Add vectors (n, dims), under keys that are new.

        Raises ValueError for a key that is too long or not of ASCII, for other dimensions, and for what is no number.
        """
        if not all(key and key.isascii() and len(key) <= LONGEST_KEY for key in keys):
            raise ValueError(f"a key has 1 to {LONGEST_KEY} letters of ASCII")
        numbers = quantised(self._checked(vectors, len(keys)))
        lists = self._centres.lists_of(numbers) if self._centres else np.zeros(len(keys), np.int32)
        self._tail.append(np.array(keys, KEY), numbers, lists)
        count = self._body.count + self._tail.count
        if (trained := due(count)) > (self._centres.trained if self._centres else 0):
            self._train(trained)
        elif self._centres and self._tail.count > max(FIRST, self._body.count // 4):
            self._settle(self._centres)

    def remove(self, keys: Sequence[str]) -> int:
        """Remove what has these keys; how many there were."""
        gone = np.array([key for key in keys if key and key.isascii()], KEY)
        in_body = self._body.remove(gone)
        if in_body:
            self._body_name = ""
        return in_body + self._tail.remove(gone)

    def search(
        self, vectors: NDArray[np.float32], k: int, *, at_least: float = -1.0, probes: int | None = None
    ) -> Found:
        """The keys of the `k` nearest to each of the vectors (n, dims), and their cosines: best first, then by entry.

        Only those whose cosine is `at_least` so much. All are looked at, unless `probes` says in how many lists to
        look. Fewer come where there are fewer, and none for a vector of zeros. Raises ValueError for vectors of another
        shape, and where `k` or `probes` is less than one.
        """
        best, where = self.find(vectors, k, at_least=at_least, probes=probes)
        there = where != NOBODY
        keys, cosines = self._keys_at(where[there]), np.minimum(best[there], 1.0).tolist()
        ends = np.cumsum(there.sum(axis=1)).tolist()
        spans = list(zip([0, *ends], ends, strict=False))
        return [keys[first:after] for first, after in spans], [cosines[first:after] for first, after in spans]

    def find(self, vectors: NDArray[np.float32], k: int, *, at_least: float = -1.0, probes: int | None = None) -> Best:
        """What `search` finds, as arrays (n, k): cosines, and the places of who has them, NOBODY where there are fewer.

        A place holds until something is added; `places` says whose it is.
        """
        if k < 1 or (probes is not None and probes < 1):
            raise ValueError(f"{k} of the nearest in {probes} lists: both should be 1 or more")
        vectors = self._checked(vectors, len(vectors))
        if self._centres and probes is not None:
            self._link()
        return in_batches(lambda part: self._best(part, k, at_least, probes), vectors, k)

    def places(self) -> NDArray[np.bytes_]:
        """The key at each place, empty where one was removed."""
        return np.concatenate([self._body.keys, self._tail.keys])

    def numbers(self, places: NDArray[np.int64]) -> NDArray[np.int8]:
        """The vectors at these places in whole numbers (n, dims), each to a scale of its own."""
        later = places >= self._body.count
        if not later.any():
            return self._body.numbers(places)
        rows = np.empty((len(places), self.dims), np.int8)
        rows[~later] = self._body.numbers(places[~later])
        rows[later] = self._tail.numbers(places[later] - self._body.count)
        return rows

    def cosines(self, of: OneRow, places: NDArray[np.int64]) -> NDArray[np.float32]:
        """The cosine of a row of whole numbers to what lies at each place (n,); 0 where one has no direction."""
        if self._centres is None:
            return scores(self.numbers(places), np.concatenate(of[:2])[: self.dims].astype(np.float32))
        from personagraph.meaning.nearest.loops import cosines_at

        found = np.empty(len(places), np.float32)
        cosines_at(self._body.parts, self._tail.parts, places, *of, found)
        return np.minimum(found, np.float32(1.0))

    def within(
        self, vectors: NDArray[np.float32], at_least: float, *, most: int = 64, probes: int | None = PROBES
    ) -> Found:
        """The keys, and the cosines, of those with at least that cosine to each vector: the best, at most so many.

        Some may be missed, unless all are looked at (`probes` None).
        """
        return self.search(vectors, most, at_least=at_least, probes=probes)

    def save(self, folder: Path) -> None:
        """Keep it in the folder, which is made if need be, in place of what is there; each file is whole, or as it was.

        Raises ConfigError when it cannot be written, as when the disk is full.
        """
        make_folder(folder)
        if self._centres and not self._body_name:
            self._settle(self._centres)
            name = secrets.token_hex(8)
            with replacing([folder / BODY, folder / HEAD]) as (body, head):
                os.fchmod(body.fileno(), 0o600)
                write_arrays(body, {"name": name, "trained": self._centres.trained}, self._body_arrays(self._centres))
                self._write_head(head, name)
            self._body_name = name
            return
        with replacing([folder / HEAD]) as (head,):
            self._write_head(head, self._body_name)

    @classmethod
    def open(cls, folder: Path) -> "Nearest | None":
        """The index in the folder, which is read as far as it is asked; None when there is none that is whole.

        Raises ConfigError for a link.
        """
        try:
            note, arrays = read_arrays(folder / HEAD)
            index = cls(int(note["dims"]))
            index.note, index._body_name = dict(note["note"]), str(note["body"])
            index._tail = Rows.of(index.dims, arrays)
            if index._body_name:
                index._take_body(*read_arrays(folder / BODY))
        except (OSError, DamagedError, KeyError, TypeError, ValueError):
            return None
        return index

    def _checked(self, vectors: NDArray[np.float32], count: int) -> NDArray[np.float32]:
        if vectors.shape != (count, self.dims):
            raise ValueError(f"the vectors are {vectors.shape}, and should be {(count, self.dims)}")
        return np.asarray(vectors, np.float32)

    def _best(self, vectors: NDArray[np.float32], k: int, at_least: float, probes: int | None) -> Best:
        """The best cosines (n, k) and where they lie: in the body, or, behind it, in the tail."""
        wide, factors = widened(vectors)
        queries: Queries = (*parted(wide), factors)
        best = np.full((len(vectors), k), at_least, np.float32)
        where = np.full((len(vectors), k), NOBODY, np.int64)
        body, tail = self._body, self._tail
        if self._centres is None or probes is None:
            look = scan_few
            if len(vectors) > _FEW:
                from personagraph.meaning.nearest.loops import scan as look
            look(body.parts, 0, self._order, queries, best, where)
            look(tail.parts, body.count, self._order, queries, best, where)
            return best, where
        from personagraph.meaning.nearest.loops import scan_lists

        lists = self._centres.nearest(wide, probes)
        there = (body.parts, self._starts, self._order, tail.parts, self._heads, self._nexts)
        scan_lists(*there, queries, lists, in_turn(lists, len(self._starts)), best, where)
        return best, where

    def _keys_at(self, positions: NDArray[np.int64]) -> list[str]:
        later = positions >= self._body.count
        keys = np.zeros(len(positions), KEY)
        keys[~later] = self._body.keys[positions[~later]]
        keys[later] = self._tail.keys[positions[later] - self._body.count]
        return [key.decode("ascii", "replace") for key in keys.tolist()]

    def _link(self) -> None:
        """Chain what was added to the tail since, list by list."""
        from personagraph.meaning.nearest.loops import chain

        if len(self._nexts) < self._tail.count:
            nexts = np.empty(max(FIRST, 2 * self._tail.count), np.int32)
            nexts[: self._linked] = self._nexts[: self._linked]
            self._nexts = nexts
        chain(self._tail["lists"], self._linked, self._heads, self._nexts)
        self._linked = self._tail.count

    def _unlink(self, lists: int) -> None:
        self._heads, self._nexts, self._linked = np.full(lists, NOBODY, np.int32), np.zeros(0, np.int32), 0

    def _train(self, count: int) -> None:
        """Find the centres of the first `count`, and put everyone into the lists of those."""
        places = sample_of(count)
        position = np.zeros(self._body.count, np.int64)
        position[self._order] = np.arange(self._body.count)
        early = places < self._body.count
        parts = [
            self._body.numbers(position[places[early]]),
            self._tail.numbers(places[~early] - self._body.count),
        ]
        self._centres = centres = centres_of(np.concatenate(parts), count)
        for part in (self._body, self._tail):
            for at in range(0, part.count, _PART):
                some = np.arange(at, min(at + _PART, part.count))
                part["lists"][some] = centres.lists_of(part.numbers(some))
        self._settle(centres)

    def _settle(self, centres: Centres) -> None:
        """Move the tail into the body, by the lists of these centres, and leave out what was removed."""
        parts = [(self._body, self._body.live), (self._tail, self._tail.live)]
        lists = np.concatenate([part["lists"][live] for part, live in parts])
        places = np.concatenate([self._order[parts[0][1]].astype(np.int64), self._body.count + parts[1][1]])
        turns = np.lexsort((places, lists))
        ranks = np.empty(len(places), np.int32)
        ranks[np.argsort(places)] = np.arange(len(places), dtype=np.int32)
        body = Rows(self.dims, len(turns))
        ends = np.searchsorted(lists[turns], np.arange(len(centres.fine) + 1)).astype(np.int64)
        for at in range(0, len(turns), _PART):
            move(body, parts, turns[at : at + _PART], lists)
        self._body, self._tail, self._order, self._starts = body, Rows(self.dims), ranks[turns], ends
        self._unlink(len(centres.fine))
        self._body_name = ""

    def _body_arrays(self, centres: Centres) -> dict[str, NDArray[Any]]:
        return {**centres.arrays(), "order": self._order, **self._body.arrays()}

    def _write_head(self, file: Any, body: str) -> None:
        os.fchmod(file.fileno(), 0o600)
        write_arrays(file, {"dims": self.dims, "note": self.note, "body": body}, self._tail.arrays())

    def _take_body(self, note: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
        """Raises DamagedError when it is not what the tail was added to, or does not fit together."""
        if note["name"] != self._body_name:
            raise DamagedError("the lists are of another index")
        self._body, self._order = Rows.of(self.dims, arrays), arrays["order"]
        self._centres = Centres.of(arrays, int(note["trained"]), self.dims)
        lists, count = len(self._centres.fine), self._body.count
        if self._order.shape != (count,) or self._order.dtype != np.int32 or not all_below(self._order, count):
            raise DamagedError("its order is none")
        if (np.bincount(self._order, minlength=count) != 1).any():
            raise DamagedError("a row stands twice in its order")
        if not (all_below(self._body["lists"], lists) and all_below(self._tail["lists"], lists)):
            raise DamagedError("a row is in no list")
        if (np.diff(self._body["lists"]) < 0).any():
            raise DamagedError("the rows are not list by list")
        self._starts = np.searchsorted(self._body["lists"], np.arange(lists + 1)).astype(np.int64)
        self._unlink(lists)
