"""Draws coverage against calls: a line for each policy, with the interval over its runs, as inline SVG."""

from collections.abc import Mapping, Sequence
from typing import Any

from personagraph.cli.page.markup import Html, joined, paragraph, table, text
from personagraph.cli.page.plots import steps
from personagraph.cli.tables.comparison import curve_text, group_text, held_text, quarters_of
from personagraph.steering.audit.curve import PERSONAS, SEVERAL

Values = Mapping[str, Any]
WIDTH, HEIGHT = 520, 330
LEFT, RIGHT, TOP, BOTTOM = 52, 14, 14, 42
STYLES = 8
"""Curves that are told apart by colour, dash and mark; of more, the first come again."""


def curves_of(curves: Sequence[Values]) -> Html:
    """A picture for each number of personas that a cell is to hold, one of personas, and the figures at quarters."""
    if not curves:
        return Html("")
    kinds = list(curves[0]["lines"])
    order = sorted(range(len(curves)), key=lambda n: -curves[n]["lines"][kinds[0]]["mean"][-1])
    panels = [
        Html(f"<div><h3>{text(held_text(kind, curves[0]['possible']))}</h3>{_panel(kind, curves)}</div>")
        for kind in kinds
    ]
    said = "A call is one that was decided; seeds are there at call 0, and everybody counts as they are known now."
    if any(curve["runs"] >= SEVERAL for curve in curves):
        said += f" A line is the mean over runs, its band the 95 % interval of that mean, of {SEVERAL} runs or more."
    quarters = quarters_of(curves)
    rows = [
        (
            held_text(kind, curves[0]["possible"]),
            group_text(curve["name"], curve["runs"]),
            *_told(curve, kind, quarters),
        )
        for kind in kinds
        for curve in (curves[n] for n in order)
        if kind in curve["lines"]
    ]
    head = ("", "", *(f"{calls:,} calls" for calls in quarters))
    legend = _legend(curves)
    return joined(
        [
            paragraph(said, "note"),
            *([legend] if len(curves) > 1 else []),
            Html(f'<div class="panels">{"".join(panels)}</div>'),
            table(head, rows, numbers=len(quarters)),
        ]
    )


def _told(curve: Values, kind: str, quarters: Sequence[int]) -> list[str]:
    return [curve_text(curve, kind, calls) for calls in quarters]


def _panel(kind: str, curves: Sequence[Values]) -> Html:
    """One picture; the axis of cells ends at what is possible where a curve comes near it."""
    drawn = [(n, curve) for n, curve in enumerate(curves) if kind in curve["lines"]]
    lines = [curve["lines"][kind] for _, curve in drawn]
    most = max(max(line.get("high", line["mean"])) for line in lines)
    step, top = steps(max(most, 1))
    if kind != PERSONAS:
        step = max(1.0, step)
        top = max(top, step)
    stride, last = steps(max(curve["calls"][-1] for _, curve in drawn))

    def x(calls: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * calls / last

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top

    parts = [_grid(x, y, stride, last, step, top)]
    parts += [
        _band(curve["calls"], curve["lines"][kind], n, x, y) for n, curve in drawn if "low" in curve["lines"][kind]
    ]
    parts += [_line(curve, curve["lines"][kind], n, x, y) for n, curve in drawn]
    label = f"{held_text(kind, curves[0]['possible'])} against calls"
    about = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{text(label)}"'
    return Html(f"<figure><svg {about}>{''.join(parts)}</svg></figure>")


def _grid(x: Any, y: Any, stride: float, last: float, step: float, top: float) -> str:
    parts = []
    for n in range(round(top / step) + 1):
        at = y(n * step)
        parts.append(f'<line class="grid" x1="{LEFT}" y1="{at:.1f}" x2="{WIDTH - RIGHT}" y2="{at:.1f}"/>')
        parts.append(f'<text class="soft end" x="{LEFT - 7}" y="{at + 4:.1f}">{n * step:,.6g}</text>')
    for n in range(round(last / stride) + 1):
        at = x(n * stride)
        anchor = "end" if n == round(last / stride) else "middle"
        parts.append(f'<text class="soft {anchor}" x="{at:.1f}" y="{HEIGHT - BOTTOM + 17}">{n * stride:,.6g}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text class="soft middle" x="{middle}" y="{HEIGHT - 6}">calls decided</text>')
    return "".join(parts)


def _band(calls: Sequence[int], line: Values, n: int, x: Any, y: Any) -> str:
    there = [f"{x(at):.1f},{y(value):.1f}" for at, value in zip(calls, line["high"], strict=True)]
    back = [f"{x(at):.1f},{y(value):.1f}" for at, value in zip(calls, line["low"], strict=True)]
    return f'<polygon class="band c{n % STYLES}" points="{" ".join([*there, *reversed(back)])}"/>'


def _line(curve: Values, line: Values, n: int, x: Any, y: Any) -> str:
    """The mean, with marks at a few places: they are elsewhere on each line, so that they do not hide each other."""
    points = [(x(at), y(value)) for at, value in zip(curve["calls"], line["mean"], strict=True)]
    drawn = " ".join(f"{left:.1f},{top:.1f}" for left, top in points)
    told = f"{group_text(curve['name'], curve['runs'])}: {line['mean'][-1]:,.4g} after {curve['calls'][-1]:,} calls"
    marks = [_mark(n, *points[at]) for at in range(4 + 2 * (n % STYLES) % 11, len(points), 11)]
    return f'<g><title>{text(told)}</title><polyline class="curve c{n % STYLES}" points="{drawn}"/>{"".join(marks)}</g>'


def _mark(n: int, x: float, y: float) -> str:
    """A mark of the style: a disc, a square, a triangle, a diamond; filled, then hollow."""
    shape, kind = n % 4, f"mark c{n % STYLES}{' hollow' if n % STYLES >= 4 else ''}"
    if shape == 0:
        return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3.6"/>'
    corners = {
        1: ((-3.3, -3.3), (3.3, -3.3), (3.3, 3.3), (-3.3, 3.3)),
        2: ((0, -4.4), (4.2, 3.2), (-4.2, 3.2)),
        3: ((0, -4.6), (4.6, 0), (0, 4.6), (-4.6, 0)),
    }[shape]
    return f'<polygon class="{kind}" points="{" ".join(f"{x + a:.1f},{y + b:.1f}" for a, b in corners)}"/>'


def _legend(curves: Sequence[Values]) -> Html:
    """What each line stands for, with its dash and its mark."""
    entries = []
    for n, curve in enumerate(curves):
        sample = f'<svg class="sample" viewBox="0 0 40 14"><polyline class="curve c{n % STYLES}" points="2,7 38,7"/>'
        entries.append(f"<span>{sample}{_mark(n, 20, 7)}</svg>{text(group_text(curve['name'], curve['runs']))}</span>")
    return Html(f'<div class="key lines">{"".join(entries)}</div>')
