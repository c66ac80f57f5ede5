"""Writes the page: what a newcomer wants to know first, then every section of the report."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from personagraph.cli.page.markup import Html, joined, text
from personagraph.cli.page.parts import PARTS
from personagraph.steering.audit import SECTIONS
from personagraph.steering.audit.section import number

_STYLE = Path(__file__).with_name("page.css")
_NOTHING_ELSE = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may load for the page: its own style, and nothing else."""


def page(found: Mapping[str, Any]) -> str:
    """The whole page of a report, as `personagraph.steering.audit.audit` has it; every text of it is escaped."""
    links = "".join(f'<a href="#{name}">{text(SECTIONS[name].title)}</a>' for name in found)
    sections = "".join(_section(name, values) for name, values in found.items())
    target = found["cells"]["target"]["name"]
    return document(
        "Whom the graph has, and whom it leaves out",
        Html(
            f'<p class="about">Shares are held against the target <b>{text(target)}</b>; point at a dot or a cell to'
            f" read its figures.</p>{_tiles(found)}<nav>{links}</nav>{sections}"
        ),
    )


def document(title: str, inside: Html) -> str:
    """A page with this title that stands alone: its style is in it, and it may load nothing."""
    style = _STYLE.read_text(encoding="utf-8")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_NOTHING_ELSE}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{text(title)}</title><style>{style}</style></head><body><main>"
        f"<h1>{text(title)}</h1>{inside}</main></body></html>\n"
    )


def _section(name: str, values: Mapping[str, Any]) -> Html:
    section = SECTIONS[name]
    if name in PARTS:
        inside = PARTS[name](values)
    else:
        lines = "\n".join(text(line) for line in section.lines(values))
        inside = Html(f"<pre>{lines}</pre>")
    about = f'<p class="about">{text(section.about)}</p>'
    return Html(f'<section id="{name}"><h2>{text(section.title)}</h2>{about}{inside}</section>')


def _tiles(found: Mapping[str, Any]) -> Html:
    people, cells = found["people"], found["cells"]
    now, answers = cells["now"], {"under": 0, "inconclusive": 0}
    for one in found["attributes"].values():
        for answer in answers:
            answers[answer] += one["answers"][answer]
    tiles = [
        (f"{people['personas']:,}", f"personas, {people['seeds']:,} of them seeds"),
        (f"{people['relationships']:,}", "relationships"),
        (f"{answers['under']:,}", f"values underrepresented beyond doubt, {answers['inconclusive']:,} inconclusive"),
        (f"{now['covered']['1']:,} of {now['cells']:,}", f"cells of {' by '.join(cells['axes'])} hold somebody"),
        (
            number(now["js_divergence"], 2),
            f"bits of JS divergence; a perfect sample of as many has {number(now['js_null'], 2)}",
        ),
    ]
    if growth := found.get("growth"):
        tiles.append((f"{growth['new']:,}", f"new personas in {growth['calls']:,} calls{_cost(growth)}"))
    inside = joined(Html(f"<div class=tile><b>{text(n)}</b><span>{text(said)}</span></div>") for n, said in tiles)
    return Html(f'<div class="tiles">{inside}</div>')


def _cost(growth: Mapping[str, Any]) -> str:
    cost = growth["cost_per_persona_usd"]
    return f", {cost:.4f} USD each" if cost else ""
