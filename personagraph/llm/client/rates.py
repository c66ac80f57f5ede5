"""Keeps to what a server takes a minute: limits that the user set, and what the server's headers say is left."""

from collections.abc import Callable

from personagraph.errors import Allowance

BURST = 5.0
"""A bucket holds what is allowed in so many seconds: a server's minute may be cut in smaller pieces."""
LONGEST_HOLD = 60.0
"""A server that says it takes nothing for longer than this is asked again after this."""


class Bucket:
    """So much a minute: it fills steadily up to a few seconds' worth, and a larger demand waits until it is full."""

    def __init__(self, a_minute: float, *, clock: Callable[[], float]) -> None:
        self.a_minute = a_minute
        self._rate = a_minute / 60.0
        self._most = max(1.0, self._rate * BURST)
        self._clock = clock
        self._level = self._most
        self._at = clock()

    def wait(self, amount: float) -> float:
        """Seconds until so much may be taken; 0 for now."""
        self._fill()
        return max(0.0, (min(amount, self._most) - self._level) / self._rate)

    def take(self, amount: float) -> None:
        """Take it; a negative amount gives back what was not used."""
        self._fill()
        self._level = min(self._most, self._level - amount)

    def _fill(self) -> None:
        now = self._clock()
        self._level = min(self._most, self._level + (now - self._at) * self._rate)
        self._at = now


class _Left:
    """What a server said is left of one of its limits, counted down by what is sent since."""

    def __init__(self) -> None:
        self.left: float | None = None
        self._again = 0.0

    def heard(self, left: int | None, reset: float | None, now: float) -> None:
        if left is not None and reset is not None:
            self.left, self._again = float(left), now + min(max(reset, 0.0), LONGEST_HOLD)

    def wait(self, amount: float, now: float) -> float:
        if self.left is None or self.left >= amount or now >= self._again:
            return 0.0
        return self._again - now

    def take(self, amount: float) -> None:
        if self.left is not None:
            self.left -= amount


class Rates:
    """How long the next call must wait so that no limit a minute is broken.

    `requests` and `tokens` a minute are the user's limits, None for none; what replies say comes on top.
    """

    def __init__(self, *, requests: int | None, tokens: int | None, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._requests = Bucket(requests, clock=clock) if requests else None
        self._tokens = Bucket(tokens, clock=clock) if tokens else None
        self._requests_left, self._tokens_left = _Left(), _Left()

    def wait(self, tokens: int) -> float:
        """Seconds until a call of about so many tokens may leave; 0 for now."""
        now = self._clock()
        own = max((b.wait(n) for b, n in ((self._requests, 1), (self._tokens, tokens)) if b), default=0.0)
        return max(own, self._requests_left.wait(1, now), self._tokens_left.wait(tokens, now))

    def take(self, tokens: int) -> None:
        """A call of about so many tokens leaves."""
        for bucket, amount in ((self._requests, 1), (self._tokens, tokens)):
            if bucket:
                bucket.take(amount)
        self._requests_left.take(1)
        self._tokens_left.take(tokens)

    def used(self, expected: int, tokens: int) -> None:
        """A call for which `expected` tokens were taken used so many; of nonsense, a minute's worth counts."""
        if self._tokens:
            self._tokens.take(min(tokens - expected, self._tokens.a_minute))

    def heard(self, allowance: Allowance) -> None:
        """What a server says is left."""
        now = self._clock()
        self._requests_left.heard(allowance.requests_left, allowance.requests_reset, now)
        self._tokens_left.heard(allowance.tokens_left, allowance.tokens_reset, now)
