"""Waiting for a Neo4j server that went away, and trying again what a later attempt may carry out."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from personagraph.errors import StoreError
from personagraph.stores.neo4j.connection import Address, Server, Transaction
from personagraph.stores.neo4j.errors import passes

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
LOOK = 0.2
"""Whoever waits looks so often, in seconds, whether to stop."""
T = TypeVar("T")


def _silent(text: str) -> None: ...


def _never() -> bool:
    return False


class Patience:
    """How long a server that went away is waited for, and who hears of it: not at all, but while `lasting`."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._note: Callable[[str], None] = _silent
        self._stopping: Callable[[], bool] = _never

    @contextmanager
    def lasting(
        self, seconds: float, *, note: Callable[[str], None] = _silent, stopping: Callable[[], bool] = _never
    ) -> Iterator[None]:
        """From now on wait up to so many seconds in each outage; `note` hears that it began and that it ended.

        Once `stopping` says so, nothing is waited for.
        """
        self._seconds, self._note, self._stopping = seconds, note, stopping
        try:
            yield
        finally:
            self._seconds, self._note, self._stopping = 0.0, _silent, _never

    def carry_out(self, attempt: Callable[[], T], address: Address) -> T:
        """What the attempt returns, tried again while it may pass; then raises its last StoreError."""
        began, pause, told = time.monotonic(), FIRST_PAUSE, False
        while True:
            try:
                result = attempt()
            except StoreError as error:
                left = began + self._seconds - time.monotonic()
                if left <= 0 or not passes(error) or self._stopping():
                    raise
                if not told:
                    self._note(f"{error} (the run waits up to {self._seconds:.0f} s, and goes on by itself)")
                told = True
                self._sleep(min(pause, left))
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                if told:
                    self._note(f"{address} is there again after {time.monotonic() - began:.0f} s: the run goes on")
                return result

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self._stopping():
            time.sleep(min(LOOK, left))


class PatientServer(Server):
    """A server whose absence is waited for; what it was asked is asked again.

    A commit may have happened although its answer was lost: the work of `write` must find out, and do nothing then.
    What is streamed goes on where it broke off, so its query must give its rows in one order, and nobody else write.
    """

    def __init__(self, address: Address, password: str, patience: Patience) -> None:
        super().__init__(address, password)
        self._patience = patience

    def read(self, name: str, /, **parameters: Any) -> list[tuple[Any, ...]]:
        """All rows of a query that changes nothing."""
        attempt = super().read
        return self._patience.carry_out(lambda: attempt(name, **parameters), self.address)

    def stream(self, name: str, /, **parameters: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of a query that changes nothing, each a page, fetched as they are read."""
        begin, given = super().stream, 0

        rows: Iterator[tuple[Any, ...]] = begin(name, **parameters)

        def some() -> list[tuple[Any, ...]]:
            nonlocal rows, given
            try:
                found = list(islice(rows, 1))
            except StoreError:
                rows = islice(begin(name, **parameters), given, None)
                raise
            given += len(found)
            return found

        while found := self._patience.carry_out(some, self.address):
            yield from found

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Do the work in one transaction, all or nothing; it may be called again."""
        attempt = super().write
        return self._patience.carry_out(lambda: attempt(work), self.address)
