"""Reads networks that come in one document: GraphML as a stream, the small formats whole; and node tables in JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.parsers import expat

from personagraph.errors import InputError
from personagraph.importing.networks.columns import check, picked
from personagraph.importing.networks.files import DOCTYPE, MOST_COLUMNS, Edge, Part, Record, kind_of, whole
from personagraph.importing.networks.graphml import graphml
from personagraph.importing.networks.mapping import Nodes, Table
from personagraph.text.plain import has_half_character

_EXACT = 1 << 53
"""Below it a whole number with a point is the same as without."""
_HALF = "it has half a surrogate pair"
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, SyntaxError, RecursionError)
"""What networkx raises for files that are damaged."""


def parts(path: Path, kind: str, mapping: Table) -> Iterator[Edge]:
    """The nodes or the edges of a document. Raises InputError, when all are read, for a mapped name that none has."""
    return _picked((part for found, part in KINDS[kind_of(path)](path) if found == kind), mapping, path)


def _picked(found: Iterable[Edge], mapping: Table, path: Path) -> Iterator[Edge]:
    seen: set[str] = set()
    for part in found:
        seen.update(map(str, part.record.cells))
        if len(seen) > MOST_COLUMNS:
            raise InputError(f"has more than {MOST_COLUMNS:,} names of attributes", path, part.record.line)
        yield part._replace(record=picked(part.record, mapping.asked))
    if seen:
        check(sorted(seen), mapping.mapped, path)


def node_link(path: Path) -> Iterator[Part]:
    """The nodes and edges of a node-link JSON file, with "edges" or "links"; its lines are the numbers of the items.

    It is read here and not by networkx, which makes people of the ends of edges that are no nodes.
    """
    data = _json(path)
    edges = data.get("edges", data.get("links")) if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("nodes"), list) or not isinstance(edges, list):
        raise InputError('is not node-link JSON: an object with "nodes" and "edges" is needed', path)
    directed = data.get("directed", False)
    if not isinstance(directed, bool):
        raise InputError(f'its "directed" is {json.dumps(directed)[:40]}; it can be true or false', path)
    for kind, items in (("node", data["nodes"]), ("edge", edges)):
        for record in _records(items):
            yield kind, Edge(record, directed)


def _refuse_doctype(content: bytes) -> None:
    """Raises ValueError for XML, in any encoding, that declares its own entities."""

    def refuse(*declared: object) -> None:
        raise ValueError(DOCTYPE)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError(expat.ErrorString(error.code)) from error


def through_networkx(path: Path) -> Iterator[Part]:
    """The nodes and edges of a GML or GEXF file; its lines are their numbers, in the order of networkx.

    Which end of an undirected edge came first is not kept. Raises InputError for what networkx cannot read.
    """
    import networkx as nx

    content = whole(path)
    try:
        is_gml = kind_of(path) == ".gml"
        if not is_gml:
            _refuse_doctype(content)
        graph: nx.Graph[Any] = (
            nx.parse_gml(content.decode("utf-8-sig"), label="id") if is_gml else nx.read_gexf(BytesIO(content))
        )
    except (
        nx.NetworkXException,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        SyntaxError,
        RecursionError,
    ) as error:
        name = kind_of(path)[1:].upper()
        raise InputError(f"is not {name} that networkx can read: {' '.join(str(error).split())}", path) from error
    # A node of GEXF has a label at least; one without is the end of an edge that is no node.
    nodes = ({**said, "id": id} for id, said in graph.nodes(data=True) if said or is_gml)
    edges = ({**said, "source": ends[0], "target": ends[1]} for *ends, said in graph.edges(data=True))
    for kind, items in (("node", nodes), ("edge", edges)):
        for record in _records(items):
            yield kind, Edge(record, graph.is_directed())


def node_objects(path: Path, mapping: Nodes) -> Iterator[Record]:
    """The nodes of a JSON file, an array of objects or an object of objects by id, as `parts` gives them."""
    data = _json(path)
    if isinstance(data, dict) and isinstance(data.get("nodes"), list):
        data = data["nodes"]
    if isinstance(data, dict):
        data = [{"id": id, **value} if isinstance(value, dict) else value for id, value in data.items()]
    if not isinstance(data, list):
        raise InputError("is no table of nodes: an array of objects, or an object of objects by id, is needed", path)
    yield from (part.record for part in _picked((Edge(record) for record in _records(data)), mapping, path))


def _records(items: Iterable[object]) -> Iterator[Record]:
    for number, item in enumerate(items, 1):
        if isinstance(item, Mapping):
            try:
                cells = {name: _text(value) for name, value in item.items()}
            except RecursionError:
                yield Record(number, {}, "it is nested too deeply")
                continue
            yield Record(number, cells, _HALF if has_half_character("".join(cells.values())) else "")
        else:
            yield Record(number, {}, "it is not a JSON object")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _json(path: Path) -> Any:
    try:
        return json.loads(whole(path).decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InputError(f"is not JSON in UTF-8: {error}", path) from error


THROUGH_NETWORKX = (".gml", ".gexf")
KINDS = {".graphml": graphml, ".xml": graphml, ".json": node_link, **dict.fromkeys(THROUGH_NETWORKX, through_networkx)}
"""How a document is read, by the ending of its name."""
