"""Counts what guards turned down by the cells that the replies themselves named."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from personagraph.ledger.steps import RejectedItem
from personagraph.types import Attributes
from personagraph.vocabulary.cells import DEFAULT_AXES, Cell, cell_of


def rejections_by_cell(
    items: Iterable[RejectedItem], axes: Sequence[str] = DEFAULT_AXES
) -> Mapping[tuple[str, Cell], int]:
    """How many each guard turned down in each cell, the most first; what a reply did not say is "unknown".

    Raises ValueError for axes that `cell_of` refuses.
    """
    counted = Counter((item.reason, cell_of(Attributes(**item.detail.get("stated", {})), axes)) for item in items)
    return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))
