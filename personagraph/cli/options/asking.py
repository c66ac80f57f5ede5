"""The options that say how samples are asked for, and what looks at them."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any

import typer

from personagraph.cli.options.shared import shares
from personagraph.errors import UsageError

Asking = dict[str, Any]
"""What was said of it, as the verb takes it."""
NO_CHECKS = "none"


def _asking(
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="What samples are to be about, as difficulty=hard or world=…, instead of what the task takes in turn;"
            " may be repeated.",
        ),
    ] = None,
    shots: Annotated[
        str | None,
        typer.Option(help="Samples to show beforehand: {SHOTS}.  [default: none; personas to small models]"),
    ] = None,
    answers: Annotated[
        int | None,
        typer.Option(
            help="Independent answers to each problem, to compare.  [default: 2 where the task compares them]"
        ),
    ] = None,
    checks: Annotated[
        str | None,
        typer.Option(help="What looks at each sample, with commas: {CHECKS}; or none.  [default: those of the task]"),
    ] = None,
    checker: Annotated[
        str | None, typer.Option(help="The model that answers and criticises.  [default: the one that writes]")
    ] = None,
) -> Asking:
    names = None if checks is None else [] if checks == NO_CHECKS else checks.split(",")
    return {"vary": _vary(values or ()), "shots": shots, "answers": answers, "checks": names, "checker": checker}


def asks() -> Callable[[Any], Any]:
    """Gives a command these options; it takes them as `asking`, for a verb."""
    return shares(_asking, "asking")


def _vary(values: Iterable[str]) -> dict[str, list[str]] | None:
    """What follows each name, in order."""
    found: dict[str, list[str]] = {}
    for said in values:
        name, sign, value = said.partition("=")
        if not sign or not name:
            raise UsageError(f"--set {said!r} must be a name and a value, as difficulty=hard")
        found.setdefault(name, []).append(value)
    return found or None
