"""What `--dry-run` prints: the forecast of a run as a table of ranges, or as one JSON object."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from personagraph.cli.app import answer

if TYPE_CHECKING:
    from personagraph.forecasting import Forecast, Range

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Forecast calls, tokens, cost and coverage; send nothing, change nothing.")
]


def show_forecast(json: bool, forecast: "Forecast") -> int:
    """Print a forecast."""
    answer(json, forecast.to_json(), forecast_lines(forecast))
    return 0


def forecast_lines(forecast: "Forecast") -> list[str]:
    """The table, how it came about, and what to know of it."""
    rows = [("", "low", "expected", "high"), *_rows(forecast)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [f"{forecast.command} with {forecast.model}: a forecast; nothing was sent"]
    lines += ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows]
    low, high = (f"{100 * quantile:.0f}" for quantile in forecast.interval)
    lines.append(
        f"low to high: {low} to {high} % of {forecast.draws} courses, drawn after {forecast.simulated_runs} rehearsals "
        f"with {forecast.simulated_calls} simulated calls"
        + (f" and {forecast.history_calls} calls of this workspace" if forecast.history_calls else "")
    )
    if forecast.worst_case_usd:
        lines.append(f"at worst, if every call is asked twice at full length: {forecast.worst_case_usd:.4f} USD")
    return [*lines, *(f"note: {note}" for note in forecast.notes)]


def _rows(forecast: "Forecast") -> Iterator[tuple[str, str, str, str]]:
    yield _row("calls", forecast.calls)
    yield _row("prompt tokens", forecast.prompt_tokens)
    yield _row("completion tokens", forecast.completion_tokens)
    if forecast.cost_usd:
        yield _row("cost in USD", forecast.cost_usd, digits=4)
    if forecast.seconds:
        yield _row("seconds", forecast.seconds)
    if forecast.command == "synthesize":
        yield _row("samples", forecast.samples)
    else:
        yield _row("new", forecast.new)
        yield _row("merged", forecast.merged)
    yield _row("rejected", forecast.rejected)
    yield _row("dead letters", forecast.dead_letters)
    if found := forecast.coverage:
        for level, then in found.then.items():
            yield _row(f"cells with {level} or more, now {found.now[level]} of {found.cells}", then)


def _row(name: str, values: "Range", *, digits: int = 0) -> tuple[str, str, str, str]:
    low, expected, high = (f"{value:,.{digits}f}" for value in (values.low, values.expected, values.high))
    return name, low, expected, high
