"""Writes a graph as a Cypher script for Neo4j 5 and later: `cypher-shell -f FILE`.

Running it again changes nothing; it adds and updates, and deletes nothing. The file is ASCII, and ";" ends a line only
where a statement ends, so a program can cut it at ";\\n" and send the statements one by one, in order.
Scalars, lists and escapes are written as in JSON, which are Cypher's too: both releases that we support read them so.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from json.encoder import encode_basestring_ascii as _text
from typing import Any

from personagraph.exporting.fields import EDGE, FieldColumn, Table, node_types
from personagraph.exporting.format import Format
from personagraph.exporting.lines import lines, truths
from personagraph.exporting.subgraph import Subgraph
from personagraph.vocabulary.relationships import TYPES

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
    people = (zip(repeat(merge), _rows(table), strict=False) for table in graph.personas())
    yield from _statements(chain.from_iterable(people))
    ends = "MATCH (a:Persona {id: row[0]}) MATCH (b:Persona {id: row[1]})\n"
    columns = [name for name in EDGE if name != "type"]
    setting = _setting("r", columns, besides=("source", "target", "key"))
    ties = (
        (f"{ends}MERGE (a)-[r:{_name(type)} {{key: row[2]}}]->(b)\n{setting}", row)
        for table in graph.relationships()
        for type, row in zip(table["type"].values, _rows({name: table[name] for name in columns}), strict=True)
    )
    yield from _statements(ties)


def _name(type: str) -> str:
    """The type as a name in Cypher."""
    return type if type in TYPES else f"`{type.replace('`', '``')}`"


def _setting(name: str, columns: list[str], *, besides: tuple[str, ...]) -> str:
    """The clause that sets the properties from the columns of a row."""
    set_ = (f"{name}.{column} = row[{i}]" for i, column in enumerate(columns) if column not in besides)
    return f"SET {', '.join(set_)}"


def _rows(table: Table) -> Iterator[str]:
    """The rows as lists in JSON, of ASCII alone."""
    return map("[%s]".__mod__, lines(table, "{value}", _told, between=", ", missing="null"))


def _told(column: FieldColumn) -> Sequence[Any]:
    """The values as JSON has them."""
    values = column.values
    if column.type is list:
        return [f"[{', '.join(map(_text, keys))}]" for keys in values]
    return list(map(_text, values)) if column.type is str else truths(values) if column.type is bool else values


def _statements(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Rows with the clauses that each is for, in batches with the same clauses; what is left over comes last."""
    waiting: dict[str, list[str]] = defaultdict(list)
    for clauses, row in rows:
        some = waiting[clauses]
        some.append(row)
        if len(some) == BATCH:
            yield _statement(some, clauses)
            del waiting[clauses]
    for clauses in sorted(waiting):
        yield _statement(waiting[clauses], clauses)


def _statement(rows: list[str], clauses: str) -> str:
    listed = ",\n".join(rows)
    return f"UNWIND [\n{listed}\n] AS row\n{clauses};\n"


FORMAT = Format({"": script}, "a script for Neo4j")
