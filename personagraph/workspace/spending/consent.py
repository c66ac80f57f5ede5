"""Asks before a run may cost more than little: nothing is sent without the user's word for it."""

from math import isfinite

from personagraph.errors import ConfigError, UsageError
from personagraph.llm.backend import ChatBackend
from personagraph.runs.forecast import ENDLESS, Forecast, Range
from personagraph.workspace.options import ModelOptions
from personagraph.workspace.settings import Settings
from personagraph.workspace.spending.pace import PaceLimits


def may_cost(backend: ChatBackend, pace: PaceLimits) -> bool:
    """Whether somebody is paid for the replies, as far as is known."""
    return not backend.free and (pace.price is None or any(pace.price))


def ask_first(forecast: Forecast, most: float, settings: Settings, options: ModelOptions) -> None:
    """Ask whether a run of at `most` so many calls may go on, if it may take more than the settings let pass.

    Raises UsageError where nobody can be asked, ConfigError when the answer is no.
    """
    calls, usd = settings.ask_above_calls, settings.ask_above_usd
    sent = most - forecast.reused_calls
    cost = sent * forecast.cost_usd.high / max(forecast.calls.high, 1) if forecast.cost_usd else 0.0
    if sent <= calls and cost <= usd:
        return
    told = f"{forecast.command} with {forecast.model} would take {_told(forecast)}"
    ask = options.get("agree")
    if ask is None:
        raise UsageError(
            f"{told}, which is above {calls:,} calls or {usd:g} USD (ask_above_calls, ask_above_usd), so nothing was"
            " sent; say how far it may go with --max-calls or --max-cost, or let it with --yes"
        )
    if not ask(f"{told}. Let it?"):
        raise ConfigError("nothing was sent; --max-calls and --max-cost say how far a run may go")


def _told(forecast: Forecast) -> str:
    if forecast.calls.high >= ENDLESS:
        calls = f"{forecast.calls.low:,} calls or more, without an end in sight"
    else:
        calls = f"{_range(forecast.calls, 0)} calls"
    if forecast.cost_usd is None:
        return f"{calls}, at a price that is not known"
    return f"{calls}, and {_range(forecast.cost_usd, 2)} USD" if isfinite(forecast.cost_usd.high) else calls


def _range(values: Range, digits: int) -> str:
    low, high = (f"{value:,.{digits}f}" for value in (values.low, values.high))
    return low if low == high else f"{low} to {high}"
