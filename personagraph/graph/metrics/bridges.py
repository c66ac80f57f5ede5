"""Bridges and cut vertices: what alone holds parts of the graph together."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.arrays.loops import loop_for
from personagraph.graph.metrics.metric import Measurement, Metric, MetricOptions
from personagraph.graph.neighbours import Neighbours
from personagraph.graph.snapshot import Snapshot


def bridges_of(found: Neighbours) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """The pairs without which a component falls apart (k, 2; int32), and whether each position is such (n, bool).

    Tarjan 1974, Hopcroft and Tarjan 1973; linear.
    """
    n = len(found.starts) - 1
    cut, above = np.zeros(n, np.bool_), np.full(n, -1, np.int32)
    bridge = loop_for(len(found.ends) + n, _search)(found.starts, found.ends, cut, above)
    below = np.flatnonzero(bridge).astype(np.int32)
    return np.stack([above[below], below], axis=1), cut


def _measure(snapshot: Snapshot, options: MetricOptions) -> Measurement:
    """Of neighbours whatever the direction: two personas with two relationships between them are a bridge, too."""
    bridges, cut = bridges_of(snapshot.neighbours)
    return Measurement(
        {"bridges": len(bridges), "cut_vertices": int(cut.sum()), "pairs": len(snapshot.neighbours.ends) // 2}
    )


def _lines(values: Mapping[str, Any]) -> Sequence[str]:
    return [
        f"{values['bridges']:,} of {values['pairs']:,} pairs are bridges; "
        f"{values['cut_vertices']:,} personas alone hold others together"
    ]


def _search(starts, ends, cut, above):  # type: ignore[no-untyped-def]
    """Depth first; `above` is whom each was found from. Whether each is the lower end of a bridge."""
    n = len(cut)
    bridge = np.zeros(n, np.bool_)
    met, low, at = np.zeros(n, np.int32), np.zeros(n, np.int32), starts[:n].copy()
    count = 0
    for start in range(n):
        if met[start]:
            continue
        count += 1
        met[start] = low[start] = count
        one, branches = start, 0
        while True:
            if at[one] < starts[one + 1]:
                other = ends[at[one]]
                at[one] += 1
                if not met[other]:
                    count += 1
                    met[other] = low[other] = count
                    above[other] = one
                    branches += one == start
                    one = other
                elif other != above[one]:
                    low[one] = min(low[one], met[other])
                continue
            up = above[one]
            if up < 0:
                break
            low[up] = min(low[up], low[one])
            bridge[one] = low[one] > met[up]
            if up != start and low[one] >= met[up]:
                cut[up] = True
            one = up
        cut[start] = branches > 1
    return bridge


METRIC = Metric(_measure, _lines, "pairs and personas that alone hold parts of the graph together")
