"""Writes a graph as a Cypher script for Neo4j 5 and later: `cypher-shell -f FILE`.

Running it again changes nothing; it adds and updates, and deletes nothing. The file is ASCII, and ";" ends a line only
where a statement ends, so a program can cut it at ";\\n" and send the statements one by one, in order.
Scalars, lists and escapes are written as in JSON, which are Cypher's too: both releases that we support read them so.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from personagraph.exporting.fields import EDGE, edge_fields, node_fields, node_types
from personagraph.exporting.format import Format
from personagraph.exporting.subgraph import Subgraph

BATCH = 200
"""Rows in a statement. The server takes more time a row for longer statements, and much more for maps than lists."""

_HEAD = """\
// A graph of personas. Run it with: cypher-shell -f FILE. Running it again changes nothing.
CREATE CONSTRAINT persona_id IF NOT EXISTS FOR (p:Persona) REQUIRE p.id IS UNIQUE;
"""


def script(graph: Subgraph) -> Iterator[str]:
    """The script, statement by statement: a constraint, the personas, the relationships in batches of one type."""
    yield _HEAD
    merge = f"MERGE (p:Persona {{id: row[0]}})\n{_setting('p', list(node_types()), besides=('id',))}"
    yield from _statements((merge, node_fields(persona)) for persona in graph.personas())
    ends = "MATCH (a:Persona {id: row[0]}) MATCH (b:Persona {id: row[1]})\n"
    columns = [name for name in EDGE if name != "type"]
    setting = _setting("r", columns, besides=("source", "target", "key"))
    yield from _statements(
        (f"{ends}MERGE (a)-[r:{fields.pop('type')} {{key: row[2]}}]->(b)\n{setting}", fields)
        for fields in map(edge_fields, graph.relationships())
    )


def _setting(name: str, columns: list[str], *, besides: tuple[str, ...]) -> str:
    """The clause that sets the properties from the columns of a row."""
    set_ = (f"{name}.{column} = row[{i}]" for i, column in enumerate(columns) if column not in besides)
    return f"SET {', '.join(set_)}"


def _statements(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    """Rows with the clauses that each is for, in batches with the same clauses; what is left over comes last."""
    waiting: dict[str, list[str]] = {}
    for clauses, row in rows:
        waiting.setdefault(clauses, []).append(json.dumps(list(row.values())))
        if len(waiting[clauses]) == BATCH:
            yield _statement(waiting.pop(clauses), clauses)
    for clauses in sorted(waiting):
        yield _statement(waiting[clauses], clauses)


def _statement(rows: list[str], clauses: str) -> str:
    listed = ",\n".join(rows)
    return f"UNWIND [\n{listed}\n] AS row\n{clauses};\n"


FORMAT = Format({"": script}, "a script for Neo4j")
