"""The command that asks a graph in Neo4j in Cypher, and prints the table that comes back."""

import json as json_format
import re
from math import isfinite
from typing import Annotated, Any

import typer

from personagraph.cli.app import HERE, Folder, Json, Store, answer, app, opened
from personagraph.cli.terminal import render
from personagraph.errors import UsageError
from personagraph.stores.neo4j.silence import answered_within

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
CELL = 72
"""Characters of a value that a table shows."""


@app.command()
def query(
    file: Annotated[
        str,
        typer.Argument(help="A file with one Cypher statement, - for the input, or the name of one that comes along."),
    ],
    param: Annotated[list[str] | None, typer.Option("--param", help="name=value; the value may be JSON.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many rows.")] = 1000,
    timeout: Annotated[float, typer.Option(help="Seconds that it may take.")] = 60.0,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Ask a graph in Neo4j in Cypher; what would do anything but read is refused.

    \b
    Example: personagraph query hubs_and_who_hangs_on_them --param hubs=5
    """
    parameters = dict(map(parameter, param or ()))
    with answered_within(max(1.0, timeout)):
        graph = opened(workspace, store)
    with graph:
        table = graph.query(file, parameters, limit=limit, seconds=timeout)
    if table.cut:
        render.note(f"only the first {limit} rows are shown; --limit takes more")
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    data = {"columns": table.columns, "rows": rows, "cut": table.cut}
    answer(json, data, table_lines(table.columns, table.rows))


def parameter(text: str) -> tuple[str, Any]:
    """Name and value of name=value: a number, true, false, null, list, map or quoted text as JSON; else a text."""
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise UsageError(f"--param {text!r} is not of the form name=value")
    if (
        not _NUMBER.fullmatch(value)
        and value not in ("true", "false", "null")
        and not value.startswith(("[", "{", '"'))
    ):
        return name, value
    try:
        read = json_format.loads(value)
    except ValueError as error:
        raise UsageError(f"--param {name}: {value!r} begins as JSON does, but is none ({error})") from error
    if isinstance(read, int | float) and not (abs(read) < 2**63 if isinstance(read, int) else isfinite(read)):
        raise UsageError(f"--param {name}: {value} is too large a number for a database; as a text it is in quotes")
    return name, read


def table_lines(columns: tuple[str, ...], rows: tuple[tuple[Any, ...], ...]) -> list[str]:
    """The rows under their columns, each as wide as it needs; long values are cut, which "…" shows."""
    cells = [[_short(_told(value)) for value in row] for row in rows]
    table = [[_short(column) for column in columns], *cells]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
    return [*lines, f"({len(rows)} row{'s' * (len(rows) != 1)})"]


def _told(value: Any) -> str:
    """A value in one line: a node by its label and caption, a relationship by its type, a path as in Cypher."""
    if isinstance(value, dict) and value.keys() == {"labels", "properties"}:
        held = value["properties"]
        caption = held.get("description") or held.get("name") or held.get("id") or ""
        return f"({':'.join(value['labels'])} {caption})"
    if isinstance(value, dict) and value.keys() == {"type", "start", "end", "properties"}:
        return f"[{value['type']}]"
    if isinstance(value, dict) and value.keys() == {"nodes", "relationships"}:
        return _path(value["nodes"], value["relationships"])
    if isinstance(value, list):
        return f"[{', '.join(map(_told, value))}]"
    return value if isinstance(value, str) else json_format.dumps(value, ensure_ascii=False)


def _path(nodes: list[Any], relationships: list[Any]) -> str:
    told = _told(nodes[0])
    for before, tie, after in zip(nodes, relationships, nodes[1:], strict=False):
        onwards = tie["start"] == before["properties"].get("id", tie["start"])
        told += f"{'-' if onwards else '<-'}{_told(tie)}{'->' if onwards else '-'}{_told(after)}"
    return told


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= CELL else line[: CELL - 1] + "…"
