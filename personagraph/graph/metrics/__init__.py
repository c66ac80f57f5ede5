"""Metrics of a snapshot, each a module; who measures looks them up here."""

from personagraph.graph.metrics import (
    bridges,
    clustering,
    components,
    core,
    diameter,
    distances,
    homophily,
    reciprocity,
    small_world,
)
from personagraph.graph.metrics.centrality import betweenness, pagerank
from personagraph.graph.metrics.communities import community
from personagraph.graph.metrics.degrees import degree
from personagraph.graph.metrics.metric import Metric

METRICS: dict[str, Metric] = {
    "degree": degree.METRIC,
    "components": components.METRIC,
    "core": core.METRIC,
    "clustering": clustering.METRIC,
    "reciprocity": reciprocity.METRIC,
    "pagerank": pagerank.METRIC,
    "betweenness": betweenness.METRIC,
    "communities": community.METRIC,
    "bridges": bridges.METRIC,
    "diameter": diameter.METRIC,
    "distances": distances.METRIC,
    "small_world": small_world.METRIC,
    "homophily": homophily.METRIC,
}
"""By the name that `metrics` takes, in the order in which they are told."""
