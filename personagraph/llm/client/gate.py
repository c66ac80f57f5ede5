"""Lets calls out: in the order of their steps, as many as the server bears, none that could go over the budget."""

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import NamedTuple

from personagraph.errors import BudgetExceededError
from personagraph.llm.client.budget import Budget
from personagraph.llm.client.concurrency import AdaptiveLimit
from personagraph.llm.client.rates import Rates

POLL = 0.5
"""Seconds after which a gate that holds calls back looks again: whoever asks for a stop is not kept waiting."""


class Unsent(Exception):  # noqa: N818
    """The call was still waiting for its turn when it was told that nothing more is sent."""


class Pass(NamedTuple):
    """What a call takes when it is let out: a part of the limits a minute, and of the budget."""

    tokens: int
    reserve: float


class _Ticket(NamedTuple):
    """A call that waits for its turn; those that hold a part of the budget already come first, then the earliest."""

    is_new: bool
    order: int
    number: int
    wants: Pass
    turn: "asyncio.Future[None]"


class Gate:
    """Where calls wait for their turn; used from one event loop.

    The call of the earliest step goes first, and is not overtaken while it waits for a limit. What a call may cost is
    set aside for it until it is answered or given up, also while it rests between attempts: a later step cannot spend
    it. Once `stopping` says so nobody is let out any more; once the budget has no room for a step, and nobody's reserve
    can come back, neither that step nor a later one; and when the budget is exceeded, not even who has a reserve.
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
        self._held = 0
        self._refused_from: float = inf
        self._clock, self._stopping = clock, stopping
        self._waiting: list[_Ticket] = []
        self._numbers = count()
        self._closed_until = self._held_until = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def exhausted(self) -> bool:
        """Whether the budget had no room for a step: neither that one nor a later one leaves any more."""
        return self._refused_from < inf

    @property
    def held_back(self) -> float:
        """The seconds for which the first that waits cannot leave, as far as limits a minute go."""
        return max(0.0, self._held_until - self._clock()) if self._waiting else 0.0

    async def enter(self, order: int, wants: Pass, *, held: bool = False) -> None:
        """Wait for the turn of a call of that step; `leave` must follow. `held` says that its reserve is set aside.

        Raises Unsent when nothing more is to be sent, BudgetExceededError when it could cost more than is left.
        """
        ticket = _Ticket(not held, order, next(self._numbers), wants, asyncio.get_running_loop().create_future())
        heappush(self._waiting, ticket)
        self._admit()
        await ticket.turn

    def leave(self, wants: Pass, *, cost: float, tokens: int | None = None, hold: bool = False) -> None:
        """The call came back, having cost so much; `tokens` are what it used, None when no reply came.

        With `hold` its reserve stays set aside, for another attempt or until `release`.
        """
        self.in_flight -= 1
        if tokens is not None:
            self.rates.used(wants.tokens, tokens)
        if not hold:
            self.release(wants, cost=cost, answered=tokens is not None)

    def release(self, wants: Pass, *, cost: float = 0.0, answered: bool = False) -> None:
        """Nothing more is bought for the call: what was set aside comes back, but for what it did cost, or may have."""
        self._held -= 1
        self.budget.settle(wants.reserve, cost, answered=answered)
        self._admit()

    def close_for(self, seconds: float) -> None:
        """Let nobody out for so long: the server asked to be left alone."""
        self._closed_until = max(self._closed_until, self._clock() + seconds)

    def _admit(self) -> None:
        """Let out whom nothing holds back; called whenever that may have changed."""
        while self._waiting:
            is_new, order, _, wants, turn = self._waiting[0]
            if turn.done():
                heappop(self._waiting)
            elif self._stopping():
                self._refuse(Unsent())
            elif order >= self._refused_from:
                self._refuse(BudgetExceededError("the next call could cost more than is left of --max-cost"))
            elif self.budget.is_exceeded if not is_new else not self.budget.has_room(wants.reserve):
                if is_new and self._held:
                    return
                self._refused_from = order
            elif self.in_flight >= self.concurrency.limit:
                return
            elif wait := self._wait(wants):
                self._look_again(wait)
                return
            else:
                heappop(self._waiting)
                self._let_out(wants, is_new=is_new)
                turn.set_result(None)

    def _let_out(self, wants: Pass, *, is_new: bool) -> None:
        self.in_flight += 1
        self.rates.take(wants.tokens)
        if is_new:
            self._held += 1
            self.budget.reserve(wants.reserve)

    def _wait(self, taken: Pass) -> float:
        return max(0.0, self._closed_until - self._clock(), self.rates.wait(taken.tokens))

    def _look_again(self, wait: float) -> None:
        self._held_until = self._clock() + wait
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(min(wait, POLL), self._admit)

    def _refuse(self, error: Exception) -> None:
        """Turn the first in the line away."""
        heappop(self._waiting).turn.set_exception(error)
