"""A graph in networkx's shapes: node-link JSON, and a graph of its own in memory."""

from collections.abc import Iterable, Iterator, Sequence
from json.encoder import encode_basestring as _text
from typing import TYPE_CHECKING, Any

from personagraph.exporting.fields import EDGE, edge_row, node_row, node_types
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
    yield from _lines(node_types(), map(node_row, graph.personas()))
    yield '], "edges": ['
    yield from _lines(EDGE, map(edge_row, graph.relationships()))
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
    names = list(node_types())
    for persona in graph.personas():
        attributes = {name: value for name, value in zip(names, node_row(persona), strict=True) if value is not None}
        made.add_node(attributes.pop("id"), **attributes)
    for relationship in graph.relationships():
        made.add_edge(**_ends(dict(zip(EDGE, edge_row(relationship), strict=True))))
    return made


def _ends(fields: dict[str, Any]) -> dict[str, Any]:
    return {"u_for_edge": fields.pop("source"), "v_for_edge": fields.pop("target"), **fields}


def _scalar(value: Any) -> str:
    """A truth or a finite number, as JSON has it."""
    return ("true" if value else "false") if isinstance(value, bool) else repr(value)


def _lines(columns: Iterable[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The rows as objects, without what is None; put together here, which takes a third of json's time."""
    names = [f"{_text(name)}: " for name in columns]
    separator = "\n"
    for row in rows:
        fields = [
            name + (_text(value) if type(value) is str else _scalar(value))
            for name, value in zip(names, row, strict=True)
            if value is not None
        ]
        yield f"{separator}{{{', '.join(fields)}}}"
        separator = ",\n"


FORMAT = Format({"": document}, "node-link, for networkx")
