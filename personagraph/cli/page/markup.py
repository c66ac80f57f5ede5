"""Pieces of the page: text that is escaped, tables, bars, keys."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from personagraph.text.plain import visible
from personagraph.vocabulary.attributes import ATTRIBUTES


class Html(str):
    """Text that is markup: whatever is not is escaped by `text`."""

    __slots__ = ()


def text(said: object) -> Html:
    """Text as it may stand in the page, in an attribute too, without what is invisible or turns the writing around."""
    return Html(escape(visible(str(said)), quote=True))


def joined(parts: Iterable[Html]) -> Html:
    """Parts one after another."""
    return Html("".join(parts))


def value_text(axis: str, value: str) -> str:
    """A value as people read it."""
    if axis in ATTRIBUTES:
        return value.replace("_", " ")
    return value


def cell_words(axes: Sequence[str], cell: Sequence[str]) -> str:
    """A cell as people read it, such as managers, east asia."""
    return ", ".join(value_text(axis, value) for axis, value in zip(axes, cell, strict=True))


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: int) -> Html:
    """A table whose last `numbers` columns are numbers; markup stays as it is."""
    first = len(head) - numbers

    def line(cells: Sequence[object], tag: str) -> str:
        return "".join(
            f"<{tag}{' class=n' if at >= first else ''}>{cell if isinstance(cell, Html) else text(cell)}</{tag}>"
            for at, cell in enumerate(cells)
        )

    body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
    return Html(
        f'<div class="scroll"><table><thead><tr>{line(head, "th")}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def bars(rows: Iterable[tuple[str, Mapping[str, float], str]], colours: Mapping[str, str]) -> Html:
    """A bar for each row: its name, its parts as shares of the whole by name, and what is said beside it."""
    lines = []
    for name, parts, said in rows:
        inside = "".join(
            f'<div style="width:{100 * share:.3f}%;background:var(--{colours[part]})"'
            f' title="{text(part)}: {100 * share:.1f} %"></div>'
            for part, share in parts.items()
            if share > 0
        )
        lines.append(f'<div>{text(name)}</div><div class="bar">{inside}</div><div class="soft">{text(said)}</div>')
    return Html(f'<div class="bars">{"".join(lines)}</div>')


def key(entries: Iterable[tuple[str, str]]) -> Html:
    """What colours stand for: (colour, meaning)."""
    told = "".join(f'<span><i style="background:var(--{colour})"></i>{text(said)}</span>' for colour, said in entries)
    return Html(f'<div class="key">{told}</div>')


def more(summary: str, inside: Html) -> Html:
    """What is shown when it is asked for."""
    return Html(f"<details><summary>{text(summary)}</summary>{inside}</details>")


def paragraph(said: str, kind: str = "") -> Html:
    """A paragraph."""
    return Html(f'<p class="{kind}">{text(said)}</p>' if kind else f"<p>{text(said)}</p>")
