"""What two graphs are compared by: a few numbers of the metrics, the same functions on both."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Compared(NamedTuple):
    """A number of a metric: its name among the values, and what it is called for people.

    A number within one of the values has the names of both, with a point between.
    """

    metric: str
    value: str
    label: str


COMPARED: dict[str, Compared] = {
    "personas": Compared("degree", "personas", "personas"),
    "relationships": Compared("degree", "relationships", "relationships"),
    "mean_degree": Compared("degree", "mean", "neighbours a persona"),
    "highest_degree": Compared("degree", "highest", "neighbours of who has most"),
    "tail_exponent": Compared("degree", "tail.exponent", "exponent of the tail of neighbours"),
    "density": Compared("degree", "density", "density"),
    "clustering": Compared("clustering", "mean_local", "clustering, mean of personas"),
    "transitivity": Compared("clustering", "transitivity", "clustering, of all pairs"),
    "share_of_largest": Compared("components", "share_of_largest", "share of the largest component"),
    "modularity": Compared("communities", "modularity", "modularity"),
    "mean_path": Compared("distances", "mean", "mean path length"),
    "within_six": Compared("distances", "within_six", "share of pairs within six hops"),
    "reciprocity": Compared("reciprocity", "reciprocity", "reciprocity"),
}
"""By the name that JSON has, in the order of the table."""
NEEDED = tuple(dict.fromkeys(compared.metric for compared in COMPARED.values()))
"""The metrics to measure for it."""


def row_of(measured: Mapping[str, Mapping[str, Any]]) -> dict[str, float | None]:
    """The numbers of a graph, by the names of COMPARED, from the values of the metrics; None where there is none."""
    return {name: _within(measured[one.metric], one.value) for name, one in COMPARED.items()}


def _within(values: Mapping[str, Any], name: str) -> float | None:
    outer, _, inner = name.partition(".")
    found: Any = values[outer]
    if inner and found is not None:
        found = found[inner]
    return None if found is None else found + 0
