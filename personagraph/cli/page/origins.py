"""The sections of the report that say how the personas came, as parts of the page."""

from collections.abc import Mapping, Sequence
from typing import Any

from personagraph.cli.page.curves import curves_of
from personagraph.cli.page.markup import Html, bars, cell_words, joined, key, more, paragraph, table, text, value_text
from personagraph.cli.page.plots import heat, strength
from personagraph.steering.audit.curve import curves_over
from personagraph.steering.audit.section import counted
from personagraph.steering.audit.sections.aims import NAMES, region_text, share_text, unreached_rows
from personagraph.steering.audit.sections.growth import LEVELS
from personagraph.types import UNKNOWN
from personagraph.vocabulary.attributes import ATTRIBUTES

Values = Mapping[str, Any]
MOST_ROWS, SHORT = 400, 12
"""Rows of a table, at most, and those of one that is shown without being asked for."""
LEAST_EXPECTED = 4
"""Personas that chance would bring, below which a cell has no colour: it could as well be that."""


def gateways(values: Values) -> Html:
    """A coloured table for each attribute: whom the personas of each value brought."""
    parts = [
        paragraph(
            f"{values['brought']:,} personas came by asking somebody for whom they know; {values['lacking']:,} of them"
            " are of a kind that is underrepresented now. Rows are who was asked, columns who came."
        ),
        key(
            [
                ("low4", "an eighth of what chance would bring, or less"),
                ("even", "as by chance, or too few to say"),
                ("high4", "eight times, or more"),
            ]
        ),
    ]
    parts += [_matrix(axis, crossed) for axis, crossed in values["axes"].items()]
    useful = [one for one in values["cells"] if one["new"] and UNKNOWN not in one["cell"]]
    useful.sort(key=lambda one: (-one["lacking"], -one["new"]))
    rows = [
        (cell_words(values["by"], one["cell"]), f"{one['calls']:,}", f"{one['new']:,}", f"{one['lacking']:,}")
        for one in useful[:12]
    ]
    if rows:
        parts += [
            Html("<h3>Whom to ask to reach those who lack</h3>"),
            table(("who was asked", "calls", "new personas", "of a kind that lacks"), rows, numbers=3),
        ]
    types = sorted(values["types"], key=lambda one: -one["new"])
    told = [(one["type"], f"{one['new']:,}", f"{one['lacking']:,}") for one in types]
    return joined([*parts, more("By relationship", table(("type", "new", "of a kind that lacks"), told, numbers=2))])


def _matrix(axis: str, crossed: Sequence[Sequence[Any]]) -> Html:
    counts = {(one, other): n for one, other, n in crossed if UNKNOWN not in (one, other)}
    if not counts:
        return Html("")
    listed = ATTRIBUTES[axis].values if axis in ATTRIBUTES else sorted({name for pair in counts for name in pair})
    names = [name for name in listed if any(name in pair for pair in counts)]
    total = sum(counts.values())
    by_row = {name: sum(n for (one, _), n in counts.items() if one == name) for name in names}
    by_column = {name: sum(n for (_, other), n in counts.items() if other == name) for name in names}

    def cell(i: int, j: int) -> tuple[str, str, str] | None:
        one, other = names[i], names[j]
        n = counts.get((one, other), 0)
        expected = by_row[one] * by_column[other] / total
        kind = strength(n / expected) if expected >= LEAST_EXPECTED else ""
        told = (
            f"{value_text(axis, one)} brought {n:,} {value_text(axis, other)}; {expected:.1f} if it made no difference"
        )
        return f"{n:,}" if n else "·", kind, told

    headings = ATTRIBUTES[axis].headings if axis in ATTRIBUTES else {}
    columns = [headings.get(name, value_text(axis, name)) for name in names]
    return Html(f"<div><h3>{text(axis)}</h3>{heat([value_text(axis, name) for name in names], columns, cell)}</div>")


def growth(values: Values) -> Html:
    """How far calls were steered, what each run brought, coverage against calls, and why items were turned down."""
    parts = []
    colours = dict(zip(LEVELS, ("b1", "b2", "b4", "b5"), strict=True))
    rows = []
    for name, counts in values["steering"].items():
        if total := sum(counts):
            shares = {level: n / total for level, n in zip(LEVELS, counts, strict=False)}
            rows.append((name, shares, f"{total:,}"))
    if rows:
        parts += [bars(rows, colours), key([(colours[level], f"{n}: {level}") for n, level in enumerate(LEVELS)])]
    told = [
        (
            f"{one['run']} {one['command']}",
            one["model"],
            f"{one['new']:,}",
            f"{one['merged']:,}",
            f"{one['rejected']:,}",
            f"{one['calls']:,}",
            f"{one['cost_usd']:.4f}",
            "–" if one["cost_per_persona_usd"] is None else f"{one['cost_per_persona_usd']:.5f}",
        )
        for one in values["runs"][-50:]
    ]
    head = ("run", "model", "new", "merged", "turned down", "calls", "USD", "USD per new persona")
    parts.append(table(head, told, numbers=6))
    if curves := curves_over({"this graph": {"growth": values}}, {}):
        parts.append(more("Coverage against calls", curves_of(curves)))
    if values["rejections"]["total"]:
        reasons = [(reason, f"{n:,}") for reason, n in values["rejections"]["by_reason"].items()]
        parts.append(more("Why items were turned down", table(("reason", "items"), reasons, numbers=1)))
        kinds = [
            (axis, value_text(axis, value), f"{n:,}")
            for axis, counts in values["rejections"]["by_attribute"].items()
            for value, n in counts.items()
            if n
        ]
        told_so = table(("attribute", "said to be", "items"), kinds, numbers=1)
        parts.append(more("Of what kind those were who were turned down", told_so))
    return joined(parts)


def aims(values: Values) -> Html:
    """How far hints were followed, the regions asked for, and those that were not reached."""
    levels = [
        (NAMES[one["level"]], f"{one['asked']:,}", f"{one['came']:,}", f"{one['right']:,}", share_text(one))
        for one in values["levels"]
    ]
    head = ("how it was asked", "times", "came", "into the region", "share (95 % interval)")
    parts = [table(head, levels, numbers=4)]
    named = [
        (one["attribute"], f"{one['asked']:,}", f"{one['known']:,}", f"{one['right']:,}", share_text(one))
        for one in values["attributes"]
    ]
    head = ("what hints named", "times", "came and known", "as named", "share (95 % interval)")
    parts.append(table(head, named, numbers=4))
    unreached = unreached_rows(values)
    parts.append(Html(f"<h3>Asked for, and not reached: {text(counted(len(unreached), 'region'))}</h3>"))
    if unreached:
        rows = table(("region", "in the graph", "what was tried", "came instead"), unreached[:MOST_ROWS], numbers=1)
        parts.append(rows if len(unreached) <= SHORT else more("The regions", rows))
    regions = [
        (region_text(one["region"]), f"{one['asked']:,}", f"{one['right']:,}", f"{one['new']:,}", share_text(one))
        for one in values["regions"][:MOST_ROWS]
    ]
    head = ("region", "asked for", "came into it", "of them new", "share (95 % interval)")
    return joined([*parts, more("All regions that were asked for", table(head, regions, numbers=4))])
