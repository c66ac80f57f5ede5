"""The cells of the axes that were asked for: how many are covered, and which are not."""

from collections.abc import Sequence

from personagraph.steering.audit.facts import AuditFacts
from personagraph.steering.audit.rows import known_share, missing, row_text, shares_by
from personagraph.steering.audit.section import Section, Values, aligned, number, percent

MOST_TOLD = 8


def _measure(facts: AuditFacts) -> Values:
    """A summary of the seeds and of now, and `rows`, of more than MOST_ROWS cells those that matter."""
    return {"axes": list(facts.axes), **shares_by(facts, facts.axes)}


def _lines(values: Values) -> Sequence[str]:
    lines = []
    for name in ("seeds", "now"):
        found = values[name]
        levels = ", ".join(f"{cells} with at least {level}" for level, cells in found["covered"].items())
        outside = f", {found['outside']} in none that can be" if found["outside"] else ""
        lines.append(
            f"{name:<6}{levels} of {found['cells']:,} cells; {found['known']:,} personas known"
            f" ({percent(known_share(found))}), {found['unknown']:,} unknown{outside}"
        )
        if found["js_divergence"] is not None:
            lines.append(
                f"      JS divergence {number(found['js_divergence'])} bits from {values['target']['name']}, of which"
                f" {number(found['js_null'])} is due to size; Gini {number(found['gini'], 2)}"
            )
    if not values["now"]["known"]:
        return [*lines, "nobody has a known cell: no share can be held against the target"]
    answers = values["answers"]
    lines.append(
        f"underrepresented: {answers['under']} cells, enough: {answers['enough']}, inconclusive:"
        f" {answers['inconclusive']}" + (f", not wanted: {answers['not wanted']}" if answers["not wanted"] else "")
    )
    told = [row_text(values["axes"], row) for row in missing(values["rows"], most=MOST_TOLD)]
    return [*lines, *(f"  {line}" for line in aligned(told))]


SECTION = Section(
    _measure,
    _lines,
    "Cells",
    "A cell is a combination of values, such as managers in East Asia; what cannot be (a retired child) is none. A"
    " cell counts as covered from 1, 5 and 20 personas on. Gini: 0 where all cells hold as many, towards 1 where"
    " one has all.",
)
