"""Cores: how deep in the dense middle of the graph a persona is."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.arrays.loops import loop_for
from personagraph.graph.metrics.metric import Measurement, Metric, MetricOptions
from personagraph.graph.neighbours import Neighbours
from personagraph.graph.snapshot import Snapshot


def cores_of(found: Neighbours) -> NDArray[np.int32]:
    """The largest k for each position such that it is in a part where all have k neighbours (n, int32).

    Batagelj and Zaversnik, arXiv:cs/0310049; linear.
    """
    degrees = found.degrees.astype(np.int32)
    order = np.argsort(degrees, kind="stable").astype(np.int32)
    place = np.empty_like(order)
    place[order] = np.arange(len(order), dtype=np.int32)
    first = np.zeros(int(degrees.max(initial=0)) + 2, np.int64)
    np.cumsum(np.bincount(degrees, minlength=len(first) - 1), out=first[1:])
    loop_for(len(found.ends), _peel)(found.starts, found.ends, degrees, order, place, first)
    return degrees


def _measure(snapshot: Snapshot, options: MetricOptions) -> Measurement:
    """`sizes` says how many personas have each core number, as [number, personas], the highest first."""
    cores = cores_of(snapshot.neighbours)
    numbers, counts = np.unique(cores, return_counts=True)
    sizes = [[int(number), int(count)] for number, count in zip(numbers[::-1], counts[::-1], strict=True)]
    return Measurement({"highest": int(cores.max(initial=0)), "sizes": sizes}, {"core": cores})


def _lines(values: Mapping[str, Any]) -> Sequence[str]:
    if not values["sizes"]:
        return ["no persona, no core"]
    highest, personas = values["sizes"][0]
    return [f"the innermost core: {personas:,} personas, each with at least {highest:,} neighbours in it"]


def _peel(starts, ends, degrees, order, place, first):  # type: ignore[no-untyped-def]
    """Take away whoever has the fewest neighbours left; `order` is by these, `first` where each number begins."""
    for at in range(len(order)):
        one = order[at]
        left = degrees[one]
        for link in range(starts[one], starts[one + 1]):
            other = ends[link]
            more = degrees[other]
            if more > left:
                head, here = first[more], place[other]
                swapped = order[head]
                order[here], order[head] = swapped, other
                place[swapped], place[other] = here, head
                first[more] += 1
                degrees[other] = more - 1


METRIC = Metric(_measure, _lines, "k-core: how deep in the dense middle of the graph a persona is", column="core")
