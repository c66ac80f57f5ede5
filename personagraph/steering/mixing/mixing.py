"""Who is tied to whom, by attribute: how many times as often as by chance an ego and an alter of given values meet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from personagraph.types import UNKNOWN

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot

Lifts = Mapping[str, Mapping[tuple[str, str], float]]
"""By attribute, the times of (ego's value, alter's value); what is not there is 1."""
LEAST: Final = 50
"""Unsteered relationships, of which both ends are known, that it takes to say how those mix."""
PRIOR: Final = 5.0
"""Pairs by which a few that were observed are drawn towards chance."""


@dataclass(frozen=True, slots=True)
class Mixing:
    """A target mixing: `lifts`, and what they rest on, for people. Without any it is neutral: everybody meets all."""

    about: str = "neutral: egos are drawn as they are there"
    lifts: Lifts = field(default_factory=dict)

    def times(self, attribute: str, ego: str, alter: str) -> float:
        """How many times as often as by chance an ego of this value has an alter of that; 1 where one is unknown."""
        return self.lifts[attribute].get((ego, alter), 1.0) if attribute in self.lifts else 1.0

    def rows(self) -> list[list[str | float]]:
        """What `mixing_of` makes it of again: attribute, ego's value, alter's value, times."""
        return [[name, *pair, times] for name, lifts in self.lifts.items() for pair, times in sorted(lifts.items())]


def mixing_of(rows: Sequence[Sequence[str | float]], about: str) -> Mixing:
    """The mixing of rows. Raises ValueError for one that is none: attribute, two values, times of 0 or more."""
    lifts: dict[str, dict[tuple[str, str], float]] = {}
    for row in rows:
        if len(row) != 4 or isinstance(row[3], str) or not 0 <= row[3] < float("inf"):
            raise ValueError(f"{list(row)} is no row of a mixing: an attribute, two values, a number of 0 or more")
        attribute, ego, alter = map(str, row[:3])
        lifts.setdefault(attribute, {})[ego, alter] = float(row[3])
    return Mixing(about, lifts)


def unsteered(graph: "Snapshot", axes: Sequence[str]) -> Mixing:
    """How those mix whom a model tied by itself; neutral where these are fewer than LEAST on every axis, which it says.

    Of a relationship either end can have been the ego: it counts both ways.
    """
    import numpy as np

    lifts, rests = {}, {}
    plain = graph.unsteered
    ends = np.concatenate([graph.sources[plain], graph.targets[plain]])
    others = np.concatenate([graph.targets[plain], graph.sources[plain]])
    for axis in axes:
        column = graph.attributes[axis]
        names, count = column.names, len(column.names)
        one, other = column.codes[ends].astype(np.int64), column.codes[others].astype(np.int64)
        known = np.array([name != UNKNOWN for name in names], np.bool_)
        both = known[one] & known[other] if count else np.zeros(0, np.bool_)
        found = np.bincount(one[both] * count + other[both], minlength=count * count).reshape(count, count)
        total = int(found.sum())
        if total < 2 * LEAST:
            continue
        chance = np.outer(found.sum(1), found.sum(0)) / total
        times = (found + PRIOR) / (chance + PRIOR)
        places = np.flatnonzero(known)
        lifts[axis] = {(names[a], names[b]): round(float(times[a, b]), 3) for a in places for b in places}
        rests[axis] = total // 2
    if not lifts:
        return Mixing(f"neutral, as fewer than {LEAST} unsteered relationships have two ends of which that is known")
    told = ", ".join(f"{count:,} by {axis}" for axis, count in rests.items())
    return Mixing(f"as the unsteered relationships mix ({told})", lifts)
