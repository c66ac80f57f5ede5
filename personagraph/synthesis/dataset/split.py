"""Divides samples into train, validation and test by communities of the graph, so that near neighbours do not leak."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from personagraph.errors import UsageError

SIDES = ("train", "validation", "test")
STRADDLES = -1
"""The side of a sample that shows people of communities on two sides: it is on none."""


class Shares(NamedTuple):
    """How much of all rows each of SIDES is to have."""

    train: float
    validation: float
    test: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Shares":
        """Raises UsageError for what are no three shares of a whole."""
        told = ",".join(f"{value:g}" for value in values)
        if len(values) != len(SIDES):
            raise UsageError(f"--split {told}: give three shares, of train, validation and test, as 0.9,0.05,0.05")
        if not all(math.isfinite(value) and 0 <= value <= 1 for value in values):
            raise UsageError(f"--split {told}: each share is from 0 to 1, as 0.9,0.05,0.05")
        if not math.isclose(sum(values), 1, abs_tol=1e-6):
            raise UsageError(f"--split {told} adds up to {sum(values):g}; the shares must add up to 1")
        if not values[0]:
            raise UsageError(f"--split {told}: the share of train is 0; nothing would be learned from")
        return cls(*values)


@dataclass(frozen=True, slots=True)
class Division:
    """Which side each sample is on (STRADDLES for none), and which each community is on.

    `largest` is the share of all rows that are of the largest community alone.
    """

    sides: Sequence[int]
    side_of: Mapping[Hashable, int]
    largest: float


def divide(shown: Sequence[Sequence[Hashable]], rows: Sequence[int], shares: Shares, *, seed: int) -> Division:
    """The side of each sample, of which `shown` has the communities of all whom it shows, and `rows` how many it makes.

    A community is never cut. Communities that samples join stay together as long as they have no more rows than the
    smallest side is to have; larger groups are cut between communities, and what shows people of both is on no side.
    Units are taken in an order that the seed decides, by one side after the other, the smallest first, as long as they
    bring it nearer to its share; what is left is of the side with the largest share. A side that would get nothing
    takes the smallest unit.
    """
    total = sum(rows)
    quotas = {side: share * total for side, share in enumerate(shares) if share}
    *small, main = sorted(quotas, key=lambda side: (quotas[side], -side))
    own: Counter[Hashable] = Counter()
    for communities, n in zip(shown, rows, strict=True):
        if len(set(communities)) == 1:
            own[communities[0]] += n
    units = _units(shown, rows, min((quotas[side] for side in small), default=float(total)))
    random.Random(f"split {seed}").shuffle(units)
    crossing = _crossing(shown, rows)
    side_of: dict[Hashable, int] = {}
    for side in small:
        _fill(side, quotas[side], [u for u in units if u[0] not in side_of], own, crossing, side_of)
    for unit in units:
        for community in unit:
            side_of.setdefault(community, main)
    sides = [_side({side_of[community] for community in communities}) for communities in shown]
    return Division(sides, side_of, max(own.values(), default=0) / total if total else 0.0)


def _units(shown: Iterable[Sequence[Hashable]], rows: Iterable[int], most: float) -> list[list[Hashable]]:
    """The communities that stay together, in order of the first sample that shows them."""
    root: dict[Hashable, Hashable] = {}

    def top(community: Hashable) -> Hashable:
        while root.setdefault(community, community) != community:
            root[community] = root[root[community]]
            community = root[community]
        return community

    weights: list[tuple[Hashable, int]] = []
    for communities, n in zip(shown, rows, strict=True):
        first = top(communities[0])
        for other in communities[1:]:
            root[top(other)] = first
        weights.append((first, n))
    heavy: Counter[Hashable] = Counter()
    for community, n in weights:
        heavy[top(community)] += n
    groups: dict[Hashable, list[Hashable]] = defaultdict(list)
    for community in list(root):
        groups[top(community)].append(community)
    units: list[list[Hashable]] = []
    for head, group in groups.items():
        units += [group] if heavy[head] <= most else [[community] for community in group]
    return units


def _crossing(shown: Iterable[Sequence[Hashable]], rows: Iterable[int]) -> dict[Hashable, Counter[Hashable]]:
    """By community, how many rows show others of each other community, too."""
    crossing: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    for communities, n in zip(shown, rows, strict=True):
        others = set(communities)
        for one in others if len(others) > 1 else ():
            for other in others - {one}:
                crossing[one][other] += n
    return crossing


def _fill(
    side: int,
    quota: float,
    units: Sequence[Sequence[Hashable]],
    own: Mapping[Hashable, int],
    crossing: Mapping[Hashable, Mapping[Hashable, int]],
    side_of: dict[Hashable, int],
) -> None:
    """Give a side units until none brings it nearer to its quota; all but one at most, so that another has some."""

    def gain(unit: Sequence[Hashable]) -> float:
        inside, gained = set(unit), 0.0
        for community in unit:
            gained += own.get(community, 0)
            for other, n in crossing.get(community, {}).items():
                # Within the unit each pair is met from both of its ends.
                gained += n if side_of.get(other) == side else n / 2 if other in inside else 0
        return gained

    filled, left = 0.0, len(units)
    for unit in units:
        more = gain(unit)
        if left > 1 and 0 < more < 2 * (quota - filled):
            side_of.update(dict.fromkeys(unit, side))
            filled, left = filled + more, left - 1
    if not filled and left > 1 and (smallest := min((unit for unit in units if gain(unit)), key=gain, default=None)):
        side_of.update(dict.fromkeys(smallest, side))


def _side(sides: set[int]) -> int:
    return sides.pop() if len(sides) == 1 else STRADDLES
