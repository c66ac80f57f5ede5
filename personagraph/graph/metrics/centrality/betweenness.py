"""Betweenness: on how many shortest paths a persona stands."""

from collections.abc import Mapping, Sequence
from math import log, sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.arrays.loops import loop_for
from personagraph.graph.metrics.centrality.ranked import highest, ranked_lines
from personagraph.graph.metrics.metric import Measurement, Metric, MetricOptions
from personagraph.graph.neighbours import Neighbours
from personagraph.graph.snapshot import Snapshot

_STEPS = 500_000_000
"""So many steps of searches are taken unless the user says how many personas to search from."""
_DOUBT = 0.05 / 2
"""Either of two bounds may fail so often, as the smaller of them is told."""


class Betweenness(NamedTuple):
    """Of each position, its betweenness (n, float64), as networkx normalises it; drawn from `sources` positions.

    With probability 95 % none is off by more than `error`.
    """

    values: NDArray[np.float64]
    sources: int
    error: float


def betweenness_of(found: Neighbours, *, sources: int | None, rng: np.random.Generator) -> Betweenness:
    """The share of pairs, without the position itself, whose shortest paths pass through it; each of several in part.

    Brandes 2001 from all positions, or from some (Brandes and Pich 2007), with the smaller of Hoeffding's bound and the
    empirical Bernstein bound (arXiv:0907.3740) over all positions at once.
    """
    n = len(found.starts) - 1
    sums, squares = np.zeros(n), np.zeros(n)
    cost = len(found.ends) + n
    count = min(n, sources or max(_STEPS // max(cost, 1), 16))
    drawn = np.arange(n) if count == n else rng.choice(n, count, replace=False)
    loop_for(2 * count * cost, _accumulate)(found.starts, found.ends, drawn, sums, squares)
    scale = 1 / ((n - 1) * (n - 2)) if n > 2 else 0.0
    values = sums * scale * n / max(count, 1)
    if count == n:
        return Betweenness(values, count, 0.0)
    # Each source gives a number between 0 and n / (n - 1), the mean of which is wanted.
    spread = np.maximum(squares * (scale * n) ** 2 - count * values**2, 0) / max(count - 1, 1)
    doubts, widest = log(4 * n / _DOUBT), n / (n - 1)
    hoeffding = widest * sqrt(log(2 * n / _DOUBT) / (2 * count))
    bernstein = sqrt(2 * float(spread.max()) * doubts / count) + 7 * widest * doubts / (3 * max(count - 1, 1))
    return Betweenness(values, count, min(hoeffding, bernstein, 1.0))


def _measure(snapshot: Snapshot, options: MetricOptions) -> Measurement:
    """Of neighbours whatever the direction; `samples` is from how many personas paths are searched."""
    found = betweenness_of(snapshot.neighbours, sources=options.samples, rng=np.random.default_rng(options.seed))
    values = {"highest": highest(snapshot, found.values), "sources": found.sources, "error": found.error}
    return Measurement({**values, "exact": found.sources == len(snapshot)}, {"betweenness": found.values})


def _lines(values: Mapping[str, Any]) -> Sequence[str]:
    drawn = (
        f"from {values['sources']:,} personas drawn at random; none is off by more than {values['error']:.2g} (95 %)"
    )
    return [*ranked_lines(values["highest"]), "exact" if values["exact"] else drawn]


def _accumulate(starts, ends, drawn, sums, squares):  # type: ignore[no-untyped-def]
    n = len(sums)
    distances, queue = np.empty(n, np.int32), np.empty(n, np.int32)
    paths, passed = np.empty(n, np.float64), np.empty(n, np.float64)
    for source in drawn:
        distances[:] = -1
        distances[source] = 0
        paths[source] = 1.0
        queue[0] = source
        first, last = 0, 1
        while first < last:
            one = queue[first]
            first += 1
            far = distances[one] + 1
            ways = paths[one]
            for at in range(starts[one], starts[one + 1]):
                other = ends[at]
                if distances[other] < 0:
                    distances[other] = far
                    paths[other] = ways
                    queue[last] = other
                    last += 1
                elif distances[other] == far:
                    paths[other] += ways
        while last > 1:
            last -= 1
            one = queue[last]
            far = distances[one] + 1
            gain = 0.0
            for at in range(starts[one], starts[one + 1]):
                other = ends[at]
                if distances[other] == far:
                    gain += passed[other]
            # What goes to each of those nearer, for one path there.
            passed[one] = gain + 1.0 / paths[one]
            gain *= paths[one]
            sums[one] += gain
            squares[one] += gain * gain


METRIC = Metric(_measure, _lines, "on how many shortest paths a persona stands", column="betweenness")
