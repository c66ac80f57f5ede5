"""Reciprocity: how often what leads from one persona to another leads back, too."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from personagraph.graph.metrics.metric import Measurement, Metric, MetricOptions
from personagraph.graph.neighbours import has_no_direction, neighbours
from personagraph.graph.snapshot import Snapshot


def _measure(snapshot: Snapshot, options: MetricOptions) -> Measurement:
    """Of the arcs of types that have a direction, each pair of source and target once, the share that is returned.

    None without such arcs: what is symmetric by its type says nothing about it.
    """
    directed = ~has_no_direction(snapshot)
    arcs = neighbours(len(snapshot), snapshot.sources[directed], snapshot.targets[directed])
    there = arcs.rows.astype(np.int64) * len(snapshot) + arcs.ends
    back = arcs.ends.astype(np.int64) * len(snapshot) + arcs.rows
    returned = int(np.isin(back, there, assume_unique=True).sum())
    share = returned / len(there) if len(there) else None
    return Measurement({"reciprocity": share, "arcs": len(there), "returned": returned})


def _lines(values: Mapping[str, Any]) -> Sequence[str]:
    if not values["arcs"]:
        return ["no relationship has a direction"]
    return [f"{values['returned']:,} of {values['arcs']:,} arcs ({values['reciprocity']:.1%}) are returned"]


METRIC = Metric(_measure, _lines, "how often a relationship with a direction is returned")
