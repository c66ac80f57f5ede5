"""What a section of an audit is: a function of the facts, how its values are told, and how numbers are written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from personagraph.steering.audit.facts import AuditFacts

Values = Mapping[str, Any]
"""What a section found, as JSON has it."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report as it is registered.

    `measure` gives values that JSON can hold, the same for the same facts; None says that there is nothing to report.
    `lines` tells the values to people, the most important first. `title` stands above them, `about` says in a sentence
    how they are to be read.
    """

    measure: Callable[[AuditFacts], Values | None]
    lines: Callable[[Values], Sequence[str]]
    title: str
    about: str


def percent(share: float | None) -> str:
    """A share as people read it: 12 %, 1.2 %, 0.12 %; – where there is none."""
    if share is None:
        return "–"
    hundredths = 100 * share
    return f"{hundredths:.0f} %" if hundredths >= 10 or not hundredths else f"{hundredths:.2g} %"


def wanted_text(row: Values) -> str:
    """The share wanted by a row, such as 9.4 % (assumed) where no table has it."""
    return f"{percent(row['wanted'])} (assumed)" if row["assumed"] else percent(row["wanted"])


def ratio_text(row: Values) -> str:
    """The representation ratio of a row with its interval, such as ×0.42 (0.31 to 0.55)."""
    if row["ratio"] is None:
        return "not wanted" if row["wanted"] == 0 else "–"
    low, high = row["ratio_interval"]
    return f"×{times(row['ratio'])} ({times(low)} to {times(high)})"


def times(factor: float) -> str:
    """A factor with two digits or so."""
    return f"{factor:.0f}" if factor >= 10 else f"{factor:.1f}" if factor >= 3 else f"{factor:.2f}"


def number(value: float | None, digits: int = 3) -> str:
    """A number with so many decimals, – where there is none."""
    return "–" if value is None else f"{value:.{digits}f}"


def counted(count: int, what: str) -> str:
    """A count with its noun, such as 1 persona or 2,000 personas."""
    return f"{count:,} {what}{'s' * (count != 1)}"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines in columns: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)] if rows else []
    return [
        "  ".join(cell.ljust(width) if place == 0 else cell.rjust(width) for place, (cell, width) in enumerate(cells))
        for cells in (list(zip(row, widths, strict=True)) for row in rows)
    ]
