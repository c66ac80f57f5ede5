"""What is known of everybody, and on what grounds, as lines for people."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from personagraph.types import UNKNOWN

if TYPE_CHECKING:
    from personagraph.workspace import AnnotationResult


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
