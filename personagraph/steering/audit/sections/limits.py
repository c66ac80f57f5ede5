"""What the figures of this audit cannot say, in plain words, as far as the facts at hand show it."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from personagraph.steering.audit.facts import AuditFacts
from personagraph.steering.audit.rows import answered, known_share, rows_by, summary_of
from personagraph.steering.audit.section import Section, Values, percent
from personagraph.steering.audit.sections.people import bases_counted
from personagraph.steering.misreadings import LEAST_LABELS
from personagraph.vocabulary.attributes import ATTRIBUTES

FEW_KNOWN = 0.5
"""Below this share of known values the unknown may change everything."""
FEW = 30
WIDTH = 118
"""Characters of a line."""


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
    now = facts.coverage(facts.axes)[1]
    open_ = answered(rows_by(facts, facts.axes), now)["inconclusive"]
    if open_:
        yield (
            f"Of {now.cells:,} cells {open_:,} are inconclusive: too few personas are known to say whether they lack."
            " Not being flagged is no sign that a cell is well covered."
        )
    yield from _readings(facts)
    target = facts.target(facts.axes)
    yield f"The target is {target.name}. " + " ".join(f"{note}." for note in target.basis)
    if any(one["assumed"] for axis in facts.told for one in rows_by(facts, (axis,))):
        yield (
            "A share wanted that is marked as assumed is in no published table: who lacks by it is fewer than was"
            " assumed, not fewer than there are."
        )
    if made := int(facts.graph.simulated.sum()):
        yield f"{made:,} personas are of a made-up world: they say nothing about any model."
    if len(facts.graph.sources) and not facts.graph.unsteered.any():
        yield "Every relationship was steered, or is a link: none shows whom the model names by itself."
    yield (
        "It is one graph. How another run of the same model would differ shows only in several runs, from different"
        " seeds: `personagraph coverage --compare`."
    )
    yield (
        "Personas are texts, not people: how often a kind of persona is there says nothing about how many such people"
        " there are, nor whether what is said of them is true to them."
    )


def _readings(facts: AuditFacts) -> Iterator[str]:
    """What is to be said of values that were misread."""
    if bare := [axis for axis in facts.told if axis in ATTRIBUTES and axis not in facts.labelled]:
        yield (
            f"Intervals of {', '.join(bare)} comprise chance, not misreading: fewer than {LEAST_LABELS} personas have a"
            " label of yours. Label some that are drawn at random (`personagraph annotate --labels FILE`), and the"
            " report carries the errors through."
        )
    bases = bases_counted(facts)
    other = {axis: bases[axis].total() - bases[axis]["words"] for axis in facts.told if axis in facts.labelled}
    if otherwise := [f"{axis} of {n:,}" for axis, n in other.items() if n]:
        yield (
            "Misreadings are taken out as if the reader had read everybody. Some are known otherwise (by a column, a"
            f" model or a label): {', '.join(otherwise)}. What the reader errs in need not hold for these."
        )


def _lines(values: Values) -> Sequence[str]:
    return [line for one in values["sentences"] for line in wrap(f"- {one}", WIDTH, subsequent_indent="  ")]


SECTION = Section(_measure, _lines, "What these figures cannot say", "Read this before you quote any of them.")
