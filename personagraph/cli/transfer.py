"""The commands that move whole graphs: networks that exist come in, and the graph goes to another store."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from personagraph.cli import render
from personagraph.cli.app import HERE, Folder, Json, LogJson, Store, answer, app, opened, stores
from personagraph.cli.exit_codes import INTERRUPTED
from personagraph.cli.grow import metered, run_code, run_lines


@app.command("import-graph")
def import_graph(
    files: Annotated[
        list[Path], typer.Argument(help="Edge lists (CSV, TSV, spaces), .adj, .graphml or node-link .json; also .gz.")
    ],
    nodes: Annotated[Path | None, typer.Option(help="A table of the nodes: CSV, TSV or JSON.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="TOML: which column is what.")] = None,
    directed: Annotated[
        bool | None, typer.Option("--directed/--undirected", help="What the edges are.  [default: as the file says]")
    ] = None,
    strict: Annotated[bool, typer.Option(help="Stop before the first row that cannot be used.")] = False,
    workspace: Folder = HERE,
    store: Store = None,
    json: Json = False,
    log_json: LogJson = False,
) -> int:
    """Import a network that exists: its nodes as seeds, its edges as relationships.

    \b
    Example: personagraph import-graph edges.csv --nodes people.csv --mapping mapping.toml
    Example: personagraph import-graph friends.graphml
    """
    with opened(workspace, store) as graph, metered("batches of rows") as (meter, stopping):
        options: dict[str, Any] = {"stopping": stopping, "progress": meter, "note": meter.note}
        done = graph.import_graph(files, nodes=nodes, mapping=mapping, directed=directed, strict=strict, **options)
    render.note_faults(done.run.faults)
    for name, count in done.unread.items():
        render.note(
            f"{count} values of {name} are in no vocabulary of ours and count as unknown; a mapping can map them"
        )
    counts = {"linked": done.run.linked, "self_loops": done.self_loops, "repeated": done.repeated}
    lines = [*run_lines(done.run), ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items())]
    answer(json, {**asdict(done.run), **counts, "unread": done.unread}, lines)
    return run_code(done.run)


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
