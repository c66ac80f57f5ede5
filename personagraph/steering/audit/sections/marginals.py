"""Each attribute by itself: which of its values have fewer personas than the target wants."""

from collections.abc import Sequence

from personagraph.steering.audit.facts import AuditFacts
from personagraph.steering.audit.rows import known_share, missing, row_text, shares_by
from personagraph.steering.audit.section import Section, Values, aligned, number, percent

MOST_TOLD = 12
LARGE = 2.0
"""A share of so many times what is wanted is told as too large, where the interval is above 1."""


def _measure(facts: AuditFacts) -> Values:
    """For each attribute and axis: a summary of the seeds and of now, what the target rests on, and `rows`."""
    return {axis: shares_by(facts, (axis,)) for axis in facts.told}


def _lines(values: Values) -> Sequence[str]:
    lines = []
    for axis, found in values.items():
        now = found["now"]
        if not now["known"]:
            lines.append(f"{axis}: known of nobody")
            continue
        lines.append(
            f"{axis}: known of {percent(known_share(now))}; JS divergence {number(now['js_divergence'])} bits from"
            f" {found['target']['name']}, {number(now['js_null'])} for a perfect sample of as many; Gini"
            f" {number(now['gini'], 2)}"
        )
    under = [(axis, row) for axis, found in values.items() for row in missing(found["rows"], most=MOST_TOLD)]
    under.sort(key=lambda one: one[1]["share"] - one[1]["wanted"])
    if under:
        lines.append("underrepresented (share now, of the share wanted, ratio with its 95 % interval):")
        told = [row_text((axis,), row) for axis, row in under[:MOST_TOLD]]
        lines += [f"  {line}" for line in aligned(told)]
        if len(under) > MOST_TOLD:
            lines.append(f"  and {len(under) - MOST_TOLD} more")
    much = [
        (axis, row)
        for axis, found in values.items()
        for row in found["rows"]
        if row["ratio"] and row["ratio"] >= LARGE and row["ratio_interval"][0] > 1
    ]
    much.sort(key=lambda one: one[1]["wanted"] - one[1]["share"])
    if much:
        lines.append(f"{LARGE:.0f} times what is wanted, or more:")
        lines += [f"  {line}" for line in aligned([row_text((axis,), row) for axis, row in much[:5]])]
    return lines


SECTION = Section(
    _measure,
    _lines,
    "Who is missing, attribute by attribute",
    "A value is underrepresented when its share is below 0.8 of the one wanted, beyond chance: of those of an attribute"
    " that are named so, one in twenty is wrong on average. Where that cannot be said it is inconclusive. Shares are of"
    " those whose value is known. JS divergence says how far all shares lie from those wanted, from 0 to 1 bit: only"
    " what is beyond that of a perfect sample counts. Gini: 0 where all values have as many, towards 1 where one has"
    " all.",
)
