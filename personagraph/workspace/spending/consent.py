"""Asks before a run may cost more than little: nothing is sent without the user's word for it."""

from personagraph.errors import ConfigError, UsageError
from personagraph.llm.backend import ChatBackend
from personagraph.runs.forecast import ENDLESS, Forecast, Range
from personagraph.workspace.options import ModelOptions
from personagraph.workspace.settings import Settings
from personagraph.workspace.spending.ahead import Most
from personagraph.workspace.spending.pace import PaceLimits


def may_cost(backend: ChatBackend, pace: PaceLimits) -> bool:
    """Whether somebody is paid for the replies, as far as is known."""
    return not backend.free and (pace.price is None or any(pace.price[:3]))


def ask_first(forecast: Forecast, most: Most, settings: Settings, options: ModelOptions) -> None:
    """Ask whether a run may go on that may take more calls or USD than the settings let pass; the forecast is told.

    Raises UsageError where nobody can be asked, ConfigError when the answer is no.
    """
    calls, usd = settings.ask_above_calls, settings.ask_above_usd
    cost = most.cost or 0.0
    if cost <= usd and (most.calls <= calls or most.is_bounded):
        return
    told = f"{forecast.command} with {forecast.model} may take {_told(most)} ({_expected(forecast)})"
    ask = options.get("agree")
    if ask is None:
        raise UsageError(
            f"{told}, which is above {calls:,} calls or {usd:g} USD (ask_above_calls, ask_above_usd), so nothing was"
            " sent; say how far it may go with --max-calls or --max-cost, or let it with --yes"
        )
    if not ask(f"{told}. Let it?"):
        raise ConfigError("nothing was sent; --max-calls and --max-cost say how far a run may go")


def _told(most: Most) -> str:
    calls = f"{most.calls:,.0f} calls" if most.calls < ENDLESS else "calls without an end in sight"
    if most.cost is None:
        return f"{calls}, at a price that is not known"
    return f"{calls}, and {most.cost:,.2f} USD" if most.calls < ENDLESS or most.cost < ENDLESS else calls


def _expected(forecast: Forecast) -> str:
    cost = f", {_range(forecast.cost_usd, 2)} USD" if forecast.cost_usd else ""
    return f"by the forecast {_range(forecast.calls, 0)} calls{cost}"


def _range(values: Range, digits: int) -> str:
    low, high = (f"{value:,.{digits}f}" for value in (values.low, values.high))
    return low if low == high else f"{low} to {high}"
