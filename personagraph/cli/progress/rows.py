"""How a run that goes on is told: in rows of a label and a text, and in one line."""

from collections.abc import Mapping

from personagraph.cli.progress.estimate import Standing
from personagraph.progress import Tick
from personagraph.text.plain import visible

_NAMES = {"sample": "samples", "dead": "dead letters"}
_UNITS = ((90, 1, "s"), (5400, 60, "min"), (129600, 3600, "h"))
"""Up to how many seconds a length of time is told in which unit."""


def line(standing: Standing, unit: str) -> str:
    """How the run stands, in one line; `unit` says what a step is."""
    tick = standing.tick
    if tick is None:
        return f"nothing is done yet, after {_clock(standing.seconds)}"
    last = f" (of the last {standing.recent}: {_counts(standing.yields)})" if standing.yields else ""
    frontier = f"frontier {by_depth(tick.frontier)}" if tick.frontier else ""
    flight = f"in flight {_flight(tick)}" if _flight(tick) else ""
    parts = [_done(tick, unit), tick.trouble, _time(standing), _cost(tick, standing), _counts(tick.outcomes) + last]
    parts += [flight, frontier]
    return visible("; ".join(part for part in parts if part))


def rows(standing: Standing, unit: str) -> list[tuple[str, str]]:
    """The same as labels and texts, without the frontier; what matters most comes first."""
    tick = standing.tick
    if tick is None:
        return [("time", line(standing, unit))]
    told = [("done", _done(tick, unit)), ("trouble", tick.trouble), ("time", _time(standing))]
    told += [("cost", _cost(tick, standing))]
    told += [("so far", _counts(tick.outcomes)), ("in flight", _flight(tick))]
    told += [(f"last {standing.recent}", _counts(standing.yields))]
    return [(label, visible(text)) for label, text in told if text]


def by_depth(frontier: Mapping[int, int]) -> str:
    """How many personas wait at each depth."""
    return ", ".join(f"{depth}: {count:,}" for depth, count in frontier.items())


def _done(tick: Tick, unit: str) -> str:
    if not tick.limit:
        return f"{tick.done:,} {unit}"
    return f"{tick.done:,} of {tick.limit:,} {unit}, {100 * tick.done / tick.limit:.0f} %"


def _time(standing: Standing) -> str:
    parts = []
    if standing.left is not None:
        until = f" until --max-{standing.until} ends it" if standing.until else ""
        low, high = standing.left
        parts.append(f"{span(low, None if standing.least else high)} left{until}")
    if standing.rate is not None:
        parts.append(f"{standing.rate:.{1 if standing.rate >= 1 else 2}f}/s in the last minute")
    return ", ".join([*parts, f"{_clock(standing.seconds)} so far"])


def _cost(tick: Tick, standing: Standing) -> str:
    if not (tick.booked or tick.max_cost):
        return ""
    limit = "" if tick.max_cost is None else f" of at most {_dollars(tick.max_cost)}"
    perhaps = f" and perhaps {_dollars(tick.perhaps_billed)}" if tick.perhaps_billed else ""
    spent, projected = f"{_dollars(tick.cost)}{perhaps}{limit}", standing.projected
    if projected is None:
        return spent
    ends = "would end" if tick.max_cost is not None and projected > tick.max_cost else "ends"
    return f"{spent}, {ends} at {_dollars(projected)}{' or more' if standing.least else ''}"


def _flight(tick: Tick) -> str:
    if tick.concurrency is None:
        return ""
    return f"{tick.in_flight} of at most {tick.concurrency}{f' ({tick.pace})' if tick.pace else ''}"


def _counts(outcomes: Mapping[str, int] | None) -> str:
    return ", ".join(f"{count:,} {_NAMES.get(name, name)}" for name, count in (outcomes or {}).items())


def _dollars(amount: float) -> str:
    return f"${amount:,.{2 if amount >= 1 else 4}f}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"


def span(low: float, high: float | None) -> str:
    """A length of time as a range: "8–12 min"; without an upper end "at least 8 min"."""
    longest = low if high is None else high
    size, unit = next(((size, unit) for most, size, unit in _UNITS if longest < most), (86400, "days"))
    ends = [_number(end / size) for end in (low, high) if end is not None]
    return f"{'at least ' if high is None else ''}{'–'.join(dict.fromkeys(ends))} {unit}"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 10 or value == round(value, 1) == round(value) else f"{value:.1f}"
