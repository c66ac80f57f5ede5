"""Counts over the columns of a snapshot."""

import numpy as np

from personagraph.graph.snapshot import Snapshot


def by_depth(snapshot: Snapshot) -> dict[int | None, int]:
    """How many personas there are at each depth, in ascending order; None, without a link to a seed, comes last."""
    depths, counts = np.unique(snapshot.depths, return_counts=True)
    found = dict[int | None, int](zip(depths.tolist(), counts.tolist(), strict=True))
    return {**{depth: n for depth, n in found.items() if depth != -1}, **({None: found[-1]} if -1 in found else {})}


def by_type(snapshot: Snapshot) -> dict[str, int]:
    """How many relationships there are of each type, in the order of the types' names."""
    names = snapshot.types.names
    counts = np.bincount(snapshot.types.codes, minlength=len(names)).tolist()
    return {name: n for name, n in zip(names, counts, strict=True) if n}
