"""Shows how far a run has come, on stderr: a panel on a terminal, a line now and then elsewhere, or JSON objects.

Only a thread of its own writes, so that the run is never held up by a slow terminal, and a signal handler may speak.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event, Thread
from types import TracebackType
from typing import TextIO

from personagraph.cli.progress.display import EVERY, REDRAW, SOON, Display, Objects, display_for
from personagraph.cli.progress.estimate import History
from personagraph.progress import Tick

LATE = 0.5
"""Whoever is so many seconds late was suspended, it seems: what is to be said about that comes before the next show."""


class Meter:
    """Takes the ticks of a run, and notes, while it is entered as a context. `unit` says what a step is."""

    def __init__(
        self, unit: str = "calls", *, json: bool = False, out: TextIO | None = None, every: float = EVERY
    ) -> None:
        stream = out or sys.stderr
        self._display: Display = Objects(stream, unit, every) if json else display_for(stream, unit, every)
        self._clock: Callable[[], float] = time.monotonic
        self._history = History(self._clock())
        self._said: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._write, name="meter", daemon=True)

    def __call__(self, tick: Tick) -> None:
        """Take a tick: it is shown when the time has come."""
        self._said.put(partial(self._history.add, self._clock(), tick))

    def note(self, text: str) -> None:
        """Write a line that stays; also from a signal handler."""
        self._said.put(partial(self._display.note, text))

    def fresh(self) -> None:
        """Leave what is on the terminal alone, and go on below it."""
        self._said.put(self._display.fresh)

    def asking(self, ask: Callable[[str], bool] | None) -> Callable[[str], bool] | None:
        """What puts a question to somebody at the terminal while nothing is shown there; None where nobody is."""
        if ask is None:
            return None

        def asked(question: str) -> bool:
            quiet, over = Event(), Event()

            def wait() -> None:
                quiet.set()
                over.wait()

            self._said.put(wait)
            quiet.wait()
            try:
                return ask(question)
            finally:
                over.set()
                self.fresh()

        return asked

    def __enter__(self) -> "Meter":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Show the last tick; after this nothing moves any more."""
        self._said.put(None)
        self._thread.join(timeout=10)

    def _write(self) -> None:
        due, put_off, warned = self._clock() + self._display.first, False, False
        while True:
            now, troubled = self._clock(), self._history.troubled
            if troubled is None:
                warned = False
            elif not warned and now - troubled >= SOON:
                due, warned = now, True
            if now - due > LATE and not put_off:
                due, put_off = now + REDRAW, True
            elif now >= due:
                self._display.show(self._history.standing(now), last=False)
                due, put_off = now + self._display.pause, False
            try:
                act = self._said.get(timeout=max(0.0, due - self._clock()))
            except Empty:
                continue
            if act is None:
                break
            act()
        ended = replace(self._history.standing(self._clock()), left=None, projected=None)
        self._display.show(ended, last=True)
