"""The options that say which part of the graph is meant, the same for every command that takes one."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from personagraph.cli.app import Types
from personagraph.cli.options.shared import shares

Selected = dict[str, Any]
"""What was said of it, as the verbs take it."""


def _selection(
    around: Annotated[
        str | None,
        typer.Option(help="Only this persona (an id, the beginning of one, or words) and whoever is near."),
    ] = None,
    hops: Annotated[int | None, typer.Option(help="With --around: how near.  [default: 1]")] = None,
    path: Annotated[
        tuple[str, str] | None,
        typer.Option(help="Only who is on a shortest path between two personas.", metavar="PERSONA PERSONA"),
    ] = None,
    community: Annotated[
        int | None, typer.Option(help="Only this community of the graph, by its number in `metrics`.")
    ] = None,
    cell: Annotated[
        str | None, typer.Option(help="Only who is in this cell, such as activity=agriculture,region=south_asia.")
    ] = None,
    type: Types = None,
    run: Annotated[list[str] | None, typer.Option("--run", help="Only whom this run let in; may be repeated.")] = None,
    depth: Annotated[
        str | None, typer.Option(help="Only so far from a seed: 2, 1-3, 2-; or none, for no link to one.")
    ] = None,
    search: Annotated[str | None, typer.Option(help="Only whose description has these words.")] = None,
    ids: Annotated[
        Path | None, typer.Option(help="Only these: a file with an id a line, or with a column id; - is the input.")
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option(help="Only what an export selected, or whom samples are about: the .manifest.json beside them."),
    ] = None,
) -> Selected:
    groups = {"path": path, "community": community, "cell": cell, "search": search, "ids": ids, "manifest": manifest}
    return {"around": around, "hops": hops, "depth": depth, **groups, "types": type or (), "runs": run or ()}


def selects() -> Callable[[Any], Any]:
    """Gives a command these options; it takes them as `part`, for a verb."""
    return shares(_selection, "part")
