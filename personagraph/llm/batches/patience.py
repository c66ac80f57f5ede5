"""How long a provider is waited for: between two looks at a batch, and while it cannot answer; and when to stop."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar

from personagraph.errors import ChatUnavailableError
from personagraph.llm.client.gate import Unsent

T = TypeVar("T")

SLICE = 0.25
"""Seconds after which is looked whether to stop."""


class Pauses(NamedTuple):
    """Seconds between two looks at a batch, at first and at most; each is half as long again as the one before."""

    first: float = 2.0
    longest: float = 60.0

    def after(self, looks: int) -> float:
        """The pause after so many looks."""
        return min(self.longest, self.first * 1.5 ** min(looks, 40))


GROWING = Pauses()


class ProviderPatience:
    """Waits, and calls again, until `stopping` says that it is over.

    `patience` are the seconds for which a server may fail; `trouble` is why it cannot answer, while it cannot.
    """

    def __init__(self, pauses: Pauses, patience: float, stopping: Callable[[], bool]) -> None:
        self.trouble = ""
        self._pauses, self._patience, self._stopping = pauses, patience, stopping

    async def rest(self, seconds: float) -> None:
        """Wait. Raises Unsent when it is time to stop."""
        await self.unless_stopped(asyncio.sleep(seconds))

    async def look_again(self, looks: int) -> None:
        """Wait until the next look, after so many."""
        await self.rest(self._pauses.after(looks))

    async def unless_stopped(self, work: Awaitable[T]) -> T:
        """What the work gives. Raises Unsent, and leaves it, when it is time to stop."""
        task = asyncio.ensure_future(work)
        try:
            while not self._stopping():
                if (await asyncio.wait({task}, timeout=SLICE))[0]:
                    return task.result()
        finally:
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        raise Unsent

    async def with_retries(self, call: Callable[[], Awaitable[T]], *, nonsense: bool = True) -> T:
        """What the call gives, in the end: a server that cannot answer is asked again while our patience lasts.

        So is one that sends `nonsense`, unless it is not to be sent the same again.
        """
        since, failures = time.monotonic(), 0
        while True:
            try:
                found = await self.unless_stopped(call())
            except ChatUnavailableError as error:
                if error.nonsense and not nonsense:
                    raise
                failures += 1
                await self.after(error, failures, since)
            else:
                self.trouble = ""
                return found

    async def after(self, error: ChatUnavailableError, failures: int, since: float) -> None:
        """Wait until the server may be asked again. Raises the error when our patience ends before that."""
        if time.monotonic() - since + (error.retry_after or 0.0) > self._patience:
            raise error
        self.trouble = str(error).partition(";")[0]
        await self.rest(max(error.retry_after or 0.0, self._pauses.after(failures)))
