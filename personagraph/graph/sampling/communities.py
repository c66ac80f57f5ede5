"""Draws from every community, as many as its size asks for."""

from random import Random

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.sampling.sampler import Sampler
from personagraph.graph.snapshot import Snapshot


def communities(
    snapshot: Snapshot, count: int, *, rng: Random, communities: NDArray[np.integer], even: bool | None = None
) -> list[str]:
    """From each community its share of `count`, or the whole number below or above it, community by community.

    So each persona is as likely as any other. With `even`, from each as many as from any other, as far as it has so
    many; which ones one more is drawn from is drawn. `communities` (n,) numbers that of each position. Within one, each
    is equally likely.
    """
    numbers, sizes = np.unique(communities, return_counts=True)
    order = np.argsort(communities, kind="stable")
    shares = _even(sizes.tolist(), count, rng) if even else _proportional(sizes.tolist(), count, rng)
    members = np.split(order, np.cumsum(sizes)[:-1]) if len(numbers) else []
    chosen = list[int]()
    for each, share in zip(members, shares, strict=True):
        chosen += rng.sample(each.tolist(), share)
    return snapshot.ids_of(chosen)


def _proportional(sizes: list[int], count: int, rng: Random) -> list[int]:
    """Systematic sampling: shares that are in expectation exactly proportional, none off by one or more."""
    total = sum(sizes)
    if count >= total:
        return sizes
    shares, up_to, slip = list[int](), 0, rng.randrange(total)
    for size in sizes:
        below = (count * up_to + slip) // total
        up_to += size
        shares.append((count * up_to + slip) // total - below)
    return shares


def _even(sizes: list[int], count: int, rng: Random) -> list[int]:
    """As many from each as from any other, or all that it has."""
    if count >= sum(sizes):
        return sizes
    level, left, open_ = 0, count, sorted(sizes)
    for place, size in enumerate(open_):
        wide = len(open_) - place
        step = min(size - level, left // wide)
        level, left = level + step, left - step * wide
        if level < size:
            break
    more = set(rng.sample([place for place, size in enumerate(sizes) if size > level], left))
    return [min(size, level + (place in more)) for place, size in enumerate(sizes)]


SAMPLER = Sampler(communities, "from every community by its size, or evenly with --even", needs="communities")
