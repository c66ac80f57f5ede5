"""The server: takes requests over HTTP, lets the plan decide what becomes of each, and keeps a log of it."""

import asyncio
import contextlib
import json
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from types import TracebackType
from typing import Any

from tests.faults.fates import FATES, not_taken
from tests.faults.plans import DOWN, Plan
from tests.faults.texts import Asked, tokens
from tests.faults.wire import Exchange, Received, receive, reset

RESTART = 0.05
"""Seconds for which nobody listens while the server restarts."""


@dataclass(slots=True)
class Seen:
    """A request that the server read to its end, and what it has to say to it.

    `whole` says that a whole completion was given to the socket.
    """

    asked: Asked
    fate: str
    at: datetime
    said: str
    whole: bool = False


class FaultServer:
    """Serves `POST /v1/chat/completions` and `GET /v1/models` on loopback, in a thread of its own, while entered.

    `port` is the one given, or any that is free. `log` has what it read, in order; `unread` counts the connections that
    it closed with a request unread.
    """

    def __init__(self, plan: Plan, *, port: int = 0) -> None:
        self.plan = plan
        self.log: list[Seen] = []
        self.unread = 0
        self.port = port
        self._arrivals = 0
        self._nth: Counter[Asked] = Counter()
        self._schema: dict[str, Any] | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="faults", daemon=True)
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The base URL to give to a client."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> "FaultServer":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        self._server.close()
        open = [task for task in self._connections if task is not asyncio.current_task()]
        for task in open:
            task.cancel()
        await asyncio.gather(*open, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while not writer.is_closing() and (first := await reader.read(1)):
                    arrival, self._arrivals = self._arrivals, self._arrivals + 1
                    if not self._turned_away(arrival, writer):
                        await self._serve(arrival, await receive(first, reader), writer)
        finally:
            writer.close()

    def _turned_away(self, arrival: int, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection was closed with the request unread, or the whole server restarts."""
        fate = self.plan.unread_fate(arrival)
        if fate:
            self.unread += 1
            reset(writer)
        if fate == DOWN:
            self._restarting = asyncio.create_task(self._restart())
        return bool(fate)

    async def _restart(self) -> None:
        await self._stop()
        await asyncio.sleep(RESTART)
        await self._listen()

    async def _serve(self, arrival: int, request: Received, writer: asyncio.StreamWriter) -> None:
        if request.method == "POST" and request.path.endswith("/chat/completions"):
            return await self._complete(arrival, json.loads(request.body), writer)
        exchange = Exchange(writer, {}, self.plan.chance(Asked(0, 0), 0))
        if request.method == "GET" and request.path.endswith("/models"):
            return await exchange.send(200, b'{"object": "list", "data": [{"id": "faulty", "object": "model"}]}')
        await exchange.refuse(404, f"there is no {request.path}")

    async def _complete(self, arrival: int, body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        asked = Asked(body.get("seed") or 0, len(body["messages"]))
        completion = self._completion(asked, body)
        message = completion["choices"][0]["message"]
        refused = [name for name in self.plan.refuses if name in body]
        if refused:
            self.log.append(Seen(asked, "refused", datetime.now(UTC), ""))
            return await not_taken(Exchange(writer, completion, Random()), refused[0])
        self._nth[asked] += 1
        rng = self.plan.chance(asked, self._nth[asked])
        fate = self.plan.fate(rng, self._nth[asked], arrival)
        exchange = Exchange(writer, completion, rng)
        seen = Seen(asked, fate, datetime.now(UTC), message["content"] or message["refusal"] or "")
        self.log.append(seen)
        await asyncio.sleep(self.plan.delay(rng))
        try:
            await FATES[fate](exchange)
        finally:
            seen.whole = exchange.whole

    def _completion(self, asked: Asked, body: dict[str, Any]) -> dict[str, Any]:
        """What the request should be answered. A schema that is said in other ways is the first that was given."""
        form = body.get("response_format") or {}
        self._schema = form.get("json_schema", {}).get("schema") or self._schema
        said = self.plan.world.says(asked, self._schema, body["messages"][0]["content"])
        message = {"role": "assistant", "content": said.text, "refusal": said.refusal}
        prompt, reply = tokens(said.text or said.refusal or "")
        return {
            "id": f"chatcmpl-{asked.seed}",
            "object": "chat.completion",
            "created": 1,
            "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": said.finish}],
            "usage": {"prompt_tokens": prompt, "completion_tokens": reply, "total_tokens": prompt + reply},
        }
