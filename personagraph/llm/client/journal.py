"""Enters attempts and replies in the ledger, as many in one commit as have come while the last one was written."""

import asyncio
from dataclasses import dataclass

from personagraph.ledger import Ledger
from personagraph.ledger.calls import Entry


@dataclass(slots=True)
class _Waiting:
    entry: Entry
    written: "asyncio.Future[None]"


class Journal:
    """A queue in front of the ledger; used from one event loop, which never waits for the disk itself."""

    def __init__(self, ledger: Ledger) -> None:
        self._calls = ledger.calls
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None

    async def enter(self, entry: Entry) -> None:
        """Enter it; it is on disk on return. Raises StoreError when the ledger cannot be written."""
        waiting = _Waiting(entry, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await waiting.written

    async def close(self) -> None:
        """Wait until everything is written."""
        if self._writing is not None:
            await self._writing

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(self._calls.enter, [waiting.entry for waiting in batch])
            except BaseException as error:
                # Whatever it was: whoever waits must hear of it, or would wait for ever.
                _settle(batch, error)
            else:
                _settle(batch, None)
        self._writing = None


def _settle(batch: list[_Waiting], error: BaseException | None) -> None:
    for waiting in batch:
        if waiting.written.done():
            continue
        if error is None:
            waiting.written.set_result(None)
        else:
            waiting.written.set_exception(error)
