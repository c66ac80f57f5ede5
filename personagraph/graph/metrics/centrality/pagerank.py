"""PageRank: at whom one is found who follows relationships at random."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.arrays.loops import loop_for
from personagraph.graph.metrics.centrality.ranked import highest, ranked_lines
from personagraph.graph.metrics.metric import Measurement, Metric, MetricOptions
from personagraph.graph.neighbours import Neighbours, along
from personagraph.graph.snapshot import Snapshot

DAMPING = 0.85
_BEYOND = 1.17
"""How far one goes towards where a sweep says; where no relationship has a direction, it saves every third sweep.

It is below 1 / DAMPING: from there on, what one goes too far would grow along a chain within a single sweep.
"""
_CLOSE = 1e-9
_MOST_ROUNDS = 1000


def pagerank_of(backwards: Neighbours) -> NDArray[np.float64]:
    """The PageRank of each position (n, float64), given whom arcs come from; the sum is 1.

    From one without arcs one goes on anywhere. Sweeps in order of entry (Gauss and Seidel, successive overrelaxation as
    long as each halves what changes), each with the share of all that starts anew as the one before left it, until one
    changes no more than 1e-9 of the sum.
    """
    n = len(backwards.starts) - 1
    out = np.bincount(backwards.ends, minlength=n)
    found = np.ones(n)
    solve = loop_for(40 * (len(backwards.ends) + n), _solve)
    share = np.where(out > 0, 1 / np.maximum(out, 1), 0.0)
    # Numbers without a sign are no places counted from the end, which would cost a comparison for each arc.
    starts, ends = backwards.starts.view(np.uint64), backwards.ends.view(np.uint32)
    solve(starts, ends, found, share, DAMPING, _BEYOND, _CLOSE, _MOST_ROUNDS)
    return found / found.sum() if n else found


def _measure(snapshot: Snapshot, options: MetricOptions) -> Measurement:
    """Along the relationships, each pair of source and target once; those of a symmetric type lead both ways."""
    found = pagerank_of(along(snapshot, backwards=True))
    return Measurement({"damping": DAMPING, "highest": highest(snapshot, found)}, {"pagerank": found})


def _lines(values: Mapping[str, Any]) -> Sequence[str]:
    return ranked_lines(values["highest"])


def _solve(starts, ends, found, share, damping, beyond, close, most):  # type: ignore[no-untyped-def]
    n = len(found)
    passed = found * share
    anew, before = 1.0, np.inf
    for _ in range(most):
        change, total, followed = 0.0, 0.0, 0.0
        for one in range(n):
            gain = 0.0
            for at in range(starts[one], starts[one + 1]):
                gain += passed[ends[at]]
            move = beyond * (anew + damping * gain - found[one])
            new = found[one] + move
            change += abs(move)
            total += new
            if share[one] > 0.0:
                followed += new
            found[one] = new
            passed[one] = new * share[one]
        if change <= close * total:
            break
        if change > 0.5 * before:
            beyond = 1.0
        before = change
        anew = (total - damping * followed) / n


METRIC = Metric(
    _measure, _lines, "PageRank: at whom one is found who follows relationships at random", column="pagerank"
)
