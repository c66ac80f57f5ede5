"""What agreement misses, as figures: errors that all answers share, and the items that it leaves out.

Answers of one model agree on what that model believes. Where the same samples were also executed, it can be counted
how often they agree on what is wrong, and how much easier what they agree on is than what they do not.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from personagraph.steering.shares import wilson


class CountedSample(NamedTuple):
    """A sample on which independent answers were counted: whether they agreed, and whether execution bears it out.

    `right` is None where nothing was executed. `size` is how hard it is, for example the steps of its formula.
    """

    agreed: bool
    right: bool | None
    size: int


def missed(samples: Iterable[CountedSample]) -> Mapping[str, Any]:
    """What agreement misses: counts, shares with 95 % intervals (Wilson 1927) as [share, low, high], None of nothing.

    `shared_errors`: of the agreed that were executed, those that are wrong. `right_but_disputed`: of the right ones,
    those that agreement would leave out. `agreed_by_size`: the share that is agreed, for each size; where it falls,
    what is kept is the easier part. `mean_size` of the agreed and of the others.
    """
    rows = list(samples)
    agreed = [row for row in rows if row.agreed]
    others = [row for row in rows if not row.agreed]
    executed = [row for row in agreed if row.right is not None]
    right = [row for row in rows if row.right]
    sizes = sorted({row.size for row in rows})
    return {
        "samples": len(rows),
        "agreed": len(agreed),
        "executed": sum(row.right is not None for row in rows),
        "shared_errors": _share(sum(row.right is False for row in executed), len(executed)),
        "right_but_disputed": _share(sum(not row.agreed for row in right), len(right)),
        "agreed_by_size": {
            size: _share(sum(row.agreed for row in rows if row.size == size), sum(row.size == size for row in rows))
            for size in sizes
        },
        "mean_size": {"agreed": _mean(agreed), "others": _mean(others)},
    }


def _share(hits: int, n: int) -> list[float] | None:
    return [hits / n, *wilson(hits, n)] if n else None


def _mean(rows: list[CountedSample]) -> float | None:
    return sum(row.size for row in rows) / len(rows) if rows else None
