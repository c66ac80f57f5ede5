"""A graph in networkx's shapes: node-link JSON, and a graph of its own in memory."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from personagraph.exporting.fields import edge_fields, flat, node_fields
from personagraph.exporting.format import Format
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
    yield from _lines(flat(node_fields(persona)) for persona in graph.personas())
    yield '], "edges": ['
    yield from _lines(flat(edge_fields(tie)) for tie in graph.relationships())
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
    for persona in graph.personas():
        attributes = flat(node_fields(persona))
        made.add_node(attributes.pop("id"), **attributes)
    for relationship in graph.relationships():
        made.add_edge(**_ends(flat(edge_fields(relationship))))
    return made


def _ends(fields: dict[str, Any]) -> dict[str, Any]:
    return {"u_for_edge": fields.pop("source"), "v_for_edge": fields.pop("target"), **fields}


def _lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    separator = "\n"
    for row in rows:
        yield separator + json.dumps(row, ensure_ascii=False)
        separator = ",\n"


FORMAT = Format({"": document}, "node-link, for networkx")
