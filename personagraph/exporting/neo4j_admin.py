"""Writes a graph as CSV files for `neo4j-admin database import full`, header files apart from the data.

Of a whole graph of a workspace also the sources, merges and runs are written, and whose graph it is: personagraph opens
what was imported, and makes the indexes when it does. A part of a graph is written as personas and relationships only.
A text is always quoted, so an empty one stays one; lists are cut at U+001F. A NUL, which many readers of CSV stop at,
becomes U+FFFD, and is counted.
"""

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from personagraph.exporting.fields import EDGE, FieldColumn, Table, node_types
from personagraph.exporting.format import Format
from personagraph.exporting.lines import lines, truths
from personagraph.exporting.subgraph import Subgraph

LIST = "\x1f"


class _File(NamedTuple):
    """One kind of node or relationship: its label ("" when each row has its type), its header, and its data.

    In a header `{persona}` stands for the fields of a persona.
    """

    label: str
    header: str
    data: Callable[[Subgraph], Iterator[str]]
    relationship: bool = False


_TYPES = {str: "string", int: "long", float: "double", bool: "boolean"}
_RELATIONSHIP = ",".join(
    {"source": ":START_ID(Persona)", "target": ":END_ID(Persona)", "type": ":TYPE", "calls": "calls:string[]"}.get(
        name, f"{name}:{_TYPES[type]}"
    )
    for name, type in EDGE.items()
)


def _personas(graph: Subgraph) -> Iterator[str]:
    for table in graph.personas():
        yield _table(graph, {**table, **_words(graph, table["description"].values)})


def _words(graph: Subgraph, descriptions: Sequence[str]) -> Table:
    """What a store searches by; of a part of a graph nothing."""
    cut = [graph.owner.words(text) if graph.owner else ("", 0) for text in descriptions]
    words, counts = zip(*cut, strict=True)
    return {"words": FieldColumn(str, words), "word_count": FieldColumn(int, counts)}


def _relationships(graph: Subgraph) -> Iterator[str]:
    return (_table(graph, table) for table in graph.relationships())


def _sources(graph: Subgraph) -> Iterator[str]:
    return _rows(graph, ((s.id, s.uri, s.sha256, s.excerpt) for s in graph.sources()))


def _source_links(graph: Subgraph) -> Iterator[str]:
    return _rows(graph, ((link.persona, link.source, link.type, list(link.calls)) for link in graph.source_links()))


def _aliases(graph: Subgraph) -> Iterator[str]:
    return _rows(graph, ((m.key, m.alias, m.description, m.method, m.score, m.run) for m in graph.merges()))


def _merged(graph: Subgraph) -> Iterator[str]:
    return _rows(graph, ((m.key, m.persona) for m in graph.merges()))


def _runs(graph: Subgraph) -> Iterator[str]:
    return _rows(graph, graph.owner.applied.items() if graph.owner else ())


def _workspace(graph: Subgraph) -> Iterator[str]:
    return _rows(graph, [("personagraph", graph.owner.workspace)] if graph.owner else ())


_FILES: Mapping[str, _File] = {
    "personas": _File("Persona", "{persona},words:string,word_count:long", _personas),
    "sources": _File("Source", "id:ID(Source),uri:string,sha256:string,excerpt:string", _sources),
    "aliases": _File(
        "Alias",
        "key:ID(Alias),alias:string,description:string,method:string,score:double,run:string",
        _aliases,
    ),
    "runs": _File("Run", "id:ID(Run),applied:long", _runs),
    "workspace": _File("PersonagraphWorkspace", "application:ID(Workspace),id:string", _workspace),
    "relationships": _File("", _RELATIONSHIP, _relationships, True),
    "source_links": _File("", ":START_ID(Persona),:END_ID(Source),:TYPE,calls:string[]", _source_links, True),
    "merged_into": _File("MERGED_INTO", ":START_ID(Alias),:END_ID(Persona)", _merged, True),
}


def _header(file: _File) -> Callable[[Subgraph], Iterator[str]]:
    return lambda graph: iter([file.header.replace("{persona}", _persona()) + "\n"])


def _persona() -> str:
    return ",".join("id:ID(Persona)" if n == "id" else f"{n}:{_TYPES[t]}" for n, t in node_types().items())


def _command(database: str = "neo4j") -> str:
    """The command that, run in the folder, loads it into a new database of a server that is stopped."""
    options = []
    for kind, file in _FILES.items():
        option = "--relationships" if file.relationship else "--nodes"
        label = f"{file.label}=" if file.label else ""
        options.append(f"{option}={label}./{kind}_header.csv,./{kind}.csv")
    reading = ["--multiline-fields=true", "--array-delimiter=U+001F", "--id-type=string"]
    return shlex.join(["neo4j-admin", "database", "import", "full", database, *options, *reading])


def _rows(graph: Subgraph, rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The rows of texts, lists and numbers."""
    for row in rows:
        yield ",".join([_cell(graph, v) if isinstance(v, str | list) else repr(v) for v in row]) + "\n"


def _table(graph: Subgraph, table: Table) -> str:
    told = lines(table, "{value}", lambda column: _cells(graph, column), between=",", missing="")
    return "\n".join(told) + "\n"


def _cells(graph: Subgraph, column: FieldColumn) -> Sequence[Any]:
    if column.type in (str, list):
        return [_cell(graph, value) for value in column.values]
    return truths(column.values) if column.type is bool else column.values


def _cell(graph: Subgraph, value: str | list[str]) -> str:
    text = LIST.join(value) if isinstance(value, list) else value
    if "\x00" in text:
        graph.replaced += text.count("\x00")
        text = text.replace("\x00", "\ufffd")
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


FORMAT = Format(
    {
        name: pieces
        for kind, file in _FILES.items()
        for name, pieces in ((f"{kind}_header.csv", _header(file)), (f"{kind}.csv", file.data))
    },
    "a folder for its import tool",
    command=_command(),
)
