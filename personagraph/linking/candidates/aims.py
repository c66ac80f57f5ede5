"""What linking can be for: from which sources candidates come, and whom to ask first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from personagraph.linking.people import Acquaintance, Crowd

Order = Callable[[Crowd, Acquaintance, NDArray[np.int64]], NDArray[np.int64]]
"""Of everyone, and by the place of each in a lot (n,): who is asked, in which order."""


@dataclass(frozen=True, slots=True)
class Aim:
    """An aim as it is registered: the share of candidates from each source, whom to ask, and a few words on it.

    `across` says that only people of other components are candidates; `idle` is what a user is told where the order has
    nobody, and what to do.
    """

    mix: Mapping[str, float]
    order: Order
    about: str
    across: bool = False
    idle: str = "nobody is to be asked in this graph; leave --aim out"


def _everyone(crowd: Crowd, known: Acquaintance, lot: NDArray[np.int64]) -> NDArray[np.int64]:
    """By lot."""
    return np.argsort(lot)


def _each_component(crowd: Crowd, known: Acquaintance, lot: NDArray[np.int64]) -> NDArray[np.int64]:
    """One of each component, then a second one of each, as far as there are any: by lot; nobody where there is one."""
    components = known.components(np.arange(len(known)))
    if not len(lot) or (components == components[0]).all():
        return np.zeros(0, np.int64)
    order = np.lexsort([lot, components])
    first = np.searchsorted(components[order], components[order])
    return order[np.lexsort([lot[order], np.arange(len(order)) - first])]


def _open_triads(crowd: Crowd, known: Acquaintance, lot: NDArray[np.int64]) -> NDArray[np.int64]:
    """Whoever has a neighbour who knows somebody else, by lot."""
    order = np.argsort(lot)
    return order[known.are_open()[order]]


def _least_tied(crowd: Crowd, known: Acquaintance, lot: NDArray[np.int64]) -> NDArray[np.int64]:
    """Who has the fewest ties first; of equals, who is of the rarest cell of activity and region."""
    cells = crowd.values("activity").astype(np.int64) * 100 + crowd.values("region")
    _, cell, counts = np.unique(cells, return_inverse=True, return_counts=True)
    return np.lexsort([lot, counts[cell], known.degrees(np.arange(len(known)))])


def _tied(crowd: Crowd, known: Acquaintance, lot: NDArray[np.int64]) -> NDArray[np.int64]:
    """Whoever has a tie, by lot."""
    order = np.argsort(lot)
    return order[known.degrees(order) > 0]


EVERYTHING = Aim(
    {
        **{"similar": 0.25, "imagined": 0.25, "complementary": 0.15, "near": 0.1, "closure": 0.15, "bridge": 0.05},
        **{"random": 0.05},
    },
    _everyone,
    "a mix of all",
)
AIMS: dict[str, Aim] = {
    "bridges": Aim(
        {"bridge": 0.9, "complementary": 0.1},
        _each_component,
        "join what nothing joins",
        across=True,
        idle="the graph is one component, so there is nothing to bridge; leave --aim out, or aim at closure",
    ),
    "closure": Aim(
        {"closure": 0.8, "near": 0.2},
        _open_triads,
        "tie those who know the same people",
        idle="nobody knows two others yet, so there is nothing to close; aim at bridges first",
    ),
    "coverage": Aim(
        {"similar": 0.3, "imagined": 0.3, "complementary": 0.3, "near": 0.1},
        _least_tied,
        "tie those who have the fewest ties, of the rarest cells",
    ),
    "reciprocity": Aim(
        {"asked": 1.0},
        _tied,
        "ask the other end of what one end asserted",
        idle="nobody is tied to anybody yet, so there is no other end to ask; aim at bridges first",
    ),
}
"""By the name that `--aim` takes; without one it is EVERYTHING."""
