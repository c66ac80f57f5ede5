"""Shows how far a run has come, on stderr: one line that is redrawn on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

from personagraph.protocols import Tick

_REDRAW = "\r\x1b[K"
"""Back to the beginning of the terminal's line, and clear it."""

_TOLD = {"sample": "samples", "dead": "dead letters"}


class Meter:
    """Takes ticks of a run. `unit` says what a step is; `pause` are the seconds between lines."""

    def __init__(
        self, unit: str = "calls", *, out: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._unit = unit
        self._out = out or sys.stderr
        self._clock = clock
        self._terminal = self._out.isatty()
        self._pause = 0.2 if self._terminal else 10.0
        self._began: tuple[float, int] | None = None
        self._shown = float("-inf")
        self._line = self._written = ""

    def __call__(self, tick: Tick) -> None:
        """Show the tick, unless one was shown just now."""
        now = self._clock()
        if self._began is None:
            self._began = (now, tick.done)
        self._line = self._told(tick, now)
        if now - self._shown >= self._pause:
            self._shown = now
            self._write()

    def note(self, text: str) -> None:
        """A line that stays."""
        self._out.write(f"{_REDRAW if self._terminal else ''}{text}\n")
        self._out.flush()

    def close(self) -> None:
        """Show the last tick; after this the line stays."""
        if self._line and (self._terminal or self._line != self._written):
            self._write()
            self._out.write("\n" if self._terminal else "")
            self._out.flush()
        self._line = ""

    def _write(self) -> None:
        self._out.write(f"{_REDRAW}{self._line}" if self._terminal else f"{self._line}\n")
        self._out.flush()
        self._written = self._line

    def _told(self, tick: Tick, now: float) -> str:
        assert self._began is not None
        seconds, done = now - self._began[0], tick.done - self._began[1]
        parts = [f"{tick.done}{f' of {tick.limit}' if tick.limit else ''} {self._unit}"]
        if done and seconds > 0:
            parts.append(f"{done / seconds:.1f}/s")
            left = (tick.limit - tick.done if tick.limit else tick.open) * seconds / done
            parts.append(f"{'' if tick.limit else 'at least '}{_minutes(left)} left")
        parts.append(", ".join(f"{count} {_TOLD.get(name, name)}" for name, count in tick.outcomes.items()))
        return "  ".join(parts)


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
