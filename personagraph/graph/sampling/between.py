"""Draws those through whom two personas are connected."""

from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.neighbours import Neighbours
from personagraph.graph.sampling.sampler import Sampler
from personagraph.graph.snapshot import Snapshot
from personagraph.graph.traversal import levels


def between(snapshot: Snapshot, count: int, *, rng: Random, path: Sequence[str]) -> list[str]:
    """One shortest path between two, from the first to the second, then those of the others, then those farther off.

    Each shortest path is as likely as any other. Who is on another one comes next; then those whose distances to both
    add up to 1 more, then 2 more, …; of each in random order, whatever the direction of relationships. Where a path has
    more than `count`, its beginning is drawn; where none joins the two, nobody. Raises PersonaNotFoundError.
    """
    start, end = snapshot.positions(list(path)).tolist()
    before, after = _distances(snapshot, start), _distances(snapshot, end)
    length = int(before[end])
    if length < 0:
        return []
    detours = np.where((before >= 0) & (after >= 0), before + after - length, -1)
    chosen = _path(snapshot.neighbours, start, np.flatnonzero(detours == 0), after, rng)[:count]
    detours[chosen] = -1
    order = np.flatnonzero(detours >= 0)
    order = order[np.argsort(detours[order], kind="stable")]
    for level in np.split(order, np.flatnonzero(np.diff(detours[order])) + 1):
        if len(chosen) >= count:
            break
        chosen += rng.sample(level.tolist(), min(len(level), count - len(chosen)))
    return snapshot.ids_of(chosen)


def _distances(snapshot: Snapshot, start: int) -> NDArray[np.int64]:
    """How many hops each position is away (n,); -1 where no path leads."""
    far = np.full(len(snapshot), -1, np.int64)
    far[start] = 0
    for hop, level in enumerate(levels(snapshot.both, start), 1):
        far[level] = hop
    return far


def _path(found: Neighbours, start: int, inside: NDArray[np.int64], after: NDArray[np.int64], rng: Random) -> list[int]:
    """A shortest path from the start through those `inside`, each as likely as any other: by how many go on from each.

    `after` is how far everybody is from its end.
    """
    ways: dict[int, int] = {}
    nearer: dict[int, list[int]] = {}
    for one in inside[np.argsort(after[inside], kind="stable")].tolist():
        ends = found.ends[found.starts[one] : found.starts[one + 1]]
        nearer[one] = ends[after[ends] == after[one] - 1].tolist() if after[one] else []
        ways[one] = sum(ways[other] for other in nearer[one]) if nearer[one] else 1
    chosen = [start]
    while options := nearer[chosen[-1]]:
        turn = rng.randrange(ways[chosen[-1]])
        for other in options:
            turn -= ways[other]
            if turn < 0:
                chosen.append(other)
                break
    return chosen


SAMPLER = Sampler(
    between, "who connects the two of --path", nobody="no path joins the two of --path; `personagraph path` says why"
)
