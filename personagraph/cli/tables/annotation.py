"""What is known of everybody, and on what grounds, as lines for people."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from personagraph.types import UNKNOWN

if TYPE_CHECKING:
    from personagraph.annotation.agreement import Agreement
    from personagraph.workspace import AnnotationResult, LabelReport

MISTAKES = 3
"""How many of the mistakes that are made most often are shown of each attribute."""


def annotation_lines(done: "AnnotationResult") -> Iterator[str]:
    """Of how many each attribute is known and on what grounds; and how the statements of each model fared."""
    yield ""
    for name, counts in done.known.items():
        count, unknown = sum(counts.values()), counts.get(UNKNOWN, 0)
        by = ", ".join(f"{basis} {number:,}" for basis, number in counts.items() if basis != UNKNOWN)
        share = f" ({(count - unknown) / count:.0%})" if count else ""
        yield f"{name}: known of {count - unknown:,} of {count:,}{share}{f': {by}' if by else ''}"
    for model, attributes in done.statements.items():
        yield f"what {model} stated, beside the words of the descriptions:"
        for name, claims in attributes.items():
            yield f"  {name}: " + ", ".join(f"{number:,} {claim}" for claim, number in claims.items())
    if done.labels:
        yield ""
        yield from label_lines(done.labels)


def label_lines(report: "LabelReport") -> Iterator[str]:
    """How annotators do on labels: a line for each attribute and language, and the most frequent mistakes."""
    from personagraph.annotation.agreement import interval

    found = report.agreement
    yield f"{found.personas:,} labelled personas; each share with its 95 % interval (Wilson)"
    if report.unused:
        yield f"columns that are no attribute, and were not used: {', '.join(report.unused)}"
    for (annotator, name, language), score in found.scores.items():
        read, right = interval(score.found, score.readable), interval(score.right, score.read)
        yield (
            f"{annotator}, {name}, {language} ({score.labelled:,}): reads {_share(read)} of {score.readable:,} that can"
            f" be read, right {_share(right)} of {score.read:,} that it reads"
        )
    yield from _mistakes(found)
    for name, (n, alike) in found.twice.items():
        yield f"{name}: {n:,} were labelled twice, {_share(interval(alike, n))} of them alike"


def _mistakes(found: "Agreement") -> Iterator[str]:
    for annotator, name in dict.fromkeys(key[:2] for key in found.scores):
        confusion = found.score(annotator, name).confusion
        if confusion:
            told = ", ".join(f"{value} for {label} {n}" for (label, value), n in confusion.most_common(MISTAKES))
            more = f", and {left} more" if (left := confusion.total() - _shown(confusion)) else ""
            yield f"{annotator} mistakes {name}: {told}{more}"


def _shown(confusion: Counter[tuple[str, str]]) -> int:
    return sum(n for _, n in confusion.most_common(MISTAKES))


def _share(share: list[float] | None) -> str:
    return "none" if share is None else f"{share[0]:.0%} ({share[1]:.0%} to {share[2]:.0%})"
