"""A panel of how a run stands that is redrawn in place, as far as it fits the terminal; loads rich."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO, TextIOWrapper
from typing import TextIO

from rich.console import Console, ConsoleDimensions
from rich.text import Text

from personagraph.cli.progress.display import REDRAW, Stream
from personagraph.cli.progress.estimate import Standing
from personagraph.cli.progress.rows import by_depth, line, rows
from personagraph.progress import Tick
from personagraph.text.plain import visible

LABEL = 10
BAR = 40
"""The widest a bar gets, in columns."""


class Panel:
    """Redraws a panel in place, each time in one write, below whatever was written before.

    The cursor is never hidden and always waits below the panel, so that there is nothing to restore. This is why it is
    no `rich.live.Live`, which hides it, and leaves scraps on a terminal that became narrower.
    """

    first = pause = REDRAW

    def __init__(self, out: TextIO, unit: str) -> None:
        self._out, self._unit, self._stream = out, unit, Stream(out)
        # What the console makes of a panel is captured; the file only says which characters there are.
        characters = TextIOWrapper(BytesIO(), encoding=out.encoding or "utf-8")
        self._console = Console(file=characters, color_system=None if os.environ.get("NO_COLOR") else "standard")
        self._drawn: list[int] = []

    def show(self, standing: Standing, *, last: bool) -> None:
        """The panel; at the end one line takes its place."""
        if last:
            self._draw([line(standing, self._unit)] if standing.tick else [], [])
        else:
            self._console.size = _size(self._out)
            self._draw([], panel(standing, self._unit, self._console))

    def note(self, text: str) -> None:
        """A line above the panel, which comes back with the next redraw."""
        self._draw([visible(text)], [])

    def fresh(self) -> None:
        """Begin a new panel below."""
        self._drawn = []

    def _draw(self, above: Sequence[str], lines: Sequence[Text]) -> None:
        if not _is_ours(self._out):
            self._drawn, lines = [], []
            if not above:
                return
        # A terminal that became narrower has wrapped the lines of the last panel.
        columns = _size(self._out).width
        up = sum(max(1, -(-drawn // columns)) for drawn in self._drawn)
        with self._console.capture() as drawn:
            for each in (*map(Text, above), *lines):
                self._console.print(each, soft_wrap=True)
        back, text = f"\x1b[{up}A" if up else "", drawn.get().replace("\n", "\x1b[K\n")
        self._stream.write(f"\x1b[?2026h{back}\r{text}\x1b[J\x1b[?2026l")
        self._drawn = [each.cell_len for each in lines]


def panel(standing: Standing, unit: str, console: Console) -> list[Text]:
    """As much of it as fits the console, with a line and a column to spare; what matters most comes first."""
    room, height = max(1, console.width - 1), max(1, console.height - 1)
    told, frontier = rows(standing, unit), standing.tick.frontier if standing.tick else {}
    depths = [("frontier", by_depth(frontier))] if frontier else []
    solid = "#" if console.options.ascii_only else "█"
    head = _progress(standing.tick, room, solid)
    sizes = (
        [*head, *_wrapped(told, room, console), *_bars(frontier, room, solid)],
        [*head, *_wrapped([*told, *depths], room, console)],
        [_row(label, text) for label, text in (*told, *depths)],
    )
    lines = next((each for each in sizes if len(each) <= height), sizes[-1][:height])
    for each in lines:
        each.truncate(room, overflow="ellipsis")
    return lines


def _row(label: str, text: str) -> Text:
    return Text.assemble((f"{label:<{LABEL}}", "dim"), text)


def _wrapped(told: Iterable[tuple[str, str]], room: int, console: Console) -> Iterator[Text]:
    """Each row in as many lines as it needs."""
    for label, text in told:
        for i, part in enumerate(Text(text).wrap(console, max(8, room - LABEL))):
            yield _row("" if i else label, part.plain)


def _progress(tick: Tick | None, room: int, solid: str) -> list[Text]:
    """A bar of how much is done of what there is to do, if anybody knows."""
    if tick is None or not tick.limit:
        return []
    wide = max(1, min(BAR, room - LABEL))
    return [_row("", (solid * (wide * tick.done // tick.limit)).ljust(wide, ".")[:wide])]


def _bars(frontier: Mapping[int, int], room: int, solid: str) -> Iterator[Text]:
    most = max(frontier.values(), default=0)
    wide = max(1, min(BAR, room - LABEL - 16))
    for i, (depth, count) in enumerate(frontier.items()):
        bar = solid * max(1, wide * count // most)
        yield _row("" if i else "frontier", f"{depth:>2} {count:>10,}  {bar}")


def _size(out: TextIO) -> ConsoleDimensions:
    try:
        columns, lines = os.get_terminal_size(out.fileno())
    except (OSError, ValueError):
        columns = lines = 0
    return ConsoleDimensions(columns or 80, max(2, lines or 24))


def _is_ours(out: TextIO) -> bool:
    """Whether this process is in the terminal's foreground, and may redraw; yes where nobody can tell."""
    try:
        return os.tcgetpgrp(out.fileno()) == os.getpgrp()
    except (OSError, ValueError, AttributeError):
        return True
