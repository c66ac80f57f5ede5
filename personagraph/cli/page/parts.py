"""The sections of the report as parts of the page."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from personagraph.cli.page.markup import (
    Html,
    bars,
    cell_words,
    joined,
    key,
    more,
    paragraph,
    table,
    text,
    value_text,
)
from personagraph.cli.page.origins import aims, gateways, growth
from personagraph.cli.page.plots import Dot, dot_of, dots, heat, strength
from personagraph.steering.audit.section import number, percent, ratio_text, wanted_text
from personagraph.steering.audit.sections.depth import measure_text
from personagraph.steering.audit.sections.pairs import chance_text
from personagraph.steering.audit.sections.people import UNCHECKED
from personagraph.steering.evidence import BASES
from personagraph.types import UNKNOWN
from personagraph.vocabulary.attributes import ATTRIBUTES

Values = Mapping[str, Any]
COLOURS = {
    "words": "b1",
    "agreed": "b2",
    "stated": "b3",
    "field": "b4",
    "model": "b5",
    "label": "b6",
    UNCHECKED: "b7",
    UNKNOWN: "b0",
}
LIMIT = 400
"""Rows of a table in the page; `--csv` has them all."""


def people(values: Values) -> Html:
    """How much is known of each attribute, and on what grounds."""
    total = values["personas"]
    if not total:
        return paragraph("The graph is empty: extract texts or import personas first.")
    rows = []
    for name, found in values["attributes"].items():
        shares = {basis: found[basis] / total for basis in (*BASES, UNCHECKED) if found[basis]}
        rows.append((name, shares, f"known of {percent(found['known'] / total)}"))
    used = [basis for basis in (*BASES, UNCHECKED) if any(basis in shares for _, shares, _ in rows)]
    told = [(COLOURS[basis], basis) for basis in used]
    parts = [bars(rows, COLOURS), key([*told, (COLOURS[UNKNOWN], "unknown")])]
    if values["claims"]:
        claims = [
            (model, name, counts["agreed"], counts["contradicted"], counts["unsupported"])
            for model, found in values["claims"].items()
            for name, counts in found.items()
        ]
        head = ("model", "attribute", "borne out by the words", "contradicted", "words say nothing")
        parts += [Html("<h3>What models stated, held against the words</h3>"), table(head, claims, numbers=3)]
    return joined(parts)


def attributes(values: Values) -> Html:
    """A plot for each attribute: the share of each value, beside the one wanted."""
    panels = []
    for axis, found in values.items():
        seeds = found["seeds"]["known"]
        lines = [
            dot_of(f"{value_text(axis, row['cell'][0])}{' *' * row['assumed']}", row, seeds) for row in found["rows"]
        ]
        rows = [line for line in lines if line]
        now = found["now"]
        if not rows:
            panels.append(Html(f"<div><h3>{text(axis)}</h3>{paragraph('known of nobody', 'note')}</div>"))
            continue
        caption = (
            f"{now['known']:,} personas known; JS divergence {number(now['js_divergence'])} bits"
            f" ({number(now['js_null'])} for a perfect sample of as many), Gini {number(now['gini'], 2)}"
        )
        panels.append(
            Html(f"<div><h3>{text(axis)}</h3>{paragraph(caption, 'note')}{dots(f'shares by {axis}', rows[:60])}</div>")
        )
    legend = key(
        [
            ("under", "underrepresented beyond doubt"),
            ("enough", "enough"),
            ("open", "inconclusive"),
            ("wanted", "tick: the share wanted"),
            ("seeds", "ring: the seeds"),
        ]
    )
    rows_told = [
        (axis, value_text(axis, row["cell"][0]), *_row(row)) for axis, found in values.items() for row in found["rows"]
    ]
    if any(row["assumed"] for found in values.values() for row in found["rows"]):
        panels.append(paragraph("* the share wanted is assumed: no published table has it", "note"))
    full = more("All figures", table(("attribute", "value", *_HEAD), rows_told[:LIMIT], numbers=len(_HEAD)))
    return joined([legend, Html(f'<div class="panels">{"".join(panels)}</div>'), full])


_HEAD = ("seeds", "now", "share", "wanted", "ratio (95 % interval)", "")


def _row(row: Values) -> tuple[object, ...]:
    answer = Html(f'<span class="under">{text(row["answer"])}</span>') if row["answer"] == "under" else row["answer"]
    return (
        f"{row['seeds']:,}",
        f"{row['now']:,}",
        percent(row["share"]),
        wanted_text(row),
        ratio_text(row),
        answer,
    )


def cells(values: Values) -> Html:
    """A coloured table for two axes; for others the cells that lack most."""
    now, answers, axes = values["now"], values["answers"], values["axes"]
    levels = ", ".join(f"{n:,} with at least {level}" for level, n in now["covered"].items())
    parts = [
        paragraph(
            f"Of {now['cells']:,} cells of {' by '.join(axes)}: {levels}. {now['known']:,} personas are known on all of"
            f" these, {now['unknown']:,} are not. Underrepresented {answers['under']:,}, enough {answers['enough']:,},"
            f" inconclusive {answers['inconclusive']:,}."
        )
    ]
    if len(axes) == 2:
        parts.append(_grid(axes, values["rows"]))
    rows = sorted(values["rows"], key=lambda row: (row["share"] or 0) - row["wanted"])
    told = [(cell_words(axes, row["cell"]), *_row(row)) for row in rows[:LIMIT]]
    full = table((" by ".join(axes), *_HEAD), told, numbers=len(_HEAD))
    return joined([*parts, more("The cells, those that lack most first", full)])


_SURE = {"under": "lack", "inconclusive": "open"}
"""The class of a cell by its answer: what is certain stands out, what is not is pale."""


def _grid(axes: Sequence[str], rows: Sequence[Values]) -> Html:
    found = {tuple(row["cell"]): row for row in rows}
    names = [list(dict.fromkeys(row["cell"][place] for row in rows)) for place in (0, 1)]
    headings = ATTRIBUTES[axes[1]].headings if axes[1] in ATTRIBUTES else {}

    def cell(i: int, j: int) -> tuple[str, str, str] | None:
        row = found.get((names[0][i], names[1][j]))
        if row is None:
            return None
        kind = f"{strength(row['ratio'])} {_SURE.get(row['answer'], '')}"
        told = f"{cell_words(axes, row['cell'])}: {row['seeds']:,} seeds, {row['now']:,} now, {ratio_text(row)}"
        return f"{row['now']:,}" if row["now"] else "·", kind, f"{told}; {row['answer']}"

    legend = key(
        [
            ("low4", "an eighth of what is wanted, or less"),
            ("low2", "half"),
            ("even", "as wanted"),
            ("high2", "double"),
            ("high4", "eight times, or more"),
            ("under", "framed: underrepresented beyond doubt; pale: inconclusive"),
        ]
    )
    columns = [headings.get(name, value_text(axes[1], name)) for name in names[1]]
    return joined([legend, heat([value_text(axes[0], name) for name in names[0]], columns, cell)])


def depth(values: Values) -> Html:
    """The measures of spread, and the cells whose personas say the same."""
    rows = [
        (
            measure_text(found),
            found["reason"] if found["value"] is None else f"{found['value']:.4g}",
            "" if found["low"] is None else f"{found['low']:.4g} to {found['high']:.4g}",
            "–" if found["shuffled"] is None else f"{found['shuffled']:.4g}",
            "more" if found["wider"] > 0 else "less",
        )
        for found in values["measures"].values()
    ]
    head = ("measure", "value", "95 % interval", "shuffled", "wider is")
    said = (
        f"{values['voices']:,} distinct voices of {values['personas']:,} personas, at a cosine of {values['alike']:g}"
        f" by {values['encoder']}; {values['unread']:,} cannot be read by it. Measured in {values['frame']}."
    )
    cells = [(cell_words(values["axes"], cell), f"{n:,}", f"{voices:,}") for cell, n, voices in values["cells"][:LIMIT]]
    full = table((" by ".join(values["axes"]), "personas", "voices"), cells, numbers=2)
    return joined([paragraph(said), table(head, rows, numbers=4), more("Voices of each cell, the fewest first", full)])


def pairs(values: Values) -> Html:
    """A line for each pair: how strongly it goes together, and how strongly it should."""
    rows = [
        Dot(" by ".join(one["pair"]), one["v"], one["v"], one["v"], one["wanted"], None, "enough", _pair_text(one))
        for one in values["pairs"]
        if one["v"] is not None
    ]
    told = [
        (
            " by ".join(one["pair"]),
            f"{one['known']:,}",
            number(one["v"], 2),
            number(one["wanted"], 2),
            chance_text(one),
            number(one["js_divergence"]),
            number(one["js_null"]),
        )
        for one in values["pairs"]
    ]
    head = ("pair", "known", "Cramér's V", "wanted", "in perfect samples", "JS divergence, bits", "of it due to size")
    legend = key([("enough", "dot: Cramér's V"), ("wanted", "tick: V of the target")])
    return joined([legend, dots("Cramér's V of pairs of attributes", rows, shares=False), table(head, told, numbers=6)])


def _pair_text(one: Values) -> str:
    return f"{' by '.join(one['pair'])}: V {number(one['v'], 2)}, wanted {number(one['wanted'], 2)}"


def ties(values: Values) -> Html:
    """A line for each attribute: the share of the like among neighbours, and by chance."""
    rows, told = [], []
    parts = [("", "unsteered"), (", steered alone", "steered"), (", links alone", "links")]
    for axis, found, part in (
        (f"{name}{told_of}", found, found[which])
        for name, found in values["attributes"].items()
        for told_of, which in parts
    ):
        if not part["pairs"]:
            continue
        kind = "under" if part["z"] is not None and part["z"] >= 3 else "inconclusive"
        line = f"{axis}: {percent(part['alike'])} of {part['pairs']:,} pairs, by chance {percent(part['chance'])}"
        low, high = part["interval"]
        rows.append(Dot(axis, part["alike"], low, high, part["chance"], None, kind, line))
        told.append(
            (
                axis,
                f"{part['pairs']:,}",
                percent(part["alike"]),
                percent(part["chance"]),
                percent(found["random"]),
                number(part["r"]),
                number(part["z"], 1),
            )
        )
    if not rows:
        return paragraph("There are no two neighbours of whom the same is known, tied by what nobody had named.")
    head = ("attribute", "pairs", "the like", "by chance", "random pairs of personas", "r", "z")
    legend = key([("under", "dot: neighbours who are alike (orange: more than chance)"), ("wanted", "tick: by chance")])
    return joined([legend, dots("neighbours who are alike", rows), table(head, told, numbers=6)])


def limits(values: Values) -> Html:
    """A list of sentences."""
    sentences = (re.sub(r"`([^`]+)`", r"<code>\1</code>", text(one)) for one in values["sentences"])
    return Html(f"<ul>{''.join(f'<li>{one}</li>' for one in sentences)}</ul>")


PARTS: dict[str, Callable[[Values], Html]] = {
    "people": people,
    "attributes": attributes,
    "cells": cells,
    "depth": depth,
    "pairs": pairs,
    "ties": ties,
    "gateways": gateways,
    "growth": growth,
    "aims": aims,
    "limits": limits,
}
"""By the name of the section; one that is not here is shown by its lines."""
