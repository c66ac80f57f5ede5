"""Draws those whom a random walk meets that keeps going back to where it began."""

from random import Random

import numpy as np
from numpy.typing import NDArray

from personagraph.errors import UsageError
from personagraph.graph.sampling.ego import NO_TIES, start_of
from personagraph.graph.sampling.sampler import Sampler
from personagraph.graph.snapshot import Links, Snapshot

RESTART = 0.15
"""How often a walk goes back, as in Leskovec and Faloutsos, Sampling from Large Graphs, 2006."""
EXCURSIONS = 256
"""Ways out and back that are walked at once, at least."""
PATIENCE = 100
"""Steps for each persona that is wanted before a walk is given up, and thousands more."""


def walk(
    snapshot: Snapshot, count: int, *, rng: Random, around: str | None = None, restart: float | None = None
) -> list[str]:
    """The first `count` whom a random walk with restart meets, in that order, from `around` or whoever is drawn.

    At each step it goes back to the start with probability `restart` (0.15), else along a relationship, each of those
    that somebody has equally likely, whatever the direction. From `around`, as many are drawn as it meets; a start that
    was drawn is given up for others, whom no walk met, once it brings nobody new. Where as many are wanted as can be
    reached, all of them are drawn. Raises PersonaNotFoundError; UsageError for a restart that is none.
    """
    share = RESTART if restart is None else restart
    if not 0 < share < 1:
        raise UsageError(f"--restart is {share}; it must be above 0 and below 1")
    links = snapshot.both
    start = start_of(links, rng) if around is None else int(snapshot.positions([around])[0])
    if start is None:
        return []
    draws = np.random.default_rng(rng.getrandbits(64))
    met = _Met(len(snapshot), start)
    budget = PATIENCE * count + 10_000
    starts = np.array([start], np.int64)
    while len(starts) and len(met) < count:
        budget -= _walked(links, starts, share, count, draws, met, budget)
        if around is not None:
            break
        unmet = np.flatnonzero(met.unseen & (links.degrees > 0))
        some = min(len(unmet), 1 + (count - len(met)) // 64)
        starts = unmet[draws.permutation(len(unmet))[:some]]
        met.add(starts[: count - len(met)])
        budget = max(budget, 0) + 10_000
    return snapshot.ids_of(met.order[:count])


class _Met:
    """Whom walks met, in that order."""

    def __init__(self, n: int, start: int) -> None:
        self.unseen = np.ones(n, np.bool_)
        self.order: list[int] = []
        self.add(np.array([start], np.int64))

    def __len__(self) -> int:
        return len(self.order)

    def add(self, positions: NDArray[np.int64]) -> int:
        """Add those who are new, in their order; how many they are."""
        fresh = positions[self.unseen[positions]]
        places, firsts = np.unique(fresh, return_index=True)
        new = places[np.argsort(firsts, kind="stable")]
        self.unseen[new] = False
        self.order += new.tolist()
        return len(new)


def _walked(
    links: Links,
    starts: NDArray[np.int64],
    restart: float,
    count: int,
    draws: np.random.Generator,
    met: _Met,
    budget: int,
) -> int:
    """Walk from each of the starts until there are `count`, all within reach are met, or patience ends; the steps."""
    reached, steps = _within_reach(links, starts, count - len(met)), 0
    if reached is not None:
        met.add(reached)
        return 0
    while steps < budget and len(met) < count:
        rounds = max(EXCURSIONS, 2 * (count - len(met)))
        begins = np.repeat(starts, max(rounds // len(starts), 1))
        visits = visits_of(links, begins, restart, draws)
        steps += len(visits) + len(begins)
        if not met.add(visits):
            break
    return steps


def _within_reach(links: Links, starts: NDArray[np.int64], wanted: int) -> NDArray[np.int64] | None:
    """Everybody who can be reached, nearest first, where these are no more than are wanted; else None."""
    from personagraph.graph.traversal import levels

    found, total = [starts], 0
    for level in levels(links, starts.tolist()):
        total += len(level)
        if total > wanted:
            return None
        found.append(level)
    return np.concatenate(found)


def visits_of(links: Links, begins: NDArray[np.int64], restart: float, draws: np.random.Generator) -> NDArray[np.int64]:
    """The positions that walks from these come to until each goes back, walk by walk; the beginnings are not told."""
    at, whose = begins, np.arange(len(begins))
    came: list[NDArray[np.int64]] = []
    owners: list[NDArray[np.int64]] = []
    while len(at):
        on = draws.random(len(at)) >= restart
        at, whose = at[on], whose[on]
        degrees = links.starts[at + 1] - links.starts[at]
        on = degrees > 0
        at, whose, degrees = at[on], whose[on], degrees[on]
        at = links.ends[links.starts[at] + (draws.random(len(at)) * degrees).astype(np.int64)].astype(np.int64)
        came.append(at)
        owners.append(whose)
    every, walkers = np.concatenate(came), np.concatenate(owners)
    return every[np.argsort(walkers, kind="stable")]


SAMPLER = Sampler(walk, "whom a random walk meets that keeps going back", tied=True, nobody=NO_TIES)
