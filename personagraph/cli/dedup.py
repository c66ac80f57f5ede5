"""The command that takes the duplicates out of a file of personas, and needs no workspace."""

from pathlib import Path
from typing import Annotated, Any

import typer

from personagraph.cli.app import Dedup, Json, Separator, Strict, Threshold, answer, app
from personagraph.cli.progress.meter import Meter
from personagraph.cli.terminal import render


@app.command()
def dedup(
    file: Annotated[
        Path, typer.Argument(help="JSON, JSONL, a table with a header, or Parquet; - is the input; also .gz.")
    ],
    output: Annotated[
        Path,
        typer.Option(
            help="JSONL with the first row of each persona, all its fields; any output that ends in .gz is packed."
        ),
    ],
    field: Annotated[str, typer.Option(help="The field that holds the description.")] = "persona",
    separator: Separator = None,
    strict: Strict = False,
    like: Annotated[Path | None, typer.Option(help="Leave out what is a persona of this file, too.")] = None,
    merged: Annotated[Path | None, typer.Option(help="JSONL with a line for each row that was merged.")] = None,
    clusters: Annotated[Path | None, typer.Option(help="JSONL with each persona of several rows, and these.")] = None,
    report: Annotated[Path | None, typer.Option(help="JSON with all counts, and the largest clusters.")] = None,
    method: Dedup = None,
    threshold: Threshold = None,
    json: Json = False,
) -> None:
    """Take the duplicates out of a file of personas; needs no workspace. The same command goes on where it was stopped.

    \b
    Example: personagraph dedup personas.jsonl --output kept.jsonl --clusters clusters.jsonl
    Example: personagraph dedup more.jsonl --like personas.jsonl --output new.jsonl
    """
    from personagraph.workspace import dedup_file

    with Meter("rows") as meter:
        options: dict[str, Any] = {"separator": separator, "strict": strict, "like": like}
        options |= {"merged": merged, "clusters": clusters, "report": report}
        options |= {"method": method, "threshold": threshold}
        result = dedup_file(file, output, field=field, **options, progress=meter, note=meter.note)
    if result.resumed:
        render.note(f"{result.resumed:,} rows had been decided before, and were not decided anew")
    render.note_faults([(str(file), row.line, row.fault) for row in result.faults], count=result.unreadable)
    known = ""
    if result.like:
        known = f"{result.known} known, "
        render.note_faults(
            [(str(like), row.line, row.fault) for row in result.like.faults], count=result.like.unreadable
        )
    lines = [f"{result.read} read, {result.kept} kept, {result.merged} merged, {known}{result.unreadable} unreadable"]
    lines += [f"  {name}: {count}" for name, count in sorted(result.by_method.items())]
    answer(json, result.to_json(), lines)
