"""What every metric is: a function of a snapshot, and what is to be known of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from personagraph.graph.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class MetricOptions:
    """What the user sets: the seed of what is drawn, and how much is drawn where all would take too long."""

    seed: int = 0
    samples: int | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a metric found: `values` as JSON has them; if it is of single personas, its column (n,) by its name."""

    values: Mapping[str, Any]
    columns: Mapping[str, NDArray[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as it is registered.

    `measure` depends on its arguments alone, not on the process, the number of threads or the store. `lines` tells the
    values as text for people; `about` says in a few words what is measured. `column` is the one of its columns, for a
    metric of single personas.
    """

    measure: Callable[[Snapshot, MetricOptions], Measurement]
    lines: Callable[[Mapping[str, Any]], Sequence[str]]
    about: str
    column: str = ""
