"""The small-world coefficient: more clustered than by chance, and paths as short."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.metrics.clustering import transitivity_of, triangles_of
from personagraph.graph.metrics.distances import drawn_starts
from personagraph.graph.metrics.metric import Measurement, Metric, MetricOptions
from personagraph.graph.neighbours import Neighbours, both_ways
from personagraph.graph.reach import reach
from personagraph.graph.rewired import rewired
from personagraph.graph.snapshot import Links, Snapshot


def _measure(snapshot: Snapshot, options: MetricOptions) -> Measurement:
    """Clustering (transitivity) and mean path length, each divided by that of a graph with the same degrees.

    The coefficient is the one divided by the other (Humphries and Gurney 2008): above 1 where a small world is. Paths
    are those between any two that have one, from the same `sources` as those of the metric of distances; null where
    there is no clustering by chance, or no path.
    """
    rng, here = np.random.default_rng(options.seed), snapshot.neighbours
    pairs = here.rows < here.ends
    chance = both_ways(len(snapshot), *rewired(len(snapshot), here.rows[pairs], here.ends[pairs], rng=rng))
    starts = drawn_starts(len(snapshot), options)
    one, other = (transitivity_of(graph, triangles_of(graph)) for graph in (here, chance))
    near, far = (_mean_path(graph, starts) for graph in (here, chance))
    values = {"clustering": one, "clustering_by_chance": other, "mean_path": near, "mean_path_by_chance": far}
    small = (one / other) / (near / far) if one is not None and other and near and far else None
    return Measurement({"coefficient": small, **values, "sources": len(starts), "exact": len(starts) == len(snapshot)})


def _mean_path(found: Neighbours, starts: NDArray[np.int64]) -> float | None:
    reached = reach(Links(found.starts, found.ends, found.ends), starts)
    count = int(reached.reached.sum())
    return int(reached.total.sum()) / count if count else None


def _lines(values: Mapping[str, Any]) -> Sequence[str]:
    if values["coefficient"] is None:
        return ["there is no clustering by chance, or no path, to compare with"]
    drawn = "" if values["exact"] else f" (seen from {values['sources']:,} personas drawn at random)"
    return [
        f"{values['coefficient']:.3g}: clustering {values['clustering']:.4f}, by chance "
        f"{values['clustering_by_chance']:.4f}; mean path {values['mean_path']:.3f} hops, by chance "
        f"{values['mean_path_by_chance']:.3f}{drawn}"
    ]


METRIC = Metric(_measure, _lines, "whether it is clustered more than by chance, with paths as short")
