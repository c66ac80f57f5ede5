"""Buys replies: many at once, retried, within a budget, and each in the ledger before anybody looks at it."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from personagraph.errors import BudgetExceededError, ChatUnavailableError, ReplyFormatError
from personagraph.ledger import Ledger
from personagraph.ledger.calls import Failed, Received, Sent
from personagraph.llm.backend import Answer, ChatBackend, Pace, lifted
from personagraph.llm.client.budget import Budget, likely_tokens
from personagraph.llm.client.concurrency import AdaptiveLimit
from personagraph.llm.client.gate import Gate, Pass, Unsent
from personagraph.llm.client.health import Health
from personagraph.llm.client.journal import Journal
from personagraph.llm.client.rates import Rates
from personagraph.llm.client.remarks import Remarks
from personagraph.llm.client.retries import MOST, PATIENT, Retries, asked_again
from personagraph.llm.threads import started
from personagraph.prompts.dialogue import Dialogue
from personagraph.types import ChatReply, ChatRequest, Step

SLICE = 0.5
"""Seconds for which a call that rests does not look whether it should stop."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A step on its way to an answer."""

    run: str
    step: Step
    key: str
    dialogue: Dialogue
    known: ChatReply | None
    future: "Future[Answer | None]"


class ChatClient:
    """One backend, driven by an event loop in a thread of its own.

    A request that the ledger holds the reply of is answered from there. A reply that does not fit is asked for once
    more, with the reason. `concurrency` is the most that may be in flight, `first` how many at the beginning; requests
    and tokens a minute are limits on top. Retries are ours alone (`Retries`). Once `stopping` says so, what is in
    flight may come back, and nothing more is sent; so it is when what the server sends is hopeless (`Health`).
    """

    def __init__(
        self,
        backend: ChatBackend,
        ledger: Ledger,
        *,
        concurrency: int = 8,
        first: int | None = None,
        requests_per_minute: int | None = None,
        tokens_per_minute: int | None = None,
        budget: Budget | None = None,
        retries: Retries = PATIENT,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._backend, self._ledger, self._retries = backend, ledger, retries
        self._why, self._changes, self._closing = "", deque[tuple[int, str]](), False
        self._journal = Journal(ledger)
        clock = time.monotonic
        self._health = Health(clock)
        self._gate = Gate(
            budget or Budget(),
            AdaptiveLimit(concurrency, first=first, clock=clock, tell=self._changed),
            Rates(requests=requests_per_minute, tokens=tokens_per_minute, clock=clock),
            clock=clock,
            stopping=self._is_over,
        )
        self._remarks, self._stopping = Remarks(self._gate.budget), stopping
        self._asked: deque[_Asked] = deque()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._buying: set[asyncio.Task[ChatReply]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = started(self._loop.run_forever, self._loop, "chat")

    @property
    def exhausted(self) -> bool:
        """Whether the budget has no room for the next call."""
        return self._gate.exhausted

    @property
    def budget(self) -> Budget:
        """What may be spent."""
        return self._gate.budget

    @property
    def pace(self) -> Pace:
        """How the client stands."""
        gate, budget = self._gate, self._gate.budget
        trouble = self._health.trouble(gate.in_flight, gate.held_back)
        return Pace(gate.in_flight, gate.concurrency.limit, self._why, budget.spent, budget.perhaps_billed, trouble)

    def changes(self) -> list[tuple[int, str]]:
        """The changes of the concurrency since the last call: the new limit, and why."""
        return [self._changes.popleft() for _ in range(len(self._changes))]

    def remarks(self) -> list[str]:
        """What the user should know of the money that was spent, since the last call; each kind is said once."""
        return self._remarks.new()

    def submit(self, run: str, steps: Sequence[tuple[Step, str]], dialogue: Dialogue) -> "list[Future[Answer | None]]":
        """Begin to answer steps, each with the key of its call.

        A future has None if the step was never sent; it raises ChatError when the provider fails.
        """
        known = self._ledger.calls.known([key for _, key in steps])
        asked = [_Asked(run, step, key, dialogue, known.get(key), Future()) for step, key in steps]
        self._asked.extend(asked)
        self._loop.call_soon_threadsafe(self._begin)
        return [one.future for one in asked]

    def awaited(self, reply: "Future[Answer | None]") -> None:
        """Nothing waits for that: what may leave has left."""

    def close(self, *, drain: bool = True) -> None:
        """Release the backend; with `drain` only when what is in flight has come back, and is in the ledger."""
        asyncio.run_coroutine_threadsafe(self._finish(drain), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=30)
        self._loop.close()

    def _begin(self) -> None:
        while self._asked:
            self._keep(self._tasks, asyncio.ensure_future(self._settle(self._asked.popleft())))

    async def _settle(self, asked: _Asked) -> None:
        try:
            answer = await self._answer(asked)
        except (Unsent, BudgetExceededError):
            if self._health.hopeless:
                asked.future.set_exception(self._health.hopeless)
            else:
                asked.future.set_result(None)
        except asyncio.CancelledError:
            asked.future.cancel()
            raise
        except BaseException as error:
            if isinstance(error, ChatUnavailableError):
                self._health.give_up(error)
            asked.future.set_exception(error)
        else:
            asked.future.set_result(answer)

    async def _answer(self, asked: _Asked) -> Answer:
        fields, dialogue = asked.step.fields, asked.dialogue
        request = dialogue.request(fields, asked.key)
        try:
            reply = asked.known or await self._reply(asked, request)
        except ReplyFormatError as error:
            return Answer(asked.key, None, str(error), refused=True)
        try:
            return Answer(asked.key, dialogue.parse(fields, reply))
        except ReplyFormatError as error:
            again = asked_again(request, reply, str(error))
        try:
            known = await asyncio.to_thread(self._ledger.calls.reply, again.key)
            reply = known or await self._reply(asked, again)
            return Answer(again.key, dialogue.parse(fields, reply))
        except ReplyFormatError as error:
            return Answer(again.key, None, str(error))

    async def _reply(self, asked: _Asked, request: ChatRequest) -> ChatReply:
        """A reply that is bought now, with retries.

        Raises ReplyFormatError when this one request cannot be answered, ChatUnavailableError when the server answers
        nobody for too long, another ChatError when it refuses us.
        """
        request, health = lifted(request, self._backend), self._health
        wants = self._wants(request)
        failures, began, answered, held = 0, 0.0, 0, False
        try:
            for attempt in range(1, MOST + 1):
                await self._gate.enter(asked.step.n, wants, held=held)
                held = False
                try:
                    return await self._bought(asked, request, wants)
                except ChatUnavailableError as error:
                    held = _keeps_reserve(error)
                    if attempt == MOST or health.hopeless:
                        raise health.hopeless or error from None
                    if error.retry_after == 0.0 and not error.limited:
                        # The next attempt asks for less; or with a higher cap, so that it needs another pass.
                        if (higher := lifted(request, self._backend)) is not request:
                            if held:
                                self._gate.release(wants)
                            request, wants, held = higher, self._wants(higher), False
                        continue
                    if not failures:
                        began, answered = time.monotonic(), health.replies
                    failures += 1
                    others = health.replies - answered
                    since = time.monotonic() - max(began, health.last_reply or began)
                    tried = max(failures, self._gate.concurrency.probes)
                    self._retries.check(error, tried, since=since, others=others, ever=health.replies > 0)
                    pause = self._retries.rest(error, failures, random.random())
                await self._rest(pause)
        except BudgetExceededError:
            self._remarks.refused(wants.reserve)
            raise
        finally:
            if held:
                self._gate.release(wants)
        raise Unsent

    def _wants(self, request: ChatRequest) -> Pass:
        return Pass(likely_tokens(request), self._gate.budget.worst(request))

    async def _rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._is_over():
                raise Unsent
            await asyncio.sleep(min(left, SLICE))

    def _is_over(self) -> bool:
        """Whether nothing more is to be sent."""
        return self._closing or self._health.hopeless is not None or self._stopping()

    async def _bought(self, asked: _Asked, request: ChatRequest, wants: Pass) -> ChatReply:
        """Buys in a task of its own, which may end in peace when nobody waits for it any more."""
        task = asyncio.ensure_future(self._buy(asked, request, wants))
        self._keep(self._buying, task)
        return await asyncio.shield(task)

    async def _buy(self, asked: _Asked, request: ChatRequest, wants: Pass) -> ChatReply:
        attempt, run, step = self._ledger.calls.take_attempt(), asked.run, asked.step.n
        cost, tokens, hold = 0.0, None, False
        try:
            await self._journal.enter(Sent(attempt, request.key, run, step, wants.reserve))
            cost = wants.reserve
            self._health.asked(self._gate.in_flight)
            try:
                reply = await self._backend.complete(request)
            except Exception as error:
                cost = self._heard_failure(error, request, wants)
                await self._journal.enter(Failed(attempt, str(error), cost))
                hold = _keeps_reserve(error)
                raise
            reply = replace(reply, cost=self._gate.budget.cost(reply, request))
            self._remarks.look(reply, request, wants.reserve)
            cost, tokens = reply.cost, reply.prompt_tokens + reply.completion_tokens
            model = self._backend.model
            await self._journal.enter(Received(attempt, request.key, run, step, request.prompt, model, reply))
            self._heard(reply)
            return reply
        finally:
            self._gate.leave(wants, cost=cost, tokens=tokens, hold=hold)

    def _heard(self, reply: ChatReply) -> None:
        self._health.replied()
        self._gate.concurrency.answered(self._gate.in_flight)
        if reply.allowance:
            self._gate.rates.heard(reply.allowance)

    def _heard_failure(self, error: Exception, request: ChatRequest, wants: Pass) -> float:
        """Draw the consequences of a failed attempt; what is to be booked for it."""
        if not isinstance(error, ChatUnavailableError):
            return 0.0
        cost = self._gate.budget.failed(error, request, wants.reserve)
        if error.allowance:
            self._gate.rates.heard(error.allowance)
        if error.retry_after == 0.0 and not error.limited:
            return cost  # the next attempt asks for less
        self._health.failed(error)
        if error.limited:
            self._gate.concurrency.limited(error.retry_after or 0.0)
            self._gate.close_for(min(error.retry_after or 0.0, self._retries.patience))
        elif error.billed and not error.nonsense:
            self._gate.concurrency.lost()
            if probes := self._gate.concurrency.probes:
                self._gate.close_for(self._retries.rest(error, probes, random.random()))
        else:
            self._gate.concurrency.failed()
        return cost

    def _changed(self, limit: int, why: str) -> None:
        self._why = why
        self._changes.append((limit, why))

    def _keep(self, tasks: set[asyncio.Task[Any]], task: asyncio.Task[Any]) -> None:
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _finish(self, drain: bool) -> None:
        self._closing = True
        while drain and self._buying:  # what was let out before may begin to buy only now
            await asyncio.wait(self._buying)
        tasks = [*self._tasks, *self._buying]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._journal.close()
        await self._backend.close()


def _keeps_reserve(error: Exception) -> bool:
    """Whether a failed attempt costs nothing, so that another can have what was set aside for it."""
    return isinstance(error, ChatUnavailableError) and not error.billed
