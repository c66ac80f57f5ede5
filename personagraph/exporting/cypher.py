"""Writes a graph as a Cypher script for Neo4j 5 and later: `cypher-shell -f FILE`.

Running it again changes nothing; it adds and updates, and deletes nothing. The file is ASCII, and ";" ends a line only
where a statement ends, so a program can cut it at ";\\n" and send the statements one by one, in order.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from personagraph.exporting.fields import edge_fields, node_fields
from personagraph.exporting.selection import Subgraph
from personagraph.types import Relationship

BATCH = 200
"""Rows in a statement: the server parses a statement as a whole."""

_HEAD = """\
// A graph of personas. Run it with: cypher-shell -f FILE. Running it again changes nothing.
CREATE CONSTRAINT persona_id IF NOT EXISTS FOR (p:Persona) REQUIRE p.id IS UNIQUE;
"""
_PERSONAS = "MERGE (p:Persona {id: row.id}) SET p += row"
_RELATIONSHIPS = """\
MATCH (a:Persona {{id: row.source}}) MATCH (b:Persona {{id: row.target}})
MERGE (a)-[r:{type} {{key: row.key}}]->(b) SET r += row.fields"""
_BACKSLASHED = re.compile(r"\\\\u|\\.")


def cypher(graph: Subgraph) -> Iterator[str]:
    """The script, statement by statement: a constraint, the personas, the relationships in batches of one type."""
    yield _HEAD
    yield from _statements((_PERSONAS, node_fields(persona)) for persona in graph.personas())
    yield from _statements((_RELATIONSHIPS.format(type=r.type), _row(r)) for r in graph.relationships())


def _statements(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    """Rows with the clauses that each is for, in batches with the same clauses; what is left over comes last."""
    waiting: dict[str, list[Mapping[str, Any]]] = {}
    for clauses, row in rows:
        waiting.setdefault(clauses, []).append(row)
        if len(waiting[clauses]) == BATCH:
            yield _statement(waiting.pop(clauses), clauses)
    for clauses in sorted(waiting):
        yield _statement(waiting[clauses], clauses)


def _row(relationship: Relationship) -> dict[str, Any]:
    """The ends and the key, to match by, and the rest, to set; the type is in the statement."""
    fields = edge_fields(relationship)
    matched = {name: fields.pop(name) for name in ("source", "target", "key")}
    del fields["type"]
    return {**matched, "fields": fields}


def _statement(rows: Iterable[Mapping[str, Any]], clauses: str) -> str:
    listed = ",\n".join(map(_literal, rows))
    return f"UNWIND [\n{listed}\n] AS row\n{clauses};\n"


def _literal(value: Any) -> str:
    """The value as Cypher. Keys of maps are names of fields, never text from a model."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_literal(of)}" for name, of in value.items()) + "}"
    return _BACKSLASHED.sub(_without_backslash_u, json.dumps(value))


def _without_backslash_u(escaped: re.Match[str]) -> str:
    r"""JSON's escapes are Cypher's, but one: Cypher 5 looks for \uXXXX before it looks for strings, so that a
    backslash which stands for itself must not be followed by the letter u; the u is spelled as an escape instead."""
    return r"\\" + r"\u0075" if escaped[0] == r"\\u" else escaped[0]
