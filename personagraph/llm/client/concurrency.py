"""How many calls may be in flight: more while the server keeps up, fewer when it says that it has too much to do."""

from collections.abc import Callable

CUT = 0.8
GROWTH = 0.05
COOL_DOWN = 15.0
SATURATED = 0.8
FIRST = 8
OUTAGE = 8
"""So many calls in a row that were sent and brought nothing are an outage: from then on one at a time is risked."""


class AdaptiveLimit:
    """Additive increase, multiplicative decrease, as TCP and inspect_ai do it.

    From `first` it doubles each round of answers until the server first says that it is too much; from then on it grows
    by 5 % a round. A rate limit cuts it to 80 %, and holds it there for 15 s, or as long as the server asks. Other
    failures begin the round anew. In an outage it is 1 until the server answers again. It grows only while it is used
    to 80 %, never above `highest`, and is never below 1. `tell` hears of each change: the new limit, and why.
    """

    def __init__(
        self,
        highest: int,
        *,
        first: int | None = None,
        clock: Callable[[], float],
        tell: Callable[[int, str], None] = lambda limit, why: None,
    ) -> None:
        self.highest = highest
        self._level = float(min(first or highest, highest))
        self._clock = clock
        self._tell = tell
        self._searching = True
        self._answered = 0
        self._lost = 0
        self._quiet_until = 0.0

    @property
    def limit(self) -> int:
        """How many calls may be in flight now."""
        return int(self._level) if self._lost < OUTAGE else 1

    @property
    def probes(self) -> int:
        """How many calls have brought nothing since the outage began; 0 when there is none."""
        return max(0, self._lost - OUTAGE + 1)

    def answered(self, in_flight: int) -> None:
        """A call was answered, when so many were in flight."""
        lost, self._lost = self._lost, 0
        if lost >= OUTAGE:
            self._tell(self.limit, "the server answers again")
        if self._clock() < self._quiet_until or in_flight < SATURATED * self.limit:
            return
        self._answered += 1
        if self._answered >= self.limit:
            self._answered = 0
            self._change(
                2 * self._level if self._searching else self._level + max(1.0, GROWTH * self._level),
                "the server keeps up",
            )

    def limited(self, wait: float) -> None:
        """The server said that it has too much to do, and for how many seconds it wants no more."""
        now = self._clock()
        if now >= self._quiet_until:
            self._change(CUT * self._level, "rate limit")
        self._searching = False
        self._answered = 0
        self._quiet_until = max(self._quiet_until, now + max(COOL_DOWN, wait))

    def failed(self) -> None:
        """The server failed otherwise: no reason to grow."""
        self._answered = 0

    def lost(self) -> None:
        """A call was sent, may be on the bill, and brought nothing."""
        self.failed()
        self._lost += 1
        if self._lost == OUTAGE:
            self._tell(1, "nobody is answered")

    def _change(self, level: float, why: str) -> None:
        before, self._level = self.limit, max(1.0, min(level, float(self.highest)))
        if self.limit != before:
            self._tell(self.limit, why)
