"""Descriptions that are read together, and who of those that are known may be near them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from personagraph.arrays.columns import GrowingColumn
from personagraph.dedup.arrays.deciding import near_known
from personagraph.dedup.arrays.entries import sizes_of
from personagraph.dedup.arrays.reading import Reader
from personagraph.dedup.arrays.table import Signatures, SignatureTable
from personagraph.dedup.index import Method

MOST_READ = 1 << 16
"""Known descriptions of which what was read is kept."""


class Chunk:
    """Descriptions that were read together, of which the entries from `base` on are; and what may be near them."""

    def __init__(self, descriptions: Sequence[str], reader: Reader, method: Method, table: SignatureTable) -> None:
        self.rows = dict(zip(descriptions, range(len(descriptions)), strict=True))
        self.readings = reader.read(descriptions)
        self.signatures, self.ends = method.signatures(descriptions, self.readings)
        self.is_near_known = np.empty(len(descriptions), np.bool_)
        near = near_known(self.own(), *table.reserve(0), self.is_near_known)
        self.near = np.unique(near)[:MOST_READ]
        """The entries that a row may be, in ascending order; what they say is read when it is asked for."""
        self.base, self.entered = 0, GrowingColumn(np.int32)
        """The rows of the entries from `base` on."""
        self.taken = np.zeros(len(descriptions), np.bool_)
        """The same, by row."""

    def own(self) -> tuple[npt.NDArray[Any], ...]:
        """Under what the rows are entered, for compiled loops."""
        read = self.readings
        return read.text, self.signatures, self.ends, read.order, read.open, read.open_ends

    @cached_property
    def is_near_other(self) -> npt.NDArray[np.bool_]:
        """Whether another row has a signature or the text of a row."""
        count = len(self.ends)
        all_of_them = np.concatenate([self.readings.text, self.signatures])
        rows = np.concatenate([np.arange(count), np.repeat(np.arange(count), sizes_of(self.ends))])
        order = np.argsort(all_of_them, kind="stable")
        ordered, rows = all_of_them[order], rows[order]
        same = (ordered[1:] == ordered[:-1]) & (rows[1:] != rows[:-1])
        found = np.zeros(count, np.bool_)
        found[np.concatenate([rows[1:][same], rows[:-1][same]])] = True
        return found

    @cached_property
    def _may_be_near(self) -> list[bool]:
        return list((self.is_near_known | self.is_near_other).tolist())

    @cached_property
    def place_in_near(self) -> dict[int, int]:
        """Where in `near` an entry is."""
        return {key: place for place, key in enumerate(self.near.tolist())}

    def is_new(self, row: int) -> bool:
        """Whether nobody can be near the row."""
        return not (self._may_be_near[row] or self.taken[row])

    def enter(self, row: int) -> None:
        """Note that the next entry is a row."""
        self.entered.append(row)
        self.taken[row] = True

    def signatures_of(self, row: int) -> Signatures:
        """Under which a row is looked up."""
        return self.signatures[self.ends[row - 1] if row else 0 : self.ends[row]]
