"""Vectors as small whole numbers, and cosines of them.

All sums are of whole numbers, so a cosine is the same on every machine and in every store, in whatever order it is
summed. A vector that is looked for has more bits than those that it is compared with.
"""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

_MOST = 127
_WIDEST = 32767
_ROOM = float(1 << 30)
"""No sum of products goes beyond it, so that it fits into 32 bits."""
_BLOCK = 1 << 13
LEAD = 96
"""So many numbers of a vector are looked at first: what weighs most stands there in vectors of most encoders."""
SLIP = np.float32(1e-5)
"""By how much a bound, which is summed in 32 bits, may be too low."""
NOBODY = -1
T = TypeVar("T", np.int8, np.int16)
Parts = tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.float32], NDArray[np.float32]]
"""The first LEAD numbers, the others, the length of the others, one by the length of all: of each row."""
Queries = tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.float32], NDArray[np.float32]]
"""The same of what is looked for."""
OneRow = tuple[NDArray[np.int8], NDArray[np.int8], float]
"""The first LEAD numbers of a row, the others, and one by the length of all."""


def quantised(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    """The vectors (n, dims) in eight bits a number, each to a scale of its own: their directions are what stays.

    Raises ValueError for a number that is none, or infinite.
    """
    if not np.isfinite(vectors).all():
        raise ValueError("a vector holds what is no finite number")
    highest = np.abs(vectors).max(axis=1, initial=0.0)
    scale = np.divide(_MOST, highest, out=np.zeros_like(highest), where=highest > 1e-20)
    numbers: NDArray[np.int8] = np.rint(vectors * scale[:, None]).astype(np.int8)
    return numbers


def widened(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """The vectors (n, dims) in sixteen bits a number, and one by the length of each, 0 for one without a direction."""
    vectors = np.where(np.isfinite(vectors), vectors, 0.0).astype(np.float64)
    length, highest = np.sqrt((vectors * vectors).sum(axis=1)), np.abs(vectors).max(axis=1, initial=0.0)
    known = (length > 1e-20) & (highest > 1e-20)
    room = _ROOM / (_MOST * np.sqrt(max(vectors.shape[1], 1)))
    scale = np.minimum(_WIDEST / np.where(known, highest, 1.0), room / np.where(known, length, 1.0)) * known
    wide = np.rint(vectors * scale[:, None]).astype(np.int16)
    return wide, inverse_lengths(wide)


def inverse_lengths(rows: NDArray[Any]) -> NDArray[np.float32]:
    """One by the length of each row of whole numbers; 0 for a row of zeros."""
    squares = np.einsum("ij,ij->i", rows, rows, dtype=np.float64)
    inverse = np.divide(1.0, np.sqrt(squares), out=np.zeros_like(squares), where=squares > 0)
    return np.asarray(inverse, np.float32)


def scores(rows: NDArray[Any], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """The cosine of the query to each of the rows, as an index gives it."""
    wide, factor = widened(query[None, :])
    sums = rows.astype(np.int64) @ wide[0].astype(np.int64)
    found = (sums * np.float64(factor[0]) * inverse_lengths(rows).astype(np.float64)).astype(np.float32)
    most: NDArray[np.float32] = np.minimum(found, np.float32(1.0))
    return most


def parted(rows: NDArray[T]) -> tuple[NDArray[T], NDArray[T], NDArray[np.float32]]:
    """The first LEAD numbers of each row (zeros where there are fewer), the others, and the length of the others."""
    lead, rest = np.zeros((len(rows), LEAD), rows.dtype), np.ascontiguousarray(rows[:, LEAD:])
    lead[:, : rows.shape[1]] = rows[:, :LEAD]
    return lead, rest, (np.sqrt(np.einsum("ij,ij->i", rest, rest, dtype=np.float64)) * 1.000001).astype(np.float32)


def one_row(numbers: NDArray[np.int8]) -> OneRow:
    """A vector in whole numbers (dims,) as a row that others are compared with."""
    rows = numbers[None, :]
    lead, rest, _ = parted(rows)
    return lead[0], rest[0], float(inverse_lengths(rows)[0])


def scan_few(
    rows: Parts,
    offset: int,
    order: NDArray[np.int32],
    queries: Queries,
    best: NDArray[np.float32],
    where: NDArray[np.int64],
) -> None:
    """Compare every row with each of a few queries, as `loops.scan` does; row i lies at position i + offset.

    `best` (queries, k) holds the cosines to beat, `where` the positions of those who have them, best first, then by
    entry: `order` says whose rank is which, and who has none came after all that have one.
    """
    for first in range(0, len(rows[3]), _BLOCK):
        part = slice(first, first + _BLOCK)
        lead, left, inverse = rows[0][part].astype(np.float32), rows[2][part], rows[3][part]
        for q in range(len(best)):
            factor = np.float64(queries[3][q])
            most = (lead @ queries[0][q].astype(np.float32) + queries[2][q] * left) * (queries[3][q] * inverse)
            near = np.flatnonzero((most >= best[q, -1] - SLIP) & (inverse > 0) & (factor > 0))
            products = lead[near].astype(np.float64) @ queries[0][q].astype(np.float64)
            rest = rows[1][part][near].astype(np.float64) @ queries[1][q].astype(np.float64)
            found = ((products + rest) * factor * inverse[near].astype(np.float64)).astype(np.float32)
            _merge(found, near + first + offset, order, best[q], where[q])


def _merge(
    scores: NDArray[np.float32],
    positions: NDArray[np.int64],
    order: NDArray[np.int32],
    best: NDArray[np.float32],
    where: NDArray[np.int64],
) -> None:
    """Put these and those that are there in order, and keep as many as there is room for."""
    there, enough = where != NOBODY, scores >= best[-1]
    every = np.concatenate([best[there], scores[enough]])
    places = np.concatenate([where[there], positions[enough]])
    ranks = places.copy()
    early = places < len(order)
    ranks[early] = order[places[early]]
    turns = np.lexsort((ranks, -every))[: len(best)]
    best[: len(turns)], where[: len(turns)] = every[turns], places[turns]
