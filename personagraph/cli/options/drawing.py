"""The options that say whom to draw, the same for every command that draws."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from personagraph.cli.options.shared import shares

Drawing = dict[str, Any]
"""What was said of it, as the verbs take it."""


def _drawing(
    sampler: Annotated[
        str | None, typer.Option(help="{SAMPLERS}.  [default: random; ego where --around is given]")
    ] = None,
    per_type: Annotated[
        int | None, typer.Option(help="ego: relationships of each type that are followed from each, at most.")
    ] = None,
    restart: Annotated[
        float | None, typer.Option(help="walk: how often it goes back to where it began.  [default: 0.15]")
    ] = None,
    even: Annotated[bool, typer.Option("--even", help="communities: as many from each as from any other.")] = False,
    by: Annotated[
        str | None, typer.Option(help="deficit: the attributes that make cells.  [default: activity,region]")
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="deficit: {TARGETS}; or a CSV file.  [default: the settings']")
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="Whom a manifest is of (of a sample, of an export, of samples), or the file beside it: the same"
            " personas, or an error.",
        ),
    ] = None,
) -> Drawing:
    own = {"per_type": per_type, "restart": restart, "even": even or None, "target": target, "drawn_from": source}
    return {"sampler": sampler, "by": by.split(",") if by else None, **own}


def draws() -> Callable[[Any], Any]:
    """Gives a command these options; it takes them as `drawing`, for a verb."""
    return shares(_drawing, "drawing")
