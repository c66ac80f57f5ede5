"""Whether personas are tied to their like, attribute by attribute, more than chance makes them."""

from collections.abc import Sequence
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.metrics.homophily import assortativity_of
from personagraph.graph.snapshot import Categorical, Links
from personagraph.steering.audit.facts import AuditFacts
from personagraph.steering.audit.section import Section, Values, counted, number
from personagraph.steering.shares import wilson
from personagraph.types import UNKNOWN

STRONG = 3.0
"""Deviations from chance from which on likeness is said to be there."""


_NOBODY = (np.zeros(0, np.int32), np.zeros(0, np.int32))


class ByChance(NamedTuple):
    """The share of pairs of alike that is to be expected, and its standard deviation."""

    mean: float
    deviation: float


def _measure(facts: AuditFacts) -> Values | None:
    """By attribute, of pairs of neighbours: `unsteered` (nobody had named type or end), `steered`, `links`, `all`.

    Links were found between personas who were there, and are not among the unsteered: who was offered was chosen.
    None without relationships. A pair counts once, whatever the direction, where both values are known: `alike` is the
    share of the like with its `interval`, `chance` what pairing the ends of these pairs at random gives, `z` the
    distance in deviations, `random` the share among all pairs of personas, `r` Newman's assortativity.
    """
    linked, unsteered = facts.graph.linked, facts.graph.unsteered
    if not len(unsteered):
        return None
    both = facts.graph.both
    every, steered = _pairs(both), ~(unsteered | linked)
    ends = {
        "unsteered": every if unsteered.all() else _pairs(both, unsteered),
        "steered": _pairs(both, steered) if steered.any() else _NOBODY,
        "links": _pairs(both, linked) if linked.any() else _NOBODY,
        "all": every,
    }
    attributes = {}
    for axis in facts.told:
        column = facts.columns[axis]
        found = {"all": _part(column, *every)}
        found |= {name: found["all"] if of is every else _part(column, *of) for name, of in ends.items()}
        attributes[axis] = {"random": _random(column), **{name: found[name] for name in ends}}
    return {
        "relationships": len(unsteered),
        "unsteered": int(unsteered.sum()),
        "steered": int(steered.sum()),
        "links": int(linked.sum()),
        "attributes": attributes,
    }


def _pairs(both: Links, chosen: NDArray[np.bool_] | None = None) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The two ends of each pair of neighbours, once, whom the chosen relationships tie."""
    one, other = np.repeat(np.arange(len(both.starts) - 1, dtype=np.int32), both.degrees), both.ends
    kept = one < other if chosen is None else (one < other) & chosen[both.edges]
    one, other = one[kept], other[kept]
    # A position's neighbours are in order: a second relationship with the same one stands beside the first.
    first = np.ones(len(one), np.bool_)
    first[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1])
    return one[first], other[first]


def _part(column: Categorical, one: NDArray[np.int32], other: NDArray[np.int32]) -> dict[str, Any]:
    size = len(column.names)
    if not len(one) or not size:
        return _found(np.zeros((1, 1), np.int64))
    codes = column.codes.astype(np.intp)
    keys = (codes * size)[one] + codes[other]
    table = np.bincount(keys, minlength=size * size).reshape(size, size)
    known = [place for place, name in enumerate(column.names) if name != UNKNOWN]
    return _found(table[np.ix_(known, known)])


def _found(table: NDArray[np.int64]) -> dict[str, Any]:
    """What is found in a table of pairs by the values of their ends."""
    pairs, alike = int(table.sum()), int(np.trace(table))
    if not pairs:
        return {"pairs": 0, "alike": None, "interval": None, "chance": None, "deviation": None, "z": None, "r": None}
    chance = by_chance((table + table.T).sum(axis=0).tolist())
    z = (alike / pairs - chance.mean) / chance.deviation if chance.deviation > 0 else None
    return {
        "pairs": pairs,
        "alike": alike / pairs,
        "interval": list(wilson(alike, pairs)),
        "chance": chance.mean,
        "deviation": chance.deviation,
        "z": z,
        "r": assortativity_of(table),
    }


def by_chance(ends: Sequence[int]) -> ByChance:
    """What is to be expected when as many ends of each value are paired at random, each way of pairing alike.

    Everyone keeps the number of neighbours. Exact: an end is in one pair, and two pairs have four different ends. An
    end may meet another of the same persona, who is alike: where n personas have as many neighbours each, chance is
    higher by 1/n at most than in graphs without loops, so that likeness is rather overlooked than made up.
    Raises ValueError for an odd number of ends, or none.
    """
    total = sum(ends)
    if not total or total % 2:
        raise ValueError(f"{total} ends cannot be paired")
    pairs = total // 2
    twos = [n * (n - 1) for n in ends]
    mean = sum(twos) / (total * (total - 1))
    if pairs == 1:
        return ByChance(mean, sqrt(mean * (1 - mean)))
    fours = sum(n * (n - 1) * (n - 2) * (n - 3) for n in ends) + sum(twos) ** 2 - sum(two * two for two in twos)
    both = fours / (total * (total - 1) * (total - 2) * (total - 3))
    variance = mean / pairs + (1 - 1 / pairs) * both - mean * mean
    return ByChance(mean, sqrt(max(0.0, variance)))


def _random(column: Categorical) -> float | None:
    """The share of the like among all pairs of personas whose value is known."""
    counts = np.bincount(column.codes, minlength=len(column.names)).tolist()
    known = [n for n, name in zip(counts, column.names, strict=True) if name != UNKNOWN]
    total = sum(known)
    return sum(n * (n - 1) for n in known) / (total * (total - 1)) if total > 1 else None


def _lines(values: Values) -> Sequence[str]:
    lines = []
    total, links = counted(values["relationships"], "relationship"), values["links"]
    if steered := values["steered"]:
        lines.append(f"of {total} {steered:,} were steered, and are told apart")
    if links:
        lines.append(f"of {total} {links:,} are links between personas who were there, and are told apart")
    for axis, found in values["attributes"].items():
        lines.append(f"{axis}: {_line(found['unsteered'], found['random'])}")
        if steered:
            lines.append(f"{axis}, steered alone: {_line(found['steered'], found['random'])}")
        if links:
            lines.append(f"{axis}, links alone: {_line(found['links'], found['random'])}")
    return lines


def _line(part: Values, random: float | None) -> str:
    if not part["pairs"]:
        return "no two neighbours of whom both values are known"
    said = ": the like are tied" if part["z"] is not None and part["z"] >= STRONG else ""
    said = ": the unlike are tied" if part["z"] is not None and part["z"] <= -STRONG else said
    z = f", z = {part['z']:.1f}" if part["z"] is not None else ""
    return (
        f"share of the like among neighbours {number(part['alike'])}"
        f" ({part['interval'][0]:.3f} to {part['interval'][1]:.3f}) in {counted(part['pairs'], 'pair')}, by chance"
        f" {number(part['chance'])}, among random pairs of personas {number(random)}{z}{said}"
    )


SECTION = Section(
    _measure,
    _lines,
    "Who is tied to whom",
    "First the relationships whose type and other end nobody had named: they show what the model does by itself; those"
    " that were steered, which show whom the policy asked and whom it asked for, have a line of their own. The"
    " chance is that of a graph in which everyone has as many neighbours, tied at random. z is how many deviations the"
    " share lies from it: from 3 on it is hardly chance. The interval takes pairs as independent, which those of one"
    " persona are not, so that it is too narrow. Links, which a run found between personas who were there,"
    " also show who was offered to it, and have a line of their own.",
)
