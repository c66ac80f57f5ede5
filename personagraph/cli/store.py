"""The commands that keep a store: check it, migrate it, and ask Neo4j in its own language."""

import json as json_format
import re
from dataclasses import asdict
from math import isfinite
from typing import Annotated, Any

import typer

from personagraph.cli import render
from personagraph.cli.app import HERE, Folder, Json, LogJson, Store, answer, app, opened, stores
from personagraph.cli.exit_codes import INTERRUPTED
from personagraph.cli.model_runs import metered
from personagraph.errors import ConfigError

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
CELL = 72
"""Characters of a value that a table shows."""


@stores.command("check")
def store_check(workspace: Folder = HERE, store: Store = None, json: Json = False) -> int:
    """Check the store's server, schema and indexes, whose it is, and that it holds what the ledger says."""
    from personagraph.workspace import check_store

    findings = check_store(workspace, store=store)
    fine = all(finding.ok for finding in findings)
    answer(json, {"ok": fine, "findings": [asdict(finding) for finding in findings]}, render.finding_lines(findings))
    return 0 if fine else 1


@stores.command("migrate")
def store_migrate(workspace: Folder = HERE, store: Store = None, json: Json = False) -> None:
    """Bring the store's schema up to date, and make indexes and constraints that were dropped again."""
    from personagraph.workspace import migrate_store

    done = migrate_store(workspace, store=store)
    answer(json, {"done": done}, done or ["nothing to do: the schema is up to date"])


@app.command()
def query(
    file: Annotated[str, typer.Argument(help="A file with one Cypher statement, or the name of one that comes along.")],
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
    with opened(workspace, store) as graph:
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
        raise ConfigError(f"--param {text!r} is not of the form name=value")
    if (
        not _NUMBER.fullmatch(value)
        and value not in ("true", "false", "null")
        and not value.startswith(("[", "{", '"'))
    ):
        return name, value
    try:
        read = json_format.loads(value)
    except ValueError as error:
        raise ConfigError(f"--param {name}: {value!r} begins as JSON does, but is none ({error})") from error
    if isinstance(read, int | float) and not (abs(read) < 2**63 if isinstance(read, int) else isfinite(read)):
        raise ConfigError(f"--param {name}: {value} is too large a number for a database; as a text it is in quotes")
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


@stores.command("copy")
def store_copy(
    to: Annotated[str, typer.Option(help="sqlite, sqlite:FILE, or neo4j://user@host:port/database; empty.")],
    source: Annotated[str | None, typer.Option("--from", help="The same.  [default: the workspace's store]")] = None,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
    log_json: LogJson = False,
) -> int:
    """Copy the whole graph to another store, and check that it arrived; interrupted, the same command goes on.

    The password of a second server is in PERSONAGRAPH_TARGET_PASSWORD (or the file that
    PERSONAGRAPH_TARGET_PASSWORD_FILE names), unless it is that of the first. A graph that was lost comes back from a
    copy with --from.

    \b
    Example: personagraph store copy --to neo4j://neo4j@localhost:7687
    Example: personagraph store copy --to sqlite:backup.sqlite3
    """
    from personagraph.workspace import copy_store

    with metered("rows") as (meter, stopping):
        done = copy_store(workspace, to, source=source, store=store, stopping=stopping, progress=meter)
    if done is None:
        render.note("the same command goes on where this one stopped")
        return INTERRUPTED
    lines = [
        f"{to}: {done.personas} personas, {done.relationships} relationships, {done.sources} sources,"
        f" {done.merges} merges",
        f"both hold the same: {done.hash}",
        f'to work with it, set store = "{to}" in {workspace / "personagraph.toml"}'
        if not to.startswith("sqlite:")
        else f'to work with it, move it to {workspace / "graph.sqlite3"}, and set store = "sqlite" beside it',
    ]
    answer(json, {"to": to, **asdict(done)}, lines)
    return 0
