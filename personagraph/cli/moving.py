"""The commands that move whole graphs: networks that exist come in, and the graph goes to another store."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from personagraph.cli import render
from personagraph.cli.app import HERE, Folder, Json, LogJson, Store, answer, app, opened
from personagraph.cli.growing import metered, run_code, run_lines


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
