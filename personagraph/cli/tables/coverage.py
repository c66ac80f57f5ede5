"""What `coverage` draws: a table of two attributes, with the seeds and everybody now in every cell."""

from collections.abc import Mapping, Sequence
from itertools import product

from personagraph.steering.coverage import Coverage
from personagraph.types import UNKNOWN
from personagraph.vocabulary.attributes import ATTRIBUTES
from personagraph.vocabulary.cells import Cell

TOTAL = "all"
LEGEND = "seeds→now, one number where they are the same; · nobody"


def coverage_table(seeds: Coverage, now: Coverage, *, width: int = 100) -> list[str]:
    """The lines of a table of both, or of two tables, one under the other, when one would be wider than `width`.

    The first axis goes down, the second across; the last row and column but one are the unknowns, the last the totals.
    Raises ValueError unless both have the same two axes.
    """
    if seeds.axes != now.axes or len(now.axes) != 2:
        raise ValueError(f"a table needs the same two axes twice; got {seeds.axes} and {now.axes}")
    before, after = _with_totals(seeds), _with_totals(now)
    values = _values(now)
    both = _table(now.axes, values, {cell: _change(before[cell], n) for cell, n in after.items()})
    if max(map(len, both)) <= width:
        return [LEGEND, *both]
    lines = []
    for title, counts in (("seeds", before), ("now", after)):
        lines += [f"{title}; · nobody", *_table(now.axes, values, {cell: _number(n) for cell, n in counts.items()})]
    return lines


def _with_totals(found: Coverage) -> dict[Cell, int]:
    """Everybody in a row and column of the table, by cell, and in the totals of both."""
    counts = dict.fromkeys(product(*_values(found)), 0)
    for (row, column), n in [*found.counts.items(), *found.partial.items()]:
        for cell in product((row, TOTAL), (column, TOTAL)):
            # A value that another version's vocabulary had has no row of its own here: it counts in the totals.
            if cell in counts:
                counts[cell] += n
    return counts


def _values(found: Coverage) -> list[list[str]]:
    """What the rows and the columns are, in the order of the cells."""
    listed = [dict.fromkeys(cell[place] for cell in found.counts) for place in range(2)]
    return [[*values, UNKNOWN, TOTAL] for values in listed]


def _table(axes: Sequence[str], values: Sequence[Sequence[str]], texts: Mapping[Cell, str]) -> list[str]:
    rows, columns = values
    named = ATTRIBUTES[axes[1]].headings if axes[1] in ATTRIBUTES else {}
    headings = {UNKNOWN: "?", **named}
    lines = [["", *(headings.get(column, column) for column in columns)]]
    lines += [[row, *(texts[row, column] for column in columns)] for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [_line(line, widths) for line in lines]


def _line(texts: Sequence[str], widths: Sequence[int]) -> str:
    heading, *numbers = (text.rjust(width) for text, width in zip(texts, widths, strict=True))
    return " ".join([heading.strip().ljust(widths[0]), *numbers])


def _change(before: int, now: int) -> str:
    return _number(now) if before == now else f"{_number(before) if before else 0}→{_number(now)}"


def _number(n: int) -> str:
    """At most four characters below a million: 0 is a dot, from 10,000 on in thousands."""
    return str(n or "·") if n < 10_000 else f"{n / 1000:.0f}k"
