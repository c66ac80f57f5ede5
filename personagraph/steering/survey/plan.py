"""What comes of a survey: a queue of egos, each with what it is asked for, in a form that the ledger keeps."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.metrics.communities.community import communities_of
from personagraph.steering.survey.queue import ALONE, Purpose, aims_in_turn, egos_of, members_of
from personagraph.steering.survey.regions import CellsWanted, ThinGroup, lacks, thin_groups
from personagraph.steering.survey.scores import place_scores
from personagraph.steering.survey.typical import Typical, background_of, typical_of
from personagraph.steering.survey.view import View
from personagraph.vocabulary.cells import Cell

FEWEST, ONE_IN = 64, 64
"""Steps from one survey to the next: so many, or one for so many personas where that is more, so that a step's part in
the cost of a survey does not grow with the graph."""
LONGEST = 4096
"""Egos of a queue, at most; a longer one is gone through again, with other titles and countries."""


class WishOfStep(NamedTuple):
    """What a step asks for: somebody of a cell, with those of a group's words that go with it, like these."""

    cell: Cell
    occupations: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    like: tuple[int, ...] = ()
    """The entries of those who stand for the group."""


class Plan(NamedTuple):
    """`egos` by entry, each with the place of its wish in `wishes`; another survey is due after so many `steps`."""

    steps: int
    egos: Sequence[int]
    places: Sequence[int]
    wishes: Sequence[WishOfStep]

    def at(self, step: int) -> tuple[int, WishOfStep]:
        """The ego and the wish of the step with this number after the survey, from 0 on."""
        at = step % len(self.egos)
        return self.egos[at], self.wishes[self.places[at]]

    def to_json(self) -> dict[str, Any]:
        """The plan as the ledger keeps it."""
        wishes = [[list(part) for part in wish] for wish in self.wishes]
        return {"steps": self.steps, "egos": list(self.egos), "places": list(self.places), "wishes": wishes}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Plan":
        """The plan that `to_json` gave."""
        wishes = [WishOfStep(*map(tuple, wish)) for wish in told["wishes"]]
        return cls(told["steps"], told["egos"], told["places"], wishes)


def surveyed(
    view: View,
    *,
    hops: int,
    seed: int,
    wanted: CellsWanted,
    credits: NDArray[np.int64],
    described: Callable[[int], str] | None,
    countries: Collection[str],
) -> Plan:
    """The plan for the next steps, by the graph as it is; its time grows with personas and ties.

    `credits` (n,) says how many steps were for the group of each persona before. Somebody must be nearer to a seed than
    `hops`. `described` gives descriptions by position: of some members of each thin group, and of some of everybody. A
    hint can name these `countries`.
    """
    communities = communities_of(view.neighbours, seed=seed)
    groups = [
        *thin_groups("community", communities, credits),
        *thin_groups("cluster", view.clusters, credits),
    ]
    background = background_of(view, described, countries) if described and groups else None
    typical = [
        typical_of(view, group, described=described, background=background, nameable=countries) for group in groups
    ]
    steps = max(FEWEST, len(view) // ONE_IN)
    fits = [wanted.like(one.values) for one in typical]
    aims = aims_in_turn(min(steps, LONGEST), wanted, groups, fits)
    near = np.flatnonzero((view.depths >= 0) & (view.depths < hops))
    scores = place_scores(view.neighbours, _lack(view, wanted, groups), view.asked, np.random.default_rng(seed))
    egos = egos_of(aims, view, near, members_of(aims, view, wanted, groups), scores)
    wishes = dict.fromkeys(aims)
    place = {aim: number for number, aim in enumerate(wishes)}
    return Plan(
        steps,
        view.entries[egos].tolist(),
        [place[aim] for aim in aims],
        [_wish(aim, view, wanted, typical) for aim in wishes],
    )


def _lack(view: View, wanted: CellsWanted, groups: Sequence[ThinGroup]) -> NDArray[np.float64]:
    """How far the thinnest region falls short that each persona is in (n,)."""
    found = np.append(lacks(wanted.held, wanted.shares), 0.0)[wanted.cell_of(view)]
    for group in groups:
        found[group.members] = np.maximum(found[group.members], group.lack)
    return found


def _wish(aim: Purpose, view: View, wanted: CellsWanted, typical: Sequence[Typical]) -> WishOfStep:
    cell = wanted.cells[aim.cell]
    if aim.group == ALONE:
        return WishOfStep(cell)
    one = typical[aim.group]
    return WishOfStep(cell, one.occupations, one.countries, tuple(view.entries[list(one.like)].tolist()))
