"""Degrees: how many relationships and neighbours personas have, by type, and which law the many follow."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.metrics.degrees.tail import fitted
from personagraph.graph.metrics.metric import Measurement, Metric, MetricOptions
from personagraph.graph.snapshot import Snapshot
from personagraph.vocabulary.relationships import TYPES


def _measure(snapshot: Snapshot, options: MetricOptions) -> Measurement:
    """A persona's degree is the number of its neighbours, however many relationships there are with each.

    `distribution` has [degree, personas], ascending; `density` is the share of pairs that are neighbours; `tail` is
    what `fitted` found. `types` counts relationships, each of them, and says how many of a type leave and reach those
    who have the most (`highest`, if the type is symmetric).
    """
    degrees, n = snapshot.neighbours.degrees, len(snapshot)
    pairs = int(degrees.sum()) // 2
    found, counts = np.unique(degrees, return_counts=True)
    values = {
        "personas": n,
        "relationships": len(snapshot.sources),
        "pairs": pairs,
        "density": 2 * pairs / (n * (n - 1)) if n > 1 else None,
        "mean": float(degrees.mean()) if n else None,
        "median": float(np.median(degrees)) if n else None,
        "highest": int(degrees.max(initial=0)),
        "distribution": [[int(k), int(count)] for k, count in zip(found, counts, strict=True)],
        "types": {name: _of_type(snapshot, code, name) for code, name in enumerate(snapshot.types.names)},
        "tail": fitted(found, counts),
    }
    return Measurement(values, {"degree": degrees})


def _of_type(snapshot: Snapshot, code: int, name: str) -> dict[str, int]:
    chosen = snapshot.types.codes == code
    out, into = (np.bincount(ends[chosen], minlength=len(snapshot)) for ends in (snapshot.sources, snapshot.targets))
    told = {"relationships": int(chosen.sum()), "personas": int(((out + into) > 0).sum())}
    if name in TYPES and TYPES[name].symmetric:
        return {**told, "highest": _most(out + into)}
    return {**told, "highest_out": _most(out), "highest_in": _most(into)}


def _most(counts: NDArray[np.int64]) -> int:
    return int(counts.max(initial=0))


def _lines(values: Mapping[str, Any]) -> Sequence[str]:
    if not values["personas"]:
        return ["no persona, no degree"]
    lines = [
        f"{values['mean']:.2f} neighbours a persona (median {values['median']:g}, highest {values['highest']:,}); "
        f"density {values['density'] or 0:.3g}"
    ]
    for name, of in values["types"].items():
        highest = (
            f"highest {of['highest']:,}" if "highest" in of else f"out {of['highest_out']:,}, in {of['highest_in']:,}"
        )
        lines.append(f"{name}: {of['relationships']:,} relationships of {of['personas']:,} personas, {highest}")
    return [*lines, _tail_line(values["tail"])]


def _tail_line(tail: Mapping[str, Any] | None) -> str:
    if tail is None:
        return "too few different degrees to fit a tail"
    verdicts = {"power law": "a power law fits it better", "log-normal": "a log-normal fits it better"}
    verdict = verdicts.get(tail["better"], "neither fits better")
    return (
        f"tail from {tail['from']} neighbours on ({tail['personas']:,} personas): power law with exponent "
        f"{tail['exponent']:.2f} ± {tail['exponent_error']:.2f}, KS {tail['ks']:.3f}; against a log-normal, "
        f"{verdict} (p = {tail['p']:.2g})"
    )


METRIC = Metric(
    _measure,
    _lines,
    "neighbours and relationships of a persona, by type, and the tail of their distribution",
    column="degree",
)
