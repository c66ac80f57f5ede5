"""A chain, a hub and a loop of many have the metrics that can be worked out by hand."""

import subprocess
import sys
from functools import cache

import numpy as np
import pytest

from personagraph.graph.metrics import METRICS
from personagraph.graph.metrics.metric import Measurement, MetricOptions
from personagraph.graph.snapshot import Categorical, Snapshot
from personagraph.vocabulary.attributes import ATTRIBUTES

COUNT = 100_000


def graph_of(n: int, sources: "np.typing.ArrayLike", targets: "np.typing.ArrayLike") -> Snapshot:
    one = np.asarray(sources, np.int32)
    return Snapshot(
        ids=np.array([f"{number:032x}" for number in range(n)], "S32"),
        depths=np.zeros(n, np.int32),
        entries=np.arange(n),
        runs=Categorical(np.zeros(n, np.int16), ("r1",)),
        simulated=np.zeros(n, np.bool_),
        attributes={name: Categorical(np.zeros(n, np.int16), ("unknown",)) for name in ATTRIBUTES},
        bases=Categorical(np.zeros(n, np.int16), ("",)),
        sources=one,
        targets=np.asarray(targets, np.int32),
        types=Categorical(np.zeros(len(one), np.int16), ("TEACHES",)),
        confidences=np.ones(len(one), np.float32),
        former=np.zeros(len(one), np.bool_),
        steering=np.zeros(len(one), np.int8),
        via=Categorical.all_of("", len(one)),
        agreement=Categorical.all_of("", len(one)),
    )


SHAPES = {
    "chain": lambda: graph_of(COUNT, np.arange(COUNT - 1), np.arange(1, COUNT)),
    "hub": lambda: graph_of(COUNT, np.zeros(COUNT - 1), np.arange(1, COUNT)),
    "ring": lambda: graph_of(COUNT, np.arange(COUNT), (np.arange(COUNT) + 1) % COUNT),
}
EXPECTED = {
    # shape: (bridges, cut vertices, strong components, diameter, highest core)
    "chain": (COUNT - 1, COUNT - 2, COUNT, COUNT - 1, 1),
    "hub": (COUNT - 1, 1, COUNT, 2, 1),
    "ring": (0, 0, 1, COUNT // 2, 2),
}


def measured(shape: str, name: str) -> Measurement:
    return METRICS[name].measure(made(shape), MetricOptions(samples=4))


@cache
def made(shape: str) -> Snapshot:
    return SHAPES[shape]()


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_a_chain_a_hub_and_a_ring_of_100_000_are_as_one_expects(shape: str) -> None:
    bridges, cut, strong, diameter, core = EXPECTED[shape]
    assert measured(shape, "bridges").values == {
        "bridges": bridges,
        "cut_vertices": cut,
        "pairs": len(made(shape).sources),
    }
    assert measured(shape, "components").values["count"] == 1
    assert measured(shape, "components").values["strong"]["count"] == strong
    assert measured(shape, "core").values["highest"] == core
    found = measured(shape, "diameter").values
    assert found["at_least"] <= diameter <= found["at_most"]
    assert found["at_least"] >= diameter / 2
    assert measured(shape, "clustering").values["triangles"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_metric_measures_long_and_lopsided_graphs(shape: str, name: str) -> None:
    found = measured(shape, name)
    assert all(np.isfinite(column).all() for column in found.columns.values())
    assert METRICS[name].lines(found.values)


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["chain", "ring"])
def test_communities_of_a_chain_are_stretches_of_it(shape: str) -> None:
    numbers = measured(shape, "communities").columns["community"]
    changes = int((numbers[1:] != numbers[:-1]).sum())
    assert changes in (numbers.max() - 1, numbers.max())
    assert measured(shape, "communities").values["modularity"] > 0.98


def test_arrays_that_cannot_be_written_to_are_measured_as_others_are() -> None:
    rng = np.random.default_rng(1)
    ends = rng.integers(0, 40, (2, 100))
    one, other = graph_of(40, *ends), graph_of(40, *ends)
    for column in (other.sources, other.targets, other.types.codes):
        column.flags.writeable = False
    for metric in METRICS.values():
        assert metric.measure(one, MetricOptions()).values == metric.measure(other, MetricOptions()).values


def test_a_small_graph_is_measured_without_loading_the_compiler() -> None:
    said = (
        "import sys; from personagraph.graph.metrics import METRICS;"
        "from personagraph.graph.metrics.metric import MetricOptions;"
        "from tests.graph.test_metrics_of_shapes import graph_of;"
        "graph = graph_of(200, list(range(199)) * 3, [(7 * i) % 200 for i in range(597)]);"
        "[metric.measure(graph, MetricOptions()) for metric in METRICS.values()];"
        "assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", said], check=True, timeout=120)
