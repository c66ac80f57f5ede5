"""The target that wants as many in every possible cell."""

from collections.abc import Sequence

from personagraph.steering.targets.target import Target, TargetKind, Values
from personagraph.vocabulary.cells import NO_COLUMNS, cells

NOTE = "nothing is published, every possible cell is wanted alike"


def uniform(axes: Sequence[str], values: Values = NO_COLUMNS) -> Target:
    """The same share for every cell of `cells`. Raises ValueError as that does."""
    possible = cells(axes, values)
    return Target("uniform", tuple(axes), dict.fromkeys(possible, 1 / len(possible)), dict.fromkeys(axes, NOTE))


KIND = TargetKind(uniform, "every possible cell alike")
