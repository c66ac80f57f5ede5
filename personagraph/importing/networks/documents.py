"""Reads networks that come in one document, GraphML as a stream, the small formats whole; and tables in JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping, Set
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

from personagraph.errors import InputError
from personagraph.importing.networks.columns import check, picked
from personagraph.importing.networks.files import DOCTYPE, Edge, Part, Record, whole
from personagraph.importing.networks.graphml import graphml
from personagraph.importing.networks.mapping import ENDS, Table
from personagraph.importing.networks.values import EXACT
from personagraph.text.files import ending
from personagraph.text.plain import has_half_character
from personagraph.text.rows.headers import MOST_COLUMNS
from personagraph.text.rows.objects import Row, json_rows

_HALF = "it has half a surrogate pair"
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, SyntaxError, RecursionError)
"""What networkx raises for files that are damaged."""


def parts(path: Path, kind: str, mapping: Table) -> Iterator[Edge]:
    """The nodes or the edges of a document. Raises InputError, when all are read, for a mapped name that none has."""
    return _picked((part for found, part in KINDS[ending(path)](path) if found == kind), mapping, path)


def _picked(found: Iterable[Edge], mapping: Table, path: Path, needed: Set[str | int] = frozenset()) -> Iterator[Edge]:
    seen: set[str] = set()
    for part in found:
        seen.update(map(str, part.record.cells))
        if len(seen) > MOST_COLUMNS:
            raise InputError(f"has more than {MOST_COLUMNS:,} names of attributes", path, part.record.line)
        yield part._replace(record=picked(part.record, mapping))
    if seen:
        check(sorted(seen), mapping.mapped | needed, path)


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
        is_gml = ending(path) == ".gml"
        if not is_gml:
            _refuse_doctype(content)
        graph: nx.Graph[Any] = (
            nx.parse_gml(content.decode("utf-8-sig"), label="id") if is_gml else nx.read_gexf(BytesIO(content))
        )
    except (nx.NetworkXException, *_UNREADABLE) as error:
        name = ending(path)[1:].upper()
        raise InputError(f"is not {name} that networkx can read: {' '.join(str(error).split())}", path) from error
    # A node of GEXF has a label at least; one without is the end of an edge that is no node.
    nodes = ({**said, "id": id} for id, said in graph.nodes(data=True) if said or is_gml)
    edges = ({**said, "source": ends[0], "target": ends[1]} for *ends, said in graph.edges(data=True))
    for kind, items in (("node", nodes), ("edge", edges)):
        for record in _records(items):
            yield kind, Edge(record, graph.is_directed())


def objects(file: BinaryIO, path: Path, mapping: Table) -> Iterator[Record]:
    """The rows of a file of JSON, of nodes or of edges. Raises InputError for a file that has no ids or ends."""
    found = (_record_of(row, path, mapping) for row in json_rows(file, mapping.needed[0], required=False))
    yield from (part.record for part in _picked(map(Edge, found), mapping, path, mapping.ends))


def _record_of(row: Row, path: Path, mapping: Table) -> Record:
    if row.spoils:
        raise InputError(row.fault, path, row.line)
    record = Record(row.line, {}, row.fault) if row.fault else _record(row.line, row.fields)
    names = {str(name).casefold(): name for name in record.cells}
    if len(mapping.needed) > 1 and not names.keys() >= set(mapping.needed):
        ends = next((ends for ends in ENDS if names.keys() >= set(ends)), None)
        if ends is not None:
            pairs = zip(mapping.needed, ends, strict=True)
            said: dict[str | int, str] = {name: record.cells[names[end]] for name, end in pairs}
            return record._replace(cells={**record.cells, **said})
    return record


def _records(items: Iterable[object]) -> Iterator[Record]:
    yield from (_record(number, item) for number, item in enumerate(items, 1))


def _record(number: int, item: object) -> Record:
    if not isinstance(item, Mapping):
        return Record(number, {}, "not a JSON object")
    try:
        cells = {name: _text(value) for name, value in item.items()}
    except RecursionError:
        return Record(number, {}, "it is nested too deeply")
    return Record(number, cells, _HALF if has_half_character("".join(cells.values())) else "")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
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
