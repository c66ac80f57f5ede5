"""Metrics are those of the graph, whichever store it is in."""

import json

import pytest

from personagraph.graph.metrics import METRICS
from personagraph.graph.metrics.metric import MetricOptions
from personagraph.graph.snapshot import Snapshot
from personagraph.types import Attributes
from tests.stored import fill, persona, tie


def test_every_metric_is_the_same_as_of_the_objects_that_were_stored(store):
    regions = ("south_asia", "east_asia", "unknown")
    people = [persona(f"person {i}", i, attributes=Attributes(region=regions[i % 3])) for i in range(40)]
    ties = [
        tie(people[i], people[i * step % 40], type) for i in range(1, 40) for step, type in STEPS if i * step % 40 != i
    ]
    ties = sorted({r.key: r for r in ties}.values(), key=lambda r: (r.source, r.target, r.type, r.key))
    fill(store, *people, *ties)
    held, made = store.snapshot(), Snapshot.build(people, ties)
    for name, metric in METRICS.items():
        one, other = (metric.measure(graph, MetricOptions(seed=2)) for graph in (held, made))
        assert json.dumps(one.values) == json.dumps(other.values), name
        assert {column: values.tolist() for column, values in one.columns.items()} == {
            column: values.tolist() for column, values in other.columns.items()
        }


STEPS = ((3, "TEACHES"), (7, "FRIEND_OF"), (7, "TREATS"))


@pytest.mark.parametrize("count", [0, 1])
def test_every_metric_is_told_of_a_store_with_hardly_anybody(store, count):
    fill(store, *[persona("person 0", 0)][:count])
    graph = store.snapshot()
    assert len(graph) == count
    assert all(metric.lines(metric.measure(graph, MetricOptions()).values) for metric in METRICS.values())
