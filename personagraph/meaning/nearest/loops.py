"""The loops over vectors, as machine code: what is asked for many vectors at once goes through here."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.arrays.compiled import compiled
from personagraph.meaning.nearest.numbers import LEAD, NOBODY, SLIP, Parts, Queries

BLOCK = 256
"""Rows that are compared with one query after the other, while they are in the cache."""


@compiled
def _multiply(
    rows: NDArray[np.int8], first: int, after: int, query: NDArray[np.int16], products: NDArray[np.int32]
) -> None:
    """The products of the query with rows `first` to `after`; a loop without a branch, for the vectors of the CPU."""
    for i in range(first, after):
        row, total = rows[i], np.int32(0)
        for j in range(len(query)):
            total = np.int32(total + np.int32(np.int32(row[j]) * np.int32(query[j])))
        products[i - first] = total


@compiled
def _place(order: NDArray[np.int32], at: int) -> int:
    """The rank by entry of what lies at a position; what has none came after all that have one."""
    return order[at] if at < len(order) else at


@compiled
def _put(score: Any, at: int, order: NDArray[np.int32], best: NDArray[np.float32], where: NDArray[np.int64]) -> None:
    """Let one in where it belongs among the best, the last of whom goes: best first, then by entry."""
    slot, place = len(best) - 1, _place(order, at)
    if where[slot] != NOBODY and score == best[slot] and place > _place(order, where[slot]):
        return
    while slot > 0 and (
        where[slot - 1] == NOBODY
        or score > best[slot - 1]
        or (score == best[slot - 1] and place < _place(order, where[slot - 1]))
    ):
        best[slot], where[slot] = best[slot - 1], where[slot - 1]
        slot -= 1
    best[slot], where[slot] = score, at


@compiled
def _scan_part(
    rows: Parts,
    first: int,
    after: int,
    offset: int,
    query: tuple[NDArray[np.int16], NDArray[np.int16], float, float],
    order: NDArray[np.int32],
    best: NDArray[np.float32],
    where: NDArray[np.int64],
    products: NDArray[np.int32],
    bounds: NDArray[np.float32],
) -> None:
    """Compare the query with rows `first` to `after`, at most BLOCK; row i lies at position i + offset.

    The first LEAD numbers tell what the cosine is at most (Cauchy and Schwarz), so that few rows are
    read any further; the encoders' vectors have what weighs most in front.
    """
    lead, rest, left, inverse = rows
    query_lead, query_rest, query_left, factor = query
    for i in range(first, after):
        row, total = lead[i], np.int32(0)
        for j in range(LEAD):
            total = np.int32(total + np.int32(np.int32(row[j]) * np.int32(query_lead[j])))
        products[i - first] = total
    room, scale = np.float32(query_left), np.float32(factor)
    for i in range(after - first):
        bounds[i] = (np.float32(products[i]) + room * left[first + i]) * (inverse[first + i] * scale)
    least = best[-1] - SLIP
    for i in range(after - first):
        if bounds[i] < least or inverse[first + i] == 0.0:
            continue
        row, total = rest[first + i], products[i]
        for j in range(len(query_rest)):
            total = np.int32(total + np.int32(np.int32(row[j]) * np.int32(query_rest[j])))
        score = np.float32(total * factor * np.float64(inverse[first + i]))
        if score >= best[-1]:
            _put(score, first + i + offset, order, best, where)
            least = best[-1] - SLIP


@compiled
def scan(
    rows: Parts,
    offset: int,
    order: NDArray[np.int32],
    queries: Queries,
    best: NDArray[np.float32],
    where: NDArray[np.int64],
) -> None:
    """Compare every row with every query; row i lies at position i + offset. The rows of a block stay in the cache."""
    products, bounds = np.empty(BLOCK, np.int32), np.empty(BLOCK, np.float32)
    lead, rest, left, factors = queries
    count = len(rows[3])
    for first in range(0, count, BLOCK):
        after = min(first + BLOCK, count)
        for q in range(len(lead)):
            if factors[q] != 0.0:
                query = (lead[q], rest[q], np.float64(left[q]), np.float64(factors[q]))
                _scan_part(rows, first, after, offset, query, order, best[q], where[q], products, bounds)


@compiled
def _cosine(
    leads: NDArray[np.int8],
    rests: NDArray[np.int8],
    inverse: NDArray[np.float32],
    at: int,
    lead: NDArray[np.int8],
    rest: NDArray[np.int8],
    factor: float,
) -> Any:
    total = np.int32(0)
    for j in range(LEAD):
        total = np.int32(total + np.int32(np.int32(leads[at, j]) * np.int32(lead[j])))
    for j in range(len(rest)):
        total = np.int32(total + np.int32(np.int32(rests[at, j]) * np.int32(rest[j])))
    return np.float32(total * factor * np.float64(inverse[at]))


@compiled
def cosines_at(
    rows: Parts,
    tail: Parts,
    places: NDArray[np.int64],
    lead: NDArray[np.int8],
    rest: NDArray[np.int8],
    factor: float,
    cosines: NDArray[np.float32],
) -> None:
    """The cosine to each of the rows at these places, which go on in the tail behind the last of the first ones."""
    count = len(rows[3])
    for i in range(len(places)):
        if places[i] < count:
            cosines[i] = _cosine(rows[0], rows[1], rows[3], places[i], lead, rest, factor)
        else:
            cosines[i] = _cosine(tail[0], tail[1], tail[3], places[i] - count, lead, rest, factor)


@compiled
def scan_lists(
    rows: Parts,
    starts: NDArray[np.int64],
    order: NDArray[np.int32],
    tail: Parts,
    heads: NDArray[np.int32],
    nexts: NDArray[np.int32],
    queries: Queries,
    lists: NDArray[np.int32],
    turns: NDArray[np.int64],
    best: NDArray[np.float32],
    where: NDArray[np.int64],
) -> None:
    """Compare each query with the rows of its lists: `turns` says in which order, of the places in `lists`.

    Queries that have a list one after another find it in the cache.
    """
    products, bounds = np.empty(BLOCK, np.int32), np.empty(BLOCK, np.float32)
    lead, rest, left, factors = queries
    offset, probes = len(rows[3]), lists.shape[1]
    for turn in turns:
        q = turn // probes
        one = lists[q, turn % probes]
        if one == NOBODY or factors[q] == 0.0:
            continue
        query = (lead[q], rest[q], np.float64(left[q]), np.float64(factors[q]))
        for first in range(starts[one], starts[one + 1], BLOCK):
            after = min(first + BLOCK, starts[one + 1])
            _scan_part(rows, first, after, 0, query, order, best[q], where[q], products, bounds)
        i = heads[one]
        while i != NOBODY:
            _scan_part(tail, i, i + 1, offset, query, order, best[q], where[q], products, bounds)
            i = nexts[i]


@compiled
def _nearest_of(
    centres: NDArray[np.int8],
    inverse: NDArray[np.float32],
    first: int,
    after: int,
    query: NDArray[np.int16],
    order: NDArray[np.int32],
    best: NDArray[np.float32],
    where: NDArray[np.int64],
    products: NDArray[np.int32],
) -> None:
    _multiply(centres, first, after, query, products)
    for i in range(first, after):
        score = np.float32(products[i - first] * np.float64(inverse[i]))
        if score >= best[-1]:
            _put(score, i, order, best, where)


@compiled
def best_lists(
    queries: NDArray[np.int16],
    coarse: NDArray[np.int8],
    coarse_inverse: NDArray[np.float32],
    fine: NDArray[np.int8],
    fine_inverse: NDArray[np.float32],
    regions: NDArray[np.int64],
    cells: int,
    lists: NDArray[np.int32],
) -> None:
    """The nearest lists of each query, best first: those of the centres near it within the `cells` nearest regions.

    The lists of region i are those from `regions[i]` on, below `regions[i + 1]`.
    """
    order, products = np.zeros(0, np.int32), np.empty(len(fine) + len(coarse), np.int32)
    near, near_at = np.empty(cells, np.float32), np.empty(cells, np.int64)
    best, at = np.empty(lists.shape[1], np.float32), np.empty(lists.shape[1], np.int64)
    for q in range(len(queries)):
        near[:], near_at[:], best[:], at[:] = -np.inf, NOBODY, -np.inf, NOBODY
        _nearest_of(coarse, coarse_inverse, 0, len(coarse), queries[q], order, near, near_at, products)
        for cell in near_at:
            if cell != NOBODY:
                first, after = regions[cell], regions[cell + 1]
                _nearest_of(fine, fine_inverse, first, after, queries[q], order, best, at, products)
        lists[q, :] = at


@compiled
def chain(lists: NDArray[np.int32], first: int, heads: NDArray[np.int32], nexts: NDArray[np.int32]) -> None:
    """Put the rows from `first` on at the beginnings of their lists."""
    for i in range(first, len(lists)):
        nexts[i] = heads[lists[i]]
        heads[lists[i]] = i


@compiled
def sums(vectors: NDArray[np.float32], groups: NDArray[np.int64], totals: NDArray[np.float32]) -> None:
    """Add each vector to the total of its group."""
    for i in range(len(vectors)):
        for j in range(vectors.shape[1]):
            totals[groups[i], j] += vectors[i, j]
