"""What `--dry-run` prints: the forecast of a run as a table of ranges, or as one JSON object."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from personagraph.runs.forecast import Forecast, Range

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Forecast calls, tokens and cost; send nothing, change nothing.")
]


def forecast_lines(forecast: "Forecast") -> list[str]:
    """The table, and what it rests on."""
    rows = [("", "low", "expected", "high"), *_rows(forecast)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [f"{forecast.command} with {forecast.model}: a forecast; nothing was sent"]
    lines += ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows]
    if forecast.reused_calls:
        lines.append(f"{forecast.reused_calls} of the calls have their reply in the ledger, and take nothing")
    return [*lines, "it rests on", *(f"- {note}" for note in forecast.notes)]


def _rows(forecast: "Forecast") -> Iterator[tuple[str, str, str, str]]:
    yield _row("calls", forecast.calls)
    yield _row("prompt tokens", forecast.prompt_tokens)
    yield _row("completion tokens", forecast.completion_tokens)
    if forecast.cost_usd:
        yield _row("cost in USD", forecast.cost_usd, digits=4)
    if forecast.seconds:
        yield _row("seconds", forecast.seconds)
    yield _row("samples", forecast.samples) if forecast.command == "synthesize" else _row("new", forecast.new)


def _row(name: str, values: "Range", *, digits: int = 0) -> tuple[str, str, str, str]:
    low, expected, high = (f"{value:,.{digits}f}" for value in values)
    return name, low, expected, high
