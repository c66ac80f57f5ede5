"""What the ticks of a run add up to: its rate, the time left as a range, what it will cost, and what came of late."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import quantiles
from typing import Any, NamedTuple

from personagraph.progress import Tick

MINUTE = 60.0
SPAN = 600.0
"""The seconds that the time left is estimated from; they are cut into SLICES of equal length."""
SLICES = 8
ENOUGH = 5.0
"""Less than so many seconds tell nothing of the time left."""
RECENT = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run stands. `seconds` have passed since the meter began, `rate` is steps a second over the last minute.

    `left` are the fewest and the most seconds to the end as the pace of late was quicker or slower (None: nobody
    knows), and `until` names the limit that ends the run first: "", calls, personas or cost. `projected` is what the
    run will have cost in USD, with what is perhaps billed, if the cost itself does not stop it; `least` says that both
    are only what is known by now. `yields` are the outcomes of the last `recent` steps.
    """

    tick: Tick | None
    seconds: float
    rate: float | None = None
    left: tuple[float, float | None] | None = None
    until: str = ""
    least: bool = False
    projected: float | None = None
    recent: int = 0
    yields: Mapping[str, int] | None = None


class _Point(NamedTuple):
    time: float
    tick: Tick


class History:
    """The ticks of a run, a second apart, as far back as the estimates need.

    `troubled` is when the first of the last ones came that tell of trouble, None when the last one tells of none.
    """

    def __init__(self, began: float) -> None:
        self._began = began
        self.troubled: float | None = None
        self._points: deque[_Point] = deque()

    def add(self, time: float, tick: Tick) -> None:
        """Take in a tick. One with fewer steps done is of another run of the same command: what was before is over."""
        self.troubled = None if not tick.trouble else time if self.troubled is None else self.troubled
        points = self._points
        if points and tick.done < points[-1].tick.done:
            points.clear()
        if len(points) > 1 and time - points[-2].time < 1.0:
            points.pop()
        points.append(_Point(time, tick))
        while len(points) > 2 and points[1].time <= time - SPAN and points[1].tick.done <= tick.done - RECENT:
            points.popleft()

    def standing(self, now: float) -> Standing:
        """How the run stands at this moment."""
        seconds = now - self._began
        if not self._points:
            return Standing(None, seconds)
        tick, base = self._points[-1].tick, self._recent()
        recent, yields = tick.done - base.done, dict(Counter(tick.outcomes) - Counter(base.outcomes))
        steps, until, least = _steps_left(tick, yields.get("new", 0) / recent if recent else 0.0)
        price = (tick.booked - base.booked) / recent if recent else 0.0
        projected = tick.booked + steps * price if price and steps is not None else None
        if projected is not None and tick.max_cost is not None and projected > tick.max_cost:
            steps, until, least = max(0.0, tick.max_cost - tick.booked) / price, "cost", False
        # That nothing is planned further does not say that nothing comes.
        left = None if steps is None or (least and not steps) else self._seconds_for(steps, now)
        return Standing(tick, seconds, self._rate(now), left, until, least, projected, recent, yields)

    def _recent(self) -> Tick:
        """The latest tick that at least RECENT steps came after, or the first."""
        done = self._points[-1].tick.done
        return next((p.tick for p in reversed(self._points) if p.tick.done <= done - RECENT), self._points[0].tick)

    def _rate(self, now: float) -> float | None:
        base = next((p for p in reversed(self._points) if p.time <= now - MINUTE), self._points[0])
        steps = self._points[-1].tick.done - base.tick.done
        return steps / (now - base.time) if now > base.time and (steps or now - base.time >= MINUTE) else None

    def _seconds_for(self, steps: float, now: float) -> tuple[float, float | None] | None:
        """How long so many steps take at the upper and at the lower quartile of the pace of late."""
        first, last = self._points[0], self._points[-1]
        begin = max(first.time, now - SPAN)
        # The time since the last tick counts only when it is longer than usual: ticks come with every few answers.
        end = now if now - last.time > (now - begin) / SLICES else last.time
        if not steps:
            return 0.0, 0.0
        if end - begin < ENOUGH or last.tick.done == first.tick.done:
            return None
        marks = [begin + (end - begin) * i / SLICES for i in range(SLICES + 1)]
        done = [self._done_at(mark) for mark in marks]
        paces = [(after - before) * SLICES / (end - begin) for before, after in pairwise(done)]
        low, _, high = quantiles(paces, n=4, method="inclusive")
        return (steps / high, steps / low if low else None) if high else None

    def _done_at(self, time: float) -> float:
        """How many steps were done at a moment, taken as evenly spread between two ticks."""
        before = self._points[0]
        for after in self._points:
            if after.time >= time:
                share = (time - before.time) / (after.time - before.time) if after.time > before.time else 0.0
                return before.tick.done + share * (after.tick.done - before.tick.done)
            before = after
        return float(before.tick.done)


def _steps_left(tick: Tick, brings: float) -> tuple[float | None, str, bool]:
    """How many steps are to come, which limit ends them, and whether it is only what is known by now.

    `brings` is how many new personas a step brings of late. What the cost limit does is not looked at.
    """
    ends: list[tuple[float, str]] = []
    if tick.limit is not None:
        ends.append((float(max(0, tick.limit - tick.done)), "calls"))
    if tick.max_new is not None:
        missing = max(0, tick.max_new - tick.outcomes.get("new", 0))
        if brings or not missing:
            ends.append((missing / brings if missing else 0.0, "personas"))
        elif not ends:
            return None, "", False
    if ends:
        steps, until = min(ends)
        return steps, until if tick.max_new is not None else "", False
    return float(tick.open + sum(tick.frontier.values())), "", True


def fields(standing: Standing) -> dict[str, Any]:
    """How a run stands as data: what `--log-json` writes."""
    tick, told = standing.tick, {"seconds": round(standing.seconds, 1)}
    if tick is None:
        return told
    return {
        **told,
        "done": tick.done,
        "limit": tick.limit,
        "open": tick.open,
        "in_flight": tick.in_flight,
        "concurrency": tick.concurrency,
        "pace": tick.pace,
        "rate": standing.rate and round(standing.rate, 3),
        "seconds_left": standing.left and [s and round(s) for s in standing.left],
        "at_least": standing.least,
        "until": standing.until,
        "trouble": tick.trouble,
        "cost_usd": round(tick.booked, 6),
        "perhaps_billed_usd": round(tick.perhaps_billed, 6),
        "max_cost_usd": tick.max_cost,
        "projected_usd": standing.projected and round(standing.projected, 6),
        "outcomes": dict(tick.outcomes),
        "recent": {"steps": standing.recent, **(standing.yields or {})},
        "frontier": {str(depth): count for depth, count in tick.frontier.items()},
    }
