"""Reads networks that come in one document with nodes and edges: GraphML, node-link JSON; and node tables in JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from xml.parsers import expat

from personagraph.errors import InputError
from personagraph.networks.columns import check, picked
from personagraph.networks.files import Edge, Record, kind_of, opened
from personagraph.networks.mapping import Nodes, Table
from personagraph.plain_text import has_half_character

_PIECE = 1 << 16
_EXACT = 1 << 53
"""Below it a whole number with a point is the same as without."""
_ELEMENTS = ("graph", "node", "edge", "hyperedge", "port", "endpoint")
"""What has data of its own in GraphML."""
_OWN = ("id", "source", "target")
_HALF = "it has half a surrogate pair"
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


class _Open(NamedTuple):
    """An element that is open: what data it has, on top of the defaults of its kind, and what the XML says of it."""

    line: int
    data: dict[str | int, str]
    said: dict[str, str]


class _GraphML:
    """The state of a parse: the keys, the elements that are open, and what is complete."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse
        self._begun = False
        self._names: dict[str, str] = {}
        self._defaults: dict[str, dict[str | int, str]] = {"node": {}, "edge": {}}
        self._directed = True
        self._open: list[_Open] = []
        self._key, self._kinds = "", ""
        self._text: list[str] | None = None
        self._done: list[Part] = []

    def taken(self) -> list[Part]:
        """What has been completed since the last call."""
        taken, self._done = self._done, []
        return taken

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        if not self._begun and name != "graphml":
            raise ValueError(f"is not GraphML: it begins with <{name[:40]}>; write it as GraphML, or as an edge list")
        self._begun = True
        if name == "key":
            self._key, self._kinds = attributes.get("id", ""), attributes.get("for", "all")
            self._names[self._key] = attributes.get("attr.name", self._key)
            self._default("")
        elif name in _ELEMENTS:
            if name == "graph":
                self._directed = attributes.get("edgedefault", "directed") == "directed"
            self._open.append(_Open(self.parser.CurrentLineNumber, dict(self._defaults.get(name, {})), attributes))
        elif name == "data":
            self._key, self._text = attributes.get("key", ""), []
        elif name == "default":
            self._text = []

    def _default(self, text: str) -> None:
        for kind, values in self._defaults.items():
            if self._kinds in (kind, "all"):
                values[self._names[self._key]] = text

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        name = name.rpartition(" ")[2]
        if name in ("data", "default"):
            text, self._text = "".join(self._text or ()), None
            if name == "default":
                self._default(text)
            elif self._open:
                self._open[-1].data[self._names.get(self._key, self._key)] = text
        elif name in _ELEMENTS:
            self._complete(name, self._open.pop())

    def _complete(self, name: str, element: _Open) -> None:
        """Enter a node or an edge; its data never go before the ends and the id that the XML gives it."""
        if name in ("node", "edge"):
            cells = element.data
            cells.update((key, element.said[key]) for key in _OWN if key in element.said)
            said = element.said.get("directed")
            directed = self._directed if said is None else said == "true"
            self._done.append((name, Edge(Record(element.line, cells), directed)))
        elif name == "hyperedge":
            fault = "it is a hyperedge, and a relationship has two ends: write it as edges"
            self._done.append(("edge", Edge(Record(element.line, {}, fault))))

    def _refuse(self, *declared: object) -> None:
        raise ValueError("it declares a document type, which could define entities: take that out")


def node_link(path: Path) -> Iterator[Part]:
    """The nodes and edges of a node-link JSON file, with "edges" or "links"; its lines are the numbers of the items."""
    data = _json(path)
    edges = data.get("edges", data.get("links")) if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("nodes"), list) or not isinstance(edges, list):
        raise InputError('is not node-link JSON: an object with "nodes" and "edges" is needed', path)
    directed = data.get("directed", False)
    if not isinstance(directed, bool):
        raise InputError(f'its "directed" is {json.dumps(directed)[:40]}; it can be true or false', path)
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
            cells = {name: _text(value) for name, value in item.items()}
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
    with opened(path) as file:
        try:
            return json.loads(file.read().decode("utf-8-sig"))
        except (UnicodeDecodeError, ValueError, RecursionError) as error:
            raise InputError(f"is not JSON in UTF-8: {error}", path) from error


KINDS = {".graphml": graphml, ".xml": graphml, ".json": node_link}
"""How a document is read, by the ending of its name."""
