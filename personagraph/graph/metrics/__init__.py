"""Metrics of a snapshot, each a module; who measures looks them up here."""

from personagraph.graph.metrics import components, distances
from personagraph.graph.metrics.metric import Metric

METRICS: dict[str, Metric] = {"components": components.METRIC, "distances": distances.METRIC}
"""By the name that `metrics` takes, in the order in which they are told."""
