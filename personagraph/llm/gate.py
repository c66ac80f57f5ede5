"""Lets calls out: in the order of their steps, as many as the server bears, none that could go over the budget."""

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import NamedTuple

from personagraph.errors import BudgetExceededError
from personagraph.llm.budget import Budget
from personagraph.llm.concurrency import AdaptiveLimit
from personagraph.llm.rates import Rates

POLL = 0.5
"""Seconds after which a gate that holds calls back looks again: whoever asks for a stop is not kept waiting."""


class Unsent(Exception):  # noqa: N818
    """The call was still waiting for its turn when it was told that nothing more is sent."""


class Pass(NamedTuple):
    """What a call took when it was let out."""

    tokens: int
    reserve: float


class Gate:
    """Where calls wait for their turn; used from one event loop.

    The call of the earliest step goes first, and is not overtaken while it waits for a limit. Once `stopping` says so,
    or the budget has no room and nothing is in flight whose reserve could come back, nobody is let out any more.
    """

    def __init__(
        self,
        budget: Budget,
        concurrency: AdaptiveLimit,
        rates: Rates,
        *,
        clock: Callable[[], float],
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.budget, self.concurrency, self.rates = budget, concurrency, rates
        self.in_flight = 0
        self._last: float = inf
        self._clock, self._stopping = clock, stopping
        self._waiting: list[tuple[int, int, Pass, asyncio.Future[None]]] = []
        self._tickets = count()
        self._closed_until = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def exhausted(self) -> bool:
        """Whether the budget had no room for a call: none of a later step leaves any more."""
        return self._last < inf

    async def enter(self, order: int, tokens: int, reserve: float) -> Pass:
        """Wait for the turn of a call of that step; `leave` must follow.

        Raises Unsent when nothing more is to be sent, BudgetExceededError when it could cost more than is left.
        """
        turn = asyncio.get_running_loop().create_future()
        taken = Pass(tokens, reserve)
        heappush(self._waiting, (order, next(self._tickets), taken, turn))
        self._admit()
        await turn
        return taken

    def leave(self, taken: Pass, *, cost: float, tokens: int | None = None) -> None:
        """The call came back, having cost so much; `tokens` are what it used, when that is known."""
        self.in_flight -= 1
        self.budget.settle(taken.reserve, cost)
        if tokens is not None:
            self.rates.used(taken.tokens, tokens)
        self._admit()

    def hold(self, seconds: float) -> None:
        """Let nobody out for so long: the server asked to be left alone."""
        self._closed_until = max(self._closed_until, self._clock() + seconds)

    def _admit(self) -> None:
        """Let out whom nothing holds back; called whenever that may have changed."""
        while self._waiting:
            order, _, taken, turn = self._waiting[0]
            if turn.done():
                heappop(self._waiting)
            elif self._stopping():
                self._refuse(Unsent())
            elif order > self._last or not self.budget.has_room(taken.reserve):
                if self.in_flight and order <= self._last:
                    return
                self._last = min(self._last, order)
                self._refuse(BudgetExceededError("the next call could cost more than is left of --max-cost"))
            elif self.in_flight >= self.concurrency.limit:
                return
            elif wait := self._wait(taken):
                self._look_again(wait)
                return
            else:
                heappop(self._waiting)
                self.in_flight += 1
                self.budget.reserve(taken.reserve)
                self.rates.take(taken.tokens)
                turn.set_result(None)

    def _wait(self, taken: Pass) -> float:
        return max(0.0, self._closed_until - self._clock(), self.rates.wait(taken.tokens))

    def _look_again(self, wait: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(min(wait, POLL), self._admit)

    def _refuse(self, error: Exception) -> None:
        for _, _, _, turn in self._waiting:
            if not turn.done():
                turn.set_exception(error)
        self._waiting.clear()
