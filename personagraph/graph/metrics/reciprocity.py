"""Reciprocity: how often what leads from one persona to another leads back, and how often both ends assert it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from personagraph.graph.metrics.metric import Measurement, Metric, MetricOptions
from personagraph.graph.neighbours import has_no_direction, neighbours
from personagraph.graph.snapshot import Categorical, Snapshot
from personagraph.vocabulary.linked import BOTH, DENIED


def _measure(snapshot: Snapshot, options: MetricOptions) -> Measurement:
    """Of the arcs of types that have a direction, each pair of source and target once, the share that is returned.

    None without such arcs: what is symmetric by its type says nothing about it. `both_ends` counts the relationships
    that were asked from both ends, and of these the `confirmed`, which both assert; so does `types`, by type, of the
    types of which any was asked so.
    """
    directed = ~has_no_direction(snapshot)
    arcs = neighbours(len(snapshot), snapshot.sources[directed], snapshot.targets[directed])
    there = arcs.rows.astype(np.int64) * len(snapshot) + arcs.ends
    back = arcs.ends.astype(np.int64) * len(snapshot) + arcs.rows
    returned = int(np.isin(back, there, assume_unique=True).sum())
    share = returned / len(there) if len(there) else None
    values = {"reciprocity": share, "arcs": len(there), "returned": returned, "both_ends": _both(snapshot.agreement)}
    kinds = snapshot.types.codes
    types = {
        name: found
        for code, name in enumerate(snapshot.types.names)
        if (found := _both(Categorical(snapshot.agreement.codes[kinds == code], snapshot.agreement.names)))["asked"]
    }
    return Measurement({**values, "types": types})


def _both(agreement: Categorical) -> dict[str, Any]:
    """Of these relationships, how many were asked from both ends, how many both assert, and their share."""
    counts = np.bincount(agreement.codes, minlength=len(agreement.names)).tolist()
    found = dict(zip(agreement.names, counts, strict=True))
    confirmed = found.get(BOTH, 0)
    asked = confirmed + found.get(DENIED, 0)
    return {"asked": asked, "confirmed": confirmed, "share": confirmed / asked if asked else None}


def _lines(values: Mapping[str, Any]) -> Sequence[str]:
    lines = ["no relationship has a direction"]
    if values["arcs"]:
        lines = [f"{values['returned']:,} of {values['arcs']:,} arcs ({values['reciprocity']:.1%}) are returned"]
    if values["both_ends"]["asked"]:
        lines.append(f"asked from both ends: {_line(values['both_ends'])}")
        lines += [f"{name}, asked from both ends: {_line(found)}" for name, found in values["types"].items()]
    return lines


def _line(found: Mapping[str, Any]) -> str:
    return f"{found['confirmed']:,} of {found['asked']:,} ({found['share']:.1%}) are confirmed"


METRIC = Metric(_measure, _lines, "how often a relationship with a direction is returned, and asserted by both ends")
