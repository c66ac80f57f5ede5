"""How far the population lies from a joint crosstab that somebody gave."""

from collections.abc import Sequence

from personagraph.steering.audit.facts import AuditFacts
from personagraph.steering.audit.rows import answered, missing, row_text, rows_of, summary_of
from personagraph.steering.audit.section import Section, Values, aligned, number
from personagraph.steering.audit.sections.pairs import chance_text
from personagraph.steering.coverage import coverage
from personagraph.steering.joints import associations

MOST_TOLD = 8


def _measure(facts: AuditFacts) -> Values | None:
    """None without a crosstab: the divergence of the cells of its axes, and each pair of them beside the given one."""
    given = facts.joint
    if given is None:
        return None
    seeds, now = (
        coverage(columns, given.axes, target=given, values=facts.values) for columns in (facts.seeds, facts.columns)
    )
    rows = rows_of(seeds, now)
    return {
        "axes": list(given.axes),
        "target": {"name": given.name, "basis": list(given.basis)},
        "seeds": summary_of(seeds),
        "now": summary_of(now),
        "answers": answered(rows, now),
        "pairs": [
            {
                "pair": list(one.pair),
                "known": one.known,
                "v": one.v,
                "wanted": one.wanted,
                "v_by_chance": list(one.by_chance) if one.by_chance else None,
            }
            for one in associations(facts.columns, given, seed=facts.seed)
        ],
        "rows": rows,
    }


def _lines(values: Values) -> Sequence[str]:
    now = values["now"]
    lines = [
        f"{' by '.join(values['axes'])}, {now['known']:,} known: JS divergence {number(now['js_divergence'])} bits from"
        f" {values['target']['name']}, {number(now['js_null'])} for a perfect sample of as many"
    ]
    lines += [
        f"{' by '.join(one['pair'])}: Cramér's V {number(one['v'], 2)}, in the crosstab {number(one['wanted'], 2)},"
        f" in perfect samples of as many {chance_text(one)}"
        for one in values["pairs"]
    ]
    told = [row_text(values["axes"], row) for row in missing(values["rows"], most=MOST_TOLD)]
    return [*lines, *(f"  {line}" for line in aligned(told))]


SECTION = Section(
    _measure, _lines, "Beside the crosstab", "The joint shares of the file that --joint named, cell by cell."
)
