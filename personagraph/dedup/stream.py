"""De-duplicates rows that come one after another, without a workspace."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from personagraph.dedup.rules import Deduplicator

_AHEAD = 4096
"""Rows that are read before the first of them is decided."""


class Decision(NamedTuple):
    """What became of a row: `into` is the row it was merged into, None if it was kept; then `method` is "" too."""

    row: int
    into: int | None
    method: str
    score: float


def deduplicate(rows: Iterable[tuple[int, str]], known: Deduplicator) -> Iterator[Decision]:
    """A decision for each numbered description, in the order of the rows; each is judged by those before it.

    A merged description becomes one more of the row it was merged into, as in a graph. Thousands of rows are read
    before the first of them is decided; what is decided does not depend on how many.
    """
    ahead = iter(rows)
    while chunk := list(islice(ahead, _AHEAD)):
        verdicts = known.decided((str(row), description) for row, description in chunk)
        for (row, _), match in zip(chunk, verdicts, strict=True):
            yield Decision(row, int(match.id), match.method, match.score) if match else Decision(row, None, "", 0.0)
