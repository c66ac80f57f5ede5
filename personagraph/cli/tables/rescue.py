"""Prints what a rescue saved, and what is missing."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from personagraph.workspace.upkeep.rescue import Rescue


def rescue_lines(to: Path, found: "Rescue") -> Iterator[str]:
    """How ledger and graph were found, what the new workspace has, and each thing that is lost."""
    kept = ", ".join(f"{count} {name}" for name, count in found.kept.items())
    yield f"{to}: {kept}"
    yield f"the ledger was {found.ledger}, the graph {found.graph}"
    yield from found.notes
    lost, counts = found.lost, found.lost.counts
    if not lost and not found.unnamed:
        yield "nothing is missing"
        return
    yield "missing, as far as is known: what would tell of more is lost, too" if lost.more else "missing:"
    if lost.runs:
        yield f"  what runs were asked to do: {', '.join(lost.runs)}"
    yield from _lines(counts["step"], "steps", lost.steps)
    yield from _lines(counts["verdict"], "verdicts, on steps", lost.verdicts)
    yield from _lines(counts["call"], f"replies that were paid for ({lost.cost:.4f} USD), of steps", lost.replies)
    for name in ("attempt", "event"):
        if counts[name]:
            yield f"  {counts[name]} {name}s"
    yield from (f"  the {word} that was its own: it has a new one" for word in lost.words)
    yield from (f"  {count} {name}, as they name somebody who is lost" for name, count in found.unnamed.items())


def _lines(count: int, what: str, where: Mapping[str, Collection[int]]) -> Iterator[str]:
    if count:
        told = "; ".join(f"{ranges(numbers)} of {run}" for run, numbers in where.items())
        yield f"  {count} {what} {told or 'that nothing is known of'}"


def ranges(numbers: Collection[int]) -> str:
    """Numbers in a few words: 3-7, 9."""
    found: list[list[int]] = []
    for n in sorted(numbers):
        if found and n == found[-1][1] + 1:
            found[-1][1] = n
        else:
            found.append([n, n])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in found)
