"""How many personas have each attribute known, and on what grounds."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from personagraph.types import UNKNOWN
from personagraph.vocabulary.attributes import ATTRIBUTES, bases_of

if TYPE_CHECKING:
    from personagraph.graph.snapshot import Snapshot

UNCHECKED = "unchecked"
"""What is known of somebody on no grounds that are kept: an older version took a statement for it."""


def grounds(graph: "Snapshot") -> Mapping[str, Mapping[str, int]]:
    """By attribute, in the order of their table, how many have it known on each ground, and how many not at all."""
    import numpy as np

    from personagraph.steering.evidence import BASES

    bases, counted = graph.bases, dict[str, Mapping[str, int]]()
    told = [bases_of(text).known() for text in bases.names]
    for name in ATTRIBUTES:
        column, found = graph.attributes[name], dict.fromkeys([*BASES, UNCHECKED], 0)
        unknown = column.names.index(UNKNOWN) if UNKNOWN in column.names else -1
        numbers = np.bincount(bases.codes[column.codes != unknown], minlength=len(told)).tolist()
        for ground, number in zip(told, numbers, strict=True):
            basis = ground.get(name, UNCHECKED)
            found[basis] = found.get(basis, 0) + number
        missing = len(graph) - sum(found.values())
        counted[name] = {basis: number for basis, number in [*found.items(), (UNKNOWN, missing)] if number}
    return counted
