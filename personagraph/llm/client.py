"""Buys replies: sends requests concurrently, retries, and has every reply in the ledger before anybody looks at it."""

import asyncio
import random
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from personagraph.errors import ChatUnavailableError, ReplyFormatError
from personagraph.ledger import Ledger
from personagraph.protocols import ChatBackend, Dialogue
from personagraph.types import ChatReply, ChatRequest, Step, digest


@dataclass(frozen=True, slots=True)
class Answer:
    """What a step was answered: the data, or why the last reply could not be used; and that reply's key.

    `refused` says that no reply came, since the server would not take the request.
    """

    call: str
    data: Mapping[str, Any] | None
    error: str = ""
    refused: bool = False


class _Unsent(Exception):  # noqa: N818
    """The call was still waiting for its turn when the client was told to stop sending."""


class ChatClient:
    """One backend, driven by an event loop in a thread of its own.

    A request that the ledger holds the reply of is answered from there. A reply that does not fit is asked for once
    more, with the reason. Retries are ours alone: `attempts` at most, with full jitter, `pause` seconds doubling.
    Once `stopping` says so, what is in flight may come back, and nothing more is sent.
    """

    def __init__(
        self,
        backend: ChatBackend,
        ledger: Ledger,
        *,
        concurrency: int = 8,
        attempts: int = 5,
        pause: float = 1.0,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._backend = backend
        self._ledger = ledger
        self._attempts = attempts
        self._pause = pause
        self._stopping = stopping
        self._closing = False
        self._buying: set[asyncio.Task[ChatReply]] = set()
        self._loop = asyncio.new_event_loop()
        self._turn = asyncio.Semaphore(concurrency)
        self._thread = threading.Thread(target=self._loop.run_forever, name="chat", daemon=True)
        self._thread.start()

    def submit(self, run: str, step: Step, key: str, dialogue: Dialogue) -> "Future[Answer | None]":
        """Begin to answer a step; None if it was never sent. The future raises ChatError when the provider fails."""
        return asyncio.run_coroutine_threadsafe(self._answer_or_none(run, step, key, dialogue), self._loop)

    def close(self, *, drain: bool = True) -> None:
        """Release the backend; with `drain` only when what is in flight has come back, and is in the ledger."""
        asyncio.run_coroutine_threadsafe(self._finish(drain), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=30)
        self._loop.close()

    async def _answer_or_none(self, run: str, step: Step, key: str, dialogue: Dialogue) -> Answer | None:
        try:
            return await self._answer(run, step, key, dialogue)
        except _Unsent:
            return None

    async def _answer(self, run: str, step: Step, key: str, dialogue: Dialogue) -> Answer:
        request = dialogue.request(step.fields, key)
        try:
            reply = await self._reply(run, step, request)
        except ReplyFormatError as error:
            return Answer(key, None, str(error), refused=True)
        try:
            return Answer(key, dialogue.parse(step.fields, reply))
        except ReplyFormatError as error:
            again = _again(request, reply, str(error))
        try:
            reply = await self._reply(run, step, again)
            return Answer(again.key, dialogue.parse(step.fields, reply))
        except ReplyFormatError as error:
            return Answer(again.key, None, str(error))

    async def _reply(self, run: str, step: Step, request: ChatRequest) -> ChatReply:
        known = self._ledger.calls.reply(request.key)
        if known is not None:
            return known
        async with self._turn:
            for attempt in range(1, self._attempts + 1):
                if self._closing or self._stopping():
                    raise _Unsent
                try:
                    return await self._bought(run, step, request)
                except ChatUnavailableError:
                    if attempt == self._attempts:
                        raise
                await asyncio.sleep(random.uniform(0, self._pause * 2**attempt))
        raise _Unsent

    async def _bought(self, run: str, step: Step, request: ChatRequest) -> ChatReply:
        """Buys in a task of its own, which may end in peace when nobody waits for it any more."""
        task = asyncio.ensure_future(self._buy(run, step, request))
        self._buying.add(task)
        task.add_done_callback(self._buying.discard)
        return await asyncio.shield(task)

    async def _buy(self, run: str, step: Step, request: ChatRequest) -> ChatReply:
        attempt = self._ledger.calls.sent(request.key, run, step.n)
        try:
            reply = await self._backend.complete(request)
        except Exception as error:
            self._ledger.calls.failed(attempt, str(error))
            raise
        self._ledger.calls.received(attempt, reply, prompt=request.prompt, model=self._backend.model)
        return reply

    async def _finish(self, drain: bool) -> None:
        self._closing = True
        if drain and self._buying:
            await asyncio.wait(self._buying)
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._backend.close()


def _again(request: ChatRequest, reply: ChatReply, error: str) -> ChatRequest:
    """The request once more, with the unusable reply and what was wrong with it; its key follows from both."""
    turns = (
        {"role": "assistant", "content": reply.text[:2000]},
        {"role": "user", "content": f"That cannot be used: {error[:300]}. Answer again, with the JSON object alone."},
    )
    return replace(request, key=digest(request.key, "again", error), messages=(*request.messages, *turns))
