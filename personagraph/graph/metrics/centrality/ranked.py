"""Who has the highest values of a metric of single personas."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from personagraph.graph.snapshot import Snapshot

_FIRST = 10


def highest(snapshot: Snapshot, values: NDArray[np.float64]) -> list[dict[str, Any]]:
    """The ids and values of the ten with the highest ones, of equals those that entered first."""
    first = np.argsort(-values, kind="stable")[:_FIRST]
    return [{"id": snapshot.id(int(at)), "value": float(values[at])} for at in first]


def ranked_lines(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line for each of them, with its `description` where it has got one."""
    return [f"{row['value']:<11.6g} {_who(row)}" for row in found] or ["no persona"]


def _who(row: Mapping[str, Any]) -> str:
    return f"{row['description']}  ({row['id'][:12]})" if "description" in row else str(row["id"])
