"""Communities: parts of the graph with more relationships within than by chance."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.metrics.communities.leiden import leiden
from personagraph.graph.metrics.components import numbered_by_size, sizes_of
from personagraph.graph.metrics.metric import Measurement, Metric, MetricOptions
from personagraph.graph.neighbours import Neighbours
from personagraph.graph.snapshot import Snapshot


def communities_of(found: Neighbours, *, seed: int) -> NDArray[np.int32]:
    """The number of each position's community (n, int32); 1 is the largest, of equals the one that is met first."""
    return numbered_by_size(leiden(found, rng=np.random.default_rng(seed)))


def modularity_of(found: Neighbours, numbers: NDArray[np.int32]) -> float | None:
    """The share of pairs within groups, less what chance gives to those with these degrees; None without a pair.

    Newman and Girvan, arXiv:cond-mat/0308217.
    """
    total = len(found.ends)
    if not total:
        return None
    within = int((numbers[found.rows] == numbers[found.ends]).sum())
    mass = np.bincount(numbers, weights=found.degrees)
    return within / total - float(((mass / total) ** 2).sum())


def _measure(snapshot: Snapshot, options: MetricOptions) -> Measurement:
    """Of neighbours whatever the direction, each pair once. `sizes` has [size, communities], the largest first."""
    numbers = communities_of(snapshot.neighbours, seed=options.seed)
    values = {"count": int(numbers.max(initial=0)), "modularity": modularity_of(snapshot.neighbours, numbers)}
    return Measurement({**values, "sizes": sizes_of(numbers)}, {"community": numbers})


def _lines(values: Mapping[str, Any]) -> Sequence[str]:
    if values["modularity"] is None:
        return [f"{values['count']:,} communities, as nobody is connected"]
    return [
        f"{values['count']:,} communities, modularity {values['modularity']:.4f}; "
        f"the largest has {values['sizes'][0][0]:,} personas"
    ]


METRIC = Metric(
    _measure, _lines, "communities (Leiden): parts with more relationships within than by chance", column="community"
)
