"""Reads GraphML as a stream: its nodes and edges, as they are completed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from personagraph.errors import InputError
from personagraph.importing.networks.files import DOCTYPE, Edge, Part, Record
from personagraph.text.files import unpacked
from personagraph.text.rows import LONGEST

MOST_KEYS = 2_000
"""Attributes that a file declares: every node gets the default of each."""
DEEPEST = 1_000
"""Elements within each other."""
_PIECE = 1 << 16
_ELEMENTS = ("graph", "node", "edge", "hyperedge", "port", "endpoint")
"""What has data of its own in GraphML."""
_LABELS = ("NodeLabel", "EdgeLabel")
"""What yEd shows of a node or an edge; it stands within the data of its own."""
_OWN = ("id", "source", "target")


def graphml(path: Path) -> Iterator[Part]:
    """The nodes and edges of a GraphML file, streamed, with their attributes by name. Raises InputError."""
    reading = _GraphML()
    with unpacked(path) as file:
        try:
            length = 0
            while piece := file.read(_PIECE):
                length += len(piece)
                reading.parser.Parse(piece, False)
                yield from reading.taken()
                if length - reading.parser.CurrentByteIndex > LONGEST:
                    raise ValueError(f"has a tag or a remark that is longer than {LONGEST:,} bytes")
            reading.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise InputError(f"is not XML: {expat.ErrorString(error.code)}", path, error.lineno) from error
        except ValueError as error:
            raise InputError(str(error), path, reading.parser.CurrentLineNumber) from error
        yield from reading.taken()


@dataclass(slots=True)
class _OpenElement:
    """An element that is open: what data it has, and what the XML says of it.

    `length` are the characters of its data; of more than LONGEST nothing is kept. `label` is what yEd shows of it, and
    `shape` the name of the data in which that stands.
    """

    line: int
    data: dict[str | int, str]
    said: dict[str, str]
    length: int = 0
    label: str = ""
    shape: str = ""


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
        self._depth = 0
        self._names: dict[str, str] = {}
        self._defaults: dict[str, dict[str | int, str]] = {"node": {}, "edge": {}}
        self._directed = True
        self._open: list[_OpenElement] = []
        self._key, self._kinds = "", ""
        self._text: list[str] | None = None
        self._label_at = 0
        self._length = 0
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
        self._depth += 1
        if self._depth > DEEPEST:
            raise ValueError(f"has more than {DEEPEST:,} elements within each other")
        if name == "key":
            if len(self._names) == MOST_KEYS:
                raise ValueError(f"declares more than {MOST_KEYS:,} attributes")
            self._key, self._kinds = attributes.get("id", ""), attributes.get("for", "all")
            self._names[self._key] = attributes.get("attr.name", self._key)
            self._default("")
        elif name in _ELEMENTS:
            if name == "graph":
                self._directed = attributes.get("edgedefault", "directed") == "directed"
            self._open.append(_OpenElement(self.parser.CurrentLineNumber, {}, attributes))
        elif name == "data":
            self._key, self._text, self._length = attributes.get("key", ""), [], 0
        elif name == "default":
            self._text, self._length = [], 0
        elif name in _LABELS:
            self._label_at = len(self._text or ())

    def _default(self, text: str) -> None:
        for kind, values in self._defaults.items():
            if self._kinds in (kind, "all"):
                values[self._names[self._key]] = text

    def _characters(self, text: str) -> None:
        self._length += len(text)
        if self._text is not None and self._length <= LONGEST:
            self._text.append(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        name = name.rpartition(" ")[2]
        if name in ("data", "default"):
            text, self._text = "".join(self._text or ()), None
            if name == "default" and self._length > LONGEST:
                raise ValueError(f"has a default that is longer than {LONGEST:,} characters")
            if name == "default":
                self._default(text)
            elif self._open:
                element = self._open[-1]
                element.length += len(self._key) + self._length
                if element.length <= LONGEST:
                    element.data[self._names.get(self._key, self._key)] = text
        elif name in _LABELS and self._text is not None and self._open:
            element = self._open[-1]
            if not element.label:
                element.label = "".join(self._text[self._label_at :]).strip()
                element.shape = self._names.get(self._key, self._key)
        elif name in _ELEMENTS:
            self._complete(name, self._open.pop())

    def _complete(self, name: str, element: _OpenElement) -> None:
        """Enter a node or an edge; its data never go before the ends and the id that the XML gives it.

        A key that it has no data of, and that has no default, may be asked for, and is none of what it says. Nor is
        the shape that yEd draws, unless it says more than its label.
        """
        if name in ("node", "edge"):
            own, label = element.data, element.label
            own.update((key, element.said[key]) for key in _OWN if key in element.said)
            shown = "label" if name == "node" else "type"
            defaults = self._defaults[name]
            if is_label := bool(label and not (own.get(shown) or defaults.get(shown))):
                own[shown] = label
            every = {key: value for key, value in defaults.items() if value} | own
            if is_label and element.shape != shown and own.get(element.shape, "").split() == label.split():
                del every[element.shape]
            said = element.said.get("directed")
            directed = self._directed if said is None else said == "true"
            if element.length > LONGEST:
                record = Record(element.line, {}, f"its data are longer than {LONGEST:,} characters")
            else:
                record = Record(element.line, defaults | own, every=every)
            self._done.append((name, Edge(record, directed)))
        elif name == "hyperedge":
            fault = "it is a hyperedge, and a relationship has two ends: write it as edges"
            self._done.append(("edge", Edge(Record(element.line, {}, fault))))

    def _refuse(self, *declared: object) -> None:
        raise ValueError(DOCTYPE)
