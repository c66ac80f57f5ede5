"""A graph in networkx's shapes: node-link JSON, and a graph of its own in memory."""

from collections.abc import Iterable, Iterator, Sequence
from json.encoder import encode_basestring as _text
from typing import TYPE_CHECKING, Any

from personagraph.exporting.fields import FieldColumn, Table, flat
from personagraph.exporting.format import Format
from personagraph.exporting.lines import joined, truths
from personagraph.exporting.subgraph import Subgraph
from personagraph.graph.selection import Selection
from personagraph.stores.graph_store import GraphStore

if TYPE_CHECKING:
    import networkx

    from personagraph.graph.part import Part


def document(graph: Subgraph) -> Iterator[str]:
    """The JSON file, piece by piece, one persona or relationship a line; `node_link_graph(…, edges="edges")` reads it.

    Every field is a scalar, so that networkx can write the graph anywhere: a persona without a link to a seed has no
    depth, and the calls of a relationship are one text with spaces between them.
    """
    yield '{"directed": true, "multigraph": true, "graph": {}, "nodes": ['
    yield from _objects(graph.personas())
    yield '], "edges": ['
    yield from _objects(map(flat, graph.relationships()))
    yield "]}\n"


def to_networkx(
    store: GraphStore, selection: Selection | None = None, *, part: "Part | None" = None
) -> "networkx.MultiDiGraph[str]":
    """The graph, or a part of it: personas by id, relationships by key, the fields that every format has as attributes.

    They are scalars, so that networkx can write them anywhere: a persona without a link to a seed has no depth, and
    the calls of a relationship are one text with spaces between them. `part` is who is selected, where that is known
    already. Raises PersonaNotFoundError.
    """
    import networkx

    graph = Subgraph(store, selection or Selection(), part=part)
    made: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for table in graph.personas():
        made.add_nodes_from(_attributed(table, ends=("id",)))
    for table in map(flat, graph.relationships()):
        made.add_edges_from(_attributed(table, ends=("source", "target", "key")))
    return made


def _attributed(table: Table, *, ends: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The rows, each the fields that say which it is, then the others by name, without what is None."""
    named = zip(*(table[name].values for name in ends), strict=True)
    others = {name: column for name, column in table.items() if name not in ends}
    lacking = any(column.lacking for column in others.values())
    for which, row in zip(named, zip(*(column.values for column in others.values()), strict=True), strict=True):
        fields = dict(zip(others, row, strict=True))
        yield (*which, {name: value for name, value in fields.items() if value is not None} if lacking else fields)


def _told(column: FieldColumn) -> Sequence[str]:
    """The values as JSON has them: texts, truths, finite numbers."""
    values = column.values
    if column.type is bool:
        return truths(values)
    if column.type is not str:
        return list(map(str, values))
    # What is of letters and digits alone, as keys are, needs no look at each of its characters.
    plain = "".join(values).isalnum()
    return [f'"{value}"' for value in values] if plain else list(map(_text, values))


def _objects(tables: Iterable[Table]) -> Iterator[str]:
    """The rows as objects, without what is None; put together here, which takes a fraction of json's time."""
    first = True
    for table in tables:
        told = joined(table, '"{name}": {value}', _told, between=", ", row=(",\n{", "}"))
        yield told[first:]
        first = False


FORMAT = Format({"": document}, "node-link, for networkx")
