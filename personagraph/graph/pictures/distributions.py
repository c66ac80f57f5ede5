"""Draws distributions that were measured: of degrees with their fitted tail, of distances, of sizes of communities."""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from personagraph.graph.metrics.degrees.tail import hurwitz
from personagraph.graph.pictures.chart import WIDTH, Axis, Chart, drawing, log_axis, said

_STEPS = 60


def distributions(measured: Mapping[str, Mapping[str, Any]]) -> str:
    """An SVG file with a panel for each of PANELS that was measured, by the values of the metrics of METRICS."""
    shown = [name for name in PANELS if name in measured]
    panels = [PANELS[name](measured[name], number * WIDTH) for number, name in enumerate(shown)]
    return drawing("Distributions of the graph: " + ", ".join(shown), panels)


def _degrees(values: Mapping[str, Any], left: int) -> str:
    """How many personas have at least so many neighbours, and the power law of the tail."""
    title, above = "Neighbours", _at_least(values["distribution"])
    if not above:
        return said(title, "nobody has a neighbour", left=left, top=0)
    x = log_axis("neighbours", [k for k, _ in above])
    y = log_axis("personas with at least so many", [count for _, count in above])
    panel = Chart(title, x, y, left=left, top=0)
    panel.points(above)
    if tail := values["tail"]:
        first = np.array(float(tail["from"]))
        places = np.geomspace(tail["from"], above[-1][0], _STEPS)
        law = tail["personas"] * hurwitz(tail["exponent"], places) / hurwitz(tail["exponent"], first)
        points = [(k, max(count, y.low)) for k, count in zip(places.tolist(), law.tolist(), strict=True)]
        panel.line(points, f"power law, exponent {tail['exponent']:.2f}, from {tail['from']}")
    return panel.svg()


def _distances(values: Mapping[str, Any], left: int) -> str:
    """The share of all pairs at each distance."""
    title = "Distances"
    shares = [(int(hops), share) for hops, share in values["distribution"].items()]
    if not shares:
        return said(title, "no two personas are connected", left=left, top=0)
    most = max(share for _, share in shares)
    x = Axis("hops" + (", and beyond" if values["farther"] else ""), 0.4, max(shares)[0] + 0.6)
    panel = Chart(title, x, Axis("share of all pairs", 0, most * 1.05, is_share=True), left=left, top=0)
    panel.bars(shares)
    return panel.svg()


def _communities(values: Mapping[str, Any], left: int) -> str:
    """How many communities have at least so many personas."""
    title, above = "Communities", _at_least(values["sizes"][::-1])
    if not above:
        return said(title, "there is nobody", left=left, top=0)
    x = log_axis("personas", [size for size, _ in above])
    panel = Chart(title, x, log_axis("communities of at least so many", [n for _, n in above]), left=left, top=0)
    panel.points(above)
    return panel.svg()


def _at_least(counts: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Of [value, count], ascending: how many have at least each value above 0."""
    totals = list(accumulate(count for _, count in reversed(counts)))[::-1]
    return [(value, total) for (value, _), total in zip(counts, totals, strict=True) if value > 0]


PANELS: dict[str, Callable[[Mapping[str, Any], int], str]] = {
    "degree": _degrees,
    "distances": _distances,
    "communities": _communities,
}
"""What can be drawn, by the metric that it shows, from left to right."""
