"""Where progress and notes are written: a panel that is redrawn in place, lines, or JSON objects."""

import os
from collections.abc import Sequence
from typing import Protocol, TextIO

from personagraph.cli.panel import LABEL, cells, line, panel
from personagraph.cli.render import log_line
from personagraph.cli.standing import Standing, fields
from personagraph.plain_text import visible

REDRAW = 0.2
EVERY = 30.0
SOON = 2.0
"""When the first of the lines comes, in seconds."""


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


class _Stream:
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
    """A line now and then, the first one soon, the last one always."""

    first = SOON

    def __init__(self, out: TextIO, unit: str, pause: float = EVERY) -> None:
        self._stream, self._unit, self.pause = _Stream(out), unit, pause

    def show(self, standing: Standing, *, last: bool) -> None:
        """The line; at the end only when there is something to tell."""
        if standing.tick is not None or not last:
            self._stream.write(f"{line(standing, self._unit)}\n")

    def note(self, text: str) -> None:
        """A line."""
        self._stream.write(f"{visible(text)}\n")

    def fresh(self) -> None:
        """Lines stand by themselves."""


class Objects:
    """The same as one JSON object a line."""

    first = SOON

    def __init__(self, out: TextIO, pause: float = EVERY) -> None:
        self._stream, self.pause = _Stream(out), pause

    def show(self, standing: Standing, *, last: bool) -> None:
        """An object with the event progress."""
        if standing.tick is not None or not last:
            self._stream.write(log_line("progress", **fields(standing)))

    def note(self, text: str) -> None:
        """An object with the event note."""
        self._stream.write(log_line("note", text=text))

    def fresh(self) -> None:
        """Lines stand by themselves."""


class Panel:
    """Redraws a panel in place, each time in one write, below whatever was written before.

    The cursor is never hidden and always waits below the panel, so that there is nothing to restore.
    """

    first = pause = REDRAW

    def __init__(self, out: TextIO, unit: str, *, colour: bool) -> None:
        self._out, self._unit, self._colour = out, unit, colour
        self._stream = _Stream(out)
        self._drawn: list[int] = []
        self._solid = "█" if (out.encoding or "").lower().startswith("utf") else "#"

    def show(self, standing: Standing, *, last: bool) -> None:
        """The panel; at the end one line takes its place."""
        if last:
            self._draw([], above=[line(standing, self._unit)] if standing.tick else [])
            return
        size = _size(self._out)
        self._draw(panel(standing, self._unit, width=size.columns, height=size.lines - 1, solid=self._solid))

    def note(self, text: str) -> None:
        """A line above the panel, which comes back with the next redraw."""
        self._draw([], above=[visible(text)])

    def fresh(self) -> None:
        """Begin a new panel below."""
        self._drawn = []

    def _draw(self, lines: Sequence[str], *, above: Sequence[str] = ()) -> None:
        if not _is_ours(self._out):
            self._drawn, lines = [], []
            if not above:
                return
        # A terminal that became narrower has wrapped the lines of the last panel.
        up = sum(max(1, -(-drawn // _size(self._out).columns)) for drawn in self._drawn)
        back = f"\x1b[{up}A" if up else ""
        text = "".join(f"{each}\x1b[K\n" for each in (*above, *map(self._styled, lines)))
        self._stream.write(f"\x1b[?2026h{back}\r{text}\x1b[J\x1b[?2026l")
        self._drawn = [cells(each) for each in lines]

    def _styled(self, text: str) -> str:
        return f"\x1b[2m{text[:LABEL]}\x1b[0m{text[LABEL:]}" if self._colour else text


def display_for(out: TextIO, unit: str, every: float = EVERY) -> Display:
    """The panel on a terminal that can redraw, in colour unless NO_COLOR is set; lines elsewhere."""
    if out.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown", ""):
        return Panel(out, unit, colour=not os.environ.get("NO_COLOR"))
    return Lines(out, unit, every)


def _size(out: TextIO) -> os.terminal_size:
    try:
        columns, rows = os.get_terminal_size(out.fileno())
    except (OSError, ValueError):
        columns = rows = 0
    return os.terminal_size((columns or 80, max(2, rows or 24)))


def _is_ours(out: TextIO) -> bool:
    """Whether this process is in the terminal's foreground, and may redraw; yes where nobody can tell."""
    try:
        return os.tcgetpgrp(out.fileno()) == os.getpgrp()
    except (OSError, ValueError, AttributeError):
        return True
