"""Finds communities of high modularity, each of which hangs together.

Traag, Waltman and van Eck, From Louvain to Leiden, arXiv:1810.08473.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagraph.arrays.loops import loop_for
from personagraph.graph.neighbours import Neighbours

_ROUNDS = 2


class Weighted(NamedTuple):
    """Compressed sparse rows with a weight for each arc, and the sum of the degrees that each position stands for."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int32]
    weights: NDArray[np.float64]
    mass: NDArray[np.float64]


def leiden(found: Neighbours, *, rng: np.random.Generator) -> NDArray[np.int32]:
    """A label from 0 on for each position (n, int32), after two rounds, the second of which improves on the first."""
    whole = Weighted(found.starts, found.ends, np.ones(len(found.ends)), found.degrees.astype(np.float64))
    labels = np.arange(len(whole.mass), dtype=np.int32)
    for _ in range(_ROUNDS if len(found.ends) else 0):
        labels = _round(whole, labels, rng)
    return labels


def _round(whole: Weighted, labels: NDArray[np.int32], rng: np.random.Generator) -> NDArray[np.int32]:
    """Move, refine and put together, until nothing is left to put together."""
    graph, stands_for = whole, np.arange(len(labels), dtype=np.int32)
    total, steps = float(whole.mass.sum()), 20 * len(whole.ends)
    while True:
        n = len(graph.mass)
        loop_for(steps, _move)(*graph, labels, rng.permutation(n).astype(np.int32), total)
        labels = _renumbered(labels)
        if int(labels.max()) + 1 == n:
            return labels[stands_for]
        parts = np.arange(n, dtype=np.int32)
        loop_for(steps, _refine)(*graph, labels, parts, rng.permutation(n).astype(np.int32), rng.random(n), total)
        parts = _renumbered(parts)
        count = int(parts.max()) + 1
        if count == n:
            # Nothing is to be put together: what moved is what there is.
            return labels[stands_for]
        order = np.argsort(parts, kind="stable").astype(np.int32)
        graph = _put_together(graph, parts, order, count, steps)
        above = np.empty(count, np.int32)
        above[parts] = labels
        labels, stands_for = above, parts[stands_for]


def _renumbered(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    used = np.zeros(len(labels), np.bool_)
    used[labels] = True
    found: NDArray[np.int32] = (np.cumsum(used, dtype=np.int32) - 1)[labels]
    return found


def _put_together(
    graph: Weighted, parts: NDArray[np.int32], order: NDArray[np.int32], count: int, steps: int
) -> Weighted:
    """A graph whose positions are the parts; arcs within one are left out, as only the mass counts there."""
    starts, ends, weights = np.zeros(count + 1, np.int64), np.empty_like(graph.ends), np.empty_like(graph.weights)
    bounds = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(parts, minlength=count), out=bounds[1:])
    loop_for(steps, _sum_up)(graph.starts, graph.ends, graph.weights, parts, order, bounds, starts, ends, weights)
    mass = np.bincount(parts, weights=graph.mass, minlength=count).astype(np.float64)
    return Weighted(starts, ends[: starts[-1]].copy(), weights[: starts[-1]].copy(), mass)


