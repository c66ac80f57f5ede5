"""A chart of a drawing: axes with ticks, and marks in the units of the data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 360, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 32, 44, 48
_MOST_TICKS = 7


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high` of the data along so many pixels; `is_log` where each step is a multiple."""

    label: str
    low: float
    high: float
    is_log: bool = False
    is_share: bool = False

    def part(self, value: float) -> float:
        """Where a value is, from 0 to 1."""
        if self.is_log:
            return (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        """Round values that are told at the axis, few enough to be read."""
        if self.is_log:
            first, last = ceil(log10(self.low) - 1e-9), floor(log10(self.high) + 1e-9)
            step = max(1, ceil((last - first) / _MOST_TICKS))
            return [float(10) ** power for power in range(first, last + 1, step)]
        width = _round_step((self.high - self.low) / _MOST_TICKS, whole=not self.is_share)
        return [number * width for number in range(ceil(self.low / width), floor(self.high / width + 1e-9) + 1)]

    def told(self, value: float) -> str:
        """A value as the tick says it."""
        return f"{round(100 * value, 6):g}%" if self.is_share else f"{value:,.0f}"


def log_axis(label: str, values: Sequence[float]) -> Axis:
    """An axis of whole decades around these values, which are above 0."""
    low = 10.0 ** floor(log10(min(values)) + 1e-9)
    return Axis(label, low, max(10.0 ** ceil(log10(max(values)) - 1e-9), 10 * low), is_log=True)


class Chart:
    """A title, two axes and what is drawn between them, at its place in the drawing. `svg` has all of it."""

    def __init__(self, title: str, x: Axis, y: Axis, *, left: int, top: int) -> None:
        self._x, self._y = x, y
        self._parts = [f'<g transform="translate({left} {top})">', _text(_LEFT, 20, title, "start", size=14)]
        for tick in x.ticks():
            at = self._across(tick)
            self._parts.append(_line(at, HEIGHT - _BOTTOM, at, HEIGHT - _BOTTOM + 4))
            self._parts.append(_text(at, HEIGHT - _BOTTOM + 17, x.told(tick), "middle"))
        for tick in y.ticks():
            at = self._up(tick)
            self._parts.append(_line(_LEFT, at, WIDTH - _RIGHT, at, colour="#e4e4e4"))
            self._parts.append(_text(_LEFT - 6, at + 4, y.told(tick), "end"))
        self._parts.append(_line(_LEFT, HEIGHT - _BOTTOM, WIDTH - _RIGHT, HEIGHT - _BOTTOM))
        self._parts.append(_line(_LEFT, _TOP, _LEFT, HEIGHT - _BOTTOM))
        self._parts.append(_text((_LEFT + WIDTH - _RIGHT) / 2, HEIGHT - 12, x.label, "middle"))
        self._parts.append(_text(_LEFT, _TOP - 8, y.label, "start"))

    def points(self, points: Iterable[tuple[float, float]]) -> None:
        """A dot at each point; of those that fall on one place, one."""
        places = dict.fromkeys((round(self._across(x), 1), round(self._up(y), 1)) for x, y in points)
        self._parts += [f'<circle cx="{x}" cy="{y}" r="2.2" fill="#1f6f8b"/>' for x, y in places]

    def line(self, points: Iterable[tuple[float, float]], told: str) -> None:
        """A line through the points, and what it is: told at the bottom left, which what falls leaves free."""
        places = " ".join(f"{self._across(x):.1f},{self._up(y):.1f}" for x, y in points)
        self._parts.append(f'<polyline points="{places}" fill="none" stroke="#c8553d" stroke-width="1.6"/>')
        self._parts.append(_text(_LEFT + 8, HEIGHT - _BOTTOM - 10, told, "start", colour="#a8432d"))

    def bars(self, bars: Iterable[tuple[float, float]]) -> None:
        """A bar over each whole number."""
        for x, y in bars:
            left, right, top = self._across(x - 0.4), self._across(x + 0.4), self._up(y)
            size = f'width="{right - left:.1f}" height="{HEIGHT - _BOTTOM - top:.1f}"'
            self._parts.append(f'<rect x="{left:.1f}" y="{top:.1f}" {size} fill="#1f6f8b"/>')

    def svg(self) -> str:
        """The panel as an element."""
        return "\n".join([*self._parts, "</g>"])

    def _across(self, value: float) -> float:
        return _LEFT + self._x.part(value) * (WIDTH - _LEFT - _RIGHT)

    def _up(self, value: float) -> float:
        return HEIGHT - _BOTTOM - self._y.part(value) * (HEIGHT - _TOP - _BOTTOM)


def said(title: str, text: str, *, left: int, top: int) -> str:
    """A panel that has nothing to draw, and says why."""
    words = _text(WIDTH / 2, HEIGHT / 2, text, "middle")
    return f'<g transform="translate({left} {top})">{_text(_LEFT, 20, title, "start", size=14)}{words}</g>'


def drawing(title: str, panels: Sequence[str]) -> str:
    """A whole SVG file, with panels that stand side by side."""
    width = WIDTH * len(panels)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}"'
    style = 'role="img" font-family="system-ui, sans-serif" font-size="11"'
    ground = f'<rect width="{width}" height="{HEIGHT}" fill="#ffffff"/>'
    return "\n".join([f"{head} {style}>", f"<title>{escape(title)}</title>", ground, *panels, "</svg>", ""])


def _round_step(least: float, *, whole: bool) -> float:
    """1, 2 or 5 times a power of ten, at least so large; a whole number if so said."""
    power = 10.0 ** floor(log10(least))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= least - 1e-12)
    return max(1.0, step) if whole else step


def _line(x1: float, y1: float, x2: float, y2: float, *, colour: str = "#555555") -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str, *, size: int = 11, colour: str = "#222222") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{escape(text)}</text>'
    )
