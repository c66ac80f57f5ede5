"""What the figures of this audit cannot say, in plain words, as far as the facts at hand show it."""

from collections.abc import Iterator, Sequence

from personagraph.steering.audit.facts import AuditFacts
from personagraph.steering.audit.rows import known_share, rows_by, summary_of
from personagraph.steering.audit.section import Section, Values, percent

FEW_KNOWN = 0.5
"""Below this share of known values the unknown may change everything."""
FEW = 30


def _measure(facts: AuditFacts) -> Values:
    """A list of sentences."""
    return {"sentences": list(_sentences(facts))}


def _sentences(facts: AuditFacts) -> Iterator[str]:
    if not len(facts.graph):
        yield "The graph is empty: there is nobody to count."
        return
    found = {axis: summary_of(facts.coverage((axis,))[1]) for axis in facts.told}
    dark = [f"{axis} {percent(1 - known_share(one))}" for axis, one in found.items() if known_share(one) < FEW_KNOWN]
    if dark:
        yield (
            f"Unknown of most: {', '.join(dark)}. Shares are of the others, who need not be like them: descriptions"
            " name what is unusual sooner than what goes without saying."
        )
    else:
        yield "Shares are of those whose value is known; those of whom it is unknown need not be like them."
    if few := [f"{axis} ({one['known']})" for axis, one in found.items() if 0 < one["known"] < FEW]:
        yield f"Known of very few: {', '.join(few)}. Their shares say next to nothing."
    rows = rows_by(facts, facts.axes)
    open_ = sum(row["answer"] == "inconclusive" for row in rows)
    if open_:
        yield (
            f"Of {len(rows):,} cells {open_:,} are inconclusive: too few personas are known to say whether they lack."
            " Not being flagged is no sign that a cell is well covered."
        )
    if not facts.labelled:
        yield (
            "Intervals comprise chance, not misreading: nobody labelled any of these personas. Label some that are"
            " drawn at random (`personagraph annotate --labels FILE`), and the report carries the errors through."
        )
    target = facts.target(facts.axes)
    yield f"The target is {target.name}. " + " ".join(f"{note}." for note in target.basis)
    if any(one["assumed"] for axis in facts.told for one in rows_by(facts, (axis,))):
        yield (
            "A share wanted that is marked as assumed is in no published table: who lacks by it is fewer than was"
            " assumed, not fewer than there are."
        )
    if made := int(facts.graph.simulated.sum()):
        yield f"{made:,} personas are of a made-up world: they say nothing about any model."
    if len(facts.graph.sources) and not (facts.graph.steering == 0).any():
        yield "Every relationship was steered: none shows whom the model names by itself."
    yield (
        "It is one graph. How another run of the same model would differ shows only in several runs, from different"
        " seeds: `personagraph coverage --compare`."
    )
    yield (
        "Personas are texts, not people: how often a kind of persona is there says nothing about how many such people"
        " there are, nor whether what is said of them is true to them."
    )


def _lines(values: Values) -> Sequence[str]:
    return list(values["sentences"])


SECTION = Section(_measure, _lines, "What these figures cannot say", "Read this before you quote any of them.")
