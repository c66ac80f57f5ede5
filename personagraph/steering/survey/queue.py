"""Deals a number of steps to thin regions, and an ego to each step."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.steering.survey.regions import CellsWanted, ThinGroup
from personagraph.steering.survey.scores import WEIGHTS, WORD, level_ranks, nearness
from personagraph.steering.survey.view import View

TURNS = ("cell", "community", "cell", "cluster")
"""What is asked for in turn; where no group of a kind is thin, its turn is for a cell."""
ALONE = -1


class Purpose(NamedTuple):
    """What a step is for: a cell, by its place; and a group by its place, or ALONE."""

    cell: int
    group: int


def aims_in_turn(
    steps: int,
    wanted: CellsWanted,
    groups: Sequence[ThinGroup],
    fits: Sequence[NDArray[np.int64]],
) -> list[Purpose]:
    """What each of so many steps is for: each region gets its steps by D'Hondt, as if they brought what is usual.

    `fits` are the cells that go with each group; without any it gets no step. A step for a group is for the thinnest of
    these, too, so that what is not typical of the group serves a cell.
    """
    held, meant = wanted.held.copy(), [float(group.held) for group in groups]
    kinds = {kind: [at for at, one in enumerate(groups) if one.kind == kind and len(fits[at])] for kind in TURNS}
    every, aims = np.arange(len(wanted.cells)), list[Purpose]()
    for step in range(steps):
        some = kinds[TURNS[step % len(TURNS)]]
        group = min(some, key=lambda at: (meant[at] + 1) / groups[at].weight, default=ALONE)
        among = every if group == ALONE else fits[group]
        with np.errstate(divide="ignore"):
            cell = int(among[np.argmin((held[among] + 1) / wanted.shares[among])])
        held[cell] += wanted.rate
        if group != ALONE:
            meant[group] += 1
        aims.append(Purpose(cell, group))
    return aims


def egos_of(
    aims: Sequence[Purpose],
    view: View,
    near: NDArray[np.int64],
    members: Sequence[NDArray[np.int64]],
    scores: NDArray[np.float64],
) -> list[int]:
    """The position of an ego for each aim, out of those at `near` (ascending, at least one).

    Of those asked least, it is the one with the highest of `scores` (n,) and of what it counts to be near the region of
    the aim, whose `members` come in order of the first aim at each region; of equals, the first who came in. Nobody is
    taken again before all were. Aims at groups choose first: a cell can be asked for from anywhere.
    """
    if len(near) > len(aims):
        most = np.partition(view.asked[near], len(aims) - 1)[len(aims) - 1]
        near = near[view.asked[near] <= most]
    orders = list[list[int]]()
    for first in range(0, len(members), WORD):
        for close in nearness(view.neighbours, members[first : first + WORD], near):
            total = scores[near] + WEIGHTS["near"] * level_ranks(close)
            key = view.asked[near] * (sum(WEIGHTS.values()) + 1) - total
            count = min(len(near), len(aims))
            best = np.argpartition(key, count - 1)[:count]
            orders.append(near[best[np.lexsort((best, key[best]))]].tolist())
    place: dict[Purpose, int] = {}
    for aim in aims:
        place.setdefault(region_of(aim), len(place))
    found, used, at = [0] * len(aims), set[int](), [0] * len(orders)
    for step in sorted(range(len(aims)), key=lambda step: aims[step].group == ALONE):
        own = place[region_of(aims[step])]
        if len(used) == len(near):
            used, at = set(), [0] * len(orders)
        while orders[own][at[own]] in used:
            at[own] += 1
        found[step] = orders[own][at[own]]
        used.add(found[step])
    return found


def region_of(aim: Purpose) -> Purpose:
    """What tells regions apart: the group, or the cell where the aim has none."""
    return aim if aim.group == ALONE else Purpose(ALONE, aim.group)


def members_of(
    aims: Sequence[Purpose], view: View, wanted: CellsWanted, groups: Sequence[ThinGroup]
) -> list[NDArray[np.int64]]:
    """Who is in the region of each aim, in order of the first aim at each.

    Of a cell without anybody, those who share either of its values stand for it.
    """
    cells = wanted.cell_of(view)
    found = list[NDArray[np.int64]]()
    for region in dict.fromkeys(map(region_of, aims)):
        if region.group != ALONE:
            found.append(groups[region.group].members)
            continue
        inside = np.flatnonzero(cells == region.cell)
        if not len(inside):
            inside = np.flatnonzero(np.isin(cells, wanted.around(region.cell)))
        found.append(inside)
    return found
