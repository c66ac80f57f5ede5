"""Pairs of attributes: whether they go together as they should, which marginals alone do not tell."""

from collections.abc import Sequence
from itertools import combinations

from personagraph.steering.audit.facts import AuditFacts
from personagraph.steering.audit.rows import answered, missing, row_text, rows_by, summary_of
from personagraph.steering.audit.section import Section, Values, aligned, number
from personagraph.steering.joints import associations

MOST_TOLD = 6


def _measure(facts: AuditFacts) -> Values:
    """A list of pairs: `v`, the bias-corrected Cramér's V, `wanted`, that of the target, a summary and `rows`.

    `v_by_chance` is where V lies in 95 % of perfect samples of as many.
    """
    found = []
    for pair in combinations(facts.told, 2):
        seeds, now = facts.coverage(pair)
        [tied] = associations(facts.columns, facts.target(pair), seed=facts.seed)
        rows = rows_by(facts, pair)
        found.append(
            {
                "pair": list(pair),
                "target": now.target_name,
                "known": tied.known,
                "v": tied.v,
                "wanted": tied.wanted,
                "v_by_chance": list(tied.by_chance) if tied.by_chance else None,
                "js_divergence": tied.js_divergence,
                "js_null": tied.js_null,
                "seeds": summary_of(seeds),
                "now": summary_of(now),
                "answers": answered(rows, now),
                "rows": [row for row in rows if row["now"] or row["seeds"] or row["answer"] == "under"],
            }
        )
    return {"pairs": found}


def chance_text(one: Values) -> str:
    """Where V lies in 95 % of perfect samples, such as 0.10 to 0.24."""
    between = one["v_by_chance"]
    return f"{between[0]:.2f} to {between[1]:.2f}" if between else "–"


def _lines(values: Values) -> Sequence[str]:
    rows = [("pair", "known", "Cramér's V", "wanted", "in perfect samples", "JS in bits", "by size")]
    for one in values["pairs"]:
        told = (
            number(one["v"], 2),
            number(one["wanted"], 2),
            chance_text(one),
            number(one["js_divergence"]),
            number(one["js_null"]),
        )
        rows.append((" by ".join(one["pair"]), f"{one['known']:,}", *told))
    lines = aligned(rows)
    under = [(one["pair"], row) for one in values["pairs"] for row in missing(one["rows"], most=MOST_TOLD)]
    under.sort(key=lambda one: one[1]["share"] - one[1]["wanted"])
    if under:
        lines.append("underrepresented pairs of values, those that lack most:")
        lines += [f"  {line}" for line in aligned([row_text(pair, row) for pair, row in under[:MOST_TOLD]])]
    return lines


SECTION = Section(
    _measure,
    _lines,
    "Which attributes go together",
    "Cramér's V says how strongly two attributes go together, from 0 (not at all) to 1, corrected for small numbers"
    " (Bergsma 2013). A V far above the one wanted, and above where it lies in 95 % of perfect samples of as many, is a"
    " stereotype: all nurses women, all farmers in Africa. Only what is beyond those samples says anything.",
)
