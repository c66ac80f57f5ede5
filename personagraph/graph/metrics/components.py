"""Components: who can be reached from whom, whatever the direction, and along it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.arrays.loops import loop_for
from personagraph.graph.metrics.metric import Measurement, Metric, MetricOptions
from personagraph.graph.neighbours import Neighbours, along
from personagraph.graph.snapshot import Snapshot


def component_of(found: Neighbours) -> NDArray[np.int32]:
    """The number of each position's component (n, int32); 1 is the largest, of equals the one that is met first."""
    labels = np.full(len(found.starts) - 1, -1, np.int32)
    loop_for(len(found.ends), _flood)(found.starts, found.ends, labels, np.empty(len(labels), np.int32))
    return numbered_by_size(labels)


def strong_component_of(arcs: Neighbours) -> NDArray[np.int32]:
    """The same of strong components, within which arcs lead from everyone to everyone (Tarjan 1972)."""
    n = len(arcs.starts) - 1
    labels, waiting, above = np.full(n, -1, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    loop_for(len(arcs.ends) + n, _strong)(arcs.starts, arcs.ends, labels, waiting, above)
    return numbered_by_size(labels)


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


def _told(numbers: NDArray[np.int32]) -> dict[str, Any]:
    largest = int((numbers == 1).sum())
    share = largest / len(numbers) if len(numbers) else None
    return {"count": int(numbers.max(initial=0)), "largest": largest, "share_of_largest": share}


def _measure(snapshot: Snapshot, options: MetricOptions) -> Measurement:
    """`sizes` are of components whatever the direction; `strong` has the same of those along the relationships."""
    numbers = component_of(snapshot.neighbours)
    isolated = int((snapshot.neighbours.degrees == 0).sum())
    values = {**_told(numbers), "isolated": isolated, "sizes": sizes_of(numbers)}
    return Measurement({**values, "strong": _told(strong_component_of(along(snapshot)))}, {"component": numbers})


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


def _flood(starts, ends, labels, queue):  # type: ignore[no-untyped-def]
    label = 0
    for start in range(len(labels)):
        if labels[start] >= 0:
            continue
        labels[start] = label
        queue[0] = start
        first, last = 0, 1
        while first < last:
            one = queue[first]
            first += 1
            for at in range(starts[one], starts[one + 1]):
                other = ends[at]
                if labels[other] < 0:
                    labels[other] = label
                    queue[last] = other
                    last += 1
        label += 1


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
