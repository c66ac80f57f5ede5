"""Components: who can be reached from whom, whatever the direction, and along it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.arrays.loops import loop_for
from personagraph.graph.metrics.metric import Measurement, Metric, MetricOptions
from personagraph.graph.neighbours import Neighbours, has_no_direction, neighbours
from personagraph.graph.snapshot import Snapshot


def component_of(found: Neighbours) -> NDArray[np.int32]:
    """The number of each position's component (n, int32); 1 is the largest, of equals the one that is met first."""
    return numbered_by_size(_joined(len(found.starts) - 1, found.rows, found.ends))


def components_of(snapshot: Snapshot) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The number of each persona's component, whatever the direction, and the sizes of the strong components.

    From everyone to everyone in a strong one lead arcs (Tarjan 1972); relationships without a direction are arcs both
    ways, so that they are looked for between those that these do not join.
    """
    none = has_no_direction(snapshot)
    groups = _joined(len(snapshot), snapshot.sources[none], snapshot.targets[none])
    one, other = groups[snapshot.sources[~none]], groups[snapshot.targets[~none]]
    sizes = np.bincount(groups)
    strong = _strong_labels(neighbours(len(sizes), one, other))
    numbers = numbered_by_size(_joined(len(sizes), one, other)[groups])
    return numbers, np.bincount(strong, sizes).astype(np.int64)


def numbered_by_size(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Labels from 0 on, instead of which the groups get numbers from 1 on, the largest first, then the first met."""
    sizes = np.bincount(labels)
    first = np.empty(len(sizes), np.int32)
    first[labels[::-1]] = np.arange(len(labels) - 1, -1, -1)
    number = np.empty(len(sizes), np.int32)
    number[np.lexsort((first, -sizes))] = np.arange(1, len(sizes) + 1)
    found: NDArray[np.int32] = number[labels] if len(labels) else labels
    return found


def sizes_of(numbers: NDArray[np.int32]) -> list[list[int]]:
    """How many groups there are of each size, as [size, groups], the largest first."""
    sizes, groups = np.unique(np.bincount(numbers)[1:] if len(numbers) else numbers, return_counts=True)
    return [[int(size), int(count)] for size, count in zip(sizes[::-1], groups[::-1], strict=True)]


def _told(sizes: NDArray[np.int64]) -> dict[str, Any]:
    largest, everyone = int(sizes.max(initial=0)), int(sizes.sum())
    return {"count": len(sizes), "largest": largest, "share_of_largest": largest / everyone if everyone else None}


def _joined(n: int, one: NDArray[np.int32], other: NDArray[np.int32]) -> NDArray[np.int32]:
    """The label of each of n positions' component by these pairs, from 0 on in the order in which they are met."""
    lower = np.arange(n, dtype=np.int32)
    loop_for(len(one), _join)(one, other, lower)
    while not np.array_equal(lowest := lower[lower], lower):
        lower = lowest
    label: NDArray[np.int32] = np.cumsum(lower == np.arange(n), dtype=np.int32) - np.int32(1)
    return label[lower]


def _strong_labels(arcs: Neighbours) -> NDArray[np.int32]:
    n = len(arcs.starts) - 1
    labels, waiting, above = np.full(n, -1, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    loop_for(len(arcs.ends) + n, _strong)(arcs.starts, arcs.ends, labels, waiting, above)
    return labels


def _measure(snapshot: Snapshot, options: MetricOptions) -> Measurement:
    """`sizes` are of components whatever the direction; `strong` has the same of those along the relationships."""
    numbers, strong = components_of(snapshot)
    sizes = np.bincount(numbers)[1:]
    isolated = int((sizes == 1).sum())
    values = {**_told(sizes), "isolated": isolated, "sizes": sizes_of(numbers)}
    return Measurement({**values, "strong": _told(strong)}, {"component": numbers})


def _lines(values: Mapping[str, Any]) -> Sequence[str]:
    if not values["count"]:
        return ["no persona, no component"]
    strong = values["strong"]
    return [
        f"{values['count']:,} components; the largest has {values['largest']:,} personas "
        f"({values['share_of_largest']:.1%}), and {values['isolated']:,} personas are alone",
        f"{strong['count']:,} strong components; the largest has {strong['largest']:,} personas "
        f"({strong['share_of_largest']:.1%})",
    ]


def _join(one, other, lower):  # type: ignore[no-untyped-def]
    """`lower` leads each position down to the lowest of its component (union and find, halving the ways)."""
    for at in range(len(one)):
        here, there = one[at], other[at]
        while lower[here] != here:
            lower[here] = lower[lower[here]]
            here = lower[here]
        while lower[there] != there:
            lower[there] = lower[lower[there]]
            there = lower[there]
        if here < there:
            lower[there] = here
        else:
            lower[here] = there


def _strong(starts, ends, labels, waiting, above):  # type: ignore[no-untyped-def]
    """Depth first; `above` is whom each was found from, `waiting` holds those whose component is not complete."""
    n = len(labels)
    met, low, at = np.zeros(n, np.int32), np.zeros(n, np.int32), starts[:n].copy()
    count, held, label = 0, 0, 0
    for start in range(n):
        other, one = start, -1
        while not met[start] or one >= 0:
            if other >= 0:
                count += 1
                met[other] = low[other] = count
                waiting[held] = other
                held += 1
                above[other], one = one, other
            other = -1
            while other < 0 and at[one] < starts[one + 1]:
                to = ends[at[one]]
                at[one] += 1
                if not met[to]:
                    other = to
                elif labels[to] < 0:
                    low[one] = min(low[one], met[to])
            if other >= 0:
                continue
            if low[one] == met[one]:
                while labels[one] < 0:
                    held -= 1
                    labels[waiting[held]] = label
                label += 1
            up = above[one]
            if up >= 0:
                low[up] = min(low[up], low[one])
            one = up


METRIC = Metric(_measure, _lines, "connected components, whatever the direction and along it", column="component")
