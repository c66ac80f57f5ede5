"""Gives up on a server that says nothing: the driver itself waits for an answer without an end."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_AGAIN = 0.2
"""So many seconds later what was opened meanwhile is closed, too."""


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
