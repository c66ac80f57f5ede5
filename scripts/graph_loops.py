"""Compiles the loops that measure graphs and find voices, on what is large enough that they pay."""

import numpy as np

from personagraph.graph.metrics import METRICS
from personagraph.graph.metrics.metric import MetricOptions
from personagraph.graph.reach import reach
from personagraph.meaning.groups.voices import voices_of
from scripts.made_graphs import graph, snapshot


def main() -> None:
    """Measure everything once, from few starts where that may be said."""
    whole = snapshot(graph(20_000, 120_000))
    voices_of(np.eye(200, dtype=np.float32), 0.8)
    reach(whole.both, np.arange(64), hops=6)
    for metric in METRICS.values():
        metric.measure(whole, MetricOptions(samples=64))


if __name__ == "__main__":
    main()
