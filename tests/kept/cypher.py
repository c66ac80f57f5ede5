"""A Neo4j database as plain text, a statement a paragraph: its rules, every node, every relationship; and back."""

import json
from itertools import groupby
from typing import Any

from tests.stored import driver

_NODES = "MATCH (n) RETURN elementId(n), labels(n), properties(n)"
_TIES = "MATCH (a)-[r]->(b) RETURN elementId(a), type(r), properties(r), elementId(b)"
_RULES = "SHOW CONSTRAINTS YIELD name, createStatement RETURN name, createStatement ORDER BY name"
_INDEXES = """SHOW INDEXES YIELD name, createStatement, type, owningConstraint
WHERE type <> 'LOOKUP' AND owningConstraint IS NULL RETURN name, createStatement ORDER BY name"""
NAMED_BY = {"Persona": "id", "Source": "id", "Run": "id", "Alias": "key"}
"""What finds the node at the end of a relationship."""


def written(url: str) -> str:
    """The whole database at the URL; the same text for the same content, in whatever order it came in."""
    with driver(url) as (server, database):

        def asked(statement: str) -> list[list[Any]]:
            return [list(record) for record in server.execute_query(statement, database_=database).records]

        rules = [f"{statement};" for _, statement in [*asked(_RULES), *asked(_INDEXES)]]
        nodes, names, rows = asked(_NODES), {}, []
        for id, labels, properties in nodes:
            [label] = labels
            rows.append((label, _literal(properties)))
            if label in NAMED_BY:
                names[id] = label, _literal(properties[NAMED_BY[label]])
        ties = []
        for start, type, properties, end in asked(_TIES):
            (one, first), (other, second) = names[start], names[end]
            ties.append(((one, type, other), f"[{first}, {second}, {_literal(properties)}]"))
    made = [_unwind(lines, f"CREATE (n:{label})\nSET n = row;") for label, lines in _grouped(rows)]
    tied = [
        _unwind(
            lines,
            f"MATCH (a:{one} {{{NAMED_BY[one]}: row[0]}}), (b:{other} {{{NAMED_BY[other]}: row[1]}})\n"
            f"CREATE (a)-[r:{type}]->(b)\nSET r = row[2];",
        )
        for (one, type, other), lines in _grouped(ties)
    ]
    return "\n\n".join([*rules, *made, *tied]) + "\n"


def rebuild(url: str, text: str) -> None:
    """Make the database at the URL the one that was written down; whatever it holds goes, with its rules."""
    with driver(url) as (server, database):

        def run(statement: str) -> list[Any]:
            return server.execute_query(statement, database_=database).records

        run("MATCH (n) DETACH DELETE n")
        for kind, listed in (("CONSTRAINT", _RULES), ("INDEX", _INDEXES)):
            for name, _ in run(listed):
                run(f"DROP {kind} `{name}`")
        for statement in text.split(";\n"):
            if statement.strip():
                run(statement)
        run("CALL db.awaitIndexes(120)")


def _unwind(lines: list[str], then: str) -> str:
    return "UNWIND [\n" + ",\n".join(lines) + f"\n] AS row\n{then}"


def _grouped(rows: list[Any]) -> list[tuple[Any, list[str]]]:
    return [(kind, [line for _, line in group]) for kind, group in groupby(sorted(rows), key=lambda row: row[0])]


def _literal(value: Any) -> str:
    """The value as Cypher writes it; JSON's form of texts, numbers and truths is one of Cypher's."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_literal(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
