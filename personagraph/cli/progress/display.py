"""Where progress and notes are written: a panel that is redrawn in place, lines, or JSON objects."""

import os
from typing import Protocol, TextIO

from personagraph.cli.progress.estimate import Standing, fields
from personagraph.cli.progress.rows import line
from personagraph.cli.terminal.render import log_line
from personagraph.text.plain import visible

REDRAW = 0.2
EVERY = 30.0
SOON = 2.0
"""When the first of the lines comes, in seconds; and one when nobody has been answered for so long."""


class Display(Protocol):
    """How progress and notes are written. `first` and `pause` are the seconds to the first time, and between others."""

    first: float
    pause: float

    def show(self, standing: Standing, *, last: bool) -> None:
        """How the run stands now."""

    def note(self, text: str) -> None:
        """A line that stays."""

    def fresh(self) -> None:
        """Somebody else has written to the terminal meanwhile."""


class Stream:
    """A stream that may go away: from then on, what is written is lost, and that is no error."""

    def __init__(self, out: TextIO) -> None:
        self._out: TextIO | None = out

    def write(self, text: str) -> None:
        if self._out is None:
            return
        try:
            self._out.write(text)
            self._out.flush()
        except (OSError, ValueError):
            self._out = None


class Lines:
    """A line now and then, the first one soon, the last one always when there is something to tell."""

    first = SOON

    def __init__(self, out: TextIO, unit: str = "calls", pause: float = EVERY) -> None:
        self._stream, self._unit, self.pause = Stream(out), unit, pause

    def show(self, standing: Standing, *, last: bool) -> None:
        """How the run stands now."""
        if standing.tick is not None or not last:
            self._stream.write(self._told(standing))

    def note(self, text: str) -> None:
        """A line that stays."""
        self._stream.write(f"{visible(text)}\n")

    def fresh(self) -> None:
        """Lines stand by themselves."""

    def _told(self, standing: Standing) -> str:
        return f"{line(standing, self._unit)}\n"


class Objects(Lines):
    """The same as one JSON object a line, with the event progress or note."""

    def note(self, text: str) -> None:
        """An object that stays."""
        self._stream.write(log_line("note", text=text))

    def _told(self, standing: Standing) -> str:
        return log_line("progress", **fields(standing))


def display_for(out: TextIO, unit: str, every: float = EVERY) -> Display:
    """The panel on a terminal that can redraw, in colour unless NO_COLOR is set; lines elsewhere."""
    if out.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown", ""):
        from personagraph.cli.progress.panel import Panel

        return Panel(out, unit)
    return Lines(out, unit, every)
