"""Gives up on a server that says nothing: the driver itself waits for an answer without an end."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_AGAIN = 0.2
"""So many seconds later what was opened meanwhile is closed, too."""

_END: ContextVar[float] = ContextVar("_END", default=float("inf"))


@contextmanager
def answered_within(seconds: float) -> Iterator[None]:
    """No server is waited for longer than so many seconds from now, whatever it is asked meanwhile."""
    before = _END.set(min(_END.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _END.reset(before)


def left_of(seconds: float) -> float:
    """How long an answer is waited for that may take so long: what is left of `answered_within`, at most."""
    return min(seconds, max(_END.get() - time.monotonic(), 0.1))


@contextmanager
def closing_after(seconds: float, close: Callable[[], None]) -> Iterator[threading.Event]:
    """Calls `close` once the time is over, and again, until the block ends; the event tells that it did.

    Closing a connection is what ends the wait for an answer on it, and whatever the block does then: rolling back, or
    telling the server of a key that was pressed.
    """
    ended, closed = threading.Event(), threading.Event()

    def watch() -> None:
        pause = seconds
        while not ended.wait(pause):
            closed.set()
            close()
            pause = _AGAIN

    threading.Thread(target=watch, name="personagraph-neo4j-silence", daemon=True).start()
    try:
        yield closed
    finally:
        ended.set()
