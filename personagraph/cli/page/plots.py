"""Plots as inline SVG and coloured tables; their colours are those of the page, light or dark."""

from collections.abc import Callable, Mapping, Sequence
from math import floor, log10
from typing import Any, NamedTuple

from personagraph.cli.page.markup import Html, text
from personagraph.steering.audit.section import percent, wanted_text

WIDTH, LABELS, RIGHT, LINE, TOP = 520, 150, 26, 22, 24
UPRIGHT = 7
"""Characters of a heading that stands upright; longer ones are turned."""
STRONG = (1.25, 2.0, 4.0, 8.0)
"""How often more or less than wanted a cell holds for each depth of colour."""


class Dot(NamedTuple):
    """A line of a plot of shares: what is there, with its interval, beside a mark, and what was before (or None)."""

    label: str
    share: float
    low: float
    high: float
    mark: float | None
    before: float | None
    kind: str
    told: str


def dots(title: str, rows: Sequence[Dot], *, shares: bool = True) -> Html:
    """A line for each row with a dot, its interval, a tick for what is wanted, and a ring for what was before.

    The axis is told in per cent when the numbers are `shares`.
    """
    most = max((max(row.high, row.mark or 0, row.before or 0) for row in rows), default=0.0)
    step, top = steps(most)
    height = TOP + LINE * len(rows) + 6

    def x(share: float) -> float:
        return LABELS + (WIDTH - LABELS - RIGHT) * min(share, top) / top

    parts = []
    for number in range(round(top / step) + 1):
        at = x(number * step)
        parts.append(f'<line class="grid" x1="{at:.1f}" y1="{TOP - 6}" x2="{at:.1f}" y2="{height - 4}"/>')
        told = f"{100 * number * step:.4g} %" if shares else f"{number * step:.4g}"
        parts.append(f'<text class="soft middle" x="{at:.1f}" y="{TOP - 11}">{told}</text>')
    for place, row in enumerate(rows):
        y = TOP + LINE * place + LINE / 2
        parts.append(f"<g><title>{text(row.told)}</title>")
        parts.append(f'<text class="end" x="{LABELS - 10}" y="{y + 4:.1f}">{text(_short(row.label))}</text>')
        if row.mark is not None:
            parts.append(
                f'<line class="wanted" x1="{x(row.mark):.1f}" y1="{y - 8}" x2="{x(row.mark):.1f}" y2="{y + 8}"/>'
            )
        if row.before is not None:
            parts.append(f'<circle class="ring" cx="{x(row.before):.1f}" cy="{y}" r="4"/>')
        parts.append(
            f'<line class="whisker {row.kind}" x1="{x(row.low):.1f}" y1="{y}" x2="{x(row.high):.1f}" y2="{y}"/>'
            f'<circle class="{row.kind}" cx="{x(row.share):.1f}" cy="{y}" r="4"/></g>'
        )
    about = f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{text(title)}"'
    return Html(f"<figure><svg {about}>{''.join(parts)}</svg></figure>")


def heat(
    rows: Sequence[str],
    columns: Sequence[str],
    cell: Callable[[int, int], tuple[str, str, str] | None],
    *,
    corner: str = "",
) -> Html:
    """A table of rows by columns: each cell has a text, a class and what it is told to be; None is no cell."""
    head = "".join(f"<th>{text(name)}</th>" for name in columns)
    tall = " tall" if max(map(len, columns), default=0) > UPRIGHT else ""
    lines = []
    for i, name in enumerate(rows):
        cells = []
        for j in range(len(columns)):
            found = cell(i, j)
            if found is None:
                cells.append('<td class="none" title="cannot be"></td>')
            else:
                said, kind, told = found
                cells.append(f'<td class="{kind}" title="{text(told)}">{text(said)}</td>')
        lines.append(f"<tr><th>{text(name)}</th>{''.join(cells)}</tr>")
    return Html(
        f'<div class="scroll"><table class="heat{tall}"><thead><tr><th>{text(corner)}</th>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def strength(ratio: float | None) -> str:
    """The class of a cell that holds so many times what is wanted."""
    if ratio is None:
        return ""
    for depth, limit in zip((4, 3, 2, 1), reversed(STRONG), strict=True):
        if ratio >= limit:
            return f"high{depth}"
        if ratio <= 1 / limit:
            return f"low{depth}"
    return ""


def dot_of(label: str, row: Mapping[str, Any], seeds: int) -> Dot | None:
    """The line of a row of `personagraph.steering.audit.rows`; None when nobody's value is known."""
    if row["share"] is None:
        return None
    before = row["seeds"] / seeds if seeds else None
    low, high = row["interval"]
    told = (
        f"{label}: {row['now']:,} personas, {percent(row['share'])} ({percent(low)} to"
        f" {percent(high)}), wanted {wanted_text(row)}; {row['answer']}"
    )
    kind = row["answer"].replace(" ", "-")
    return Dot(label, row["share"], low, high, row["wanted"], before, kind, told)


def steps(most: float) -> tuple[float, float]:
    """The distance of grid lines, and the end of the axis, in shares."""
    if most <= 0:
        return 0.5, 1.0
    rough = most / 4
    power = 10.0 ** floor(log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough)
    count = 1
    while count * step < most * 0.999:
        count += 1
    return step, step * count


def _short(label: str) -> str:
    return label if len(label) <= 22 else f"{label[:21]}…"
