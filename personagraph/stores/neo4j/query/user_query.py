"""Runs a user's own Cypher against the graph, so that it can read and do nothing else.

Four walls hold it: its words, read before anything is sent; the server's own plan of it, looked at before it runs; a
transaction that may only read; and that this transaction is rolled back. The last three do not see what a subquery
within an expression reads, or which procedure it calls: the first one does.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from personagraph.errors import StoreError
from personagraph.stores.neo4j.query.reading_only import PROCEDURES, refuse_more_than_reading

if TYPE_CHECKING:
    from personagraph.stores.neo4j.connection import Server

_COMMANDS = ("ShowIndexes", "ShowConstraints")


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a query gave: names of columns, and rows of plain values, as JSON has them.

    A node is {"labels", "properties"}, a relationship {"type", "start", "end", "properties"} where the ends are the
    nodes' `id`, a path {"nodes", "relationships"}; dates, times and durations are in ISO 8601. `cut` says that there
    are more rows than these.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut: bool


def ask(server: "Server", statement: str, parameters: Mapping[str, Any], *, limit: int, seconds: float) -> QueryResult:
    """The first rows of a statement that only reads.

    Raises StoreError for one that could do anything else, saying what; for one that is not Cypher, has a parameter
    that was not given, or takes longer than `seconds`.
    """
    refuse_more_than_reading(statement)
    given, end = dict(parameters), time.monotonic() + seconds

    def read(asked: "Server") -> tuple[list[str], list[list[Any]], dict[str, str]]:
        summary = asked.plan(statement, given, seconds=seconds)
        _refuse_plan(summary.query_type, summary.plan)
        left = max(end - time.monotonic(), 0.001)
        return asked.look(statement, given, rows=limit + 1, seconds=left, unnamed=_unnamed)

    columns, rows, names = server.alone(seconds, read)
    plain = tuple(tuple(_plain(value, names) for value in row) for row in rows[:limit])
    return QueryResult(tuple(columns), plain, len(rows) > limit)


def _refuse_plan(query_type: str | None, plan: Mapping[str, Any] | None) -> None:
    """Raises StoreError for a plan that does more than read; it does not show what stands within expressions."""
    for operator, details in _operators(plan):
        if operator == "LoadCSV":
            raise StoreError("the query has LOAD CSV, which reads files and addresses of the server: it is not allowed")
        if operator.startswith("Transaction"):
            raise StoreError("the query has CALL { … } IN TRANSACTIONS, which commits by itself: take that out")
        if operator == "ProcedureCall" and (name := details.partition("(")[0].strip()) not in PROCEDURES:
            raise StoreError(f"the query calls {name}; it may call {', '.join(sorted(PROCEDURES))}")
        if operator.startswith(("Show", "Terminate")) and operator not in _COMMANDS:
            raise StoreError(
                "the query manages the server; of such commands SHOW INDEXES and SHOW CONSTRAINTS only read"
            )
    if query_type != "r":
        raise StoreError("the query would change the graph, its schema or the server: a query here only reads")


def _operators(plan: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """Each operator of a plan with its details."""
    if plan:
        yield plan["operatorType"].partition("@")[0], str(plan.get("args", {}).get("Details", ""))
        for child in plan.get("children", ()):
            yield from _operators(child)


def _unnamed(value: Any) -> list[str]:
    """The server's names for the ends of relationships in the value that came without their own id."""
    from neo4j.graph import Relationship

    if isinstance(value, Relationship):
        return [node.element_id for node in value.nodes if node is not None and "id" not in node]
    if isinstance(value, dict):
        value = list(value.values())
    return [name for held in value for name in _unnamed(held)] if isinstance(value, list) else []


def _plain(value: Any, names: Mapping[str, str]) -> Any:
    """The value in JSON's types; the ends of relationships are called as in `names`."""
    from neo4j.graph import Node, Path, Relationship

    if isinstance(value, Node):
        return {"labels": sorted(value.labels), "properties": _plain(dict(value), names)}
    if isinstance(value, Relationship):
        ends = {"start": _id(value.start_node, names), "end": _id(value.end_node, names)}
        return {"type": value.type, **ends, "properties": _plain(dict(value), names)}
    if isinstance(value, Path):
        return {
            "nodes": [_plain(node, names) for node in value.nodes],
            "relationships": [_plain(tie, names) for tie in value.relationships],
        }
    if isinstance(value, dict):
        return {key: _plain(held, names) for key, held in value.items()}
    if isinstance(value, list | tuple) and not hasattr(value, "iso_format") and not hasattr(value, "srid"):
        return [_plain(held, names) for held in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if hasattr(value, "iso_format"):
        return value.iso_format()
    if hasattr(value, "srid"):
        return {"srid": value.srid, "coordinates": list(value)}
    if isinstance(value, bytes | bytearray):
        return value.hex()
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        # JSON has no such numbers.
        return str(value)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _id(node: Any, names: Mapping[str, str]) -> Any:
    """What names a node in our graph; the server's own name for it in a graph that has none."""
    return None if node is None else node.get("id", names.get(node.element_id, node.element_id))
