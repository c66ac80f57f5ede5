"""Compiles loops over arrays, and keeps what is compiled for the next process where there is a place for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numba
from numba.core import event


def compiled(loop: Callable[..., Any]) -> Callable[..., Any]:
    """The same function as machine code, made when it is first called with arguments of its types.

    Beside the module, or else in the user's cache; where nothing can be written, it is compiled in each process.
    """
    try:
        made: Callable[..., Any] = numba.njit(cache=True, nogil=True)(loop)
    except RuntimeError:  # numba found no place to write to
        made = numba.njit(nogil=True)(loop)
    return made


class _FirstLoop(event.Listener):
    """Notes once that something is compiled."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note: Callable[[str], None] | None = note

    def on_start(self, event: Any) -> None:
        if self._note:
            self._note("compiling, which takes up to a minute; it is kept for the next time where that can be written")
        self._note = None

    def on_end(self, event: Any) -> None:
        pass


@contextmanager
def compilation_noted(note: Callable[[str], None]) -> Iterator[None]:
    """Note once within the block when a loop is compiled, as nothing else goes on meanwhile; not when it was kept."""
    with event.install_listener("numba:compile", _FirstLoop(note)):
        yield
