"""Reads networks that come in one document with nodes and edges: GraphML, node-link JSON; and node tables in JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.parsers import expat

from personagraph.errors import InputError
from personagraph.networks.columns import check, picked
from personagraph.networks.files import Edge, Record, kind_of, opened
from personagraph.networks.mapping import Nodes, Table

_PIECE = 1 << 16
_EXACT = 1 << 53
"""Below it a whole number with a point is the same as without."""
Part = tuple[str, Edge]
"""What a document has in order: "node" or "edge", and its record."""


def parts(path: Path, kind: str, mapping: Table) -> Iterator[Edge]:
    """The nodes or the edges of a document. Raises InputError, when all are read, for a mapped name that none has."""
    seen: set[str] = set()
    for found, part in KINDS[kind_of(path)](path):
        if found == kind:
            seen.update(map(str, part.record.cells))
            yield part._replace(record=picked(part.record, mapping.asked))
    if seen:
        check(sorted(seen), mapping.mapped, path)


def graphml(path: Path) -> Iterator[Part]:
    """The nodes and edges of a GraphML file, streamed, with their attributes by name. Raises InputError."""
    reading = _GraphML()
    with opened(path) as file:
        try:
            while piece := file.read(_PIECE):
                reading.parser.Parse(piece, False)
                yield from reading.taken()
            reading.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise InputError(f"is not XML: {expat.ErrorString(error.code)}", path, error.lineno) from error
        except ValueError as error:
            raise InputError(str(error), path, reading.parser.CurrentLineNumber) from error
        yield from reading.taken()


class _GraphML:
    """The state of a parse: the keys, the element that is open, and what is complete."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse
        self._names: dict[str, str] = {}
        self._directed = True
        self._cells: dict[str | int, str] = {}
        self._line = 0
        self._key: str | None = None
        self._text: list[str] = []
        self._done: list[Part] = []
        self._edge: bool | None = None

    def taken(self) -> list[Part]:
        """What has been completed since the last call."""
        taken, self._done = self._done, []
        return taken

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        if name == "key":
            self._names[attributes.get("id", "")] = attributes.get("attr.name", attributes.get("id", ""))
        elif name == "graph":
            self._directed = attributes.get("edgedefault", "directed") == "directed"
        elif name in ("node", "edge"):
            self._cells, self._line = {}, self.parser.CurrentLineNumber
            self._cells.update({k: v for k, v in attributes.items() if k in ("id", "source", "target")})
            said = attributes.get("directed")
            self._edge = self._directed if said is None else said == "true"
        elif name == "data":
            self._key, self._text = attributes.get("key", ""), []

    def _characters(self, text: str) -> None:
        if self._key is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        name = name.rpartition(" ")[2]
        if name == "data" and self._key is not None:
            self._cells[self._names.get(self._key, self._key)] = "".join(self._text)
            self._key = None
        elif name in ("node", "edge"):
            self._done.append((name, Edge(Record(self._line, self._cells), self._edge)))

    def _refuse(self, *declared: object) -> None:
        raise ValueError("it declares a document type, which could define entities: take that out")


def node_link(path: Path) -> Iterator[Part]:
    """The nodes and edges of a node-link JSON file, with "edges" or "links"; its lines are the numbers of the items."""
    data = _json(path)
    edges = data.get("edges", data.get("links")) if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("nodes"), list) or not isinstance(edges, list):
        raise InputError('is not node-link JSON: an object with "nodes" and "edges" is needed', path)
    directed = bool(data.get("directed", False))
    for kind, items in (("node", data["nodes"]), ("edge", edges)):
        for record in _records(enumerate(items, 1)):
            yield kind, Edge(record, directed)


def node_objects(path: Path, mapping: Nodes) -> Iterator[Record]:
    """The nodes of a JSON file, an array of objects or an object of objects by id, as `parts` gives them."""
    data = _json(path)
    if isinstance(data, dict) and isinstance(data.get("nodes"), list):
        data = data["nodes"]
    if isinstance(data, dict):
        data = [{"id": id, **value} if isinstance(value, dict) else value for id, value in data.items()]
    if not isinstance(data, list):
        raise InputError("is no table of nodes: an array of objects, or an object of objects by id, is needed", path)
    seen: set[str] = set()
    for record in _records(enumerate(data, 1)):
        seen.update(map(str, record.cells))
        yield picked(record, mapping.asked)
    if seen:
        check(sorted(seen), mapping.mapped, path)


def _records(items: Iterable[tuple[int, object]]) -> Iterator[Record]:
    for number, item in items:
        if isinstance(item, Mapping):
            yield Record(number, {name: _text(value) for name, value in item.items()})
        else:
            yield Record(number, {}, "it is not a JSON object")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _json(path: Path) -> Any:
    with opened(path) as file:
        try:
            return json.loads(file.read().decode("utf-8-sig"))
        except (UnicodeDecodeError, ValueError, RecursionError) as error:
            raise InputError(f"is not JSON in UTF-8: {error}", path) from error


KINDS = {".graphml": graphml, ".xml": graphml, ".json": node_link}
"""How a document is read, by the ending of its name."""
