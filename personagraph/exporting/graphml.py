"""Writes a graph as GraphML, which Gephi, yEd, Cytoscape, igraph and networkx read.

Every field is a typed scalar; a persona without a link to a seed has no depth, and the calls of a relationship are one
text with spaces between them. XML has no place for most control characters: each becomes U+FFFD, and is counted.
In networkx, `read_graphml(file, force_multigraph=True)` gives the edges their keys, also where none are parallel.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from personagraph.exporting.fields import EDGE, FieldColumn, Table, flat, node_types
from personagraph.exporting.format import Format
from personagraph.exporting.lines import lines, truths
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
    for table in graph.personas():
        yield _elements(graph, table, "<node id={}>", "</node>\n")
    for table in map(flat, graph.relationships()):
        yield _elements(graph, table, "<edge source={} target={}>", "</edge>\n")
    yield "</graph>\n</graphml>\n"


def _elements(graph: Subgraph, table: Table, begin: str, end: str) -> str:
    """The rows as elements, whose attributes are their ends."""
    names = [name for name in _ENDS if name in table]
    attributes = (map(quoteattr, table[name].values) for name in names)
    heads = map(begin.format, *attributes)
    others = {name: column for name, column in table.items() if name not in _ENDS}
    told = lines(others, '<data key="{name}">{value}</data>', lambda column: _told(graph, column))
    return "".join([f"{head}{data}{end}" for head, data in zip(heads, told, strict=True)])


def _told(graph: Subgraph, column: FieldColumn) -> Sequence[Any]:
    """The values as character data."""
    values = column.values
    if column.type is not str:
        return truths(values) if column.type is bool else values
    return values if _is_plain("".join(values)) else [_text(graph, value) for value in values]


def _is_plain(text: str) -> bool:
    """Whether nothing in it is to be escaped or replaced; what is printable is legal."""
    return text.isprintable() and not any(sign in text for sign in "&<>")


def _text(graph: Subgraph, value: str) -> str:
    """The value as character data; a carriage return is escaped, or a reader would take it for a line end."""
    if _is_plain(value):
        return value
    legal, replaced = _ILLEGAL.subn("\ufffd", value)
    graph.replaced += replaced
    return escape(legal, {"\r": "&#13;"})


FORMAT = Format({"": document}, "for Gephi, yEd, Cytoscape, igraph, networkx")
