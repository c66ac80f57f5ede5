"""Homophily: whether those next to each other are alike, attribute by attribute, more than chance makes them."""

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.metrics.metric import Measurement, Metric, MetricOptions
from personagraph.graph.neighbours import both_ways
from personagraph.graph.rewired import rewired
from personagraph.graph.snapshot import Categorical, Snapshot
from personagraph.types import UNKNOWN

_DRAWS = 20
_FEW_DRAWS = 5
_MANY = 1_000_000
"""Relationships from which on few draws do: chance then spreads so little that its deviation hardly matters."""
_WARM_UP = 5
"""Rounds of swaps before the first draw; one between two draws gives nearly everyone new neighbours again."""

Positions = NDArray[np.int32]
Codes = NDArray[np.int16]


def assortativity_of(pairs: NDArray[np.int64]) -> float | None:
    """Newman's r (arXiv:cond-mat/0209450, eq. 2) of pairs by the values of their ends (k, k); whichever comes first.

    1 where only the like are paired, 0 by chance; None where there are no pairs, or all ends have one value.
    """
    ends = pairs + pairs.T
    count = int(ends.sum())
    alike = float(((ends.sum(axis=0) / count) ** 2).sum()) if count else 1.0
    # Of one value there is none that the others could be unlike; the squares of shares then sum up to 1.
    if not count or int(ends.sum(axis=0).max()) == count:
        return None
    return (float(np.trace(ends)) / count - alike) / (1 - alike)


def deviation_of(pairs: NDArray[np.int64], r: float) -> float | None:
    """The standard error of r by leaving out a pair at a time (the jackknife of eq. 4 there); None of a single pair.

    Pairs of the same two values are left out with the same effect, so that this takes as long as there are values.
    """
    ends = pairs + pairs.T
    count, each = int(ends.sum()), ends.sum(axis=0).astype(float)
    one, other = np.nonzero(pairs)
    if count < 4:
        return None
    left, same = count - 2, one == other
    alike = (np.trace(ends) - 2.0 * same) / left
    chance = ((each**2).sum() - 2 * each[one] - 2 * each[other] + np.where(same, 4, 2)) / left**2
    without = np.where(chance < 1 - 1e-12, (alike - chance) / np.maximum(1 - chance, 1e-12), r)
    return sqrt(float((pairs[one, other] * (without - r) ** 2).sum()))


def _measure(snapshot: Snapshot, options: MetricOptions) -> Measurement:
    """Of pairs of neighbours whatever the direction, each once, both of whom have a known value.

    `attributes` has for each one how many `personas` have a value, and what was found in `all` pairs, in those that
    have an `unsteered` relationship, whose type and ends nobody had named, and in those that have one of the `links`,
    which were found between personas who were there: `r` with its 95 % `interval`, and `chance`, what `draws` graphs
    give in which everyone has as many neighbours, and as many of whom the same is known: what was never asked is no
    absence. `z` is how many of their deviations r is away from their mean; one draw has none.
    """
    codes = {name: _codes(column) for name, column in snapshot.attributes.items()}
    draws = options.samples or (_DRAWS if len(snapshot.sources) < _MANY else _FEW_DRAWS)
    told: dict[str, dict[str, Any]] = {name: {"personas": int((known >= 0).sum())} for name, known in codes.items()}
    linked, unsteered = snapshot.linked, snapshot.unsteered
    parts = {"unsteered": unsteered, "links": linked, "all": np.ones_like(unsteered)}
    found = {
        name: _part(snapshot, codes, chosen, draws, options.seed)
        for name, chosen in parts.items()
        if name != "all" or not unsteered.all()
    }
    for attribute in codes:
        for part in parts:
            told[attribute][part] = found.get(part, found["unsteered"])[attribute]
    counts = {"relationships": len(unsteered), "unsteered": int(unsteered.sum()), "links": int(linked.sum())}
    return Measurement({"attributes": told, **counts})


def _codes(column: Categorical) -> Codes:
    """A value's place in the names (n, int16), -1 where it is unknown."""
    known = np.array([number if name != UNKNOWN else -1 for number, name in enumerate(column.names)], np.int16)
    return known[column.codes] if len(column.codes) else column.codes


