"""Says why an expansion has nobody to ask, and what would give it somebody."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot


def nobody_to_ask(graph: "Snapshot", asked: Mapping[str, int], *, hops: int, calls: int, model: str) -> str:
    """Why nobody of the graph is nearer than `hops` to a seed and was asked fewer than `calls` times; else "".

    `asked` says how often each counts as asked, by runs with `model`. The second half says what would give somebody.
    """
    import numpy as np

    near = (graph.depths >= 0) & (graph.depths < hops)
    if not near.any():
        further = int((graph.depths >= hops).sum())
        if further:
            least = int(graph.depths.max()) + 1
            return f"nobody is nearer than {_hops(hops)} to a seed; --hops {least} asks all {further:,} tied to one"
        return (
            f"none of the {len(graph):,} personas is a seed, or tied to one; `personagraph extract` or"
            " `personagraph import` brings seeds in"
        )
    often = np.array([id for id, count in asked.items() if count >= calls], "S32")
    if not len(often) or not np.isin(graph.ids[near], often).all():
        return ""
    counts = [asked[id] for id in graph.ids_of(np.flatnonzero(near))]
    ways = [f"--calls-per-ego {min(counts) + 1} or --again asks once more"]
    if at_the_edge := int((graph.depths == hops).sum()):
        ways.append(f"--hops {hops + 1} asks {at_the_edge:,} who are {_hops(hops)} away")
    return (
        f"{'everybody' if len(counts) > 1 else 'the one'} near a seed was asked: {len(counts):,} nearer than"
        f" {_hops(hops)}, {_often(min(counts), max(counts))}, by runs with {model};"
        f" {', '.join(ways)}, another --model asks all anew"
    )


def _often(least: int, most: int) -> str:
    if least < most:
        return f"{least} to {most} times"
    return "once" if most == 1 else f"{most} times"


def _hops(count: int) -> str:
    return f"{count} hop{'s' * (count != 1)}"
