"""Clustering: whether those next to a persona are next to each other."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.arrays.loops import loop_for
from personagraph.graph.metrics.metric import Measurement, Metric, MetricOptions
from personagraph.graph.neighbours import Neighbours, neighbours
from personagraph.graph.snapshot import Snapshot


def triangles_of(found: Neighbours) -> NDArray[np.int64]:
    """In how many triangles each position is (n, int64).

    Each triangle is found once, from the end with the fewest neighbours (Schank and Wagner 2005).
    """
    n = len(found.starts) - 1
    order = np.argsort(found.degrees, kind="stable")
    rank = np.empty(n, np.int32)
    rank[order] = np.arange(n, dtype=np.int32)
    one, other = rank[found.rows], rank[found.ends]
    up = neighbours(n, one[one < other], other[one < other])
    counts = np.zeros(n, np.int64)
    loop_for(len(up.ends) * 8, _count)(up.starts, up.ends, counts, np.full(n, -1, np.int32))
    return counts[rank]


def clustering_of(found: Neighbours, triangles: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of the pairs of neighbours, the share that are next to each other (n, float64); 0 with fewer than two."""
    degrees = found.degrees
    local: NDArray[np.float64] = 2 * triangles / np.maximum(degrees * (degrees - 1), 1)
    return local


def transitivity_of(found: Neighbours, triangles: NDArray[np.int64]) -> float | None:
    """Of all pairs with a common neighbour, counted once for each, the share that are next to each other."""
    degrees = found.degrees
    pairs = int((degrees * (degrees - 1)).sum())
    return 2 * int(triangles.sum()) / pairs if pairs else None


def _measure(snapshot: Snapshot, options: MetricOptions) -> Measurement:
    """Of neighbours whatever the direction. `mean_local` counts those with fewer than two neighbours as 0."""
    triangles = triangles_of(snapshot.neighbours)
    local = clustering_of(snapshot.neighbours, triangles)
    values = {
        "mean_local": float(local.mean()) if len(local) else None,
        "transitivity": transitivity_of(snapshot.neighbours, triangles),
        "triangles": int(triangles.sum()) // 3,
    }
    return Measurement(values, {"clustering": local})


def _lines(values: Mapping[str, Any]) -> Sequence[str]:
    if values["transitivity"] is None:
        return ["nobody has two neighbours, so nothing can cluster"]
    return [
        f"{values['triangles']:,} triangles; of two neighbours of a persona, {values['mean_local']:.4f} are next to "
        f"each other (mean of the personas), or {values['transitivity']:.4f} (of all pairs)"
    ]


def _count(starts, ends, counts, mark):  # type: ignore[no-untyped-def]
    for one in range(len(counts)):
        for at in range(starts[one], starts[one + 1]):
            mark[ends[at]] = one
        for at in range(starts[one], starts[one + 1]):
            other = ends[at]
            for further in range(starts[other], starts[other + 1]):
                third = ends[further]
                if mark[third] == one:
                    counts[one] += 1
                    counts[other] += 1
                    counts[third] += 1


METRIC = Metric(_measure, _lines, "whether those next to a persona are next to each other", column="clustering")