def _part(
    snapshot: Snapshot, codes: Mapping[str, Codes], chosen: NDArray[np.bool_], draws: int, seed: int
) -> dict[str, dict[str, Any]]:
    """What is found in these relationships, attribute by attribute."""
    near = both_ways(len(snapshot), snapshot.sources[chosen], snapshot.targets[chosen])
    once = near.rows < near.ends
    one, other = near.rows[once], near.ends[once]
    tables = {name: _pairs(known, one, other) for name, known in codes.items()}
    rs = {name: assortativity_of(table) for name, table in tables.items()}
    by_chance: dict[str, list[float]] = {name: [] for name, r in rs.items() if r is not None}
    for ends in _drawn(snapshot, codes, one, other, draws if by_chance else 0, np.random.default_rng(seed)):
        for name, found in by_chance.items():
            r = assortativity_of(_pairs(codes[name], *ends))
            found += [] if r is None else [r]
    return {name: _told(tables[name], rs[name], by_chance.get(name, [])) for name in codes}


def _pairs(known: Codes, one: Positions, other: Positions) -> NDArray[np.int64]:
    """How many pairs there are of each two values (k, k)."""
    size = int(known.max(initial=-1)) + 1
    a, b = known[one], known[other]
    both = (a >= 0) & (b >= 0)
    return np.bincount(a[both].astype(np.int64) * size + b[both], minlength=size * size).reshape(size, size)


def _drawn(
    snapshot: Snapshot,
    codes: Mapping[str, Codes],
    one: Positions,
    other: Positions,
    draws: int,
    rng: np.random.Generator,
) -> Iterator[tuple[Positions, Positions]]:
    """The pairs of as many graphs by chance."""
    asked = np.stack([known >= 0 for known in codes.values()], axis=1)
    kinds = np.unique(np.packbits(asked, axis=1), axis=0, return_inverse=True)[1].reshape(-1).astype(np.uint16)
    for draw in range(draws):
        one, other = rewired(len(snapshot), one, other, rng=rng, rounds=1 if draw else _WARM_UP, kinds=kinds)
        yield one, other


def _told(table: NDArray[np.int64], r: float | None, by_chance: Sequence[float]) -> dict[str, Any]:
    pairs = int(table.sum())
    if r is None:
        return {"pairs": pairs, "r": None, "interval": None, "chance": None, "z": None}
    error, chance = deviation_of(table, r), np.array(by_chance)
    interval = None if error is None else [max(-1.0, r - 1.96 * error), min(1.0, r + 1.96 * error)]
    mean, deviation = float(chance.mean()), float(chance.std(ddof=1)) if len(chance) > 1 else None
    return {
        "pairs": pairs,
        "r": r,
        "interval": interval,
        "chance": {"mean": mean, "deviation": deviation, "draws": len(chance)},
        "z": (r - mean) / deviation if deviation is not None and deviation > 1e-12 else None,
    }


def _lines(values: Mapping[str, Any]) -> Sequence[str]:
    links, total = values["links"], values["relationships"]
    steered = total - values["unsteered"] - links
    lines = []
    for name, found in values["attributes"].items():
        if not found["personas"]:
            lines.append(f"{name}: nobody has it")
            continue
        parts = (*["unsteered"] * bool(steered or links), *["links"] * bool(links), "all")
        lines += [f"{name}{'' if part == 'all' else f', {part}'}: {_line(found[part])}" for part in parts]
    if steered:
        lines.append(f"{steered:,} of {total:,} relationships are steered: their type was named")
    if links:
        lines.append(f"{links:,} of {total:,} relationships are links, found between personas who were there")
    return lines or ["personas have no attributes"]


def _line(found: Mapping[str, Any]) -> str:
    if not found["pairs"]:
        return "no two neighbours of whom both have it"
    pairs = f"{found['pairs']:,} pair{'s' * (found['pairs'] != 1)}"
    if found["r"] is None:
        return f"all ends of {pairs} have the same value"
    between = " ({:.3f} to {:.3f})".format(*found["interval"]) if found["interval"] else ""
    deviation = found["chance"]["deviation"]
    by = f"by chance {found['chance']['mean']:.4f}" + ("" if deviation is None else f" ± {deviation:.4f}")
    z = "" if found["z"] is None else f", z = {found['z']:.1f}"
    return f"r = {found['r']:.3f}{between} in {pairs}; {by}{z}"


METRIC = Metric(_measure, _lines, "whether neighbours are alike, by attribute, against a graph with the same degrees")