def _move(starts, ends, weights, mass, labels, order, total):  # type: ignore[no-untyped-def]
    """Move each to the community where modularity gains most, and ask those again whose neighbours moved."""
    n = len(labels)
    held, members = np.zeros(n, np.float64), np.zeros(n, np.int32)
    for one in range(n):
        held[labels[one]] += mass[one]
        members[labels[one]] += 1
    empty, empties = np.empty(n, np.int32), 0
    for label in range(n):
        if not members[label]:
            empty[empties] = label
            empties += 1
    queue, waits = order.copy(), np.ones(n, np.bool_)
    links, met = np.zeros(n, np.float64), np.empty(n, np.int32)
    first, waiting = 0, n
    while waiting:
        one = queue[first]
        first = first + 1 if first + 1 < n else 0
        waiting -= 1
        waits[one] = False
        own, weight, count = labels[one], mass[one] / total, 0
        for at in range(starts[one], starts[one + 1]):
            label = labels[ends[at]]
            if links[label] == 0.0:
                met[count] = label
                count += 1
            links[label] += weights[at]
        held[own] -= mass[one]
        members[own] -= 1
        best, gain = own, links[own] - weight * held[own]
        for at in range(count):
            label = met[at]
            here = links[label] - weight * held[label]
            # Gains differ by at least 1 / total: what is less is rounding, which could go round in circles.
            if here > gain + 1e-9:
                best, gain = label, here
            links[label] = 0.0
        if gain < 0.0 and members[own] and empties:
            best = empty[empties - 1]
        if best != own:
            if not members[best]:
                empties -= 1
            if not members[own]:
                empty[empties] = own
                empties += 1
            labels[one] = best
            for at in range(starts[one], starts[one + 1]):
                other = ends[at]
                if not waits[other] and labels[other] != best:
                    waits[other] = True
                    last = first + waiting
                    queue[last if last < n else last - n] = other
                    waiting += 1
        held[best] += mass[one]
        members[best] += 1


def _refine(starts, ends, weights, mass, labels, parts, order, draws, total):  # type: ignore[no-untyped-def]
    """Within each community, put together from single positions what is well connected to it, at random by its gain."""
    n = len(labels)
    held, part_mass, cut = np.zeros(n, np.float64), mass.copy(), np.zeros(n, np.float64)
    alone = np.ones(n, np.bool_)
    for one in range(n):
        held[labels[one]] += mass[one]
        for at in range(starts[one], starts[one + 1]):
            if labels[ends[at]] == labels[one]:
                cut[one] += weights[at]
    links, met, chances = np.zeros(n, np.float64), np.empty(n, np.int32), np.empty(n, np.float64)
    for number in range(n):
        one = order[number]
        label = labels[one]
        if not alone[one] or cut[one] < mass[one] * (held[label] - mass[one]) / total:
            continue
        count = 0
        for at in range(starts[one], starts[one + 1]):
            other = ends[at]
            if labels[other] == label:
                part = parts[other]
                if links[part] == 0.0:
                    met[count] = part
                    count += 1
                links[part] += weights[at]
        best = 0.0
        for at in range(count):
            part = met[at]
            chances[at] = links[part] - mass[one] * part_mass[part] / total
            if cut[part] < part_mass[part] * (held[label] - part_mass[part]) / total:
                chances[at] = -1.0
            best = max(best, chances[at])
        # To stay alone gains nothing, and is one of the choices.
        chance = np.exp(-best / 0.01)
        for at in range(count):
            if chances[at] >= 0.0:
                chance += np.exp((chances[at] - best) / 0.01)
        left, chosen = draws[number] * chance - np.exp(-best / 0.01), one
        for at in range(count):
            if left >= 0.0 and chances[at] >= 0.0:
                left -= np.exp((chances[at] - best) / 0.01)
                chosen = met[at]
        if chosen != one:
            cut[chosen] += cut[one] - 2.0 * links[chosen]
            part_mass[chosen] += mass[one]
            part_mass[one] = 0.0
            parts[one] = chosen
            alone[chosen] = alone[one] = False
        for at in range(count):
            links[met[at]] = 0.0


def _sum_up(starts, ends, weights, parts, order, bounds, new_starts, new_ends, new_weights):  # type: ignore[no-untyped-def]
    """Arcs between parts, each with the sum of the weights of those between their members."""
    count = len(bounds) - 1
    links = np.zeros(count, np.float64)
    last = 0
    for part in range(count):
        first = last
        for member in range(bounds[part], bounds[part + 1]):
            one = order[member]
            for at in range(starts[one], starts[one + 1]):
                other = parts[ends[at]]
                if other == part:
                    continue
                if links[other] == 0.0:
                    new_ends[last] = other
                    last += 1
                links[other] += weights[at]
        for at in range(first, last):
            new_weights[at] = links[new_ends[at]]
            links[new_ends[at]] = 0.0
        new_starts[part + 1] = last
