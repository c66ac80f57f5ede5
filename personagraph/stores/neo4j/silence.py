"""Gives up on a server that says nothing: the driver itself waits for an answer without an end."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")

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


def within(seconds: float, work: Callable[[], T], close: Callable[[], None]) -> T:
    """What the work returns. Raises TimeoutError once the time is over.

    It is done beside, as the driver, when a key is pressed, would ask the server first to roll back. Whatever ends the
    wait, `close` closes the connection, which ends the work.
    """
    done: Future[T] = Future()

    def carry_out() -> None:
        try:
            done.set_result(work())
        except BaseException as error:
            done.set_exception(error)

    thread = threading.Thread(target=carry_out, name="personagraph-neo4j-answer", daemon=True)
    thread.start()
    try:
        wait([done], timeout=seconds)
        if done.done():
            return done.result()
        raise TimeoutError
    finally:
        # Again for a connection that was being made meanwhile.
        tries = 0 if done.done() else 5
        while tries and thread.is_alive():
            close()
            thread.join(0.2)
            tries -= 1
