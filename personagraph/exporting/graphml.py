"""Writes a graph as GraphML, which Gephi, yEd, Cytoscape, igraph and networkx read.

Every field is a typed scalar; a persona without a link to a seed has no depth, and the calls of a relationship are one
text with spaces between them. XML has no place for most control characters: each becomes U+FFFD, and is counted.
In networkx, `read_graphml(file, force_multigraph=True)` gives the edges their keys, also where none are parallel.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from personagraph.exporting.fields import EDGE, edge_row, node_row, node_types
from personagraph.exporting.format import Format
from personagraph.exporting.subgraph import Subgraph

_TYPES = {str: "string", int: "int", float: "double", bool: "boolean"}
_ENDS = ("id", "source", "target")
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(graph: Subgraph) -> Iterator[str]:
    """The file, piece by piece."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for kind, fields in (("node", node_types()), ("edge", EDGE)):
        for name, type in fields.items():
            if name not in _ENDS:
                yield f'<key id="{name}" for="{kind}" attr.name="{name}" attr.type="{_TYPES[type]}"/>\n'
    yield '<graph edgedefault="directed">\n'
    people = node_types()
    for persona in graph.personas():
        yield f"<node id={quoteattr(persona.id)}>{_data(graph, people, node_row(persona))}</node>\n"
    for r in graph.relationships():
        ends = f"source={quoteattr(r.source)} target={quoteattr(r.target)}"
        yield f"<edge {ends}>{_data(graph, EDGE, edge_row(r))}</edge>\n"
    yield "</graph>\n</graphml>\n"


def _data(graph: Subgraph, names: Iterable[str], row: Iterable[Any]) -> str:
    named = ((n, value) for n, value in zip(names, row, strict=True) if n not in _ENDS and value is not None)
    return "".join([f'<data key="{name}">{_text(graph, value)}</data>' for name, value in named])


def _text(graph: Subgraph, value: Any) -> str:
    """The value as character data; a carriage return is escaped, or a reader would take it for a line end."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.isascii() and value.isalnum():
        return value
    legal, replaced = _ILLEGAL.subn("\ufffd", str(value))
    graph.replaced += replaced
    return escape(legal, {"\r": "&#13;"})


FORMAT = Format({"": document}, "for Gephi, yEd, Cytoscape, igraph, networkx")
