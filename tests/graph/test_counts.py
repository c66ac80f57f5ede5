"""What is counted over the columns of a snapshot: the same as over the personas and relationships themselves."""

from collections import Counter

import networkx
from hypothesis import HealthCheck, example, given, settings

from personagraph.graph.counts import by_depth, by_type
from personagraph.graph.snapshot import Snapshot
from personagraph.graph.traversal import components
from personagraph.steering.coverage import coverage
from personagraph.types import UNKNOWN
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.cells import PAIR, cell_of, cells
from tests.graphs import graphs, line, nasty, persona

asking = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ALONE = ([persona("on their own", 0, depth=None)], [])


@asking
@given(graphs())
@example(([], []))
@example(ALONE)
@example(line(300))
@example(nasty())
def test_depths_types_and_components_are_those_of_the_graph(graph):
    personas, ties = graph
    whole = Snapshot.build(personas, ties)
    depths, types = Counter(p.depth for p in personas), Counter(tie.type for tie in ties)
    assert list(by_depth(whole).items()) == sorted(depths.items(), key=lambda one: (one[0] is None, one[0] or 0))
    assert list(by_type(whole).items()) == sorted(types.items())
    oracle = networkx.Graph((tie.source, tie.target) for tie in ties)
    oracle.add_nodes_from(p.id for p in personas)
    assert components(whole) == networkx.number_connected_components(oracle)


@asking
@given(graphs())
@example(([], []))
@example(ALONE)
def test_cells_and_values_are_counted_as_they_are_of_each_persona(graph):
    personas, _ = graph
    found = coverage(Snapshot.build(personas, ()).attributes, PAIR)
    each = Counter(cell_of(p.attributes, PAIR) for p in personas)
    assert {cell: n for cell, n in found.counts.items() if n} == {c: n for c, n in each.items() if UNKNOWN not in c}
    assert found.partial == {cell: n for cell, n in each.items() if UNKNOWN in cell}
    assert (list(found.counts), found.outside) == (cells(PAIR), 0)
    for name, values in found.by_attribute.items():
        assert sum(values.values()) == len(personas)
        assert {value: n for value, n in values.items() if n} == Counter(p.attributes[name] for p in personas), name
    assert list(found.by_attribute) == list(ATTRIBUTES)
