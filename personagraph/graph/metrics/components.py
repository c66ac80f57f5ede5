"""Weakly connected components: who can be reached from whom, whatever the direction."""

from collections.abc import Mapping, Sequence
from typing import Any

from personagraph.graph.metrics.metric import Measurement, Metric, MetricOptions
from personagraph.graph.snapshot import Snapshot
from personagraph.graph.traversal import components


def _measure(snapshot: Snapshot, options: MetricOptions) -> Measurement:
    return Measurement({"count": components(snapshot)})


def _lines(values: Mapping[str, Any]) -> Sequence[str]:
    return [f"{values['count']:,} components"]


METRIC = Metric(_measure, _lines, "connected components, whatever the direction")
