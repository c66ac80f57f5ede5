"""The diameter: how far apart the two are who are farthest from each other."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.metrics.components import component_of
from personagraph.graph.metrics.metric import Measurement, Metric, MetricOptions
from personagraph.graph.neighbours import Neighbours, distances_from
from personagraph.graph.snapshot import Snapshot

_STEPS = 200_000_000
"""So many steps of searches are taken unless the user says how many searches."""


def diameter_of(found: Neighbours, *, searches: int) -> tuple[int, int, int] | None:
    """Between which bounds the diameter of the largest component is, and how many searches that took; None without one.

    A search from v at eccentricity e bounds that of everyone at distance d: at least max(d, e - d), at most e + d.
    Each next one is from the highest upper, or the lowest lower bound; the first two are a double sweep. (Takes and
    Kosters, Determining the diameter of small world networks, CIKM 2011.)
    """
    numbers = component_of(found)
    if not len(numbers):
        return None
    inside = np.flatnonzero(numbers == 1)
    degrees = found.degrees[inside]
    low, high = np.zeros(len(inside), np.int32), np.full(len(inside), len(inside) - 1, np.int32)
    start, done = int(degrees.argmax()), 0
    while done < searches:
        distances = distances_from(found, int(inside[start]), times=done + 1)[inside]
        farthest = distances.max()
        np.maximum(low, np.maximum(distances, farthest - distances), out=low)
        np.minimum(high, farthest + distances, out=high)
        done += 1
        least, most = int(low.max()), int(high.max())
        # Who has met its bound, or cannot have more than is found, is not asked.
        open = (low < high) & (high > least)
        if not open.any():
            most = least
            break
        if done == 1:
            start = int(distances.argmax())
        elif done % 2:
            start = _first(open, -low, degrees)
        else:
            start = _first(open, high, degrees)
    return least, min(most, 2 * int(high.min())), done


def _first(open: NDArray[np.bool_], bound: NDArray[np.int32], degrees: NDArray[np.int64]) -> int:
    """Of those that are open, who has the highest bound, then the most neighbours, then the first."""
    there = np.flatnonzero(open)
    best = there[bound[there] == bound[there].max()]
    return int(best[degrees[best].argmax()])


def _measure(snapshot: Snapshot, options: MetricOptions) -> Measurement:
    """Of the largest component, whatever the direction; `samples` is the largest number of searches."""
    found = snapshot.neighbours
    searches = options.samples or max(_STEPS // max(len(found.ends) + len(snapshot), 1), 16)
    bounds = diameter_of(found, searches=searches)
    least, most, searches = bounds or (None, None, 0)
    return Measurement({"at_least": least, "at_most": most, "exact": least == most, "searches": searches})


def _lines(values: Mapping[str, Any]) -> Sequence[str]:
    if values["at_least"] is None:
        return ["no persona, no diameter"]
    found = f"{values['at_least']}" if values["exact"] else f"between {values['at_least']} and {values['at_most']}"
    return [f"{found} hops in the largest component ({values['searches']} searches)"]


METRIC = Metric(_measure, _lines, "how far apart the two are who are farthest from each other")
