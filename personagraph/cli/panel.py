"""How a run that goes on looks: in one line, and as a panel that fits the terminal."""

import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from personagraph.cli.standing import Standing
from personagraph.plain_text import visible
from personagraph.protocols import Tick

LABEL = 10
BAR = 40
"""The widest a bar gets, in columns."""
_NAMES = {"sample": "samples", "dead": "dead letters"}


def line(standing: Standing, unit: str) -> str:
    """How the run stands, in one line."""
    tick = standing.tick
    if tick is None:
        return f"nothing is done yet, after {_clock(standing.seconds)}"
    last = f" (of the last {standing.recent}: {_counts(standing.yields)})" if standing.yields else ""
    frontier = f"frontier {_by_depth(tick.frontier)}" if tick.frontier else ""
    flight = f"in flight {_flight(tick)}" if _flight(tick) else ""
    parts = (_done(tick, unit), _time(standing), _cost(standing), _counts(tick.outcomes) + last, flight, frontier)
    return visible("; ".join(part for part in parts if part))


def panel(standing: Standing, unit: str, *, width: int, height: int, solid: str = "█") -> list[str]:
    """At most `height` lines of less than `width` columns, as much of it as fits; what matters most comes first.

    `solid` is what bars are made of.
    """
    tick, room = standing.tick, max(1, width - 1)
    if tick is None:
        return [fit(text, room) for text in _wrapped("time", line(standing, unit), room)[:height]]
    rows = [("done", _done(tick, unit)), ("time", _time(standing)), ("cost", _cost(standing))]
    rows += [("so far", _counts(tick.outcomes)), ("in flight", _flight(tick))]
    rows += [(f"last {standing.recent}", _counts(standing.yields or {}))]
    depths = ("frontier", _by_depth(tick.frontier))
    whole = [text for row in rows for text in _wrapped(*row, room)]
    head = _progress(tick, room, solid)
    sizes = (
        [*head, *whole, *_bars(tick.frontier, room, solid)],
        [*head, *whole, *_wrapped(*depths, room)],
        [f"{label:<{LABEL}}{visible(text)}" for label, text in (*rows, depths) if text],
    )
    lines = next((each for each in sizes if len(each) <= height), sizes[-1][: max(1, height)])
    return [fit(text, room) for text in lines]


def cells(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(map(_cells, text))


def fit(text: str, width: int) -> str:
    """The text, cut with an ellipsis when it takes more than `width` columns."""
    if cells(text) <= width:
        return text
    kept, room = "", width - 1
    for character in text:
        room -= _cells(character)
        if room < 0:
            break
        kept += character
    return kept + "…"


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _progress(tick: Tick, room: int, solid: str) -> list[str]:
    """A bar of how much is done of what there is to do, if anybody knows."""
    if not tick.limit:
        return []
    wide = max(1, min(BAR, room - LABEL))
    full = min(wide, wide * tick.done // tick.limit)
    return [" " * LABEL + solid * full + "." * (wide - full)]


def _wrapped(label: str, text: str, room: int) -> list[str]:
    """A row, in as many lines as it needs; none when there is nothing to tell."""
    parts = textwrap.wrap(visible(text), max(8, room - LABEL)) if text else []
    return [f"{'' if i else label:<{LABEL}}{part}" for i, part in enumerate(parts)]


def _bars(frontier: Mapping[int, int], room: int, solid: str) -> Iterable[str]:
    most = max(frontier.values(), default=0)
    wide = max(1, min(BAR, room - LABEL - 16))
    for i, (depth, count) in enumerate(frontier.items()):
        bar = solid * max(1, wide * count // most)
        yield f"{'' if i else 'frontier':<{LABEL}}{depth:>2} {count:>10,}  {bar}"


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


def _cost(standing: Standing) -> str:
    tick, projected = standing.tick, standing.projected
    if tick is None or not (tick.cost or tick.max_cost):
        return ""
    limit = "" if tick.max_cost is None else f" of at most {_dollars(tick.max_cost)}"
    spent = f"{_dollars(tick.cost)}{limit}"
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


def _by_depth(frontier: Mapping[int, int]) -> str:
    return ", ".join(f"{depth}: {count:,}" for depth, count in frontier.items())


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"


def span(low: float, high: float | None) -> str:
    """A length of time as a range: "8–12 min"; without an upper end "at least 8 min"."""
    size, unit = _unit(low if high is None else high)
    ends = [_number(end / size) for end in (low, high) if end is not None]
    told = f"{ends[0]} {unit}" if ends[0] == ends[-1] else f"{ends[0]}–{ends[-1]} {unit}"
    return f"at least {told}" if high is None else told


def _unit(seconds: float) -> tuple[float, str]:
    units: Sequence[tuple[float, float, str]] = ((90, 1, "s"), (5400, 60, "min"), (129600, 3600, "h"))
    return next(((size, unit) for most, size, unit in units if seconds < most), (86400.0, "days"))


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 10 or value == round(value, 1) == round(value) else f"{value:.1f}"
