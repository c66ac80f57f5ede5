"""From where a model is weak to what is made next: shares of cells for a target, and what to ask for."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from math import fsum
from typing import Final

from personagraph.synthesis.failures.groups import ASKED, CELL, INCONCLUSIVE, WEAK, FailingGroup
from personagraph.vocabulary.cells import Cell

PRIOR: Final = 5.0
"""So many failures, at the share of all, are added to those of a cell: a few samples move it little."""


def weakness(group: FailingGroup) -> float:
    """How many times as often a group fails as those beside it, shrunken towards 1; 1 for an inconclusive one."""
    if group.answer == INCONCLUSIVE:
        return 1.0
    return (group.failed + PRIOR) / (group.expected + PRIOR)


def wanted_shares(
    groups: Iterable[FailingGroup], cells: Mapping[str, Cell], base: Mapping[Cell, float]
) -> dict[Cell, float]:
    """The shares of `base`, each by the weakness of its cell; they add up to 1. `cells` has each by its name."""
    times = {cells[group.name.value]: weakness(group) for group in groups if group.name.kind == CELL}
    raised = {cell: share * times.get(cell, 1.0) for cell, share in base.items()}
    total = fsum(raised.values())
    return {cell: share / total for cell, share in raised.items()}


def target_csv(axes: Sequence[str], shares: Mapping[Cell, float]) -> str:
    """The shares as the CSV file of a target, as `personagraph.steering.targets.given` reads it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*axes, "share"])
    writer.writerows([*cell, f"{share:.9g}"] for cell, share in shares.items())
    return text.getvalue()


def asked_again(groups: Iterable[FailingGroup], task: str) -> dict[str, list[str]]:
    """What a task is to be asked for where it is weak: by name, the values that fail more than the others."""
    found: dict[str, list[str]] = {}
    for group in groups:
        name = group.name
        if (name.kind, name.task, group.answer) == (ASKED, task, WEAK) and name.by.isidentifier():
            found.setdefault(name.by, []).append(name.value)
    return found
